// What the API and the command line tell an operator about a job.
namespace Atelier.Client;

/// <summary>A page of dead letters.</summary>
/// <param name="Items">The dead letters in the order of their ids.</param>
/// <param name="NextAfter">Give it as <c>after</c> for the next page; null on the last.</param>
public sealed record DeadLetterPage(IReadOnlyList<JobRecord> Items, long? NextAfter);

/// <summary>A job, unfinished or dead.</summary>
public sealed record JobRecord
{
    /// <summary>Its id.</summary>
    public required long Id { get; init; }

    /// <summary>What kind of work it is.</summary>
    public required string Kind { get; init; }

    /// <summary>Its lane.</summary>
    public required string Lane { get; init; }

    /// <summary>The part of the lane that it belongs to; empty for none.</summary>
    public required string LaneKey { get; init; }

    /// <summary>Whose it is; empty for nobody's.</summary>
    public required string Tenant { get; init; }

    /// <summary>Where it stands.</summary>
    public required string State { get; init; }

    /// <summary>Smaller numbers run first.</summary>
    public required int Priority { get; init; }

    /// <summary>The attempt that runs or would run next, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>How many attempts it may have.</summary>
    public required int MaxAttempts { get; init; }

    /// <summary>How many workers in a row died while they ran it.</summary>
    public required int Crashes { get; init; }

    /// <summary>Its weight in its user's share of the lane.</summary>
    public required double Cost { get; init; }

    /// <summary>When it was submitted.</summary>
    public required DateTimeOffset EnqueuedAt { get; init; }

    /// <summary>When it is ready again; null unless it waits for a time.</summary>
    public required DateTimeOffset? RunAt { get; init; }

    /// <summary>When it is given up; null for never.</summary>
    public required DateTimeOffset? Deadline { get; init; }

    /// <summary>When it was given up; null unless it is dead.</summary>
    public required DateTimeOffset? DiedAt { get; init; }

    /// <summary>Whether somebody asked to cancel it while it ran.</summary>
    public required bool CancelRequested { get; init; }

    /// <summary>How many ready jobs stand before it in its lane, counted to 10,000; null if it is not ready, and in lists.</summary>
    public required int? Position { get; init; }

    /// <summary>How far it has come, 0 to 100; null if it has not told, and in lists.</summary>
    public required double? Progress { get; init; }

    /// <summary>What its handler needs, as JSON in a text.</summary>
    public required string Payload { get; init; }

    /// <summary>What an earlier run left behind, as JSON in a text; null before the first checkpoint.</summary>
    public required string? Checkpoint { get; init; }

    /// <summary>Its failed attempts, oldest first.</summary>
    public required IReadOnlyList<JobFailureRecord> Failures { get; init; }
}

/// <summary>A failed attempt.</summary>
/// <param name="Attempt">The number of the attempt, from 1.</param>
/// <param name="At">When it failed.</param>
/// <param name="Code">A short stable word.</param>
/// <param name="Message">A sentence.</param>
/// <param name="Details">For the operator only; null if there is no more to say.</param>
public sealed record JobFailureRecord(int Attempt, DateTimeOffset At, string Code, string Message, string? Details);

/// <summary>What to change in a dead letter before it is tried again; what is absent stays as it is.</summary>
public sealed record DeadLetterRetry
{
    /// <summary>Another payload, as JSON in a text.</summary>
    public string? Payload { get; init; }

    /// <summary>Another lane.</summary>
    public string? Lane { get; init; }

    /// <summary>Another priority; smaller numbers run first.</summary>
    public int? Priority { get; init; }

    /// <summary>Begin anew instead of going on from the checkpoint; default false.</summary>
    public bool? FromStart { get; init; }
}
