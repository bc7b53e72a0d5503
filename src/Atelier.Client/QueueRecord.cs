// What the API and the command line tell an operator about the queue.
namespace Atelier.Client;

/// <summary>The queue at a moment, and what was done lately.</summary>
public sealed record QueueRecord
{
    /// <summary>How many jobs each lane has in each state; what is empty is absent.</summary>
    public required IReadOnlyList<QueueDepthRecord> Depths { get; init; }

    /// <summary>How many jobs were given up and wait for an operator.</summary>
    public required long DeadLetters { get; init; }

    /// <summary>How many worker processes hold a lease.</summary>
    public required int Workers { get; init; }

    /// <summary>How many minutes <see cref="Activity"/> tells about, the present one included.</summary>
    public required int Minutes { get; init; }

    /// <summary>What all workers did in those minutes, by lane.</summary>
    public required IReadOnlyList<LaneActivityRecord> Activity { get; init; }

    /// <summary>The lanes and their limits.</summary>
    public required IReadOnlyList<LaneRecord> Lanes { get; init; }
}

/// <summary>The jobs of one lane in one state.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="State">The state.</param>
/// <param name="Count">How many.</param>
/// <param name="OldestSeconds">For how long the oldest has been ready or waiting; in the other states since it was submitted.</param>
public sealed record QueueDepthRecord(string Lane, string State, long Count, double OldestSeconds);

/// <summary>What the workers did in one lane. The times are means in seconds, null where nothing was measured.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="Claimed">Jobs that were begun or gone on with.</param>
/// <param name="PerMinute">Jobs that succeeded, in a minute.</param>
/// <param name="WaitSeconds">From ready to claimed.</param>
/// <param name="RunSeconds">How long a run took.</param>
/// <param name="SettleSeconds">From the end of a run until that was committed.</param>
/// <param name="Rescued">Jobs taken from dead workers.</param>
/// <param name="Ended">How many runs ended in each state.</param>
/// <param name="Errors">How many runs failed with each error code.</param>
public sealed record LaneActivityRecord(
    string Lane, long Claimed, double PerMinute, double? WaitSeconds, double? RunSeconds, double? SettleSeconds, long Rescued,
    IReadOnlyDictionary<string, long> Ended, IReadOnlyDictionary<string, long> Errors);

/// <summary>All lanes.</summary>
/// <param name="Items">The lanes by name.</param>
public sealed record LaneList(IReadOnlyList<LaneRecord> Items);

/// <summary>A lane: a stream of jobs that share limits.</summary>
public sealed record LaneRecord
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary><c>open</c>, <c>paused</c> (nothing begins) or <c>draining</c> (only what began goes on).</summary>
    public required string Mode { get; init; }

    /// <summary>How many jobs may hold a place in it at once; null for no limit.</summary>
    public required int? Concurrency { get; init; }

    /// <summary>How many places each user may hold; null for no limit.</summary>
    public required int? PerUser { get; init; }

    /// <summary>What may begin in a time; all of them hold.</summary>
    public required IReadOnlyList<RateRecord> Rates { get; init; }

    /// <summary>How the concurrency follows what the lane bears; null for a fixed one.</summary>
    public required AdaptiveRecord? Adaptive { get; init; }

    /// <summary>How many jobs hold a place in it.</summary>
    public required int InFlight { get; init; }

    /// <summary>How many may at present; null for no limit.</summary>
    public required int? Limit { get; init; }

    /// <summary>Until when and why no job begins; empty if nothing is parked.</summary>
    public required IReadOnlyList<ParkingRecord> Parked { get; init; }
}

/// <summary>A rate limit.</summary>
/// <param name="Amount">How much; above 0.</param>
/// <param name="PerSeconds">In how many seconds.</param>
/// <param name="Unit"><c>jobs</c> or <c>cost</c>.</param>
/// <param name="Burst">How much at once; null for the amount itself.</param>
public sealed record RateRecord(double Amount, double PerSeconds, string Unit, double? Burst);

/// <summary>The bounds of an adaptive concurrency.</summary>
/// <param name="Min">The least.</param>
/// <param name="Max">The most.</param>
/// <param name="TargetSeconds">A run that takes longer counts as congestion; null to look at refusals only.</param>
public sealed record AdaptiveRecord(int Min, int Max, double? TargetSeconds);

/// <summary>A parking.</summary>
/// <param name="Key">Which part of the lane; empty for all of it.</param>
/// <param name="Until">When it ends.</param>
/// <param name="Reason">Why; null if nobody said.</param>
public sealed record ParkingRecord(string Key, DateTimeOffset Until, string? Reason);

/// <summary>What to change in a lane's limits. A field that is absent stays; null takes the limit away.</summary>
public sealed record LaneChange
{
    /// <summary>How many jobs may hold a place in the lane at once; 1 or more.</summary>
    public int? Concurrency { get; init; }

    /// <summary>How many places each user may hold; 1 or more.</summary>
    public int? PerUser { get; init; }

    /// <summary>The rates in place of those it had; at most 8.</summary>
    public IReadOnlyList<RateRecord>? Rates { get; init; }

    /// <summary>The bounds of an adaptive concurrency.</summary>
    public AdaptiveRecord? Adaptive { get; init; }
}

/// <summary>A parking to make. Either the time or the number of seconds says when it ends.</summary>
public sealed record Parking
{
    /// <summary>When it ends, ISO 8601 with an offset.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>In how many seconds it ends, 1 to 31,622,400; counted on the database's clock.</summary>
    public int? Seconds { get; init; }

    /// <summary>Only this part of the lane; absent for all of it.</summary>
    public string? Key { get; init; }

    /// <summary>Why, in words for people; at most 200 characters.</summary>
    public string? Reason { get; init; }
}
