// Writes down how runs ended, each exactly once: only who holds the lease may, and it is tried until it is done or the lease is lost.
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Atelier.Durable;

/// <summary>Settles plain successes many at a time, everything else in a transaction of its own.</summary>
internal sealed partial class Settler(JobQueue queue, Insistence insistence, ProgressBoard board, JobRunnerOptions options, ILogger log)
{
    private const int MostTogether = 1_000;
    private const int MostWaiting = 10_000;

    private readonly Channel<Done> _done = Channel.CreateBounded<Done>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private long _settled;

    /// <summary>How many runs were settled, in whatever way.</summary>
    public long Settled => Interlocked.Read(ref _settled);

    /// <summary>Whether a run is settled together with others.</summary>
    public static bool SettlesTogether(JobRun run, RunEnd end) => end.IsPlainSuccess && !run.Handler.ObservesTransitions;

    /// <summary>Settles a run, and answers when that is committed: where the job stands, and why it failed if it did.</summary>
    /// <exception cref="LeaseLostException">Somebody else has the job, or it had been settled before.</exception>
    public async Task<(JobState To, string? Error)> SettleAsync(JobRun run, RunEnd end)
    {
        var unwritten = board.Take(run);
        var settled = (JobState.Succeeded, (string?)null);
        if (SettlesTogether(run, end))
        {
            var done = new Done(run.Leased, new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
            await _done.Writer.WriteAsync(done, run.LeaseLost);
            if (!await done.Settled.Task.WaitAsync(run.LeaseLost))
                throw new LeaseLostException(run.Job.Id);
        }
        else
        {
            var step = await SettleAloneAsync(run, end, unwritten);
            settled = (step.To, step.Error?.Code);
        }

        Interlocked.Increment(ref _settled);
        return settled;
    }

    /// <summary>Settles plain successes until canceled; whatever piles up while one batch is committed is the next.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var batch = new List<Done>();
        while (await _done.Reader.WaitToReadAsync(ct))
        {
            batch.Clear();
            while (batch.Count < MostTogether && _done.Reader.TryRead(out var done))
                batch.Add(done);
            await RemoveAsync(batch, ct);
        }
    }

    private async Task RemoveAsync(IReadOnlyList<Done> batch, CancellationToken ct)
    {
        try
        {
            LeasedId[] leases = [.. batch.Select(done => done.Leased)];
            var removed = await insistence.InsistAsync(() => queue.Database.TransactAsync(tx => RemoveAsync(tx, leases, ct), ct), ct);
            var settled = removed.Select(row => row.Id).ToHashSet();
            foreach (var done in batch)
                done.Settled.TrySetResult(settled.Contains(done.Leased.Id));
        }
        catch (Exception failure)
        {
            foreach (var done in batch)
                done.Settled.TrySetException(failure);
            throw;
        }
    }

    /// <summary>Settles plain successes whose leases hold, and answers which those were.</summary>
    public async Task<IReadOnlyList<PlaceRow>> RemoveAsync(Transaction tx, LeasedId[] leases, CancellationToken ct)
    {
        var removed = await queue.Store.RemoveDoneAsync(tx, leases, ct);
        await queue.Admission.LeaveAsync(tx, removed, ct);
        return removed;
    }

    private async Task<Step> SettleAloneAsync(JobRun run, RunEnd end, JobProgress? unwritten)
    {
        try
        {
            return await InsistAsync(run, end, queue.Transitions, unwritten);
        }
        catch (Exception bug) when (bug is not LeaseLostException && !run.LeaseLost.IsCancellationRequested)
        {
            LogCommitFailed(log, bug, run.Job.Id, run.Job.Kind);
            return await SettleFailedCommitAsync(run, bug);
        }
    }

    /// <summary>
    /// What the outcome wanted to commit, or the handler's observer, threw: a bug, so the attempt failed. If the observer cannot even take
    /// that, the job goes on without telling it, for a job that can never be settled would hold its place for ever.
    /// </summary>
    private async Task<Step> SettleFailedCommitAsync(JobRun run, Exception bug)
    {
        var failed = new RunEnd(row => Settlement.After(row, new JobOutcome.Retry(JobRun.Unhandled(bug)), options, queue.Database.Random));
        try
        {
            return await InsistAsync(run, failed, queue.Transitions, unwritten: null);
        }
        catch (Exception again) when (again is not LeaseLostException && !run.LeaseLost.IsCancellationRequested)
        {
            LogObserverFailed(log, again, run.Job.Id, run.Job.Kind);
            return await InsistAsync(run, failed, queue.Transitions.Unobserved, unwritten: null);
        }
    }

    private Task<Step> InsistAsync(JobRun run, RunEnd end, Transitions transitions, JobProgress? unwritten) => insistence.InsistAsync(
        () => queue.Database.TransactAsync(tx => SettleAsync(tx, run, end, transitions, unwritten), run.LeaseLost), run.LeaseLost);

    /// <summary>Settles a run in a transaction of its own, and answers what step the job took.</summary>
    /// <exception cref="LeaseLostException">Somebody else has the job, or it had been settled before.</exception>
    public async Task<Step> SettleAsync(Transaction tx, JobRun run, RunEnd end, Transitions transitions, JobProgress? unwritten)
    {
        var row = await queue.Store.LockAsync(tx, run.Leased, run.LeaseLost) ?? throw new LeaseLostException(run.Job.Id);
        var step = end.Decide(row);
        if (unwritten is not null && !step.To.IsFinal())
            await board.WriteAsync(tx, [(run, unwritten)], run.LeaseLost);
        await transitions.TakeAsync(tx, step, end.Commit, run.LeaseLost);
        return step;
    }

    private sealed record Done(LeasedId Leased, TaskCompletionSource<bool> Settled);

    [LoggerMessage(1201, LogLevel.Error, "Job {Id} ({Kind}) ran, but what it has to commit threw; the attempt counts as failed")]
    private static partial void LogCommitFailed(ILogger log, Exception bug, JobId id, string kind);

    [LoggerMessage(1202, LogLevel.Error, "Job {Id} ({Kind}) cannot be settled with its observer; it is settled without")]
    private static partial void LogObserverFailed(ILogger log, Exception bug, JobId id, string kind);
}
