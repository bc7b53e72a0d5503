// A command that asks or tells the queue something. It brings the database up to date like every other, and works beside running processes:
// what it changes is committed before it says so, and holds for all of them.

using Atelier.Durable;
using Atelier.Web;

namespace Atelier.Cli.Commands;

internal abstract class QueueCommand(string name, string description) : CliCommand(name, description)
{
    public sealed override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.SettingsOrComplaint() is not { } settings) return ExitCode.Configuration;
        using var workshop = Workshop.Build(settings, invocation.Surroundings.Clock, LogLevel.Warning);
        await AtelierApp.PrepareAsync(workshop.Services, cancellationToken);
        var services = workshop.Services;
        var open = new OpenQueue(services.GetRequiredService<JobQueue>(), services.GetRequiredService<Database>(), AtelierServices.NewLanesOf(settings.Limits));
        return await RunAsync(open, invocation, cancellationToken);
    }

    protected abstract Task<ExitCode> RunAsync(OpenQueue open, Invocation invocation, CancellationToken cancellationToken);
}

// The queue with its database, and the limits that a lane begins with.
internal sealed record OpenQueue(JobQueue Queue, Database Database, LaneSettings NewLanes);

// A word that only leads to other commands.
internal abstract class CommandGroup(string name, string description) : CliCommand(name, description)
{
    public override Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken) => Task.FromResult(invocation.Terminal.Fail(
        ExitCode.Usage, $"which of {string.Join(", ", Subcommands.Select(command => command.Name))}?", $"{CommandLine.Name} {FullName} --help shows how it is used"));
}
