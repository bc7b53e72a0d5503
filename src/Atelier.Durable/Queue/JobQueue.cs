// The callers' side of the queue. Everything given a transaction happens with it or not at all.
using Microsoft.Extensions.Logging;

namespace Atelier.Durable;

/// <summary>Enqueues, cancels, wakes and finds jobs.</summary>
public sealed class JobQueue(Database database, JobHandlers handlers, TimeProvider time, ILoggerFactory logs)
{
    /// <summary>Adds a job to the transaction, in one statement; a worker is woken after the commit.</summary>
    /// <exception cref="ArgumentException">A property of the job is out of its range.</exception>
    public Task<Enqueued> EnqueueAsync(Transaction tx, NewJob job, CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>Adds a job in a transaction of its own.</summary>
    public Task<Enqueued> EnqueueAsync(NewJob job, CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>Adds many jobs to the transaction and answers in their order.</summary>
    public Task<IReadOnlyList<Enqueued>> EnqueueManyAsync(Transaction tx, IReadOnlyList<NewJob> jobs, CancellationToken ct = default) =>
        throw new NotSupportedException();

    /// <summary>Adds many jobs in a transaction of their own.</summary>
    public Task<IReadOnlyList<Enqueued>> EnqueueManyAsync(IReadOnlyList<NewJob> jobs, CancellationToken ct = default) =>
        throw new NotSupportedException();

    /// <summary>Cancels a job that does not run, at once; asks a running one to stop.</summary>
    public Task<CancelResult> CancelAsync(Transaction tx, JobId id, CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>Cancels in a transaction of its own.</summary>
    public Task<CancelResult> CancelAsync(JobId id, CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>
    /// Makes a snoozed, scheduled, retrying or parked job ready now; a running one will not sleep when it next snoozes.
    /// False if there is no such unfinished job.
    /// </summary>
    public Task<bool> WakeAsync(Transaction tx, JobId id, CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>Wakes in a transaction of its own.</summary>
    public Task<bool> WakeAsync(JobId id, CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>The job, unfinished or dead; null if it is finished or never was.</summary>
    public Task<Job?> FindAsync(JobId id, CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>Unfinished jobs in the order of their ids.</summary>
    /// <param name="filter">Which jobs.</param>
    /// <param name="after">Only ids above this one; null from the first.</param>
    /// <param name="limit">At most this many, 1 to 1,000.</param>
    /// <param name="ct">Gives up.</param>
    public Task<IReadOnlyList<Job>> ListAsync(JobFilter filter, JobId? after = null, int limit = 100, CancellationToken ct = default) =>
        throw new NotSupportedException();

    /// <summary>Dead letters in the order of their ids.</summary>
    /// <param name="after">Only ids above this one; null from the first.</param>
    /// <param name="limit">At most this many, 1 to 1,000.</param>
    /// <param name="ct">Gives up.</param>
    public Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(JobId? after = null, int limit = 100, CancellationToken ct = default) =>
        throw new NotSupportedException();

    /// <summary>Makes a dead job ready again, under its old id, with all its attempts. False if there is no such dead letter.</summary>
    public Task<bool> RetryDeadAsync(Transaction tx, JobId id, CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>Forgets a dead letter. False if there is none.</summary>
    public Task<bool> DiscardDeadAsync(Transaction tx, JobId id, CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>The latest written progress of a running job; null if it does not run or has told none.</summary>
    public Task<JobProgress?> ReadProgressAsync(JobId id, CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>The queue at this moment. Reads every unfinished job: for people and gauges, not for requests.</summary>
    public Task<QueueStats> StatsAsync(CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>How many ready jobs stand before a ready one in its lane, counted to at most 10,000; null if it is not ready.</summary>
    public Task<int?> PositionAsync(JobId id, CancellationToken ct = default) => throw new NotSupportedException(string.Concat((object[])[database, handlers, time, logs]));
}
