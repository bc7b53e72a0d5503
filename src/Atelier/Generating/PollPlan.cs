// When to look after a prediction: first when it is usually done, then less and less often.
namespace Atelier.Generating;

/// <summary>The times of looks at a prediction.</summary>
public static class PollPlan
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(500), Longest = TimeSpan.FromSeconds(30);

    // Later looks come after this share of the time that has gone by: a prediction is noticed at most a fifth late.
    private const double Share = 0.2;

    /// <summary>How long it is until a time, and at least the shortest wait.</summary>
    public static TimeSpan Until(DateTimeOffset moment, DateTimeOffset now) => moment - now < Shortest ? Shortest : moment - now;

    /// <summary>How long to wait before the next look: 0.5 to 30 seconds, or longer where the provider asks for it or the model is slow.</summary>
    /// <param name="elapsed">The time since the start.</param>
    /// <param name="typical">How long the model usually takes.</param>
    /// <param name="asked">How long the provider asks to wait.</param>
    public static TimeSpan Next(TimeSpan elapsed, TimeSpan typical, TimeSpan? asked)
    {
        var wait = elapsed < typical ? typical - elapsed : elapsed * Share;
        wait = wait < Shortest ? Shortest : elapsed >= typical && wait > Longest ? Longest : wait;
        return asked > wait ? asked.Value : wait;
    }
}
