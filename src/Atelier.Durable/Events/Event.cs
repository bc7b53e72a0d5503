// Things that happened, kept in the order in which they became known.
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Atelier.Durable;

/// <summary>An event to append.</summary>
/// <param name="Stream">Who follows it, such as <c>user:42</c>; 1 to 200 characters.</param>
/// <param name="Subject">What it is about, such as a row's id; at most 200 characters.</param>
/// <param name="Type">What happened, such as <c>completed</c>; 1 to 100 characters.</param>
/// <param name="Data">The rest, as JSON.</param>
public sealed record NewEvent(string Stream, string Subject, string Type, string Data);

/// <summary>An event of the log.</summary>
/// <param name="Cursor">Its place; reading on from here misses nothing.</param>
/// <param name="Stream">Who follows it.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Type">What happened.</param>
/// <param name="Data">The rest, as JSON.</param>
/// <param name="At">When it was appended, on the database's clock.</param>
public sealed record Event(EventCursor Cursor, string Stream, string Subject, string Type, string Data, DateTimeOffset At);

/// <summary>Which events to read; a null part matches every event.</summary>
/// <param name="Stream">Only this stream.</param>
/// <param name="Subject">Only this subject.</param>
public sealed record EventFilter(string? Stream = null, string? Subject = null)
{
    /// <summary>Every event.</summary>
    public static EventFilter All { get; } = new();

    internal bool Matches(Event e) => (Stream is null || Stream == e.Stream) && (Subject is null || Subject == e.Subject);
}

/// <summary>A place in the event log; opaque to callers, ordered, and valid for as long as the database.</summary>
public readonly record struct EventCursor : IComparable<EventCursor>
{
    internal EventCursor(long position) => Position = position;

    /// <summary>Before the first event.</summary>
    public static EventCursor Start => default;

    internal long Position { get; }

    /// <summary>Reads what <see cref="ToString"/> wrote; false for anything else, however hostile.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out EventCursor cursor)
    {
        var legal = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position);
        cursor = new EventCursor(legal ? position : 0);
        return legal;
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">The text is not a cursor.</exception>
    public static EventCursor Parse(string text) =>
        TryParse(text, out var cursor) ? cursor : throw new FormatException("This is not an event cursor.");

    /// <summary>A short text of ASCII digits, fit for a URL or a Last-Event-ID.</summary>
    public override string ToString() => Position.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public int CompareTo(EventCursor other) => Position.CompareTo(other.Position);

    /// <summary>Whether the left place is before the right one.</summary>
    public static bool operator <(EventCursor left, EventCursor right) => left.Position < right.Position;

    /// <summary>Whether the left place is after the right one.</summary>
    public static bool operator >(EventCursor left, EventCursor right) => left.Position > right.Position;

    /// <summary>Whether the left place is not after the right one.</summary>
    public static bool operator <=(EventCursor left, EventCursor right) => left.Position <= right.Position;

    /// <summary>Whether the left place is not before the right one.</summary>
    public static bool operator >=(EventCursor left, EventCursor right) => left.Position >= right.Position;
}
