// The store on SQLite: a writer is alone, so plain statements in a row are as good as one. A transaction is whole or absent.
using System.Text.Json;

namespace Atelier.Durable;

internal class SqliteJobStore : JobStore
{
    // One step down the ready index per lane, however many jobs each has.
    private const string AllLanes =
        """
        with recursive lanes (lane) as (
            select min(lane) from jobs where state = 'ready' and lease is null
            union all
            select (select min(j.lane) from jobs j where j.state = 'ready' and j.lease is null and j.lane > lanes.lane) from lanes where lanes.lane is not null)
        select lane from lanes where lane is not null
        """;

    protected override string ForUpdate => "";

    public override string ForUpdateSkipLocked => "";

    protected override string InKinds => "in (select value from json_each(@kinds))";

    protected override string Leased => "leases l cross join json_each(l.job_ids) i cross join jobs j on j.id = i.value and j.lease = l.lease";

    protected override string InLeased => "in (select value from json_each(leases.job_ids))";

    protected override string InLeases => "in (select value from json_each(@leases))";

    public override async Task<Enqueued> InsertAsync(Session session, NewJob job, Placed placed, CancellationToken ct)
    {
        var id = await session.ScalarAsync<long?>(
            Insert + " on conflict (unique_key) where unique_key is not null do nothing returning id", Arguments(job, placed), ct);
        if (id is { } added)
            return new Enqueued(new JobId(added), IsNew: true);
        var holder = await session.ScalarAsync<long>("select id from jobs where unique_key = @UniqueKey", new { UniqueKey = job.ScopedKey }, ct);
        return new Enqueued(new JobId(holder), IsNew: false);
    }

    public override async Task<IReadOnlyList<Enqueued>> InsertManyAsync(
        Session session, IReadOnlyList<(NewJob Job, Placed Placed)> jobs, CancellationToken ct)
    {
        var answers = new List<Enqueued>(jobs.Count);
        foreach (var (job, placed) in jobs)
            answers.Add(await InsertAsync(session, job, placed, ct));
        return answers;
    }

    public override async Task<IReadOnlyList<JobRow>> ClaimAsync(Session session, Claim claim, CancellationToken ct)
    {
        if (await session.ScalarAsync<string>("select id from workers where id = @Worker", claim, ct) is null)
            return [];
        var withRow = await session.QueryAsync<string>("select name from lanes", ct: ct);
        var lanes = (await ReadyLanesAsync(session, claim, ct)).Except(withRow, StringComparer.Ordinal).ToArray();
        session.Database.Random.Shuffle(lanes);
        var share = Math.Max(1, claim.Limit / Math.Max(1, lanes.Length));
        var claimed = new List<JobRow>();
        foreach (var lane in lanes.TakeWhile(_ => claimed.Count < claim.Limit))
            claimed.AddRange(JobRow.InOrder(await ClaimAsync(session, claim, lane, Math.Min(share, claim.Limit - claimed.Count), ct)));
        await LeaseAsync(session, claim, claimed, ct);
        return claimed;
    }

    public override async Task<IReadOnlyList<LaneRow>> LockLanesAsync(Transaction tx, Claim claim, CancellationToken ct)
    {
        if (await tx.ScalarAsync<string>("select id from workers where id = @Worker", claim, ct) is null)
            return [];
        return await tx.QueryAsync<LaneRow>(
            $"select {LaneTable.Columns}, true as bare_ready from lanes where name in (select value from json_each(@ready)) and mode <> 'paused'",
            new { ready = JsonSerializer.Serialize(await ReadyLanesAsync(tx, claim, ct)) },
            ct);
    }

    public override async Task<IReadOnlyList<JobRow>> ClaimAsync(
        Transaction tx, Claim claim, IReadOnlyList<LaneGrant> grants, CancellationToken ct)
    {
        var share = Math.Max(1, claim.Limit / grants.Count);
        var claimed = new List<JobRow>();
        foreach (var grant in grants)
        {
            var goingOn = await GoOnAsync(tx, claim, grant.Lane, share, ct);
            claimed.AddRange(goingOn);
            claimed.AddRange(await BeginAsync(tx, claim, grant, Math.Min(grant.Fresh, share - goingOn.Count), ct));
        }

        await LeaseAsync(tx, claim, claimed.Where(row => row.Lease == claim.Lease), ct);
        return [.. JobRow.InOrder(claimed)];
    }

    public override async Task<IReadOnlyList<WaitingRow>> NextWaitingAsync(
        Transaction tx, IReadOnlyDictionary<LaneTenant, int> places, CancellationToken ct)
    {
        var waiting = new List<WaitingRow>();
        foreach (var (tenant, limit) in places)
        {
            waiting.AddRange(await tx.QueryAsync<WaitingRow>(
                """
                select lane, tenant, id, cost from jobs where state = 'waiting' and lane = @Lane and tenant = @Tenant
                order by place, priority, id limit @limit
                """,
                new { tenant.Lane, tenant.Tenant, limit },
                ct));
        }

        return waiting;
    }

    public override Task<IReadOnlyList<PlaceRow>> RemoveDoneAsync(Transaction tx, IReadOnlyList<LeasedId> done, CancellationToken ct) =>
        tx.QueryAsync<PlaceRow>(
            $"delete from jobs where (id, lease) in (select value ->> 0, value ->> 1 from json_each(@held)) returning {Place}",
            new { held = JsonSerializer.Serialize(done.Select(job => new[] { job.Id, job.Lease })) },
            ct);

    public override async Task<IReadOnlyList<long>> WriteProgressAsync(
        Transaction tx, IReadOnlyList<ProgressRow> rows, CancellationToken ct)
    {
        var written = new List<long>();
        foreach (var row in rows)
        {
            var changed = await tx.ExecuteAsync(
                """
                insert into job_progress (job_id, fraction, note, preview, preview_type, at)
                select id, @Fraction, @Note, @Preview, @PreviewType, durable_now() from jobs where id = @Id and lease = @Lease
                on conflict (job_id) do update set fraction = excluded.fraction, note = excluded.note, preview = excluded.preview,
                    preview_type = excluded.preview_type, at = excluded.at
                """,
                row,
                ct);
            if (changed == 1)
                written.Add(row.Id);
        }

        return written;
    }

    protected override object KindsArgument(IReadOnlyList<string> kinds) => JsonSerializer.Serialize(kinds);

    protected override object LeasesArgument(IReadOnlyCollection<long> leases) => JsonSerializer.Serialize(leases);

    private static async Task<IReadOnlyList<string>> ReadyLanesAsync(Session session, Claim claim, CancellationToken ct) =>
        claim.Lanes ?? await session.QueryAsync<string>(AllLanes, ct: ct);

    private static async Task LeaseAsync(Session session, Claim claim, IEnumerable<JobRow> claimed, CancellationToken ct)
    {
        long[] ids = [.. claimed.Select(row => row.Id)];
        if (ids.Length == 0)
            return;
        await session.ScalarAsync<long>(
            "insert into leases (lease, worker_id, job_ids) values (@Lease, @Worker, @ids) returning lease",
            new { claim.Lease, claim.Worker, ids = JsonSerializer.Serialize(ids) },
            ct);
    }

    private Task<IReadOnlyList<JobRow>> ClaimAsync(Session session, Claim claim, string lane, int share, CancellationToken ct) =>
        session.QueryAsync<JobRow>(
            $"""
            update jobs set lease = @Lease where id in (
                select id from jobs where {JobTable.IsReady} and lane = @lane and kind {InKinds} order by rank, turn, id limit @share)
            returning {JobTable.ClaimedColumns}, durable_now() as now
            """,
            new { claim.Lease, lane, kinds = KindsArgument(claim.Kinds), share },
            ct);

    private Task<IReadOnlyList<JobRow>> GoOnAsync(Transaction tx, Claim claim, string lane, int share, CancellationToken ct) =>
        tx.QueryAsync<JobRow>(
            $"""
            update jobs set lease = @Lease where id in (
                select id from jobs where {JobTable.IsReady} and lane = @lane and rank = @Begun and kind {InKinds}
                order by turn, id limit @share)
            returning {JobTable.ClaimedColumns}, durable_now() as now
            """,
            new { claim.Lease, lane, JobRow.Begun, kinds = KindsArgument(claim.Kinds), share },
            ct);

    private async Task<IReadOnlyList<JobRow>> BeginAsync(Transaction tx, Claim claim, LaneGrant grant, int limit, CancellationToken ct)
    {
        if (limit <= 0)
            return [];
        return await tx.QueryAsync<JobRow>(
            $"""
            with beginning as materialized (
                select id, rank, turn, cost, lane_key from jobs
                where {JobTable.IsReady} and lane = @Lane and rank > @Begun and kind {InKinds} order by rank, turn, id limit @limit),
            sums as (
                select b.id, k.parked_until,
                    sum(case when k.lane is null then b.cost else 0 end) over (order by b.rank, b.turn, b.id) as total,
                    sum(case when k.lane is null then 1 else 0 end) over (order by b.rank, b.turn, b.id) as n
                from beginning b left join lane_keys k on k.lane = @Lane and k.key = b.lane_key and k.parked_until > (select durable_now())),
            chosen as materialized (
                select id, parked_until from sums where parked_until is not null or total <= @Cost or (@Whole and n = 1))
            update jobs set due_at = c.parked_until, state = case when c.parked_until is null then 'ready' else 'parked' end,
                begun = (c.parked_until is null), lease = case when c.parked_until is null then @Lease end
            from chosen as c where jobs.id = c.id
            returning {JobTable.ClaimedColumns}, durable_now() as now, true as begins
            """,
            new
            {
                claim.Lease,
                grant.Lane,
                grant.Cost,
                grant.Whole,
                JobRow.Begun,
                kinds = KindsArgument(claim.Kinds),
                limit,
            },
            ct);
    }
}
