// Appends events in the caller's transaction: an event is known exactly if what it tells has happened.
namespace Atelier.Durable;

/// <summary>The writing side of the events.</summary>
public static class EventLog
{
    private const int TrimmedAtOnce = 5_000;

    private const string Insert = "insert into events (stream, subject, type, data, at) values (@Stream, @Subject, @Type, @Data, durable_now())";

    /// <summary>Appends an event to the transaction; readers see it after the commit.</summary>
    /// <exception cref="ArgumentException">A part of the event is longer than it may be.</exception>
    /// <exception cref="InvalidOperationException">
    /// The transaction is <see cref="Durability.Relaxed"/>: readers could see an event that a crash takes back.
    /// </exception>
    public static async Task AppendAsync(Transaction tx, NewEvent e, CancellationToken ct = default)
    {
        Check(tx, e);
        await tx.ExecuteAsync(Insert, e, ct);
        tx.SignalAfterCommit(Topics.Events);
    }

    /// <summary>The same without waiting: the event goes with what the transaction does next, see <see cref="Transaction.Postpone"/>.</summary>
    /// <inheritdoc cref="AppendAsync" path="/exception"/>
    public static void Append(Transaction tx, NewEvent e)
    {
        Check(tx, e);
        tx.Postpone(Insert, e);
        tx.SignalAfterCommit(Topics.Events);
    }

    /// <summary>Removes events older than an age, a few thousand at most at once, and answers how many.</summary>
    public static Task<int> TrimAsync(Database database, TimeSpan age, CancellationToken ct = default) =>
        database.TransactAsync(
            Durability.Relaxed,
            tx => tx.ExecuteAsync(
                "delete from events where id in (select id from (select id, at from events order by id limit @TrimmedAtOnce) as oldest " +
                "where at < (select durable_now()) - @age)",
                new { TrimmedAtOnce, age = (long)age.TotalMilliseconds },
                ct),
            ct);

    private static void Check(Transaction tx, NewEvent e)
    {
        if (tx.Durability == Durability.Relaxed)
            throw new InvalidOperationException("Events need a durable transaction.");
        Length(e.Stream, 1, 200, nameof(e.Stream));
        Length(e.Subject, 0, 200, nameof(e.Subject));
        Length(e.Type, 1, 100, nameof(e.Type));

        void Length(string text, int min, int max, string name)
        {
            if (text.Length < min || text.Length > max)
                throw new ArgumentException($"An event's {name} has {text.Length} characters; allowed are {min} to {max}.", nameof(e));
        }
    }
}
