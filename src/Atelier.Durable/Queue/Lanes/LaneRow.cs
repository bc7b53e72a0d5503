// A lane's row, locked by a claim, and the decision how much of the lane that claim may take. Pure: the row is all there is to know.
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Durable;

/// <summary>How much of a lane one claim may take.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="Fresh">How many jobs may begin.</param>
/// <param name="Cost">What they may cost together.</param>
/// <param name="Whole">Whether one that costs more may begin all the same, for nothing more can be saved up.</param>
internal sealed record LaneGrant(string Lane, int Fresh, double Cost, bool Whole);

/// <summary>A lane, and how many jobs hold a place in it.</summary>
internal sealed record LaneRow
{
    private const double ShrinkFactor = 0.7;
    private const long ShrinkIntervalMs = 1_000;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public string Name { get; init; } = "";

    public string Mode { get; init; } = "open";

    public string Settings { get; init; } = "{}";

    public string Buckets { get; init; } = "[]";

    public double? AdaptiveLimit { get; init; }

    /// <summary>When the limit last shrank.</summary>
    public long AdaptedAt { get; init; }

    public long VirtualTime { get; init; }

    public long? ParkedUntil { get; init; }

    public string? ParkReason { get; init; }

    /// <summary>How many jobs have taken a place in it, in all. Changes under the row's lock only.</summary>
    public long Begun { get; init; }

    /// <summary>How many have given theirs back; there may be more by now.</summary>
    public long Ended { get; init; }

    public long InFlight => Begun - Ended;

    public long Now { get; init; }

    /// <summary>Whether ready lanes were passed over, since somebody else has their rows locked just now. Known from a claim only.</summary>
    public bool PassedOver { get; init; }

    /// <summary>For claims: whether there may be ready jobs in lanes without a row.</summary>
    public bool BareReady { get; init; }

    public LaneMode ModeValue => Enum.Parse<LaneMode>(Mode, ignoreCase: true);

    /// <summary>How many jobs may hold a place at present; null for no limit.</summary>
    public int? LimitOf(LaneSettings settings) => settings.Adaptive is { } adaptive
        ? Math.Min(settings.Concurrency ?? int.MaxValue, (int)Math.Clamp(AdaptiveLimit ?? adaptive.Max, adaptive.Min, adaptive.Max))
        : settings.Concurrency;

    public static string Write(LaneSettings settings) => JsonSerializer.Serialize(settings, Json);

    public LaneSettings Read() => JsonSerializer.Deserialize<LaneSettings>(Settings, Json)!;

    public LaneStatus ToStatus(IEnumerable<ParkedUntil> keys)
    {
        var settings = Read();
        ParkedUntil[] lane = ParkedUntil > Now
            ? [new ParkedUntil("", DateTimeOffset.FromUnixTimeMilliseconds(ParkedUntil.Value), ParkReason)]
            : [];
        return new LaneStatus(Name, ModeValue, settings, (int)InFlight, LimitOf(settings), [.. lane, .. keys]);
    }

    /// <summary>What a claim that has locked the row may take.</summary>
    public LaneGrant Grant()
    {
        if (ModeValue != LaneMode.Open || ParkedUntil > Now)
            return new LaneGrant(Name, 0, 0, Whole: false);
        var settings = Read();
        var fresh = Math.Max(0, (LimitOf(settings) ?? int.MaxValue) - InFlight);
        var cost = double.MaxValue;
        var whole = true;
        foreach (var (rate, bucket) in Tokens(settings))
        {
            if (rate.Unit == RateUnit.Jobs && bucket is { WholeTokens: 0 } && bucket.IsFull(rate))
                fresh = Math.Min(fresh, 1); // less than one job in a burst: one when it is full
            else if (rate.Unit == RateUnit.Jobs)
                fresh = Math.Min(fresh, bucket.WholeTokens);
            else
                (cost, whole) = (Math.Min(cost, bucket.Tokens), whole && bucket.IsFull(rate));
        }

        return new LaneGrant(Name, (int)Math.Min(fresh, int.MaxValue), cost, whole && cost < double.MaxValue);
    }

    /// <summary>The row after jobs have begun.</summary>
    public LaneRow After(IReadOnlyCollection<JobRow> begun) => begun.Count == 0 ? this : this with
    {
        Begun = Begun + begun.Count,
        VirtualTime = Math.Max(VirtualTime, begun.Max(row => row.Turn)),
        Buckets = JsonSerializer.Serialize(
            Tokens(Read()).Select(rate => rate.Bucket.Less(rate.Limit.Unit == RateUnit.Jobs ? begun.Count : begun.Sum(row => row.Cost)))),
    };

    /// <summary>The row after so many good and rate-limited runs of that mean length.</summary>
    public LaneRow Adapted(long good, long limited, TimeSpan meanRun)
    {
        if (Read().Adaptive is not { } adaptive)
            return this;
        var limit = Math.Clamp(AdaptiveLimit ?? adaptive.Max, adaptive.Min, adaptive.Max);
        if (limited == 0 && !(meanRun > adaptive.TargetLatency))
            return this with { AdaptiveLimit = Math.Min(adaptive.Max, limit + (good / limit)) };
        return Now - AdaptedAt < ShrinkIntervalMs
            ? this
            : this with { AdaptiveLimit = Math.Max(adaptive.Min, limit * ShrinkFactor), AdaptedAt = Now };
    }

    /// <summary>In how many milliseconds time alone lets another job begin, at the latest; null if it is not time that it waits for.</summary>
    public long? OpensIn()
    {
        if (ModeValue != LaneMode.Open)
            return null;
        if (ParkedUntil > Now)
            return ParkedUntil - Now;
        var waits = Tokens(Read())
            .Select(rate => rate.Bucket.MillisecondsUntil(rate.Limit, rate.Limit.Unit == RateUnit.Jobs ? 1 : rate.Limit.Capacity))
            .DefaultIfEmpty(0)
            .Max();
        return waits > 0 ? waits : null;
    }

    /// <summary>The buckets as they are now; new limits begin with full ones.</summary>
    private IEnumerable<(RateLimit Limit, TokenBucket Bucket)> Tokens(LaneSettings settings)
    {
        var buckets = JsonSerializer.Deserialize<TokenBucket[]>(Buckets)!;
        return settings.Rates.Select((rate, index) =>
            (rate, (index < buckets.Length ? buckets[index] : TokenBucket.Full(rate, Now)).RefilledAt(rate, Now)));
    }
}
