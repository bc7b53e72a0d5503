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
        (select lane from jobs where state = 'ready' and lease is null order by lane limit 1)
        union all
        select (select j.lane from jobs j where j.state = 'ready' and j.lease is null and j.lane > l.lane order by j.lane limit 1)
        from ready_lanes l where l.lane is not null
        """;

    private const string Marks = "unnest(@markLanes, @markRanks, @markTurns, @markIds) as mark (lane, rank, turn, id)";

    // Behind an old snapshot the entries of jobs that are gone stay in the index, and are passed one by one from its beginning.
    private const string BehindTheMark =
        "(rank, turn, id) > (coalesce(mark.rank, -2147483648), coalesce(mark.turn, -9223372036854775808), coalesce(mark.id, -1))";

    protected override string ForUpdate => "for update";

    public override string ForUpdateSkipLocked => "for update skip locked";

    protected override string InKinds => "= any(@kinds)";

    protected override string Leased => "leases l join jobs j on j.id = any(l.job_ids) and j.lease = l.lease";

    protected override string InLeased => "= any(leases.job_ids)";

    protected override string InLeases => "= any(@leases)";

    public override async Task<Enqueued> InsertAsync(Session session, NewJob job, Placed placed, CancellationToken ct)
    {
        var sql = job.UniqueKey is null ? Insert + IdAndWhetherNew : Insert + OrWhoHasTheKey + IdAndWhetherNew;
        return (await session.QuerySingleOrDefaultAsync<EnqueuedRow>(sql, Arguments(job, placed), ct))!.ToEnqueued();
    }

    public override async Task<IReadOnlyList<Enqueued>> InsertManyAsync(
        Session session, IReadOnlyList<(NewJob Job, Placed Placed)> jobs, CancellationToken ct)
    {
        var columns = new BulkColumns(jobs.Count)
            .Add("kind", Varying.All, jobs.Select(job => job.Job.Kind))
            .Add("lane", Varying.All, jobs.Select(job => job.Job.Lane))
            .Add("lane_key", Varying.All, jobs.Select(job => job.Job.LaneKey))
            .Add("tenant", Varying.Tenant, jobs.Select(job => job.Job.Tenant))
            .Add("priority", Varying.All, jobs.Select(job => job.Job.Priority))
            .Add("turn", Varying.Tenant, jobs.Select(job => job.Placed.Turn))
            .Add("admitted", Varying.Tenant, jobs.Select(job => job.Placed.Admitted))
            .Add("cost", Varying.All, jobs.Select(job => job.Job.Cost))
            .Add("payload", Varying.Payload, jobs.Select(job => job.Job.Payload))
            .Add("max_attempts", Varying.All, jobs.Select(job => job.Job.MaxAttempts))
            .Add("unique_key", Varying.All, jobs.Select(job => job.Job.ScopedKey))
            .Add("deadline", Varying.All, jobs.Select(job => job.Job.Deadline?.ToUnixTimeMilliseconds()))
            .Add("state", Varying.Tenant, jobs.Select(job => JobRow.Name(job.Placed.State)))
            .Add("due_at", Varying.All, jobs.Select(job => job.Job.RunAt?.Time?.ToUnixTimeMilliseconds()))
            .Add("due_in", Varying.All, jobs.Select(job => job.Job.RunAt?.DelayMilliseconds));
        var anyKey = jobs.Any(job => job.Job.UniqueKey is not null);
        var rows = await session.QueryAsync<EnqueuedRow>(
            $"""
            insert into jobs (kind, lane, lane_key, tenant, priority, rank, turn, admitted, cost, payload, max_attempts, unique_key,
                deadline, state, due_at, enqueued_at, queued_at)
            select {columns["kind"]}, {columns["lane"]}, {columns["lane_key"]}, {columns["tenant"]}, {columns["priority"]}, {columns["priority"]},
                coalesce({columns["turn"]}, (select virtual_time from lanes where name = {columns["lane"]}), 0), {columns["admitted"]},
                {columns["cost"]}, {columns["payload"]}, {columns["max_attempts"]}, {columns["unique_key"]}, {columns["deadline"]},
                {columns["state"]}, coalesce({columns["due_at"]}, now + {columns["due_in"]}), now, now
            from durable_now() as now, {columns.Source} order by n
            {(anyKey ? OrWhoHasTheKey + IdAndWhetherNew : " returning id, true as is_new")}
            """,
            columns.Arguments,
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
            with recursive ready_lanes (lane) as ({Lanes(claim)}),
            bare as materialized (
                select lane from ready_lanes where lane is not null and not exists (select 1 from lanes where name = lane)
                order by random()),
            relaxed as materialized (select set_config('synchronous_commit', 'off', true)),
            clock as materialized (select durable_now() as now),
            chosen as materialized (
                select next.* from bare left join {Marks} on mark.lane = bare.lane cross join lateral (
                    select id, ctid as spot from jobs where {JobTable.IsReady} and lane = bare.lane and kind = any(@Kinds) and {BehindTheMark}
                    order by lane, rank, turn, id
                    limit greatest(1, @Limit / (select count(*) from bare)) for update skip locked) as next
                where exists (select 1 from workers where id = @Worker) limit @Limit),
            leased as (
                insert into leases (lease, worker_id, job_ids) select @Lease, @Worker, array_agg(id) from chosen having count(*) > 0)
            update jobs set lease = @Lease
            where ctid = any(array(select spot from chosen)) and (select count(*) from relaxed) = 1
            returning {JobTable.ClaimedColumns}, (select now from clock) as now
            """,
            With(claim, new() { ["Limit"] = claim.Limit, ["Lanes"] = claim.Lanes }),
            ct);
        return [.. JobRow.InOrder(rows)];
    }

    public override Task<IReadOnlyList<LaneRow>> LockLanesAsync(Transaction tx, Claim claim, CancellationToken ct) =>
        tx.QueryAsync<LaneRow>(
            $"""
            with recursive ready_lanes (lane) as ({Lanes(claim)}),
            open as materialized (select name from lanes where name in (select lane from ready_lanes) and mode <> 'paused'),
            locked as materialized (
                select {LaneTable.Columns} from lanes
                where name in (select name from open) and exists (select 1 from workers where id = @Worker)
                for update skip locked)
            select locked.*, (select count(*) from locked) < (select count(*) from open) as passed_over,
                exists (select 1 from ready_lanes r where r.lane is not null and not exists (select 1 from lanes l where l.name = r.lane))
                    as bare_ready
            from (select 1) as always left join locked on true
            """,
            With(claim, new() { ["Lanes"] = claim.Lanes }),
            ct);

    public override async Task<IReadOnlyList<JobRow>> ClaimAsync(
        Transaction tx, Claim claim, IReadOnlyList<LaneGrant> grants, CancellationToken ct)
    {
        var rows = await tx.QueryAsync<JobRow>(
            $"""
            with grants as materialized (select * from unnest(@lanes, @fresh, @costs, @whole) as g (lane, fresh, cost, whole)),
            clock as materialized (select durable_now() as now),
            going_on as materialized (
                select g.lane, next.* from grants g cross join lateral (
                    select id, ctid as spot from jobs where {JobTable.IsReady} and lane = g.lane and rank = @Begun and kind = any(@Kinds)
                    order by lane, rank, turn, id limit @share for update skip locked) as next),
            beginning as materialized (
                select g.lane, g.cost as most, g.whole, next.* from grants g left join {Marks} on mark.lane = g.lane cross join lateral (
                    select id, ctid as spot, rank, turn, cost, lane_key from jobs
                    where {JobTable.IsReady} and lane = g.lane and rank > @Begun and kind = any(@Kinds) and {BehindTheMark}
                    order by lane, rank, turn, id
                    limit least(g.fresh, @share - (select count(*) from going_on where going_on.lane = g.lane)) for update skip locked) as next),
            plain as materialized (
                select not exists (select 1 from grants where cost < @AnyCost)
                    and not exists (select 1 from lane_keys where lane in (select lane from grants) and parked_until > (select now from clock)) as yes),
            sums as materialized (
                select b.id, b.spot, k.parked_until, most, whole,
                    sum(case when k.lane is null then b.cost else 0 end) over (partition by b.lane order by b.rank, b.turn, b.id) as total,
                    sum(case when k.lane is null then 1 else 0 end) over (partition by b.lane order by b.rank, b.turn, b.id) as n
                from beginning b left join lane_keys k on k.lane = b.lane and k.key = b.lane_key and k.parked_until > (select now from clock)
                where not (select yes from plain)),
            chosen as materialized (
                select id, spot from going_on
                union all
                select id, spot from beginning where (select yes from plain)
                union all
                select id, spot from sums where parked_until is null and (total <= most or (whole and n = 1))),
            leased as (
                insert into leases (lease, worker_id, job_ids) select @Lease, @Worker, array_agg(id) from chosen having count(*) > 0),
            claimed as (
                update jobs set lease = @Lease, begun = true where ctid = any(array(select spot from chosen))
                returning {JobTable.ClaimedColumns}, (select now from clock) as now, rank > @Begun as begins),
            parked as (
                update jobs set state = 'parked', due_at = p.until
                from (select id as sum_id, parked_until as until from sums where parked_until is not null) as p
                where id = sum_id and id = any(array(select id from sums where parked_until is not null))
                returning {JobTable.ClaimedColumns}, (select now from clock) as now, false as begins)
            select * from claimed union all select * from parked
            """,
            With(claim, new()
            {
                ["Begun"] = JobRow.Begun,
                ["AnyCost"] = double.MaxValue,
                ["share"] = Math.Max(1, claim.Limit / grants.Count),
                ["lanes"] = grants.Select(grant => grant.Lane).ToArray(),
                ["fresh"] = grants.Select(grant => grant.Fresh).ToArray(),
                ["costs"] = grants.Select(grant => grant.Cost).ToArray(),
                ["whole"] = grants.Select(grant => grant.Whole).ToArray(),
            }),
            ct);
        return [.. JobRow.InOrder(rows)];
    }

    public override Task<IReadOnlyList<WaitingRow>> NextWaitingAsync(
        Transaction tx, IReadOnlyDictionary<LaneTenant, int> places, CancellationToken ct) =>
        tx.QueryAsync<WaitingRow>(
            """
            select k.lane, k.tenant, next.id, next.cost
            from unnest(@lanes, @tenants, @places) as k (lane, tenant, places) cross join lateral (
                select id, cost from jobs where state = 'waiting' and lane = k.lane and tenant = k.tenant
                order by lane, tenant, place, priority, id limit k.places for update skip locked) as next
            """,
            new
            {
                lanes = places.Select(place => place.Key.Lane).ToArray(),
                tenants = places.Select(place => place.Key.Tenant).ToArray(),
                places = places.Select(place => place.Value).ToArray(),
            },
            ct);

    /// <summary>A statement for each lease, of which there are few: a claim gives one to all its jobs.</summary>
    public override async Task<IReadOnlyList<PlaceRow>> RemoveDoneAsync(
        Transaction tx, IReadOnlyList<LeasedId> done, CancellationToken ct)
    {
        var removed = new List<PlaceRow>(done.Count);
        foreach (var lease in done.GroupBy(job => job.Lease))
        {
            removed.AddRange(await tx.QueryAsync<PlaceRow>(
                $"delete from jobs where id = any(@ids) and lease = @Key returning {Place}",
                new { ids = lease.Select(job => job.Id).ToArray(), lease.Key },
                ct));
        }

        return removed;
    }

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

    protected override object LeasesArgument(IReadOnlyCollection<long> leases) => leases.ToArray();

    private static Dictionary<string, object?> With(Claim claim, Dictionary<string, object?> more) => new(more, StringComparer.Ordinal)
    {
        ["Worker"] = claim.Worker,
        ["Lease"] = claim.Lease,
        ["Kinds"] = claim.Kinds,
        ["markLanes"] = claim.Marks.Select(mark => mark.Lane).ToArray(),
        ["markRanks"] = claim.Marks.Select(mark => mark.Rank).ToArray(),
        ["markTurns"] = claim.Marks.Select(mark => mark.Turn).ToArray(),
        ["markIds"] = claim.Marks.Select(mark => mark.Id).ToArray(),
    };

    // Looking for the lanes passes what is gone, too: with marks, only the lanes that have them are asked.
    private static string Lanes(Claim claim) =>
        claim.Marks.Count > 0 ? "select unnest(@markLanes)" : claim.Lanes is null ? AllLanes : "select unnest(@Lanes)";

    private sealed class EnqueuedRow
    {
        public long Id { get; init; }

        public bool IsNew { get; init; }

        public Enqueued ToEnqueued() => new(new JobId(Id), IsNew);
    }
}
