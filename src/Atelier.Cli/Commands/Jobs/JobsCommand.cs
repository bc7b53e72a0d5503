// `atelier jobs …`: what waits, runs and was given up, and what an operator does about it.

using Atelier.Cli.Commands.Lanes;

namespace Atelier.Cli.Commands.Jobs;

internal sealed class JobsCommand : CommandGroup
{
    public JobsCommand()
        : base("jobs", "See, mend and steer the jobs of the queue")
    {
        foreach (var command in (CliCommand[])[
            new JobsListCommand(), new JobsShowCommand(), new JobsRetryCommand(), new JobsDiscardCommand(), new JobsCancelCommand(), new JobsWakeCommand(),
            new LanesCommand(), new TenantsCommand()]) Add(command);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier jobs list --dead", "what was given up, and why"),
        new("atelier jobs show 42", "everything about one job"),
        new("atelier jobs retry --all --error timeout", "try again what timed out"),
        new("atelier jobs lanes", "the lanes, their limits, and what is parked"),
    ];
}
