// A command that works on the program's parts in its own process. It brings the database up to date like every other, and works beside running
// processes: what it changes is committed before it says so, and holds for all of them.

using Atelier.Web;

namespace Atelier.Cli.Commands;

internal abstract class WorkshopCommand(string name, string description) : CliCommand(name, description)
{
    public sealed override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.SettingsOrComplaint() is not { } settings) return ExitCode.Configuration;
        using var workshop = Workshop.Build(settings, invocation.Surroundings.Clock, LogLevel.Warning);
        await AtelierApp.PrepareAsync(workshop.Services, cancellationToken);
        return await RunAsync(workshop.Services, invocation, cancellationToken);
    }

    protected abstract Task<ExitCode> RunAsync(IServiceProvider services, Invocation invocation, CancellationToken cancellationToken);
}
