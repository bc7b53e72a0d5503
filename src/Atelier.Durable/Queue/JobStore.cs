// The seam to the two databases: the statements that each says in its own way. What runs in a transaction commits or vanishes with it.
namespace Atelier.Durable;

/// <summary>A claim: up to <paramref name="Limit"/> ready jobs for a worker that is registered.</summary>
/// <param name="Worker">The worker's id.</param>
/// <param name="Lease">A random number of this claim alone: the fencing token.</param>
/// <param name="Limit">At most so many jobs.</param>
/// <param name="Kinds">What the worker can run.</param>
/// <param name="Lanes">Only these lanes; null for all.</param>
internal sealed record Claim(string Worker, long Lease, int Limit, string[] Kinds, string[]? Lanes)
{
    /// <summary>Where to begin in lanes whose first entries are known to be gone; other lanes are searched from their beginning.</summary>
    public IReadOnlyCollection<LowWaterMark> Marks { get; init; } = [];
}

/// <summary>The last job that was claimed of a lane: its ready jobs come behind it.</summary>
internal sealed record LowWaterMark(string Lane, int Rank, long Turn, long Id);

/// <summary>A leased job: only who knows the lease may settle it.</summary>
internal readonly record struct LeasedId(long Id, long Lease);

/// <summary>Progress to write, if the lease still holds.</summary>
internal sealed record ProgressRow
{
    public long Id { get; init; }

    public long Lease { get; init; }

    public double Fraction { get; init; }

    public string? Note { get; init; }

    public byte[]? Preview { get; init; }

    public string? PreviewType { get; init; }
}

/// <summary>The jobs of one database; see <see cref="JobTable"/> and <see cref="JobQueries"/> for what both databases understand.</summary>
internal abstract class JobStore
{
    /// <summary>How many jobs the pages of <see cref="OrphansAsync"/> and <see cref="OverdueAsync"/> have.</summary>
    public const int PageSize = 100;

    protected const string Place = $"id, lane, tenant, {JobTable.Rank} as rank, admitted";

    private const int PromotedAtOnce = 1_000;

    protected const string Insert =
        """
        insert into jobs (kind, lane, lane_key, tenant, priority, rank, turn, admitted, cost, payload, max_attempts, unique_key, deadline,
            state, due_at, enqueued_at, queued_at)
        values (@Kind, @Lane, @LaneKey, @Tenant, @Priority, @Priority,
            coalesce(@Turn, (select virtual_time from lanes where name = @Lane), 0), @Admitted, @Cost, @Payload, @MaxAttempts, @UniqueKey,
            @Deadline, @State, coalesce(@DueAt, durable_now() + @DueIn), durable_now(), durable_now())
        """;

    /// <summary>The end of a select that locks its rows; empty where a writer is alone anyway.</summary>
    protected abstract string ForUpdate { get; }

    /// <summary>The end of a select that locks only rows which nobody else has.</summary>
    public abstract string ForUpdateSkipLocked { get; }

    /// <summary>A condition that holds for the kinds in the argument <c>@kinds</c>.</summary>
    protected abstract string InKinds { get; }

    /// <summary>The jobs <c>j</c> that run, with their leases <c>l</c>; what stands behind <c>from</c>.</summary>
    protected abstract string Leased { get; }

    /// <summary>A condition that holds for the ids of a row of leases.</summary>
    protected abstract string InLeased { get; }

    /// <summary>A condition that holds for the leases in the argument <c>@leases</c>.</summary>
    protected abstract string InLeases { get; }

    public static JobStore For(Dialect dialect) => dialect == Dialect.Postgres ? new PostgresJobStore() : new SqliteJobStore();

    /// <summary>Adds a job; if its unique key is taken, answers who has it.</summary>
    public abstract Task<Enqueued> InsertAsync(Session session, NewJob job, Placed placed, CancellationToken ct);

    /// <summary>Adds many jobs, whose unique keys differ from one another.</summary>
    public abstract Task<IReadOnlyList<Enqueued>> InsertManyAsync(
        Session session, IReadOnlyList<(NewJob Job, Placed Placed)> jobs, CancellationToken ct);

    /// <summary>Leases ready jobs of lanes without a row, each lane its share of the limit, in the lane's order.</summary>
    public abstract Task<IReadOnlyList<JobRow>> ClaimAsync(Session session, Claim claim, CancellationToken ct);

    /// <summary>
    /// Locks the rows of lanes that have ready jobs, passing over those that somebody else has locked; a row without a name stands for none.
    /// </summary>
    public abstract Task<IReadOnlyList<LaneRow>> LockLanesAsync(Transaction tx, Claim claim, CancellationToken ct);

    /// <summary>
    /// Leases ready jobs of locked lanes: first those that hold a place already, then as many as the grants allow. Jobs whose key is parked
    /// are parked themselves, and among the answered.
    /// </summary>
    public abstract Task<IReadOnlyList<JobRow>> ClaimAsync(Transaction tx, Claim claim, IReadOnlyList<LaneGrant> grants, CancellationToken ct);

    /// <summary>The next jobs that wait for a place of their tenants, in the order in which they get it.</summary>
    /// <param name="tx">The transaction that has locked the tenants.</param>
    /// <param name="places">How many for each tenant.</param>
    /// <param name="ct">Gives up.</param>
    public abstract Task<IReadOnlyList<WaitingRow>> NextWaitingAsync(
        Transaction tx, IReadOnlyDictionary<LaneTenant, int> places, CancellationToken ct);

    /// <summary>Removes jobs that are done and whose leases hold; answers what those held. Their progress is left to the pruner.</summary>
    public abstract Task<IReadOnlyList<PlaceRow>> RemoveDoneAsync(Transaction tx, IReadOnlyList<LeasedId> done, CancellationToken ct);

    /// <summary>Writes progress of jobs whose leases hold and which nobody is settling; answers the ids of those.</summary>
    public abstract Task<IReadOnlyList<long>> WriteProgressAsync(Transaction tx, IReadOnlyList<ProgressRow> rows, CancellationToken ct);

    /// <summary>Locks an unfinished job, with the database's time.</summary>
    public Task<JobRow?> LockAsync(Transaction tx, long id, CancellationToken ct) => tx.QuerySingleOrDefaultAsync<JobRow>(
        $"select {JobTable.Columns}, durable_now() as now from jobs where id = @id {ForUpdate}", new { id }, ct);

    /// <summary>Locks a running job, if the lease holds.</summary>
    public virtual Task<JobRow?> LockAsync(Transaction tx, LeasedId leased, CancellationToken ct) => tx.QuerySingleOrDefaultAsync<JobRow>(
        $"select {JobTable.Columns}, durable_now() as now from jobs where id = @Id and lease = @Lease {ForUpdate}", leased, ct);

    /// <summary>Takes a dead letter out for good.</summary>
    public async Task<JobRow?> ExhumeAsync(Transaction tx, long id, CancellationToken ct)
    {
        var row = await tx.QuerySingleOrDefaultAsync<JobRow>(
            $"select {JobTable.DeadColumns}, 'dead' as state, died_at from dead_jobs where id = @id {ForUpdate}", new { id }, ct);
        if (row is not null)
            await tx.ExecuteAsync("delete from dead_jobs where id = @id", new { id }, ct);
        return row;
    }

    /// <summary>Promotes up to a thousand jobs whose time has come; answers where they stand.</summary>
    public Task<IReadOnlyList<JobRow>> PromoteAsync(Transaction tx, CancellationToken ct) => tx.QueryAsync<JobRow>(
        $"""
        update jobs set {JobTable.Promotion} where id in (
            select id from jobs where due_at <= (select durable_now()) order by due_at limit {PromotedAtOnce} {ForUpdateSkipLocked})
        returning id, lane, tenant, state
        """,
        ct: ct);

    /// <summary>Takes the places of a tenant's jobs back that have not begun; answers what those held. They wait again.</summary>
    public Task<IReadOnlyList<PlaceRow>> TakeBackAsync(Transaction tx, string tenant, CancellationToken ct) => tx.QueryAsync<PlaceRow>(
        $"""
        update jobs set state = 'waiting', admitted = false, due_at = null where id in (
            select id from jobs where admitted and tenant = @tenant and rank > {JobRow.Begun} and state in ('ready', 'parked') and lease is null
            order by id {ForUpdateSkipLocked})
        returning id, lane, tenant, rank, true as admitted,
            case when attempts = 0 and crashes = 0 and checkpoint is null then cost else 0 end as unserved
        """,
        new { tenant },
        ct);

    /// <summary>
    /// Gives a ready job the first of the turns that its tenant's ready jobs have in its lane up to its own, and each of the others the next
    /// one: other tenants see no difference.
    /// </summary>
    public Task<int> RotateAsync(Transaction tx, JobRow row, CancellationToken ct) => tx.ExecuteAsync(
        $"""
        with mine as materialized (
            select id, rank, turn from jobs
            where {JobTable.IsReady} and admitted and tenant = @Tenant and lane = @Lane and rank > {JobRow.Begun}
                and (rank, turn, id) <= (@Rank, @Turn, @Id)
            order by id {ForUpdate}),
        places as materialized (select id, rank, turn, row_number() over (order by rank, turn, id) as n from mine)
        update jobs set rank = other.rank, turn = other.turn
        from places as me join places as other on other.n = case when me.id = @Id then 1 else me.n + 1 end
        where jobs.id = me.id and exists (select 1 from places where id = @Id)
        """,
        row,
        ct);

    /// <summary>Locks recurring jobs whose tick has come and that nobody else has locked.</summary>
    public Task<IReadOnlyList<RecurringRow>> LockDueRecurringAsync(Transaction tx, int limit, CancellationToken ct) =>
        tx.QueryAsync<RecurringRow>(
            $"""
            select *, durable_now() as now from recurring_jobs where next_at <= (select durable_now())
            order by next_at limit @limit {ForUpdateSkipLocked}
            """,
            new { limit },
            ct);

    /// <summary>A page of running jobs whose worker is gone, in the order of their ids.</summary>
    public Task<IReadOnlyList<long>> OrphansAsync(Session session, IReadOnlyList<string> kinds, long after, CancellationToken ct) =>
        session.QueryAsync<long>(
            $"""
            select j.id from {Leased} where not exists (select 1 from workers where workers.id = l.worker_id) and j.kind {InKinds} and j.id > @after
            order by j.id limit @PageSize
            """,
            new { after, PageSize, kinds = KindsArgument(kinds) },
            ct);

    /// <summary>The worker that had a locked job when it died: null if the job is not one of <see cref="OrphansAsync"/>.</summary>
    public static async Task<string?> LostWorkerAsync(Transaction tx, JobRow row, CancellationToken ct) => row.Lease is null ? null :
        await tx.ScalarAsync<string>(
            """
            select worker_id from leases
            where lease = @Lease and not exists (select 1 from workers where workers.id = leases.worker_id)
            """,
            row,
            ct);

    /// <summary>A page of jobs past their deadline that do not run, in the order of their ids.</summary>
    public Task<IReadOnlyList<long>> OverdueAsync(Session session, IReadOnlyList<string> kinds, long after, CancellationToken ct) =>
        session.QueryAsync<long>(
            $"""
            with overdue as materialized (
                select id from jobs where deadline <= (select durable_now()) and lease is null and kind {InKinds})
            select id from overdue where id > @after order by id limit @PageSize
            """,
            new { after, PageSize, kinds = KindsArgument(kinds) },
            ct);

    /// <summary>What runs under the worker, as far as the database knows.</summary>
    public Task<IReadOnlyList<RunningRow>> RunningAsync(Session session, string worker, CancellationToken ct) =>
        session.QueryAsync<RunningRow>(
            $"select j.id, j.lease, j.cancel_requested from {Leased} where l.worker_id = @worker", new { worker }, ct);

    /// <summary>Forgets leases under which nothing runs any more: of dead workers, and of this one but for those that it has in hand.</summary>
    public Task<int> ForgetLeasesAsync(Transaction tx, string? worker, IReadOnlyCollection<long> inHand, CancellationToken ct) => tx.ExecuteAsync(
        $"""
        delete from leases
        where (worker_id = @worker and not lease {InLeases} or not exists (select 1 from workers where workers.id = leases.worker_id))
            and not exists (select 1 from jobs where id {InLeased} and jobs.lease = leases.lease)
        """,
        new { worker, leases = LeasesArgument(inHand) },
        ct);

    /// <summary>What <see cref="InKinds"/> expects.</summary>
    protected abstract object KindsArgument(IReadOnlyList<string> kinds);

    /// <summary>What <see cref="InLeases"/> expects.</summary>
    protected abstract object LeasesArgument(IReadOnlyCollection<long> leases);

    protected static object Arguments(NewJob job, Placed placed) => new
    {
        job.Kind,
        job.Lane,
        job.LaneKey,
        job.Tenant,
        job.Priority,
        job.Cost,
        job.Payload,
        job.MaxAttempts,
        UniqueKey = job.ScopedKey,
        Deadline = job.Deadline?.ToUnixTimeMilliseconds(),
        State = JobRow.Name(placed.State),
        placed.Turn,
        placed.Admitted,
        DueAt = job.RunAt?.Time?.ToUnixTimeMilliseconds(),
        DueIn = job.RunAt?.DelayMilliseconds,
    };
}
