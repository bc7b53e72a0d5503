// What was done in a minute in a lane. Rows of different processes add up.
namespace Atelier.Durable;

/// <summary>What the workers did in one lane in some time.</summary>
/// <param name="Lane">The lane.</param>
public sealed record LaneActivity(string Lane)
{
    /// <summary>How many jobs were claimed.</summary>
    public long Claimed { get; init; }

    /// <summary>How long those had been ready, in all.</summary>
    public TimeSpan Waited { get; init; }

    /// <summary>How long handlers ran, in all.</summary>
    public TimeSpan Ran { get; init; }

    /// <summary>How long it took from the end of runs until that was committed, in all.</summary>
    public TimeSpan Settling { get; init; }

    /// <summary>How many runs ended in each state; <see cref="JobState.Ready"/> for those handed back or woken.</summary>
    public IReadOnlyDictionary<JobState, long> Ended { get; init; } = new Dictionary<JobState, long>();

    /// <summary>How many jobs were taken from dead workers.</summary>
    public long Rescued { get; init; }

    /// <summary>How many runs failed with each error code.</summary>
    public IReadOnlyDictionary<string, long> Errors { get; init; } = new Dictionary<string, long>();
}

/// <summary>What ended in one lane within one step of time.</summary>
/// <param name="At">When the step began.</param>
/// <param name="Lane">The lane.</param>
/// <param name="Succeeded">How many jobs succeeded.</param>
/// <param name="Failed">How many were given up or refused.</param>
public sealed record LaneStep(DateTimeOffset At, string Lane, long Succeeded, long Failed);
