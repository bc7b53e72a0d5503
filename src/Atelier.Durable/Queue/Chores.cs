// Who does a piece of housekeeping this time: one process at a time, and no leader that could wedge. A crash skips one turn at most.
namespace Atelier.Durable;

internal static class Chores
{
    /// <summary>Takes the turn if it has come; false if another process has taken it.</summary>
    public static async Task<bool> TakeAsync(Database database, string name, TimeSpan interval, CancellationToken ct)
    {
        const string Due = "next_at <= (select durable_now())";
        var next = await database.AskAsync(
            session => session.ScalarAsync<bool?>($"select {Due} from chores where name = @name", new { name }, ct), ct);
        return next != false && await database.TransactAsync(
            Durability.Relaxed,
            tx => tx.ExecuteAsync(
                $"""
                insert into chores (name, next_at) values (@name, durable_now() + @interval)
                on conflict (name) do update set next_at = excluded.next_at where chores.{Due}
                """,
                new { name, interval = (long)interval.TotalMilliseconds },
                ct),
            ct) == 1;
    }
}
