// `atelier jobs retry`: puts dead letters back into the queue, as they are or edited. Each is a transaction of its own together with whatever
// belongs to it (a generation is queued again): interrupted, the rest stay dead.

using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Atelier.Client;
using Atelier.Durable;

namespace Atelier.Cli.Commands.Jobs;

internal sealed class JobsRetryCommand : QueueCommand
{
    private readonly DeadLetterChoice choice = new();
    private readonly Option<string> payload = new("--payload") { HelpName = "JSON", Description = "With another payload; for one job" };
    private readonly Option<string> moveTo = new("--move-to") { HelpName = "LANE", Description = "In another lane" };

    private readonly Option<int?> priority = CommonOptions.Parsed(
        "--priority", "N", "With another priority; smaller numbers run first", "a whole number", text =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : (int?)null);

    private readonly Option<bool> fromStart = new("--from-start") { Description = "From the beginning instead of from the checkpoint" };
    private readonly Option<bool> json = CommonOptions.Json();

    public JobsRetryCommand()
        : base("retry", "Put dead letters back into the queue, with all their attempts")
    {
        choice.AddTo(this);
        foreach (var option in (Option[])[payload, moveTo, priority, fromStart, json]) Add(option);
        Validators.Add(result =>
        {
            if (result.GetValue(payload) is not { } text) return;
            if (!choice.IsOne(result)) result.AddError("--payload goes with one id");
            if (!AtelierJson.IsWellFormed(text)) result.AddError("--payload wants JSON");
        });
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier jobs retry 42 43", "two of them"),
        new("atelier jobs retry --all --error timeout", "everything that timed out"),
        new("atelier jobs retry --all --lane replicate --move-to fal", "everything of a lane, in another one"),
        new("atelier jobs retry 42 --from-start --priority -10", "from the beginning, before others"),
    ];

    protected override async Task<ExitCode> RunAsync(OpenQueue open, Invocation invocation, CancellationToken cancellationToken)
    {
        var edit = new JobEdit(invocation.Value(payload), invocation.Value(moveTo), invocation.Value(priority), invocation.Value(fromStart));
        var (ids, retried) = (await choice.ReadAsync(open.Queue, invocation, cancellationToken), 0);
        foreach (var id in ids)
        {
            bool done;
            try
            {
                done = await open.Database.TransactAsync(tx => open.Queue.RetryDeadAsync(tx, id, edit, cancellationToken), cancellationToken);
            }
            catch (JsonException) when (edit.Payload is not null)
            {
                return invocation.Terminal.Fail(ExitCode.Failed, $"the payload is not what jobs of this kind need; {id} is a dead letter as before", $"`{CommandLine.Name} jobs show {id}` shows the one it has");
            }

            retried += done ? 1 : 0;
            if (done) JobOptions.Tell(invocation.Terminal, invocation.Value(json), id, "retried", "back in the queue");
            else JobOptions.Tell(invocation.Terminal, invocation.Value(json), id, "not_found", "is no dead letter");
        }

        if (choice.IsAll(invocation)) invocation.Terminal.Say($"{retried} back in the queue");
        return retried == ids.Count || choice.IsAll(invocation) ? ExitCode.Ok : ExitCode.Failed;
    }
}
