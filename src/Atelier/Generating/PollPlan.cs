// When to look after a prediction: first when it is usually done, then less and less often.
namespace Atelier.Generating;

/// <summary>The times of looks at a prediction.</summary>
public static class PollPlan
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(500), Closest = TimeSpan.FromMilliseconds(50), Longest = TimeSpan.FromSeconds(30);

    // Later looks come after this share of the time that has gone by. Around the usual time a prediction is noticed at most a twenty-fifth late, by
    // about ten looks; after half as much again it is late already, and after three times as much nobody knows when it comes.
    private const double ShareWhenExpected = 0.04, ShareWhenLate = 0.1, Share = 0.2;
    private const double Late = 1.5, Overdue = 3;

    /// <summary>How long it is until a time, and at least the shortest wait.</summary>
    public static TimeSpan Until(DateTimeOffset moment, DateTimeOffset now) => moment - now < Shortest ? Shortest : moment - now;

    /// <summary>How long to wait before the next look: 0.05 to 30 seconds, or longer where the provider asks for it or the model is slow.</summary>
    /// <param name="elapsed">The time since the start.</param>
    /// <param name="typical">How long the model usually takes.</param>
    /// <param name="asked">How long the provider asks to wait.</param>
    public static TimeSpan Next(TimeSpan elapsed, TimeSpan typical, TimeSpan? asked)
    {
        var wait = elapsed < typical ? typical - elapsed
            : elapsed < typical * Late ? Max(elapsed * ShareWhenExpected, Closest)
            : elapsed < typical * Overdue ? Max(elapsed * ShareWhenLate, Closest)
            : Max(elapsed * Share, Shortest);
        wait = elapsed >= typical && wait > Longest ? Longest : Max(wait, Closest);
        return asked > wait ? asked.Value : wait;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
