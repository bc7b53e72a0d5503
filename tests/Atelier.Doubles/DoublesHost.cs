// Serves every provider's double on one loopback port, each under a path of its own name, with the faults that a test or a person asks for.
using System.Collections.Concurrent;
using System.Net;

namespace Atelier.Doubles;

/// <summary>A running server of doubles.</summary>
public sealed class DoublesHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DoublesHost(WebApplication app, IReadOnlyList<ProviderDouble> doubles, FaultPlan faults)
    {
        (_app, Doubles, Faults) = (app, doubles, faults);
    }

    /// <summary>The address of the server, without a slash at the end.</summary>
    public string Url => _app.Urls.First();

    public IReadOnlyList<ProviderDouble> Doubles { get; }

    /// <summary>What goes wrong.</summary>
    public FaultPlan Faults { get; }

    /// <summary>Every call that arrived, in order.</summary>
    public ConcurrentQueue<DoubleCall> Calls { get; } = new();

    /// <summary>The double of that type.</summary>
    public T Get<T>() where T : ProviderDouble => Doubles.OfType<T>().Single();

    /// <summary>The address of a double.</summary>
    public Uri AddressOf(ProviderDouble provider) => new($"{Url}/{provider.Name}{provider.BasePath}");

    /// <summary>Starts the server on a free port, or on a chosen one.</summary>
    /// <param name="port">The port; 0 for a free one.</param>
    /// <param name="settings">How the doubles behave.</param>
    /// <param name="another">Makes one more double than there are.</param>
    public static async Task<DoublesHost> StartAsync(int port = 0, DoubleSettings? settings = null, Func<PictureShelf, ProviderDouble>? another = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Limits.MaxRequestBodySize = 200L * 1024 * 1024;
        });
        var faults = new FaultPlan();
        builder.Services.AddSingleton(faults);
        var app = builder.Build();
        var pictures = new PictureShelf(settings ?? new DoubleSettings());
        ProviderDouble[] doubles = another is null ? [.. ProviderDouble.All(pictures)] : [.. ProviderDouble.All(pictures), another(pictures)];
        var host = new DoublesHost(app, doubles, faults);
        app.UseWebSockets();
        app.Use((context, next) => host.HandleAsync(context, next));
        pictures.Map(app);
        foreach (var provider in doubles)
            provider.Map(app.MapGroup("/" + provider.Name));
        await app.StartAsync();
        pictures.Root = host.Url;
        return host;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        context.Request.EnableBuffering();
        using var reader = new StreamReader(context.Request.Body, leaveOpen: true);
        var body = context.Request.ContentType?.Contains("json", StringComparison.OrdinalIgnoreCase) == true ? await reader.ReadToEndAsync() : "";
        context.Request.Body.Position = 0;
        Calls.Enqueue(new DoubleCall(context.Request.Method, context.Request.Path + context.Request.QueryString, body));
        if (Faults.Next(context.Request) is not { } fault)
        {
            await next(context);
            return;
        }
        await fault.ApplyAsync(context, next);
    }
}

/// <summary>A call that arrived.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Body">The body where it is JSON; otherwise empty.</param>
public sealed record DoubleCall(string Method, string Path, string Body);

/// <summary>How the doubles behave.</summary>
public sealed record DoubleSettings
{
    /// <summary>How long a picture takes. Default: 50 ms.</summary>
    public TimeSpan PaintTime { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long the address of a picture lives. Default: 10 minutes.</summary>
    public TimeSpan PictureLife { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The longest side of the pictures that are really made; larger ones are made smaller in the same shape. Default: as asked for.</summary>
    public int LongestSide { get; init; } = 8_192;
}
