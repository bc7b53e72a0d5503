// The callers' side of the queue. Everything given a transaction happens with it or not at all.
namespace Atelier.Durable;

/// <summary>Enqueues, cancels, wakes and finds jobs.</summary>
/// <param name="database">Where the jobs live; migrated with <see cref="DurableMigrations"/>.</param>
/// <param name="handlers">Who runs them, and is told of every change of their states.</param>
public sealed class JobQueue(Database database, JobHandlers handlers)
{
    private const int MostListed = 1_000;

    internal Database Database => database;

    internal JobHandlers Handlers => handlers;

    internal JobStore Store { get; } = JobStore.For(database.Dialect);

    internal Transitions Transitions { get; } = new Transitions(handlers);

    /// <summary>Adds a job to the transaction, in one statement; a worker is woken after the commit.</summary>
    /// <exception cref="ArgumentException">A property of the job is out of its range.</exception>
    public async Task<Enqueued> EnqueueAsync(Transaction tx, NewJob job, CancellationToken ct = default)
    {
        MustBeOurs(tx);
        NewJob.Validate(job);
        var enqueued = await Store.InsertAsync(tx, job, ct);
        tx.SignalAfterCommit(job.RunAt is null ? Topics.Ready : Topics.Timed);
        return enqueued;
    }

    /// <summary>Adds a job in a transaction of its own.</summary>
    /// <exception cref="ArgumentException">A property of the job is out of its range.</exception>
    public Task<Enqueued> EnqueueAsync(NewJob job, CancellationToken ct = default)
    {
        NewJob.Validate(job);
        var signals = job.RunAt is null ? Topics.Ready : Topics.Timed;
        return database.StatementAsync(Durability.Durable, session => Store.InsertAsync(session, job, ct), signals, ct);
    }

    /// <summary>Adds many jobs to the transaction and answers in their order.</summary>
    /// <exception cref="ArgumentException">A property of a job is out of its range.</exception>
    public async Task<IReadOnlyList<Enqueued>> EnqueueManyAsync(Transaction tx, IReadOnlyList<NewJob> jobs, CancellationToken ct = default)
    {
        foreach (var job in jobs)
            NewJob.Validate(job);
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        var distinct = jobs.Where((job, index) => job.UniqueKey is null || first.TryAdd(job.UniqueKey, index)).ToList();
        var added = await Store.InsertManyAsync(tx, distinct, ct);
        if (jobs.Any(job => job.RunAt is null))
            tx.SignalAfterCommit(Topics.Ready);
        if (jobs.Any(job => job.RunAt is not null))
            tx.SignalAfterCommit(Topics.Timed);
        return distinct.Count == jobs.Count ? added : WithRepetitions(jobs, first, added);
    }

    /// <summary>Adds many jobs in a transaction of their own.</summary>
    /// <exception cref="ArgumentException">A property of a job is out of its range.</exception>
    public Task<IReadOnlyList<Enqueued>> EnqueueManyAsync(IReadOnlyList<NewJob> jobs, CancellationToken ct = default) =>
        database.TransactAsync(tx => EnqueueManyAsync(tx, jobs, ct), ct);

    /// <summary>
    /// Cancels a job that does not run, at once; asks a running one to stop. If this process has no handler of its kind, a worker that has
    /// cancels it in a moment, so that the handler is told.
    /// </summary>
    public async Task<CancelResult> CancelAsync(Transaction tx, JobId id, CancellationToken ct = default)
    {
        if (await Store.LockAsync(tx, id.Value, ct) is not { } row)
            return CancelResult.NotFound;
        if (row.StateValue == JobState.Running)
        {
            await JobTable.RequestCancelAsync(tx, row.Id, ct);
            tx.SignalAfterCommit(Topics.Cancel);
            return CancelResult.Requested;
        }

        if (handlers.Find(row.Kind) is null)
        {
            await JobTable.SendToBeCanceledAsync(tx, row.Id, ct);
            tx.SignalAfterCommit(Topics.Ready);
            return CancelResult.Requested;
        }

        await Transitions.TakeAsync(tx, new Step(JobState.Canceled, row), commit: null, ct);
        return CancelResult.Canceled;
    }

    /// <summary>Cancels in a transaction of its own.</summary>
    public Task<CancelResult> CancelAsync(JobId id, CancellationToken ct = default) =>
        database.TransactAsync(tx => CancelAsync(tx, id, ct), ct);

    /// <summary>
    /// Makes a snoozed, scheduled, retrying or parked job ready now; a running one will not sleep when it next snoozes.
    /// False if there is no such unfinished job.
    /// </summary>
    public async Task<bool> WakeAsync(Transaction tx, JobId id, CancellationToken ct = default)
    {
        MustBeOurs(tx);
        tx.SignalAfterCommit(Topics.Ready);
        return await JobTable.WakeAsync(tx, id.Value, ct);
    }

    /// <summary>Wakes in a transaction of its own.</summary>
    public Task<bool> WakeAsync(JobId id, CancellationToken ct = default) => database.TransactAsync(tx => WakeAsync(tx, id, ct), ct);

    /// <summary>The job, unfinished or dead; null if it is finished or never was.</summary>
    public async Task<Job?> FindAsync(JobId id, CancellationToken ct = default) =>
        (await database.ReadAsync(session => JobQueries.FindAsync(session, id.Value, ct), ct))?.ToJob();

    /// <summary>Unfinished jobs in the order of their ids.</summary>
    /// <param name="filter">Which jobs.</param>
    /// <param name="after">Only ids above this one; null from the first.</param>
    /// <param name="limit">At most this many, 1 to 1,000.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<IReadOnlyList<Job>> ListAsync(JobFilter filter, JobId? after = null, int limit = 100, CancellationToken ct = default)
    {
        var rows = await database.ReadAsync(
            session => JobQueries.ListAsync(session, filter, after?.Value ?? 0, Math.Clamp(limit, 1, MostListed), ct), ct);
        return [.. rows.Select(row => row.ToJob())];
    }

    /// <summary>Dead letters in the order of their ids.</summary>
    /// <param name="after">Only ids above this one; null from the first.</param>
    /// <param name="limit">At most this many, 1 to 1,000.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(JobId? after = null, int limit = 100, CancellationToken ct = default)
    {
        var rows = await database.ReadAsync(
            session => JobQueries.DeadLettersAsync(session, after?.Value ?? 0, Math.Clamp(limit, 1, MostListed), ct), ct);
        return [.. rows.Select(row => new DeadLetter(row.ToJob(), DateTimeOffset.FromUnixTimeMilliseconds(row.DiedAt)))];
    }

    /// <summary>
    /// Makes a dead job ready again, under its old id, with all its attempts and no deadline. False if there is no such dead letter.
    /// </summary>
    public async Task<bool> RetryDeadAsync(Transaction tx, JobId id, CancellationToken ct = default)
    {
        if (await Store.ExhumeAsync(tx, id.Value, ct) is not { } dead)
            return false;
        await Transitions.ReviveAsync(tx, dead, ct);
        return true;
    }

    /// <summary>Forgets a dead letter. False if there is none.</summary>
    public async Task<bool> DiscardDeadAsync(Transaction tx, JobId id, CancellationToken ct = default) =>
        await Store.ExhumeAsync(tx, id.Value, ct) is not null;

    /// <summary>The latest written progress of an unfinished job; null if it has told none in this attempt.</summary>
    public async Task<JobProgress?> ReadProgressAsync(JobId id, CancellationToken ct = default) =>
        await database.ReadAsync(session => JobQueries.ReadProgressAsync(session, id.Value, ct), ct) is { } row
            ? new JobProgress(row.Fraction, row.Note, row.Preview, row.PreviewType)
            : null;

    /// <summary>The queue at this moment. Reads every unfinished job: for people and gauges, not for requests.</summary>
    public Task<QueueStats> StatsAsync(CancellationToken ct = default) =>
        database.ReadAsync(session => JobQueries.StatsAsync(session, ct), ct);

    /// <summary>How many ready jobs stand before a ready one in its lane, counted to at most 10,000; null if it is not ready.</summary>
    public Task<int?> PositionAsync(JobId id, CancellationToken ct = default) =>
        database.ReadAsync(session => JobQueries.PositionAsync(session, id.Value, ct), ct);

    private void MustBeOurs(Transaction tx)
    {
        if (tx.Database != database)
            throw new ArgumentException("The transaction is of another database than the queue.", nameof(tx));
    }

    private static Enqueued[] WithRepetitions(
        IReadOnlyList<NewJob> jobs, Dictionary<string, int> first, IReadOnlyList<Enqueued> added)
    {
        var answers = new Enqueued[jobs.Count];
        var next = 0;
        for (var index = 0; index < jobs.Count; index++)
        {
            var repeats = jobs[index].UniqueKey is { } key && first[key] != index ? first[key] : (int?)null;
            answers[index] = repeats is { } earlier ? answers[earlier] with { IsNew = false } : added[next++];
        }

        return answers;
    }
}
