// Writes down how runs ended, each exactly once: only who holds the lease may, and it is tried until it is done or the lease is lost.
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Atelier.Durable;

/// <summary>Settles plain successes many at a time, everything else in a transaction of its own.</summary>
internal sealed partial class Settler(JobQueue queue, Insistence insistence, ProgressBoard board, JobRunnerOptions options, ILogger log)
{
    private const int MostTogether = 1_000;
    private const int MostWaiting = 10_000;

    private readonly Channel<LeasedId> _done = Channel.CreateBounded<LeasedId>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private long _settled;

    /// <summary>How many runs were settled or are on their way.</summary>
    public long Settled => Interlocked.Read(ref _settled);

    /// <summary>Settles a run; for plain successes of handlers that do not observe, that is handing it over to <see cref="RunAsync"/>.</summary>
    public async Task SettleAsync(JobRun run, RunEnd end)
    {
        var unwritten = board.Take(run);
        Interlocked.Increment(ref _settled);
        if (end.IsPlainSuccess && !run.Handler.ObservesTransitions)
        {
            await _done.Writer.WriteAsync(run.Leased, run.LeaseLost);
            return;
        }

        try
        {
            await InsistAsync(run, end, queue.Transitions, unwritten);
        }
        catch (Exception bug) when (bug is not LeaseLostException && !run.LeaseLost.IsCancellationRequested)
        {
            LogCommitFailed(log, bug, run.Job.Id, run.Job.Kind);
            await SettleFailedCommitAsync(run, bug);
        }
    }

    /// <summary>Settles what was handed over, until <see cref="Complete"/>; whatever piles up while one batch is committed is the next.</summary>
    public async Task RunAsync(CancellationToken hardStop)
    {
        var batch = new List<LeasedId>();
        while (await _done.Reader.WaitToReadAsync(hardStop))
        {
            while (batch.Count < MostTogether && _done.Reader.TryRead(out var done))
                batch.Add(done);
            var removed = await insistence.InsistAsync(
                () => queue.Database.TransactAsync(tx => queue.Store.RemoveDoneAsync(tx, batch, hardStop), hardStop), hardStop);
            if (removed.Count != batch.Count)
                LogLost(log, string.Join(", ", batch.Select(job => job.Id).Except(removed)));
            batch.Clear();
        }
    }

    /// <summary>Nothing more will be handed over; <see cref="RunAsync"/> ends when all is written.</summary>
    public void Complete() => _done.Writer.Complete();

    private async Task InsistAsync(JobRun run, RunEnd end, Transitions transitions, JobProgress? unwritten)
    {
        await insistence.InsistAsync(() => queue.Database.TransactAsync(Settle, run.LeaseLost), run.LeaseLost);

        async Task<bool> Settle(Transaction tx)
        {
            var row = await queue.Store.LockAsync(tx, run.Leased, run.LeaseLost) ?? throw new LeaseLostException(run.Job.Id);
            var step = end.Decide(row);
            if (unwritten is not null && !step.To.IsFinal())
                await board.WriteAsync(tx, [(run, unwritten)], run.LeaseLost);
            await transitions.TakeAsync(tx, step, end.Commit, run.LeaseLost);
            return true;
        }
    }

    /// <summary>
    /// What the outcome wanted to commit, or the handler's observer, threw: a bug, so the attempt failed. If the observer cannot even take
    /// that, the job goes on without telling it, for a job that can never be settled would hold its place for ever.
    /// </summary>
    private async Task SettleFailedCommitAsync(JobRun run, Exception bug)
    {
        var failed = new RunEnd(row => Settlement.After(row, new JobOutcome.Retry(JobRun.Unhandled(bug)), options));
        try
        {
            await InsistAsync(run, failed, queue.Transitions, unwritten: null);
        }
        catch (Exception again) when (again is not LeaseLostException && !run.LeaseLost.IsCancellationRequested)
        {
            LogObserverFailed(log, again, run.Job.Id, run.Job.Kind);
            await InsistAsync(run, failed, new Transitions(new JobHandlers()), unwritten: null);
        }
    }

    [LoggerMessage(1201, LogLevel.Error, "Job {Id} ({Kind}) ran, but what it has to commit threw; the attempt counts as failed")]
    private static partial void LogCommitFailed(ILogger log, Exception bug, JobId id, string kind);

    [LoggerMessage(1202, LogLevel.Error, "Job {Id} ({Kind}) cannot be settled with its observer; it is settled without")]
    private static partial void LogObserverFailed(ILogger log, Exception bug, JobId id, string kind);

    [LoggerMessage(1203, LogLevel.Warning, "Jobs {Ids} were done here, but their leases are lost or they had been settled before")]
    private static partial void LogLost(ILogger log, string ids);
}
