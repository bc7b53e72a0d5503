// A unit of work as callers submit it and as the queue knows it; a row of the table jobs, nothing that a crash could lose.
namespace Atelier.Durable;

/// <summary>The identity of a job; ascending in the order of submission.</summary>
public readonly record struct JobId(long Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A job to enqueue.</summary>
public sealed record NewJob
{
    /// <summary>Which <see cref="JobHandler"/> runs it; 1 to 100 characters.</summary>
    public required string Kind { get; init; }

    /// <summary>The stream of jobs with shared limits that it belongs to; 1 to 200 characters, default "default".</summary>
    public string Lane { get; init; } = "default";

    /// <summary>
    /// The part of the lane (a key, a model) that a <see cref="JobOutcome.RateLimited"/> can park by itself; at most 200 characters, default
    /// none.
    /// </summary>
    public string LaneKey { get; init; } = "";

    /// <summary>Whose job it is, for fairness; at most 200 characters, default none.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>Smaller numbers run first within a lane; default 0.</summary>
    public int Priority { get; init; }

    /// <summary>What the handler needs, as JSON.</summary>
    public required string Payload { get; init; }

    /// <summary>Not before this moment; default at once.</summary>
    public Due? RunAt { get; init; }

    /// <summary>How many failed attempts it may have before it is dead; 1 to 1,000, default 3.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>When the job is dead if it has not begun its last run by then; default never.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>
    /// While an unfinished job with this key exists, no second one is made: enqueueing answers the first one's id. It is one of its
    /// <see cref="UniqueScope"/>. At most 200 characters, default none.
    /// </summary>
    public string? UniqueKey { get; init; }

    /// <summary>Within what the <see cref="UniqueKey"/> is unique; default the whole queue.</summary>
    public UniqueScope UniqueScope { get; init; }

    /// <summary>
    /// How long the key stays taken from now on, although the job may be over by then; null, the default, for as long as it is unfinished.
    /// </summary>
    public TimeSpan? UniqueFor { get; init; }

    /// <summary>
    /// What it weighs in its tenant's share of the lane, in any unit that jobs of the lane have in common; above 0, default 1.
    /// </summary>
    public double Cost { get; init; } = 1;

    /// <summary>The key with its scope, as the tables keep it.</summary>
    internal string? ScopedKey => UniqueKey is null ? null : UniqueScope switch
    {
        UniqueScope.Kind => $"kind:{Kind}:{UniqueKey}",
        UniqueScope.Lane => $"lane:{Lane}:{UniqueKey}",
        UniqueScope.Tenant => $"tenant:{Tenant}:{UniqueKey}",
        _ => UniqueKey,
    };

    internal static void Validate(NewJob job)
    {
        Length(job.Kind, 1, 100, nameof(Kind));
        Length(job.Lane, 1, 200, nameof(Lane));
        Length(job.LaneKey, 0, 200, nameof(LaneKey));
        Length(job.Tenant, 0, 200, nameof(Tenant));
        Length(job.UniqueKey ?? "-", 1, 200, nameof(UniqueKey));
        if (job.UniqueFor <= TimeSpan.Zero || (job.UniqueFor is not null && job.UniqueKey is null))
            throw new ArgumentException($"UniqueFor is {job.UniqueFor}; allowed are times above 0, with a UniqueKey.", nameof(job));
        if (job.MaxAttempts is < 1 or > 1000)
            throw new ArgumentException($"MaxAttempts is {job.MaxAttempts}; allowed are 1 to 1000.", nameof(job));
        if (!(job.Cost > 0) || !double.IsFinite(job.Cost))
            throw new ArgumentException($"Cost is {job.Cost}; allowed are finite numbers above 0.", nameof(job));

        void Length(string text, int min, int max, string name)
        {
            if (text.Length < min || text.Length > max)
                throw new ArgumentException($"{name} has {text.Length} characters; allowed are {min} to {max}.", nameof(job));
        }
    }
}

/// <summary>Within what a unique key is unique.</summary>
public enum UniqueScope
{
    /// <summary>The whole queue.</summary>
    Queue,

    /// <summary>Jobs of the same kind.</summary>
    Kind,

    /// <summary>Jobs of the same lane.</summary>
    Lane,

    /// <summary>Jobs of the same tenant.</summary>
    Tenant,
}

/// <summary>What enqueueing did: a new job, or the unfinished one that already has the unique key.</summary>
public readonly record struct Enqueued(JobId Id, bool IsNew);

/// <summary>A job as it stands in the database.</summary>
public sealed record Job
{
    /// <summary>Its identity.</summary>
    public required JobId Id { get; init; }

    /// <summary>Which handler runs it.</summary>
    public required string Kind { get; init; }

    /// <summary>Its lane.</summary>
    public required string Lane { get; init; }

    /// <summary>The part of the lane that it belongs to; empty for none.</summary>
    public string LaneKey { get; init; } = "";

    /// <summary>Whose it is; empty for nobody's.</summary>
    public required string Tenant { get; init; }

    /// <summary>Smaller numbers run first.</summary>
    public required int Priority { get; init; }

    /// <summary>What the handler needs, as JSON.</summary>
    public required string Payload { get; init; }

    /// <summary>What an earlier run left behind, as JSON; null before the first checkpoint.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Where it stands.</summary>
    public required JobState State { get; init; }

    /// <summary>
    /// The number of the attempt that runs or would run next, from 1. Only failures move it: not snoozes, parking, hand-backs or
    /// crashes.
    /// </summary>
    public required int Attempt { get; init; }

    /// <summary>How many attempts it may have.</summary>
    public required int MaxAttempts { get; init; }

    /// <summary>How many workers in a row died while they ran it.</summary>
    public int Crashes { get; init; }

    /// <summary>Its weight in its tenant's share.</summary>
    public double Cost { get; init; } = 1;

    /// <summary>When it was submitted, on the database's clock.</summary>
    public required DateTimeOffset EnqueuedAt { get; init; }

    /// <summary>When it is promoted to ready; null unless it waits for a time.</summary>
    public DateTimeOffset? RunAt { get; init; }

    /// <summary>When it is given up; null for never.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>The key that keeps a second one from being made, with its scope in front; null for none.</summary>
    public string? UniqueKey { get; init; }

    /// <summary>Whether somebody asked to cancel it while it ran.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>The errors of its failed attempts, oldest first; at most the last 50 are kept.</summary>
    public IReadOnlyList<JobFailure> Failures { get; init; } = [];

    /// <summary>The error of the latest failed attempt; null if none failed.</summary>
    public JobError? LastError => Failures.Count == 0 ? null : Failures[^1].Error;
}
