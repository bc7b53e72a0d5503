// Lets jobs of lesser priority move up while they wait, so that none starves. One statement a level: a crash leaves the rest for next time.
namespace Atelier.Durable;

internal sealed class Ager(JobQueue queue, QueueMaintenanceOptions options)
{
    private const int MovedAtOnce = 100;

    /// <summary>
    /// Moves the first jobs of every level but the best of each lane up by one, if they have waited for an interval. Only the first can be
    /// next, so however deep a level is, the work is the same.
    /// </summary>
    public async Task AgeAsync(CancellationToken ct)
    {
        LevelRow? best = null;
        var level = await NextLevelAsync(new LevelRow { Lane = "", Rank = JobRow.Begun }, ct);
        while (level is not null)
        {
            if (best?.Lane == level.Lane)
                await MoveUpAsync(level, ct);
            else
                best = level;
            level = await NextLevelAsync(level, ct);
        }
    }

    private Task<LevelRow?> NextLevelAsync(LevelRow after, CancellationToken ct) => queue.Database.AskAsync(
        session => session.QuerySingleOrDefaultAsync<LevelRow>(
            $"""
            select lane, rank from jobs where {JobTable.IsReady} and (lane, rank) > (@Lane, @Rank) and rank > {JobRow.Begun}
            order by lane, rank limit 1
            """,
            after,
            ct),
        ct);

    private Task<int> MoveUpAsync(LevelRow level, CancellationToken ct) => queue.Database.TransactAsync(
        Durability.Relaxed,
        tx => tx.ExecuteAsync(
            $"""
            update jobs set rank = rank - 1 where id in (
                select id from (
                    select id, queued_at from jobs where {JobTable.IsReady} and lane = @Lane and rank = @Rank
                    order by lane, rank, turn, id limit {MovedAtOnce} {queue.Store.ForUpdateSkipLocked}) as first
                where queued_at <= (select durable_now()) - @interval)
            """,
            new { level.Lane, level.Rank, interval = (long)options.Ageing.TotalMilliseconds },
            ct),
        ct);

    private sealed record LevelRow
    {
        public string Lane { get; init; } = "";

        public int Rank { get; init; }
    }
}
