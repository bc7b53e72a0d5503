// Looks single places of the event log up, for readers that ask whether there is anything left to read.
namespace Atelier.Durable;

/// <summary>Questions about the events as they stand in the table.</summary>
public static class EventLookup
{
    /// <summary>The place of the last event about a subject; null where there is none, or none is kept any more.</summary>
    public static async Task<EventCursor?> LastEventAsync(this Session session, string subject)
    {
        ArgumentNullException.ThrowIfNull(session);
        var id = await session.ScalarAsync<long?>("SELECT MAX(id) FROM events WHERE subject = @subject", new { subject });
        return id is { } position ? new EventCursor(position) : null;
    }
}
