// Puts the program together without a server: for commands that work in their own process. It stops like any worker, gracefully or by a crash.

using Atelier.Web;
using Atelier.Web.Configuration;
using Microsoft.Extensions.Logging.Console;

namespace Atelier.Cli;

internal static class Workshop
{
    /// <summary>Builds it; nothing runs and no database is opened before it is started or prepared.</summary>
    /// <param name="settings">The checked settings.</param>
    /// <param name="clock">The time.</param>
    /// <param name="quietest">Entries below this are not logged, whatever the settings say: a command that shows its own progress needs no log.</param>
    public static IHost Build(AtelierSettings settings, TimeProvider clock, LogLevel quietest = LogLevel.Trace)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.Worker.Grace + TimeSpan.FromSeconds(5));
        builder.Services.AddAtelier(settings);
        builder.Services.AddAtelierWorker(settings);
        AddLogging(builder.Logging, settings.Logging, quietest);
        return builder.Build();
    }

    // Standard output belongs to results.
    private static void AddLogging(ILoggingBuilder logging, LoggingOptions options, LogLevel quietest)
    {
        logging.SetMinimumLevel(options.Level > LogLevel.Debug && options.Level < quietest ? quietest : options.Level);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (options.Json) logging.AddJsonConsole(console => console.UseUtcTimestamp = true);
        else logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat, console.UseUtcTimestamp) = (true, "HH:mm:ss ", true));
    }

    // The command line already listens to Ctrl+C.
    private sealed class CommandLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
