// Writes down how runs ended, each exactly once: only who holds the lease may, and it is tried until it is done or the lease is lost.
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Atelier.Durable;

/// <summary>A run that ended in a plain success or a plain snooze and waits to be settled with others.</summary>
/// <param name="Run">The run.</param>
/// <param name="End">How it ended.</param>
/// <param name="Ran">How long its handler ran.</param>
/// <param name="EndedAt">When that ended: a timestamp of the worker's clock.</param>
internal sealed record Done(JobRun Run, RunEnd End, TimeSpan Ran, long EndedAt);

/// <summary>Settles plain successes and snoozes many at a time, everything else in a transaction of its own.</summary>
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

    /// <summary>Whether a run falls asleep together with others.</summary>
    public static bool SnoozesTogether(JobRun run, RunEnd end) =>
        end.PlainSnooze is not null && !run.Handler.ObservesTransitions && !run.HasReported;

    /// <summary>Leaves a run to be settled with others; waits only if there are too many of them.</summary>
    public ValueTask LeaveAsync(Done done)
    {
        if (done.Run.HasReported)
            board.Take(done.Run);
        return _done.Writer.WriteAsync(done);
    }

    /// <summary>Settles a run alone, and answers when that is committed: what step the job took.</summary>
    /// <exception cref="LeaseLostException">Somebody else has the job, or it had been settled before.</exception>
    public async Task<Step> SettleAsync(JobRun run, RunEnd end)
    {
        var step = await SettleAloneAsync(run, end, board.Take(run));
        Interlocked.Increment(ref _settled);
        return step;
    }

    /// <summary>Settles what was left to it until canceled; whatever piles up while one batch is committed is the next.</summary>
    /// <param name="settled">
    /// Told of each batch, and of the ids that were settled. Others lost their leases, or cannot be settled, or are snoozes that do not come
    /// to sleep (canceled, woken, overdue) and are to be settled alone.
    /// </param>
    /// <param name="ct">Ends it.</param>
    public async Task RunAsync(Action<IReadOnlyList<Done>, HashSet<long>> settled, CancellationToken ct)
    {
        var batch = new List<Done>();
        while (await _done.Reader.WaitToReadAsync(ct))
        {
            batch.Clear();
            while (batch.Count < MostTogether && _done.Reader.TryRead(out var done))
                batch.Add(done);
            await SettleAsync(batch, settled, ct);
        }
    }

    private async Task SettleAsync(List<Done> batch, Action<IReadOnlyList<Done>, HashSet<long>> settled, CancellationToken ct)
    {
        HashSet<long> held = [];
        try
        {
            LeasedId[] done = [.. batch.Where(done => done.End.IsPlainSuccess).Select(done => done.Run.Leased)];
            var snoozes = batch.Where(done => !done.End.IsPlainSuccess).Select(done => (done.Run.Leased, done.End.PlainSnooze!)).ToList();
            held = await insistence.InsistAsync(() => queue.Database.TransactAsync(tx => SettleAsync(tx, done, snoozes, ct), ct), ct);
            Interlocked.Add(ref _settled, held.Count);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogUnsettled(log, failure, batch.Count);
        }
        finally
        {
            settled(batch, held);
        }
    }

    private async Task<HashSet<long>> SettleAsync(
        Transaction tx, LeasedId[] done, List<(LeasedId, JobOutcome.Snoozed)> snoozes, CancellationToken ct)
    {
        HashSet<long> settled = [];
        tx.KeepPlans();
        if (snoozes.Count > 0)
        {
            settled.UnionWith(await JobTable.SnoozeAsync(tx, snoozes, ct));
            tx.SignalAfterCommit(Topics.Timed);
        }

        if (done.Length > 0)
            settled.UnionWith((await RemoveAsync(tx, done, ct)).Select(row => row.Id));
        return settled;
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

    [LoggerMessage(1205, LogLevel.Error, "{Count} jobs could not be settled; they are handed back")]
    private static partial void LogUnsettled(ILogger log, Exception failure, int count);

    [LoggerMessage(1201, LogLevel.Error, "Job {Id} ({Kind}) ran, but what it has to commit threw; the attempt counts as failed")]
    private static partial void LogCommitFailed(ILogger log, Exception bug, JobId id, string kind);

    [LoggerMessage(1202, LogLevel.Error, "Job {Id} ({Kind}) cannot be settled with its observer; it is settled without")]
    private static partial void LogObserverFailed(ILogger log, Exception bug, JobId id, string kind);
}
