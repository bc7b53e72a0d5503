// The queue of one owner: what is in hand, who waits and why, what has ended since it was last cleared. Every change is one transaction with
// the event that tells all of the owner's pages.
using Atelier.Durable;

namespace Atelier.Generating;

/// <summary>One owner's queue at a moment.</summary>
public sealed record OwnQueueState
{
    /// <summary>How the jobs stand in line.</summary>
    public required TenantLine Line { get; init; }

    /// <summary>The generations of the jobs in <see cref="Line"/>, by job.</summary>
    public required IReadOnlyDictionary<JobId, Generation> Unfinished { get; init; }

    /// <summary>Failed since the last clearing, the latest first.</summary>
    public required IReadOnlyList<Generation> Failed { get; init; }

    /// <summary>Completed or canceled since the last clearing, the latest first.</summary>
    public required IReadOnlyList<Generation> Done { get; init; }

    /// <summary>When it was last cleared; null for never.</summary>
    public DateTimeOffset? ClearedAt { get; init; }
}

/// <summary>Reads and steers the queues of owners.</summary>
public sealed class OwnQueue(Database database, JobQueue queue, TimeProvider time)
{
    private const int MostInLane = 12, MostEnded = 6;

    /// <summary>The type of the event after which an owner's queue looks different although no generation has changed.</summary>
    public const string ChangedEvent = "queue.changed";

    /// <summary>How long a clearing can be taken back: two minutes.</summary>
    public static readonly TimeSpan Regret = TimeSpan.FromMinutes(2);

    /// <summary>An owner's queue now.</summary>
    public async Task<OwnQueueState> ReadAsync(string owner, CancellationToken cancellationToken = default)
    {
        var line = await queue.Tenants.LineAsync(owner, MostInLane, cancellationToken);
        var jobs = line.Lanes.SelectMany(lane => lane.InHand.Concat(lane.Waiting)).Where(job => job.Kind == GenerationJob.Kind).ToList();
        return await database.ReadAsync(async session =>
        {
            var view = await session.QuerySingleOrDefaultAsync<ViewRow>("SELECT cleared_at, cleared_before FROM queue_views WHERE owner = @owner", new { owner });
            var since = view?.ClearedAt ?? -1;
            return new OwnQueueState
            {
                Line = line,
                Unfinished = await OfJobsAsync(session, owner, jobs),
                Failed = await EndedAsync(session, owner, since, "status = 'failed'"),
                Done = await EndedAsync(session, owner, since, "finished_at IS NOT NULL AND g.status <> 'failed'"),
                ClearedAt = view is null ? null : DateTimeOffset.FromUnixTimeMilliseconds(view.ClearedAt),
            };
        }, cancellationToken);
    }

    /// <summary>Whether an owner lets nothing of his begin.</summary>
    public async Task<bool> IsPausedAsync(string owner, CancellationToken cancellationToken = default) =>
        (await queue.Tenants.LineAsync(owner, limit: 1, cancellationToken)).IsPaused;

    /// <summary>Lets nothing of an owner's begin until he resumes; what has begun goes on.</summary>
    public Task PauseAsync(string owner, CancellationToken cancellationToken = default) =>
        ChangeAsync(owner, transaction => queue.Tenants.PauseAsync(transaction, owner, cancellationToken), cancellationToken);

    /// <summary>Ends a pause.</summary>
    public Task ResumeAsync(string owner, CancellationToken cancellationToken = default) =>
        ChangeAsync(owner, transaction => queue.Tenants.ResumeAsync(transaction, owner, cancellationToken), cancellationToken);

    /// <summary>Clears what has ended from the owner's drawer, on all devices. The generations stay.</summary>
    public Task ClearAsync(string owner, CancellationToken cancellationToken = default) => ChangeAsync(owner, transaction => transaction.ExecuteAsync("""
        INSERT INTO queue_views (owner, cleared_at) VALUES (@owner, @now)
        ON CONFLICT (owner) DO UPDATE SET cleared_before = queue_views.cleared_at, cleared_at = excluded.cleared_at
        """, new { owner, now = Now }), cancellationToken);

    /// <summary>Takes the last clearing back, unless that is longer ago than <see cref="Regret"/>.</summary>
    public Task UndoClearAsync(string owner, CancellationToken cancellationToken = default) => ChangeAsync(owner, async transaction =>
    {
        var since = Now - (long)Regret.TotalMilliseconds;
        await transaction.ExecuteAsync("DELETE FROM queue_views WHERE owner = @owner AND cleared_at >= @since AND cleared_before IS NULL", new { owner, since });
        await transaction.ExecuteAsync(
            "UPDATE queue_views SET cleared_at = cleared_before, cleared_before = NULL WHERE owner = @owner AND cleared_at >= @since", new { owner, since });
    }, cancellationToken);

    /// <summary>Tells an owner's pages that his queue looks different.</summary>
    internal static void Announce(Transaction transaction, string owner) =>
        EventLog.Append(transaction, new NewEvent(owner, "queue", ChangedEvent, "{}"));

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private Task ChangeAsync(string owner, Func<Transaction, Task> change, CancellationToken cancellationToken) =>
        database.TransactAsync(async transaction =>
        {
            await change(transaction);
            Announce(transaction, owner);
        }, cancellationToken);

    /// <summary>Removes what an account has cleared from its view, in the transaction that deletes it.</summary>
    public static Task ForgetAsync(Transaction transaction, string accountId)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.ExecuteAsync("DELETE FROM queue_views WHERE owner = @accountId", new { accountId });
    }

    private static async Task<IReadOnlyDictionary<JobId, Generation>> OfJobsAsync(Session session, string owner, List<Job> jobs)
    {
        if (jobs.Count == 0)
            return new Dictionary<JobId, Generation>();
        var rows = await session.QueryAsync<GenerationRow>($"""
            SELECT {GenerationRow.Columns} {GenerationRow.From}
            WHERE g.id {(session.Dialect == Dialect.Postgres ? "= ANY(@ids)" : "IN @ids")} AND g.owner = @owner AND g.deleted_at IS NULL
            """, new { owner, ids = jobs.Select(GenerationJob.GenerationOf).ToArray() });
        return rows.Select(row => row.ToGeneration()).Where(generation => generation.JobId is not null)
            .ToDictionary(generation => new JobId(generation.JobId!.Value));
    }

    private static async Task<IReadOnlyList<Generation>> EndedAsync(Session session, string owner, long since, string which) =>
        [.. (await session.QueryAsync<GenerationRow>($"""
            SELECT {GenerationRow.Columns} {GenerationRow.From}
            WHERE g.owner = @owner AND g.finished_at > @since AND g.deleted_at IS NULL AND g.{which} ORDER BY g.finished_at DESC LIMIT @MostEnded
            """, new { owner, since, MostEnded })).Select(row => row.ToGeneration())];

    private sealed class ViewRow
    {
        public long ClearedAt { get; init; }
        public long? ClearedBefore { get; init; }
    }
}
