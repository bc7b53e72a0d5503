// The whole program on a port of its own, with a folder of its own and an engine that the test directs. It can be stopped and started again like a machine.
using System.Net;
using System.Net.Sockets;
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Notifying;
using Atelier.Providers;
using Atelier.Submitting;
using Atelier.Testing;
using Atelier.Web;
using Atelier.Web.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Atelier.EndToEnd.Pages;

internal sealed class Studio : IAsyncDisposable
{
    /// <summary>How long a test waits for a signal before it gives up; never reached when things work.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();
    private readonly int _port = FreePort();
    private WebApplication? _app;

    private readonly bool _hasAccounts, _sketches;

    private Studio(bool hasAccounts, bool sketches) => (_hasAccounts, _sketches, Address) = (hasAccounts, sketches, new Uri($"http://127.0.0.1:{_port}"));

    public Uri Address { get; }

    public DirectedPainter Painter { get; } = new();

    /// <summary>The mail that was sent.</summary>
    public PostRoom Post { get; } = new();

    /// <summary>Opens a studio.</summary>
    /// <param name="hasAccounts">Whether people sign in.</param>
    /// <param name="sketches">Whether the built-in painter paints instead of the one that the test directs.</param>
    public static async Task<Studio> OpenAsync(bool hasAccounts = false, bool sketches = false)
    {
        var studio = new Studio(hasAccounts, sketches);
        await studio.StartAsync();
        return studio;
    }

    public T Part<T>() where T : notnull => _app!.Services.GetRequiredService<T>();

    public async Task StartAsync()
    {
        _app = AtelierApp.Build(Settings(), Roles.All, services =>
        {
            if (!_sketches)
            {
                services.RemoveAll<ProviderSetup>();
                services.AddSingleton(new ProviderSetup { Provider = Painter, Adapter = ProviderAdapter.Find("sketch")! });
            }
            services.RemoveAll<Mailer>();
            services.AddSingleton<Mailer>(Post);
            services.AddLogging(logging => logging.ClearProviders());
        });
        await AtelierApp.PrepareAsync(_app.Services);
        await _app.StartAsync();
    }

    public async Task StopAsync()
    {
        await _app!.StopAsync();
        await _app.DisposeAsync();
        _app = null;
    }

    /// <summary>Puts finished pictures into the library, without a browser. They are small, in the given shapes by turns.</summary>
    public async Task FillAsync(int count, params (int Width, int Height)[] sizes)
    {
        var before = Painter.PaintsAtOnce;
        Painter.PaintsAtOnce = true;
        for (var i = 0; i < count; i++)
        {
            var (width, height) = sizes.Length == 0 ? (128, 128) : sizes[i % sizes.Length];
            var request = new GenerationRequest { Prompt = $"picture number {i + 1}", Width = width, Height = height, Seed = i };
            (await Part<Submission>().SubmitAsync(request, Submitter.Local)).ShouldBeOfType<SubmissionResult.Accepted>();
        }
        await CompletedAsync(count);
        Painter.PaintsAtOnce = before;
    }

    /// <summary>Waits until so many pictures are finished.</summary>
    public async Task CompletedAsync(int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var _ in Part<EventFeed>().ReadAsync(new EventFilter(), EventCursor.Start, patience.Token))
        {
            var counts = await Part<GenerationStore>().CountAsync(Submitter.Local.Owner, patience.Token);
            if (counts.GetValueOrDefault(GenerationStatus.Completed) >= count)
                return;
        }
    }

    /// <summary>Waits until so many notifications are there that nobody has read.</summary>
    public async Task ToldAsync(int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var _ in Part<EventFeed>().ReadAsync(new EventFilter(), EventCursor.Start, patience.Token))
        {
            if (await Part<NotificationStore>().UnreadAsync(Submitter.Local.Owner, patience.Token) >= count)
                return;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await StopAsync();
        _folder.Dispose();
    }

    private AtelierSettings Settings()
    {
        var flags = new Dictionary<string, string>
        {
            ["data"] = _folder.Path,
            ["server.urls"] = Address.ToString().TrimEnd('/'),
            ["worker.concurrency"] = "1",
            ["worker.grace_seconds"] = "1",
            ["accounts.enabled"] = _hasAccounts ? "on" : "off",
        };
        var load = AtelierSettings.Load(new SettingsInput(
            [.. flags.Select(flag => new SettingFlag($"--{flag.Key}", flag.Key, flag.Value))], new Dictionary<string, string>(), _folder.Path));
        load.Problems.ShouldBeEmpty();
        return load.Settings!;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
