// `atelier jobs cancel` and `atelier jobs wake`: each job in a transaction of its own; interrupted, the rest are as they were.

using System.CommandLine;
using Atelier.Durable;

namespace Atelier.Cli.Commands.Jobs;

internal abstract class EachJobCommand : QueueCommand
{
    private readonly Argument<JobId[]> ids = JobOptions.Ids();
    private readonly Option<bool> json = CommonOptions.Json();

    protected EachJobCommand(string name, string description)
        : base(name, description)
    {
        Add(ids);
        Add(json);
    }

    protected sealed override async Task<ExitCode> RunAsync(OpenQueue open, Invocation invocation, CancellationToken cancellationToken)
    {
        var code = ExitCode.Ok;
        foreach (var id in (invocation.Value(ids) ?? []).Distinct())
        {
            var (found, result, inWords) = await DoAsync(open.Queue, id, cancellationToken);
            JobOptions.Tell(invocation.Terminal, invocation.Value(json), id, result, inWords);
            if (!found) code = ExitCode.Failed;
        }

        return code;
    }

    protected abstract Task<(bool Found, string Result, string InWords)> DoAsync(JobQueue queue, JobId id, CancellationToken cancellationToken);
}

internal sealed class JobsCancelCommand() : EachJobCommand("cancel", "Cancel unfinished jobs: at once while they wait, by a signal while they run")
{
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier jobs cancel 42", "one"),
        new("atelier jobs cancel 42 43 44", "several"),
    ];

    protected override async Task<(bool Found, string Result, string InWords)> DoAsync(JobQueue queue, JobId id, CancellationToken cancellationToken) =>
        await queue.CancelAsync(id, cancellationToken) switch
        {
            CancelResult.Canceled => (true, "canceled", "canceled"),
            CancelResult.Requested => (true, "requested", "runs, and is asked to stop"),
            _ => (false, "not_found", "is no unfinished job"),
        };
}

internal sealed class JobsWakeCommand() : EachJobCommand("wake", "Make jobs ready now that sleep, are scheduled, parked, or wait for their next attempt")
{
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier jobs wake 42", "do not wait any longer"),
    ];

    protected override async Task<(bool Found, string Result, string InWords)> DoAsync(JobQueue queue, JobId id, CancellationToken cancellationToken) =>
        await queue.WakeAsync(id, cancellationToken) ? (true, "woken", "woken") : (false, "not_found", "is no unfinished job");
}
