// The store on PostgreSQL: claims step around one another's rows, bulk statements carry arrays. A statement is whole or absent.
namespace Atelier.Durable;

internal sealed class PostgresJobStore : JobStore
{
    private const string OrWhoHasTheKey =
        " on conflict (unique_key) where unique_key is not null do update set unique_key = excluded.unique_key";

    private const string IdAndWhetherNew = " returning id, (xmax = 0) as is_new";

    // One step down the ready index per lane, however many jobs each has.
    private const string AllLanes =
        """
        (select lane from jobs where state = 'ready' order by lane limit 1)
        union all
        select (select j.lane from jobs j where j.state = 'ready' and j.lane > lanes.lane order by j.lane limit 1)
        from lanes where lanes.lane is not null
        """;

    protected override string ForUpdate => "for update";

    protected override string ForUpdateSkipLocked => "for update skip locked";

    protected override string InKinds => "= any(@kinds)";

    public override async Task<Enqueued> InsertAsync(Session session, NewJob job, CancellationToken ct)
    {
        var sql = job.UniqueKey is null ? Insert + IdAndWhetherNew : Insert + OrWhoHasTheKey + IdAndWhetherNew;
        return (await session.QuerySingleOrDefaultAsync<EnqueuedRow>(sql, Arguments(job), ct))!.ToEnqueued();
    }

    public override async Task<IReadOnlyList<Enqueued>> InsertManyAsync(Transaction tx, IReadOnlyList<NewJob> jobs, CancellationToken ct)
    {
        var rows = await tx.QueryAsync<EnqueuedRow>(
            $"""
            insert into jobs (kind, lane, tenant, priority, cost, payload, max_attempts, unique_key, deadline, state, due_at, enqueued_at)
            select kind, lane, tenant, priority, cost, payload, max_attempts, unique_key, deadline,
                case when due_at is null and due_in is null then 'ready' else 'scheduled' end, coalesce(due_at, now + due_in), now
            from durable_now() as now,
                unnest(@kinds, @lanes, @tenants, @priorities, @costs, @payloads, @attempts, @keys, @deadlines, @dueAts, @dueIns)
                with ordinality as job (kind, lane, tenant, priority, cost, payload, max_attempts, unique_key, deadline, due_at, due_in, n)
            order by n
            {OrWhoHasTheKey} {IdAndWhetherNew}
            """,
            new
            {
                kinds = jobs.Select(job => job.Kind).ToArray(),
                lanes = jobs.Select(job => job.Lane).ToArray(),
                tenants = jobs.Select(job => job.Tenant).ToArray(),
                priorities = jobs.Select(job => job.Priority).ToArray(),
                costs = jobs.Select(job => job.Cost).ToArray(),
                payloads = jobs.Select(job => job.Payload).ToArray(),
                attempts = jobs.Select(job => job.MaxAttempts).ToArray(),
                keys = jobs.Select(job => job.UniqueKey).ToArray(),
                deadlines = jobs.Select(job => job.Deadline?.ToUnixTimeMilliseconds()).ToArray(),
                dueAts = jobs.Select(job => job.RunAt?.Time?.ToUnixTimeMilliseconds()).ToArray(),
                dueIns = jobs.Select(job => job.RunAt?.DelayMilliseconds).ToArray(),
            },
            ct);
        return [.. rows.Select(row => row.ToEnqueued())];
    }

    /// <summary>
    /// One statement, and so one round trip. It asks for an asynchronous commit of itself: a claim that a power cut takes back is claimed
    /// again, and the first worker's lease is a stranger's by then.
    /// </summary>
    public override async Task<IReadOnlyList<JobRow>> ClaimAsync(Session session, Claim claim, CancellationToken ct)
    {
        var rows = await session.QueryAsync<JobRow>(
            $"""
            with recursive lanes (lane) as ({(claim.Lanes is null ? AllLanes : "select unnest(@Lanes)")}),
            relaxed as materialized (select set_config('synchronous_commit', 'off', true)),
            chosen as materialized (
                select next.id from lanes cross join lateral (
                    select id from jobs where state = 'ready' and lane = lanes.lane and kind = any(@Kinds)
                    order by lane, priority, turn, id
                    limit greatest(1, @Limit / (select count(*) from lanes where lane is not null)) for update skip locked) as next
                limit @Limit)
            update jobs set state = 'running', worker_id = @Worker, lease = @Lease from chosen
            where jobs.id = chosen.id and exists (select 1 from workers where id = @Worker) and (select count(*) from relaxed) = 1
            returning jobs.{JobTable.Columns.Replace(", ", ", jobs.", StringComparison.Ordinal)}, jobs.turn, durable_now() as now
            """,
            claim,
            ct);
        return [.. rows.OrderBy(row => row.Priority).ThenBy(row => row.Turn).ThenBy(row => row.Id)];
    }

    public override Task<IReadOnlyList<long>> RemoveDoneAsync(Transaction tx, IReadOnlyList<LeasedId> done, CancellationToken ct) =>
        tx.QueryAsync<long>(
            """
            with done as (
                delete from jobs using unnest(@ids, @leases) as held (id, lease)
                where jobs.id = held.id and jobs.lease = held.lease returning jobs.id),
            progress as (delete from job_progress where job_id in (select id from done))
            select id from done
            """,
            new { ids = done.Select(job => job.Id).ToArray(), leases = done.Select(job => job.Lease).ToArray() },
            ct);

    public override Task<IReadOnlyList<long>> WriteProgressAsync(Transaction tx, IReadOnlyList<ProgressRow> rows, CancellationToken ct) =>
        tx.QueryAsync<long>(
            """
            with told as (
                select * from unnest(@ids, @leases, @fractions, @notes, @previews, @types) as t (id, lease, fraction, note, preview, type)),
            held as materialized (
                select jobs.id from jobs join told on told.id = jobs.id and told.lease = jobs.lease
                order by jobs.id for update of jobs skip locked)
            insert into job_progress (job_id, fraction, note, preview, preview_type, at)
            select id, fraction, note, preview, type, durable_now() from told join held using (id)
            on conflict (job_id) do update set fraction = excluded.fraction, note = excluded.note, preview = excluded.preview,
                preview_type = excluded.preview_type, at = excluded.at
            returning job_id
            """,
            new
            {
                ids = rows.Select(row => row.Id).ToArray(),
                leases = rows.Select(row => row.Lease).ToArray(),
                fractions = rows.Select(row => row.Fraction).ToArray(),
                notes = rows.Select(row => row.Note).ToArray(),
                previews = rows.Select(row => row.Preview).ToArray(),
                types = rows.Select(row => row.PreviewType).ToArray(),
            },
            ct);

    protected override object KindsArgument(IReadOnlyList<string> kinds) => kinds.ToArray();

    private sealed class EnqueuedRow
    {
        public long Id { get; init; }

        public bool IsNew { get; init; }

        public Enqueued ToEnqueued() => new(new JobId(Id), IsNew);
    }
}
