// What becomes of a job after a run: pure decisions, written down by Transitions in one transaction.
namespace Atelier.Durable;

/// <summary>A step that a locked job is to take.</summary>
/// <param name="To">The new state.</param>
/// <param name="Row">The row with everything that changes but the state; its lease is that of the run that ends.</param>
internal sealed record Step(JobState To, JobRow Row)
{
    /// <summary>Why, if something failed.</summary>
    public JobError? Error { get; init; }

    /// <summary>When to promote the job, for the states that wait for a time. Unix milliseconds.</summary>
    public long? DueAt { get; init; }

    /// <summary>See <see cref="JobTransition.Detail"/>.</summary>
    public string? Detail { get; init; }

    /// <summary>Which lane it parks, if it does.</summary>
    public JobOutcome.RateLimited? Parks { get; init; }
}

/// <summary>Turns outcomes, lost leases and hand-backs into steps.</summary>
internal static class Settlement
{
    private const double CrashBackoffMs = 1_000;
    private const double CrashBackoffLimitMs = 60_000;

    /// <summary>The step after a run that ended in order.</summary>
    /// <param name="row">The job, locked, as it was claimed but for later checkpoints and requests.</param>
    /// <param name="outcome">How the run ended.</param>
    /// <param name="options">The backoff.</param>
    /// <param name="random">Its jitter.</param>
    public static Step After(JobRow row, JobOutcome outcome, JobRunnerOptions options, Random random)
    {
        var calm = row with { Crashes = 0 };
        return outcome switch
        {
            JobOutcome.Succeeded => new Step(JobState.Succeeded, calm),
            JobOutcome.Canceled => new Step(JobState.Canceled, calm),
            JobOutcome.Refused refused => new Step(JobState.Refused, calm) { Error = refused.Error },
            JobOutcome.Dead dead => Death(calm.WithFailure(dead.Error) with { Attempts = row.Attempts + 1 }, dead.Error),
            JobOutcome.Retry retry => Failure(calm, retry, options, random),
            JobOutcome.Snoozed snoozed => Wait(
                JobState.Snoozed, calm with { Checkpoint = snoozed.Checkpoint ?? row.Checkpoint }, snoozed.Until, detail: null),
            JobOutcome.RateLimited limited => Wait(JobState.Parked, calm, limited.Until, limited.Lane) with { Parks = limited },
            _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "The set of outcomes is closed."),
        };
    }

    /// <summary>The step of a job whose worker gave it back: no attempt is spent.</summary>
    public static Step HandedBack(JobRow row) =>
        row.CancelRequested
            ? new Step(JobState.Canceled, row)
            : new Step(JobState.Ready, row with { Crashes = 0 }) { Detail = TransitionDetail.HandedBack };

    /// <summary>
    /// The step of a job whose worker died. That spends no attempt, for most deaths are not the job's fault: kill -9, a deployment, a power
    /// cut. But a job that kills its worker must not do so for ever, nor stand in front of all others: from the second death in a row on it
    /// waits, twice as long each time, and at <paramref name="maxCrashes"/> it is dead.
    /// </summary>
    public static Step Rescued(JobRow row, string worker, int maxCrashes, Random random)
    {
        var error = new JobError(JobError.LeaseLost, "The worker that ran this job stopped responding.", $"worker {worker}");
        var crashed = row.WithFailure(error) with { Crashes = row.Crashes + 1 };
        if (row.CancelRequested)
            return new Step(JobState.Canceled, crashed) { Error = error };
        if (crashed.Crashes >= maxCrashes)
            return Death(crashed, error);
        if (crashed.Crashes == 1)
            return new Step(JobState.Ready, crashed) { Error = error, Detail = TransitionDetail.Rescued };
        var delay = Jitter(random, CrashBackoffMs, crashed.Crashes - 2, CrashBackoffLimitMs);
        return new Step(JobState.Retrying, crashed) { Error = error, DueAt = row.Now + delay, Detail = TransitionDetail.Rescued };
    }

    /// <summary>The step of a job whose deadline passed while it waited.</summary>
    public static Step Overdue(JobRow row)
    {
        var error = new JobError(JobError.DeadlinePassed, "The job was not done before its deadline.");
        return Death(row.WithFailure(error), error);
    }

    private static Step Failure(JobRow row, JobOutcome.Retry retry, JobRunnerOptions options, Random random)
    {
        var failed = row.WithFailure(retry.Error) with { Attempts = row.Attempts + 1 };
        if (row.CancelRequested)
            return new Step(JobState.Canceled, failed) { Error = retry.Error };
        if (failed.Attempts >= row.MaxAttempts)
            return Death(failed, retry.Error);
        var backoff = options.BackoffOf(retry.Error);
        var delay = retry.After is { } after
            ? Due.After(after).DelayMilliseconds.GetValueOrDefault()
            : Jitter(random, backoff.Base.TotalMilliseconds, row.Attempts, backoff.Limit.TotalMilliseconds);
        if (row.Deadline <= row.Now + delay)
            return Death(failed, retry.Error) with { Detail = JobError.DeadlinePassed };
        return new Step(JobState.Retrying, failed) { Error = retry.Error, DueAt = row.Now + delay };
    }

    private static Step Wait(JobState state, JobRow row, Due until, string? detail)
    {
        if (row.CancelRequested)
            return new Step(JobState.Canceled, row);
        if (row.Deadline <= row.Now)
            return Overdue(row);
        if (row.Woken)
            return new Step(JobState.Ready, row) { Detail = TransitionDetail.Woken };
        return new Step(state, row) { DueAt = until.UnixMilliseconds(row.Now), Detail = detail };
    }

    private static Step Death(JobRow row, JobError error) => new(JobState.Dead, row) { Error = error };

    /// <summary>Full jitter: uniform between 0 and a limit that doubles with each failure.</summary>
    private static long Jitter(Random random, double first, int doublings, double limit) =>
        (long)(random.NextDouble() * Math.Min(limit, first * Math.Pow(2, Math.Min(doublings, 40))));
}
