// Reads the event log in order and without gaps, live. It keeps nothing: a reader that comes back with its cursor misses nothing.
using Microsoft.Extensions.Logging;

namespace Atelier.Durable;

/// <summary>The reading side of the events: one tail per process, any number of subscribers.</summary>
public sealed class EventFeed(Database database, TimeProvider time, ILoggerFactory logs)
{
    /// <summary>
    /// The events that match, in order, each once, without end. Live events come only while <see cref="RunAsync"/> runs in this process.
    /// A reader slower than the events is not buffered without bound: it falls back to reading the table.
    /// </summary>
    /// <param name="filter">Which events.</param>
    /// <param name="after">Where to go on; null for the present end.</param>
    /// <param name="ct">Ends the reading.</param>
    public IAsyncEnumerable<Event> ReadAsync(EventFilter filter, EventCursor? after = null, CancellationToken ct = default) =>
        throw new NotSupportedException();

    /// <summary>The present end: what was committed before the call is before it, or seen by whoever reads the tables after the call.</summary>
    public Task<EventCursor> EndAsync(CancellationToken ct = default) => throw new NotSupportedException();

    /// <summary>Follows the log for the subscribers of this process until canceled; rides out an unreachable database.</summary>
    public Task RunAsync(CancellationToken ct) => throw new NotSupportedException($"{database} {time} {logs}");
}
