// A moment to come, as a time on the clock or as a distance from now; the database's clock decides what "now" is.
namespace Atelier.Durable;

/// <summary>
/// When something is due: at a time, or after a delay. A delay is counted from the database's own clock, so that workers
/// whose clocks differ agree; prefer it to a time that was computed from a local clock.
/// </summary>
public readonly record struct Due
{
    private Due(DateTimeOffset? at, TimeSpan? after) => (Time, Delay) = (at, after);

    /// <summary>The absolute time, if this is one.</summary>
    public DateTimeOffset? Time { get; }

    /// <summary>The delay from now, if this is one; never negative.</summary>
    public TimeSpan? Delay { get; }

    /// <summary>Due at a time; a time in the past means at once.</summary>
    public static Due At(DateTimeOffset time) => new(time, null);

    /// <summary>Due after a delay; a negative delay means at once.</summary>
    public static Due After(TimeSpan delay) => new(null, delay < TimeSpan.Zero ? TimeSpan.Zero : delay);

    /// <inheritdoc cref="At"/>
    public static implicit operator Due(DateTimeOffset time) => At(time);

    /// <inheritdoc cref="After"/>
    public static implicit operator Due(TimeSpan delay) => After(delay);

    internal long? DelayMilliseconds => Delay is { } delay ? (long)Math.Ceiling(delay.TotalMilliseconds) : null;

    internal long UnixMilliseconds(long now) => Time?.ToUnixTimeMilliseconds() ?? now + DelayMilliseconds.GetValueOrDefault();
}
