// What callers and operators ask. Nothing here changes a row.
namespace Atelier.Durable;

/// <summary>Reads of unfinished and dead jobs.</summary>
internal static class JobQueries
{
    private const int MostCounted = 10_000;

    public static async Task<JobRow?> FindAsync(Session session, long id, CancellationToken ct) =>
        await session.QuerySingleOrDefaultAsync<JobRow>($"select {JobTable.Columns} from jobs where id = @id", new { id }, ct) ??
        await session.QuerySingleOrDefaultAsync<JobRow>(
            $"select {JobTable.DeadColumns}, 'dead' as state from dead_jobs where id = @id", new { id }, ct);

    public static Task<IReadOnlyList<JobRow>> ListAsync(Session session, JobFilter filter, long after, int limit, CancellationToken ct) =>
        session.QueryAsync<JobRow>(
            $"select {JobTable.Columns} from jobs where id > @after" +
            (filter.Lane is null ? "" : " and lane = @Lane") +
            (filter.State is null ? "" : $" and {JobTable.State} = @State") +
            (filter.Kind is null ? "" : " and kind = @Kind") +
            (filter.Tenant is null ? "" : " and tenant = @Tenant") +
            " order by id limit @limit",
            new { after, limit, filter.Lane, filter.Kind, filter.Tenant, State = filter.State is { } state ? JobRow.Name(state) : null },
            ct);

    public static Task<IReadOnlyList<JobRow>> DeadLettersAsync(
        Session session, DeadLetterFilter filter, long after, int limit, CancellationToken ct) =>
        session.QueryAsync<JobRow>(
            $"select {JobTable.DeadColumns}, died_at, 'dead' as state from dead_jobs where id > @after" +
            (filter.Lane is null ? "" : " and lane = @Lane") +
            (filter.Kind is null ? "" : " and kind = @Kind") +
            (filter.Tenant is null ? "" : " and tenant = @Tenant") +
            (filter.ErrorCode is null ? "" : " and error_code = @ErrorCode") +
            " order by id limit @limit",
            new { after, limit, filter.Lane, filter.Kind, filter.Tenant, filter.ErrorCode },
            ct);

    public static Task<ProgressRow?> ReadProgressAsync(Session session, long id, CancellationToken ct) =>
        session.QuerySingleOrDefaultAsync<ProgressRow>(
            """
            select job_id as id, fraction, note, preview, preview_type from job_progress
            where job_id = @id and exists (select 1 from jobs where id = @id)
            """,
            new { id },
            ct);

    public static async Task<QueueStats> StatsAsync(Session session, CancellationToken ct)
    {
        var depths = await session.QueryAsync<DepthRow>(
            $"""
            select lane, state, count(*) as count, durable_now() - min(case when state in ('ready', 'waiting') then queued_at else enqueued_at end) as oldest
            from (select lane, {JobTable.State} as state, queued_at, enqueued_at from jobs) as all_jobs group by lane, state order by lane, state
            """,
            ct: ct);
        var dead = await session.ScalarAsync<long>("select count(*) from dead_jobs", ct: ct);
        var workers = await session.ScalarAsync<int>("select count(*) from workers where expires_at > durable_now()", ct: ct);
        return new QueueStats([.. depths.Select(row => row.ToDepth())], dead, workers);
    }

    public static Task<int?> PositionAsync(Session session, long id, CancellationToken ct) => session.ScalarAsync<int?>(
        $"""
        select case when exists (select 1 from jobs where id = @id and {JobTable.IsReady}) then (
            select count(*) from (
                select 1 from jobs as other join jobs as me on me.id = @id
                where other.state = 'ready' and other.lease is null and other.lane = me.lane
                    and (other.rank, other.turn, other.id) < (me.rank, me.turn, me.id)
                limit @MostCounted) as before) end
        """,
        new { id, MostCounted },
        ct);

    /// <summary>How many milliseconds until the next timed job is due, at least 0; null if none waits for a time.</summary>
    public static Task<long?> NextDueAsync(Session session, CancellationToken ct) =>
        DistanceAsync(session, "select min(due_at) from jobs where due_at is not null", ct);

    /// <summary>The same, of jobs that have begun. Passes over all scheduled ones: not for every second.</summary>
    public static Task<long?> NextBegunDueAsync(Session session, CancellationToken ct) =>
        DistanceAsync(session, "select due_at from jobs where due_at is not null and state <> 'scheduled' order by due_at limit 1", ct);

    private static async Task<long?> DistanceAsync(Session session, string due, CancellationToken ct) =>
        await session.ScalarAsync<long?>($"select ({due}) - durable_now()", ct: ct) is { } distance ? Math.Max(0, distance) : null;

    private sealed class DepthRow
    {
        public string Lane { get; init; } = "";

        public string State { get; init; } = "";

        public long Count { get; init; }

        public long Oldest { get; init; }

        public QueueDepth ToDepth() =>
            new(Lane, Enum.Parse<JobState>(State, ignoreCase: true), Count, TimeSpan.FromMilliseconds(Math.Max(0, Oldest)));
    }
}
