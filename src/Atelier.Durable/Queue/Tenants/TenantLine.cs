// How one tenant's jobs stand in line, and what holds them there. Reads the indexes of places and waiting jobs; changes nothing.
namespace Atelier.Durable;

/// <summary>A tenant's jobs at a moment.</summary>
/// <param name="IsPaused">Whether he lets none of them begin.</param>
/// <param name="Workers">How many workers are alive; 0 where he has no jobs.</param>
/// <param name="Lanes">The lanes in which he has jobs, by name.</param>
public sealed record TenantLine(bool IsPaused, int Workers, IReadOnlyList<LaneLine> Lanes);

/// <summary>A tenant's jobs in one lane.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="OpensIn">In how long time alone lets the lane's next job begin; null if it is not time that it waits for.</param>
/// <param name="Places">How many places he may have; null for no limit.</param>
/// <param name="InHand">The first of those that have a place: what has begun first, then the ready ones in their order, then those that wait for a time.</param>
/// <param name="InHandCount">How many have a place, counted to at most 10,000.</param>
/// <param name="Waiting">The first of those that wait for a place, in the order in which they get it.</param>
/// <param name="WaitingCount">How many wait for a place, counted to at most 10,000.</param>
public sealed record LaneLine(
    LaneStatus Lane, TimeSpan? OpensIn, int? Places, IReadOnlyList<Job> InHand, int InHandCount, IReadOnlyList<Job> Waiting, int WaitingCount);

internal static class TenantLines
{
    private const int MostCounted = 10_000;

    public static async Task<TenantLine> ReadAsync(Session session, string tenant, int limit, CancellationToken ct)
    {
        var paused = await TenantTable.IsPausedAsync(session, tenant, ct);
        var all = await InHandAsync(session, tenant, limit, ct);
        var inHand = all.ToLookup(row => row.Lane, StringComparer.Ordinal);
        var waitingIn = await LanesWithWaitingAsync(session, tenant, ct);
        // Most people have nothing in the queue most of the time.
        if (inHand.Count + waitingIn.Count == 0)
            return new TenantLine(paused, 0, []);
        var workers = await session.ScalarAsync<int>("select count(*) from workers where expires_at > durable_now()", ct: ct);
        var places = (await TenantTable.FindAsync(session, tenant, ct))?.Concurrency;
        var keys = (await LaneTable.ParkedKeysAsync(session, ct)).ToLookup(key => key.Lane, key => key.ToParked(), StringComparer.Ordinal);
        var lines = new List<LaneLine>();
        foreach (var lane in (await LaneTable.ListAsync(session, ct)).Where(lane => inHand.Contains(lane.Name) || waitingIn.Contains(lane.Name)))
        {
            var waiting = waitingIn.Contains(lane.Name) ? await WaitingAsync(session, lane.Name, tenant, limit, ct) : [];
            var count = waiting.Count < limit ? waiting.Count : await CountAsync(session, "state = 'waiting'", lane.Name, tenant, ct);
            var status = lane.ToStatus(keys[lane.Name]);
            lines.Add(new LaneLine(
                status,
                lane.OpensIn() is { } wait ? TimeSpan.FromMilliseconds(wait) : null,
                places ?? status.Settings.TenantConcurrency,
                [.. inHand[lane.Name].Select(row => row.ToJob())],
                all.Count < limit ? inHand[lane.Name].Count() : await CountAsync(session, "admitted", lane.Name, tenant, ct),
                [.. waiting.Select(row => row.ToJob())],
                count));
        }

        return new TenantLine(paused, workers, lines);
    }

    private static Task<IReadOnlyList<JobRow>> InHandAsync(Session session, string tenant, int limit, CancellationToken ct) =>
        session.QueryAsync<JobRow>(
            $"""
            select {JobTable.Columns} from jobs where admitted and tenant = @tenant
            order by case when lease is not null or state = 'snoozed' then 0 when state = 'ready' then 1 else 2 end, {JobTable.Rank}, turn, id limit @limit
            """,
            new { tenant, limit },
            ct);

    private static Task<IReadOnlyList<string>> LanesWithWaitingAsync(Session session, string tenant, CancellationToken ct) =>
        session.QueryAsync<string>(
            "select name from lanes where exists (select 1 from jobs where state = 'waiting' and lane = lanes.name and tenant = @tenant)",
            new { tenant },
            ct);

    private static Task<IReadOnlyList<JobRow>> WaitingAsync(Session session, string lane, string tenant, int limit, CancellationToken ct) =>
        session.QueryAsync<JobRow>(
            $"""
            select {JobTable.Columns} from jobs where state = 'waiting' and lane = @lane and tenant = @tenant
            order by lane, tenant, place, priority, id limit @limit
            """,
            new { lane, tenant, limit },
            ct);

    private static Task<int> CountAsync(Session session, string which, string lane, string tenant, CancellationToken ct) => session.ScalarAsync<int>(
        $"""
        select count(*) from (
            select 1 from jobs where {which} and lane = @lane and tenant = @tenant limit @MostCounted) as counted
        """,
        new { lane, tenant, MostCounted },
        ct);
}
