// What operators and callers may ask about the queue.
namespace Atelier.Durable;

/// <summary>What a request to cancel came to.</summary>
public enum CancelResult
{
    /// <summary>It did not run, and is canceled now.</summary>
    Canceled,

    /// <summary>It runs; its handler is being told, and may still finish it.</summary>
    Requested,

    /// <summary>There is no such unfinished job.</summary>
    NotFound,
}

/// <summary>Which unfinished jobs to list; a null part matches all.</summary>
/// <param name="Lane">Only this lane.</param>
/// <param name="State">Only this state.</param>
/// <param name="Kind">Only this kind.</param>
/// <param name="Tenant">Only this tenant.</param>
public sealed record JobFilter(string? Lane = null, JobState? State = null, string? Kind = null, string? Tenant = null);

/// <summary>Which dead letters to list, retry or discard; a null part matches all.</summary>
/// <param name="Lane">Only this lane.</param>
/// <param name="Kind">Only this kind.</param>
/// <param name="Tenant">Only this tenant.</param>
/// <param name="ErrorCode">Only those whose last failure had this code.</param>
public sealed record DeadLetterFilter(string? Lane = null, string? Kind = null, string? Tenant = null, string? ErrorCode = null);

/// <summary>What to change in a dead letter before it is tried again; a null part stays as it is.</summary>
/// <param name="Payload">Another payload, as JSON.</param>
/// <param name="Lane">Another lane.</param>
/// <param name="Priority">Another priority.</param>
/// <param name="ForgetCheckpoint">Whether it begins anew instead of going on from its checkpoint.</param>
public sealed record JobEdit(string? Payload = null, string? Lane = null, int? Priority = null, bool ForgetCheckpoint = false);

/// <summary>A job that was given up, as it was then (its state is <see cref="JobState.Dead"/>), with every error in its history.</summary>
/// <param name="Job">The job.</param>
/// <param name="DiedAt">When it was given up, on the database's clock.</param>
public sealed record DeadLetter(Job Job, DateTimeOffset DiedAt);

/// <summary>The queue at a moment.</summary>
/// <param name="Depths">How many jobs each lane has in each state; lanes and states without jobs are absent.</param>
/// <param name="DeadLetters">How many dead letters there are.</param>
/// <param name="Workers">How many workers hold an unexpired lease.</param>
public sealed record QueueStats(IReadOnlyList<QueueDepth> Depths, long DeadLetters, int Workers);

/// <summary>The jobs of one lane in one state.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="State">The state.</param>
/// <param name="Count">How many.</param>
/// <param name="OldestAge">
/// How long ago the oldest was enqueued, by the database's clock; for <see cref="JobState.Ready"/> and <see cref="JobState.Waiting"/> how long
/// it has been that.
/// </param>
public sealed record QueueDepth(string Lane, JobState State, long Count, TimeSpan OldestAge);
