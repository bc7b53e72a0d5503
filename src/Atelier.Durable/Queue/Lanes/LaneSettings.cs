// What an operator sets for a lane. Kept in the lane's row; the buckets beside it are the only part that claims change.
using System.Text.Json.Serialization;

namespace Atelier.Durable;

/// <summary>The limits of a lane, shared by all workers of all machines.</summary>
public sealed record LaneSettings
{
    /// <summary>
    /// How many jobs may hold a place in the lane at once: those that run, and those that began and sleep. 1 or more; null, the default,
    /// for no limit.
    /// </summary>
    public int? Concurrency { get; init; }

    /// <summary>
    /// How many places each tenant may hold at once, unless <see cref="TenantSettings"/> say otherwise; the next of his jobs comes when one is
    /// over. 1 or more, default 1; null for no limit.
    /// </summary>
    public int? TenantConcurrency { get; init; } = 1;

    /// <summary>How many jobs, or how much cost, may begin in a time; all of them hold. Default none.</summary>
    public IReadOnlyList<RateLimit> Rates { get; init; } = [];

    /// <summary>Lets the concurrency follow what the lane bears; null, the default, for a fixed one.</summary>
    public AdaptiveConcurrency? Adaptive { get; init; }

    internal static void Validate(LaneSettings settings)
    {
        AtLeastOne(settings.Concurrency, nameof(Concurrency));
        AtLeastOne(settings.TenantConcurrency, nameof(TenantConcurrency));
        foreach (var rate in settings.Rates)
        {
            if (!(rate.Amount > 0) || !double.IsFinite(rate.Amount))
                throw new ArgumentException($"The Amount of a rate is {rate.Amount}; allowed are finite numbers above 0.", nameof(settings));
            if (rate.Per <= TimeSpan.Zero)
                throw new ArgumentException($"The Per of a rate is {rate.Per}; allowed are times above 0.", nameof(settings));
            if (!(rate.Burst is null or > 0))
                throw new ArgumentException($"The Burst of a rate is {rate.Burst}; allowed are numbers above 0.", nameof(settings));
        }

        if (settings.Adaptive is { } adaptive && !(adaptive.Min >= 1 && adaptive.Max >= adaptive.Min))
            throw new ArgumentException($"Adaptive is {adaptive.Min} to {adaptive.Max}; allowed is 1 <= Min <= Max.", nameof(settings));

        void AtLeastOne(int? value, string name)
        {
            if (value < 1)
                throw new ArgumentException($"{name} is {value}; allowed are 1 or more, or null.", nameof(settings));
        }
    }
}

/// <summary>
/// A token bucket: it holds at most <paramref name="Burst"/> tokens, is full at first, and gains <paramref name="Amount"/> in every
/// <paramref name="Per"/>. So no stretch of time sees more than its own gain and one burst.
/// </summary>
/// <param name="Amount">How much; above 0.</param>
/// <param name="Per">In which time; above 0.</param>
/// <param name="Unit">What is counted.</param>
/// <param name="Burst">How much at once; null for the amount itself. A job that costs more than this waits until the bucket is full.</param>
public sealed record RateLimit(double Amount, TimeSpan Per, RateUnit Unit = RateUnit.Jobs, double? Burst = null)
{
    [JsonIgnore]
    internal double Capacity => Burst ?? Amount;
}

/// <summary>What a rate counts.</summary>
public enum RateUnit
{
    /// <summary>Jobs that begin.</summary>
    Jobs,

    /// <summary>The sum of their <see cref="NewJob.Cost"/>: images, tokens, money, whatever the lane counts in.</summary>
    Cost,
}

/// <summary>
/// Additive increase, multiplicative decrease (as TCP does, RFC 5681): the limit grows by about one for each limit's worth of good runs, and
/// shrinks to 0.7 of itself, at most once a second, when a run is rate limited or takes longer than it should.
/// </summary>
/// <param name="Min">The least; 1 or more.</param>
/// <param name="Max">The most; the limit begins there.</param>
/// <param name="TargetLatency">A run that succeeds but takes longer than this counts as congestion; null to look at refusals only.</param>
public sealed record AdaptiveConcurrency(int Min, int Max, TimeSpan? TargetLatency = null);

/// <summary>What a lane lets through.</summary>
public enum LaneMode
{
    /// <summary>Everything that its limits allow.</summary>
    Open,

    /// <summary>Nothing; what runs is finished.</summary>
    Paused,

    /// <summary>Only jobs that began: they go on to their end, and no other begins.</summary>
    Draining,
}

/// <summary>A lane at a moment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Mode">What it lets through.</param>
/// <param name="Settings">Its limits.</param>
/// <param name="InFlight">How many jobs hold a place in it.</param>
/// <param name="Limit">How many may at present; null for no limit.</param>
/// <param name="Parked">Until when and why no job begins, the lane itself first, then its keys; empty if nothing is parked.</param>
public sealed record LaneStatus(
    string Name, LaneMode Mode, LaneSettings Settings, int InFlight, int? Limit, IReadOnlyList<ParkedUntil> Parked);

/// <summary>A parking.</summary>
/// <param name="Key">Which part of the lane; empty for all of it.</param>
/// <param name="Until">When it ends, on the database's clock.</param>
/// <param name="Reason">Why, in words for people; null if nobody said.</param>
public sealed record ParkedUntil(string Key, DateTimeOffset Until, string? Reason);
