// Runs one of Atelier's endless loops inside the host. A loop that ends by an error is a bug: it is logged and the process stops, to be restarted.
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Atelier.Web;

internal sealed partial class HostedLoop(
    string name, Func<CancellationToken, Task> loop, ILogger<HostedLoop> log, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await loop(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped(name);
        }
        catch (Exception e)
        {
            LogBroken(e, name);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }

    [LoggerMessage(1001, LogLevel.Debug, "The {Loop} has stopped")]
    private partial void LogStopped(string loop);

    [LoggerMessage(1002, LogLevel.Critical, "The {Loop} broke; the process stops")]
    private partial void LogBroken(Exception error, string loop);
}
