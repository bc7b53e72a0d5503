// The store on SQLite: a writer is alone, so plain statements in a row are as good as one. A transaction is whole or absent.
using System.Text.Json;

namespace Atelier.Durable;

internal sealed class SqliteJobStore : JobStore
{
    // One step down the ready index per lane, however many jobs each has.
    private const string AllLanes =
        """
        with recursive lanes (lane) as (
            select min(lane) from jobs where state = 'ready'
            union all
            select (select min(j.lane) from jobs j where j.state = 'ready' and j.lane > lanes.lane) from lanes where lanes.lane is not null)
        select lane from lanes where lane is not null
        """;

    protected override string ForUpdate => "";

    protected override string ForUpdateSkipLocked => "";

    protected override string InKinds => "in (select value from json_each(@kinds))";

    public override async Task<Enqueued> InsertAsync(Session session, NewJob job, CancellationToken ct)
    {
        var id = await session.ScalarAsync<long?>(
            Insert + " on conflict (unique_key) where unique_key is not null do nothing returning id", Arguments(job), ct);
        if (id is { } added)
            return new Enqueued(new JobId(added), IsNew: true);
        var holder = await session.ScalarAsync<long>("select id from jobs where unique_key = @UniqueKey", new { job.UniqueKey }, ct);
        return new Enqueued(new JobId(holder), IsNew: false);
    }

    public override async Task<IReadOnlyList<Enqueued>> InsertManyAsync(Transaction tx, IReadOnlyList<NewJob> jobs, CancellationToken ct)
    {
        var answers = new List<Enqueued>(jobs.Count);
        foreach (var job in jobs)
            answers.Add(await InsertAsync(tx, job, ct));
        return answers;
    }

    public override async Task<IReadOnlyList<JobRow>> ClaimAsync(Session session, Claim claim, CancellationToken ct)
    {
        if (await session.ScalarAsync<string>("select id from workers where id = @Worker", claim, ct) is null)
            return [];
        var lanes = claim.Lanes ?? await session.QueryAsync<string>(AllLanes, ct: ct);
        var share = Math.Max(1, claim.Limit / Math.Max(1, lanes.Count));
        var claimed = new List<JobRow>();
        foreach (var lane in lanes.TakeWhile(_ => claimed.Count < claim.Limit))
            claimed.AddRange(await ClaimAsync(session, claim, lane, Math.Min(share, claim.Limit - claimed.Count), ct));
        return claimed;
    }

    public override async Task<IReadOnlyList<long>> RemoveDoneAsync(Transaction tx, IReadOnlyList<LeasedId> done, CancellationToken ct)
    {
        var removed = await tx.QueryAsync<long>(
            "delete from jobs where (id, lease) in (select value ->> 0, value ->> 1 from json_each(@held)) returning id",
            new { held = JsonSerializer.Serialize(done.Select(job => new[] { job.Id, job.Lease })) },
            ct);
        await tx.ExecuteAsync(
            "delete from job_progress where job_id in (select value from json_each(@removed))",
            new { removed = JsonSerializer.Serialize(removed) },
            ct);
        return removed;
    }

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

    private async Task<IEnumerable<JobRow>> ClaimAsync(Session session, Claim claim, string lane, int share, CancellationToken ct)
    {
        var rows = await session.QueryAsync<JobRow>(
            $"""
            update jobs set state = 'running', worker_id = @Worker, lease = @Lease where id in (
                select id from jobs where state = 'ready' and lane = @lane and kind {InKinds} order by priority, turn, id limit @share)
            returning {JobTable.Columns}, turn, durable_now() as now
            """,
            new { claim.Worker, claim.Lease, lane, kinds = KindsArgument(claim.Kinds), share },
            ct);
        return rows.OrderBy(row => row.Priority).ThenBy(row => row.Turn).ThenBy(row => row.Id);
    }
}
