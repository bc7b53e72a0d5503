// A command that asks or tells the queue something.

using Atelier.Durable;
using Atelier.Web;
using Atelier.Web.Configuration;

namespace Atelier.Cli.Commands;

internal abstract class QueueCommand(string name, string description) : WorkshopCommand(name, description)
{
    protected sealed override Task<ExitCode> RunAsync(IServiceProvider services, Invocation invocation, CancellationToken cancellationToken)
    {
        var limits = services.GetRequiredService<AtelierSettings>().Limits;
        var open = new OpenQueue(services.GetRequiredService<JobQueue>(), services.GetRequiredService<Database>(), AtelierServices.NewLanesOf(limits));
        return RunAsync(open, invocation, cancellationToken);
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
