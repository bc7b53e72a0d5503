// How a run can end: a closed set. What an outcome promises is settled in one transaction, or not at all.
namespace Atelier.Durable;

/// <summary>
/// How a run of a job ended. The set is closed: only the nested records exist. Expected failures are outcomes; an exception
/// that leaves a handler is a bug and counts as <see cref="Retry"/>.
/// </summary>
public abstract record JobOutcome
{
    private protected JobOutcome()
    {
    }

    /// <summary>
    /// What to write in the very transaction that settles the job; null for nothing. It runs after the lease is proven and before
    /// <see cref="JobHandler.OnTransitionAsync"/>, and again in a new transaction if the database had to be tried again: it may
    /// write through the transaction only.
    /// </summary>
    public Func<Transaction, Task>? Commit { get; init; }

    /// <summary>Done.</summary>
    public sealed record Succeeded : JobOutcome;

    /// <summary>Not done yet: run again then, from the checkpoint. Holds no slot, spends no attempt; a wake-up ends it early.</summary>
    /// <param name="Until">When to run again.</param>
    /// <param name="Checkpoint">What the next run needs, as JSON; null keeps the present checkpoint.</param>
    public sealed record Snoozed(Due Until, string? Checkpoint = null) : JobOutcome;

    /// <summary>
    /// A limit outside stopped it. Spends no attempt. The lane, or the key in it, is parked until then: no other job runs into the same wall.
    /// </summary>
    /// <param name="Lane">The lane whose limit it was; may differ from the job's own.</param>
    /// <param name="Until">When the limit is expected to lift.</param>
    /// <param name="Key">Which <see cref="NewJob.LaneKey"/> it holds for; null for the whole lane.</param>
    /// <param name="Reason">Why, in words for people; shown with the lane.</param>
    public sealed record RateLimited(string Lane, Due Until, string? Key = null, string? Reason = null) : JobOutcome;

    /// <summary>The attempt failed; another may succeed. Dead if it was the last one.</summary>
    /// <param name="Error">Why.</param>
    /// <param name="After">How long to wait; null for exponential backoff with full jitter.</param>
    public sealed record Retry(JobError Error, TimeSpan? After = null) : JobOutcome;

    /// <summary>A rule outside refuses the work for good (moderation): no retry, no dead letter.</summary>
    /// <param name="Error">Why.</param>
    public sealed record Refused(JobError Error) : JobOutcome;

    /// <summary>No attempt can succeed: straight to the dead letters.</summary>
    /// <param name="Error">Why.</param>
    public sealed record Dead(JobError Error) : JobOutcome;

    /// <summary>The handler followed a request to cancel.</summary>
    public sealed record Canceled : JobOutcome;
}
