// Appends events in the caller's transaction: an event is known exactly if what it tells has happened.
namespace Atelier.Durable;

/// <summary>The writing side of the events.</summary>
public static class EventLog
{
    /// <summary>Appends an event to the transaction; readers see it after the commit.</summary>
    /// <exception cref="InvalidOperationException">The transaction is <see cref="Durability.Relaxed"/>: readers could see an event that a crash takes back.</exception>
    public static Task AppendAsync(Transaction tx, NewEvent e, CancellationToken ct = default) =>
        throw new NotSupportedException();

    /// <summary>Removes events older than an age and answers how many.</summary>
    public static Task<int> TrimAsync(Database database, TimeSpan age, CancellationToken ct = default) =>
        throw new NotSupportedException();
}
