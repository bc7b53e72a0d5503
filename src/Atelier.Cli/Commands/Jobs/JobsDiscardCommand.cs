// `atelier jobs discard`: forgets dead letters for good, each in a transaction of its own. What they were about (a failed generation) stays.

using System.CommandLine;

namespace Atelier.Cli.Commands.Jobs;

internal sealed class JobsDiscardCommand : QueueCommand
{
    private readonly DeadLetterChoice choice = new();
    private readonly Option<bool> yes = new("--yes") { Description = "Discard many without asking back" };
    private readonly Option<bool> json = CommonOptions.Json();

    public JobsDiscardCommand()
        : base("discard", "Forget dead letters for good")
    {
        choice.AddTo(this);
        Add(yes);
        Add(json);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier jobs discard 42", "one"),
        new("atelier jobs discard --all --error unknown_model", "tells how many there are"),
        new("atelier jobs discard --all --error unknown_model --yes", "and discards them"),
    ];

    protected override async Task<ExitCode> RunAsync(OpenQueue open, Invocation invocation, CancellationToken cancellationToken)
    {
        var (ids, discarded) = (await choice.ReadAsync(open.Queue, invocation, cancellationToken), 0);
        if (ids.Count > 1 && choice.IsAll(invocation) && !invocation.Value(yes))
            return invocation.Terminal.Fail(ExitCode.Usage, $"this would discard {ids.Count} dead letters; nothing was done", "--yes does it; `atelier jobs list --dead` with the same filters shows them");
        foreach (var id in ids)
        {
            var done = await open.Database.TransactAsync(tx => open.Queue.DiscardDeadAsync(tx, id, cancellationToken), cancellationToken);
            discarded += done ? 1 : 0;
            if (done) JobOptions.Tell(invocation.Terminal, invocation.Value(json), id, "discarded", "discarded");
            else JobOptions.Tell(invocation.Terminal, invocation.Value(json), id, "not_found", "is no dead letter");
        }

        if (choice.IsAll(invocation)) invocation.Terminal.Say($"{discarded} discarded");
        return discarded == ids.Count || choice.IsAll(invocation) ? ExitCode.Ok : ExitCode.Failed;
    }
}
