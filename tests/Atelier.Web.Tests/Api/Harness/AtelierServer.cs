// The real server on Kestrel on a free port, with a database and a folder of its own, and an engine that the test directs.
using Atelier.Client;
using Atelier.Generating;
using Atelier.Providers;
using Atelier.Testing;
using Atelier.Web.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Atelier.Web.Tests.Api;

internal sealed class AtelierServer : IAsyncDisposable
{
    /// <summary>How long a test waits for a signal before it gives up; never reached when things work.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder;
    private readonly bool _ownsFolder;

    private AtelierServer(WebApplication app, TempFolder folder, bool ownsFolder, StagedPainter painter, RecordedLogs logs)
    {
        (App, _folder, _ownsFolder, Painter, Logs) = (app, folder, ownsFolder, painter, logs);
        Http = new HttpClient(new ContractGuard()) { BaseAddress = new Uri(app.Urls.First()), Timeout = Patience };
        Client = new AtelierClient(Http);
    }

    public WebApplication App { get; }
    public StagedPainter Painter { get; }
    public RecordedLogs Logs { get; }
    public HttpClient Http { get; }
    public AtelierClient Client { get; }
    public TempFolder Folder => _folder;
    public string BlobFolder => _folder["images"];

    public T Part<T>() where T : notnull => App.Services.GetRequiredService<T>();

    /// <summary>Starts a server.</summary>
    /// <param name="database">PostgreSQL's connection string; null for SQLite.</param>
    /// <param name="works">Whether it paints too.</param>
    /// <param name="folder">A folder to share with another server; null for one of its own.</param>
    /// <param name="settings">More settings, as <c>key=value</c>.</param>
    /// <param name="adjust">More changes to the parts.</param>
    /// <param name="pages">Whether it shows the pages too.</param>
    public static async Task<AtelierServer> StartAsync(
        string? database = null, bool works = false, TempFolder? folder = null, string[]? settings = null, Action<IServiceCollection>? adjust = null,
        bool pages = false)
    {
        var own = folder ?? new TempFolder();
        var (painter, logs) = (new StagedPainter(), new RecordedLogs());
        var roles = works ? Roles.Api | Roles.Worker : Roles.Api;
        if (pages)
            roles |= Roles.Web;
        var app = AtelierApp.Build(Settings(own, database, settings ?? []), roles, services =>
        {
            services.RemoveAll<ProviderSetup>();
            services.AddSingleton(new ProviderSetup { Provider = painter, Adapter = ProviderAdapter.Find("sketch")! });
            services.AddLogging(logging => logging.ClearProviders().AddProvider(logs));
            adjust?.Invoke(services);
        });
        await AtelierApp.PrepareAsync(app.Services);
        await app.StartAsync();
        return new AtelierServer(app, own, folder is null, painter, logs);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        if (_ownsFolder)
            _folder.Dispose();
    }

    private static AtelierSettings Settings(TempFolder folder, string? database, string[] more)
    {
        var flags = new Dictionary<string, string>
        {
            ["data"] = folder.Path,
            ["server.urls"] = "http://127.0.0.1:0",
            ["worker.concurrency"] = "2",
        };
        if (database is not null)
            flags["database.connection"] = database;
        foreach (var pair in more.Select(setting => setting.Split('=', 2)))
            flags[pair[0]] = pair[1];
        var load = AtelierSettings.Load(new SettingsInput(
            [.. flags.Select(flag => new SettingFlag($"--{flag.Key}", flag.Key, flag.Value))], new Dictionary<string, string>(), folder.Path));
        load.Problems.ShouldBeEmpty();
        return load.Settings!;
    }
}

/// <summary>What the server logged.</summary>
internal sealed class RecordedLogs : ILoggerProvider
{
    private readonly Lock _gate = new();
    private readonly List<(LogLevel Level, string Text)> _lines = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<(LogLevel Level, string Text)> Lines
    {
        get
        {
            lock (_gate)
                return [.. _lines];
        }
    }

    /// <summary>Waits until what was logged satisfies a condition.</summary>
    public async Task UntilAsync(Func<IReadOnlyList<(LogLevel Level, string Text)>, bool> condition)
    {
        using var patience = new CancellationTokenSource(AtelierServer.Patience);
        while (true)
        {
            Task more;
            lock (_gate)
                more = _more.Task;
            if (condition(Lines))
                return;
            await more.WaitAsync(patience.Token);
        }
    }

    public ILogger CreateLogger(string categoryName) => new Recorder(this);

    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class Recorder(RecordedLogs logs) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (logs._gate)
            {
                logs._lines.Add((logLevel, $"{formatter(state, exception)} {exception}"));
                logs._more.TrySetResult();
                logs._more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
