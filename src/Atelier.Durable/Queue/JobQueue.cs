// The callers' side of the queue. Everything given a transaction happens with it or not at all.
namespace Atelier.Durable;

/// <summary>Enqueues, cancels, wakes and finds jobs.</summary>
public sealed class JobQueue
{
    private const int MostListed = 1_000, MostMinutes = 7 * 24 * 60;

    private readonly EnqueueTogether _together;

    /// <summary>The queue in a database.</summary>
    /// <param name="database">Where the jobs live; migrated with <see cref="DurableMigrations"/>.</param>
    /// <param name="handlers">Who runs them, and is told of every change of their states.</param>
    /// <param name="newLanes">The limits of lanes that come into being with their first tenant's job; default one place for each tenant.</param>
    public JobQueue(Database database, JobHandlers handlers, LaneSettings? newLanes = null)
        : this(database, handlers, newLanes ?? new LaneSettings(), JobStore.For(database.Dialect))
    {
    }

    internal JobQueue(Database database, JobHandlers handlers, LaneSettings newLanes, JobStore store)
    {
        LaneSettings.Validate(newLanes);
        (Database, Handlers, Store) = (database, handlers, store);
        Admission = new Admission(Store, Stripe, newLanes);
        Recurring = new RecurringJobs(this);
        Transitions = new Transitions(handlers, Admission);
        Lanes = new Lanes(this);
        Tenants = new Tenants(this);
        _together = new EnqueueTogether(this);
    }

    /// <summary>The lanes and their limits.</summary>
    public Lanes Lanes { get; }

    /// <summary>The tenants and their shares.</summary>
    public Tenants Tenants { get; }

    /// <summary>The jobs that come again and again.</summary>
    public RecurringJobs Recurring { get; }

    internal Database Database { get; }

    /// <summary>Under which name this process counts, in rows of its own, so that its commits wait for nobody's.</summary>
    internal string Stripe { get; } = Guid.CreateVersion7().ToString("N");

    internal QueueTally Tally { get; } = new();

    internal JobHandlers Handlers { get; }

    internal JobStore Store { get; }

    internal Admission Admission { get; }

    internal Transitions Transitions { get; }

    /// <summary>Adds a job to the transaction; a worker is woken after the commit.</summary>
    /// <exception cref="ArgumentException">A property of the job is out of its range.</exception>
    public async Task<Enqueued> EnqueueAsync(Transaction tx, NewJob job, CancellationToken ct = default)
    {
        MustBeOurs(tx);
        NewJob.Validate(job);
        return (await EnterAsync(tx, [job], ct))[0];
    }

    /// <summary>
    /// Adds a job in a transaction of its own, which callers of the same moment share. A caller that gives up may have enqueued it.
    /// </summary>
    /// <exception cref="ArgumentException">A property of the job is out of its range.</exception>
    public Task<Enqueued> EnqueueAsync(NewJob job, CancellationToken ct = default)
    {
        NewJob.Validate(job);
        Database.RefuseNesting();
        return _together.EnqueueAsync(job, ct);
    }

    /// <summary>Adds many jobs to the transaction and answers in their order.</summary>
    /// <exception cref="ArgumentException">A property of a job is out of its range.</exception>
    public async Task<IReadOnlyList<Enqueued>> EnqueueManyAsync(Transaction tx, IReadOnlyList<NewJob> jobs, CancellationToken ct = default)
    {
        MustBeOurs(tx);
        foreach (var job in jobs)
            NewJob.Validate(job);
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        var distinct = jobs.Where((job, index) => job.ScopedKey is not { } key || first.TryAdd(key, index)).ToList();
        var added = await EnterAsync(tx, distinct, ct);
        return distinct.Count == jobs.Count ? added : WithRepetitions(jobs, first, added);
    }

    /// <summary>Adds many jobs in a transaction of their own.</summary>
    /// <exception cref="ArgumentException">A property of a job is out of its range.</exception>
    public Task<IReadOnlyList<Enqueued>> EnqueueManyAsync(IReadOnlyList<NewJob> jobs, CancellationToken ct = default)
    {
        foreach (var job in jobs)
            NewJob.Validate(job);

        // What needs one statement only needs no transaction around it; unless the commit can wake a worker in its turn.
        return jobs.Count > 0 && !Database.TellsWithCommit && jobs.All(job => job.Tenant.Length == 0 && job.UniqueKey is null)
            ? Database.StatementAsync(Durability.Durable, session => InsertAsync(session, new Entry().PlaceAll(jobs), ct), SignalsOf(jobs), ct)
            : Database.TransactAsync(
                tx =>
                {
                    tx.KeepPlans();
                    return EnqueueManyAsync(tx, jobs, ct);
                },
                ct);
    }

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

        if (Handlers.Find(row.Kind) is null)
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
        Database.TransactAsync(tx => CancelAsync(tx, id, ct), ct);

    /// <summary>
    /// Makes a snoozed, scheduled, retrying or parked job ready now; a running one will not sleep when it next snoozes.
    /// False if there is no such unfinished job.
    /// </summary>
    public async Task<bool> WakeAsync(Transaction tx, JobId id, CancellationToken ct = default)
    {
        MustBeOurs(tx);
        tx.SignalAfterCommit(Topics.Ready);
        var woken = await JobTable.WakeAsync(tx, id.Value, ct);
        if (woken?.StateValue == JobState.Waiting)
            await Admission.FillAsync(tx, [woken.LaneTenant], ct);
        return woken is not null;
    }

    /// <summary>Wakes in a transaction of its own.</summary>
    public Task<bool> WakeAsync(JobId id, CancellationToken ct = default) => Database.TransactAsync(tx => WakeAsync(tx, id, ct), ct);

    /// <summary>The job, unfinished or dead; null if it is finished or never was.</summary>
    public async Task<Job?> FindAsync(JobId id, CancellationToken ct = default) =>
        (await Database.ReadAsync(session => JobQueries.FindAsync(session, id.Value, ct), ct))?.ToJob();

    /// <summary>Unfinished jobs in the order of their ids.</summary>
    /// <param name="filter">Which jobs.</param>
    /// <param name="after">Only ids above this one; null from the first.</param>
    /// <param name="limit">At most this many, 1 to 1,000.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<IReadOnlyList<Job>> ListAsync(JobFilter filter, JobId? after = null, int limit = 100, CancellationToken ct = default)
    {
        var rows = await Database.ReadAsync(
            session => JobQueries.ListAsync(session, filter, after?.Value ?? 0, Math.Clamp(limit, 1, MostListed), ct), ct);
        return [.. rows.Select(row => row.ToJob())];
    }

    /// <summary>Dead letters in the order of their ids.</summary>
    /// <param name="filter">Which ones; null for all.</param>
    /// <param name="after">Only ids above this one; null from the first.</param>
    /// <param name="limit">At most this many, 1 to 1,000.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(
        DeadLetterFilter? filter = null, JobId? after = null, int limit = 100, CancellationToken ct = default)
    {
        var rows = await Database.ReadAsync(
            session => JobQueries.DeadLettersAsync(session, filter ?? new DeadLetterFilter(), after?.Value ?? 0, Math.Clamp(limit, 1, MostListed), ct), ct);
        return [.. rows.Select(row => new DeadLetter(row.ToJob(), DateTimeOffset.FromUnixTimeMilliseconds(row.DiedAt)))];
    }

    /// <summary>
    /// Makes a dead job ready again (or waiting for a place of its tenant), under its old id, with all its attempts and no deadline, as it
    /// was or edited. False if there is no such dead letter.
    /// </summary>
    public async Task<bool> RetryDeadAsync(Transaction tx, JobId id, JobEdit? edit = null, CancellationToken ct = default)
    {
        if (await Store.ExhumeAsync(tx, id.Value, ct) is not { } dead)
            return false;
        await Transitions.ReviveAsync(tx, dead.Edited(edit ?? new JobEdit()), ct);
        return true;
    }

    /// <summary>Forgets a dead letter. False if there is none.</summary>
    public async Task<bool> DiscardDeadAsync(Transaction tx, JobId id, CancellationToken ct = default) =>
        await Store.ExhumeAsync(tx, id.Value, ct) is not null;

    /// <summary>Retries all dead letters that match, each in a transaction of its own; answers how many.</summary>
    public Task<int> RetryDeadAsync(DeadLetterFilter filter, CancellationToken ct = default) =>
        EachDeadAsync(filter, (tx, id) => RetryDeadAsync(tx, id, edit: null, ct), ct);

    /// <summary>Forgets all dead letters that match, each in a transaction of its own; answers how many.</summary>
    public Task<int> DiscardDeadAsync(DeadLetterFilter filter, CancellationToken ct = default) =>
        EachDeadAsync(filter, (tx, id) => DiscardDeadAsync(tx, id, ct), ct);

    /// <summary>The latest written progress of an unfinished job; null if it has told none in this attempt.</summary>
    public async Task<JobProgress?> ReadProgressAsync(JobId id, CancellationToken ct = default) =>
        await Database.ReadAsync(session => JobQueries.ReadProgressAsync(session, id.Value, ct), ct) is { } row
            ? new JobProgress(row.Fraction, row.Note, row.Preview, row.PreviewType)
            : null;

    /// <summary>The queue at this moment. Reads every unfinished job: for people and gauges, not for requests.</summary>
    public Task<QueueStats> StatsAsync(CancellationToken ct = default) =>
        Database.ReadAsync(session => JobQueries.StatsAsync(session, ct), ct);

    /// <summary>What all workers did in the last so many minutes (1 to 10,080, the present one included, as far as it is kept), by lane.</summary>
    public Task<IReadOnlyList<LaneActivity>> ActivityAsync(int minutes = 60, CancellationToken ct = default) =>
        Database.ReadAsync(session => StatisticsTable.SumAsync(session, Math.Clamp(minutes, 1, MostMinutes), ct), ct);

    /// <summary>What ended in the last so many minutes, in steps of so many minutes, by lane; steps in which a lane did nothing are absent.</summary>
    /// <param name="minutes">How far back, 1 to 10,080, as far as it is kept.</param>
    /// <param name="step">Minutes of a step, 1 or more. Steps begin at whole multiples of it since 1970.</param>
    /// <param name="ct">Gives up.</param>
    public Task<IReadOnlyList<LaneStep>> StepsAsync(int minutes, int step, CancellationToken ct = default) =>
        Database.ReadAsync(session => StatisticsTable.StepsAsync(session, Math.Clamp(minutes, 1, MostMinutes), Math.Max(1, step), ct), ct);

    /// <summary>How many ready jobs stand before a ready one in its lane, counted to at most 10,000; null if it is not ready.</summary>
    public Task<int?> PositionAsync(JobId id, CancellationToken ct = default) =>
        Database.ReadAsync(session => JobQueries.PositionAsync(session, id.Value, ct), ct);

    /// <summary>
    /// Takes the turn of something that one process of all is to do at most once in a time; false if it was taken less than
    /// <paramref name="interval"/> ago, on the database's clock. A power cut may give the latest turn away again.
    /// </summary>
    public Task<bool> TakeTurnAsync(string name, TimeSpan interval, CancellationToken ct = default) =>
        Chores.TakeAsync(Database, $"turn:{name}", interval, ct);

    private async Task<IReadOnlyList<Enqueued>> EnterAsync(Transaction tx, IReadOnlyList<NewJob> jobs, CancellationToken ct)
    {
        if (await UniqueKeys.HoldersAsync(tx, jobs, ct) is { Count: > 0 } holders)
            return await EnterOthersAsync(tx, jobs, holders, ct);
        var entry = await Admission.EnterAsync(tx, jobs, ct);
        var placed = entry.PlaceAll(jobs);
        var added = await InsertAsync(tx, placed, ct);
        var repeated = placed.Zip(added).Where(pair => pair.First.Placed.Admitted && !pair.Second.IsNew).Select(pair => pair.First.Job).ToList();
        foreach (var job in repeated)
            entry.TakeBack(job);
        await UniqueKeys.KeepAsync(tx, [.. jobs.Zip(added)], ct);
        if (entry.Rows.Count > 0)
            TenantTable.Write(tx, entry.Rows);

        // A place that was taken back may be the one for which the next of these jobs began to wait.
        await Admission.FillAsync(tx, repeated.Select(job => new LaneTenant(job.Lane, job.Tenant)), ct);
        tx.SignalAfterCommit(SignalsOf(jobs));
        return added;
    }

    private async Task<IReadOnlyList<Enqueued>> InsertAsync(
        Session session, IReadOnlyList<(NewJob Job, Placed Placed)> jobs, CancellationToken ct) =>
        jobs.Count == 1 ? [await Store.InsertAsync(session, jobs[0].Job, jobs[0].Placed, ct)] : await Store.InsertManyAsync(session, jobs, ct);

    private static Topics SignalsOf(IReadOnlyList<NewJob> jobs) =>
        (jobs.Any(job => job.RunAt is null) ? Topics.Ready : Topics.None) | (jobs.Any(job => job.RunAt is not null) ? Topics.Timed : Topics.None);

    private async Task<int> EachDeadAsync(DeadLetterFilter filter, Func<Transaction, JobId, Task<bool>> work, CancellationToken ct)
    {
        var done = 0;
        IReadOnlyList<DeadLetter> page = [];
        do
        {
            page = await DeadLettersAsync(filter, page.Count == 0 ? null : page[^1].Job.Id, MostListed, ct);
            foreach (var letter in page)
                done += await Database.TransactAsync(tx => work(tx, letter.Job.Id), ct) ? 1 : 0;
        }
        while (page.Count == MostListed);
        return done;
    }

    /// <summary>Adds the jobs whose keys are free; the others are those that hold the keys.</summary>
    private async Task<IReadOnlyList<Enqueued>> EnterOthersAsync(
        Transaction tx, IReadOnlyList<NewJob> jobs, Dictionary<string, JobId> holders, CancellationToken ct)
    {
        var free = jobs.Where(job => job.ScopedKey is not { } key || !holders.ContainsKey(key)).ToList();
        var added = new Queue<Enqueued>(free.Count == 0 ? [] : await EnterAsync(tx, free, ct));
        return [.. jobs.Select(job => job.ScopedKey is { } key && holders.TryGetValue(key, out var holder)
            ? new Enqueued(holder, IsNew: false)
            : added.Dequeue())];
    }

    internal void MustBeOurs(Transaction tx)
    {
        if (tx.Database != Database)
            throw new ArgumentException("The transaction is of another database than the queue.", nameof(tx));
    }

    private static Enqueued[] WithRepetitions(
        IReadOnlyList<NewJob> jobs, Dictionary<string, int> first, IReadOnlyList<Enqueued> added)
    {
        var answers = new Enqueued[jobs.Count];
        var next = 0;
        for (var index = 0; index < jobs.Count; index++)
        {
            var repeats = jobs[index].ScopedKey is { } key && first[key] != index ? first[key] : (int?)null;
            answers[index] = repeats is { } earlier ? answers[earlier] with { IsNew = false } : added[next++];
        }

        return answers;
    }
}
