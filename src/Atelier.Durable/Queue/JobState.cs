// Every state a job can be in and every step between them; the CHECK constraints of both schemas mirror this file.
namespace Atelier.Durable;

/// <summary>Where a job stands. The first seven live in the table <c>jobs</c>; a job in one of the last four has left it.</summary>
public enum JobState
{
    /// <summary>Not before a time that the caller chose.</summary>
    Scheduled,

    /// <summary>Could run, but its tenant has no free place in the lane; made ready when one of his jobs is over.</summary>
    Waiting,

    /// <summary>May be claimed now. Only these rows are in the claim's index.</summary>
    Ready,

    /// <summary>Leased to a worker.</summary>
    Running,

    /// <summary>Waits for something outside (a poll, a webhook) and holds no slot.</summary>
    Snoozed,

    /// <summary>Failed and waits for its next attempt.</summary>
    Retrying,

    /// <summary>Stopped by a limit of its lane; spends no attempt.</summary>
    Parked,

    /// <summary>Done. The row is gone.</summary>
    Succeeded,

    /// <summary>Refused for good by a rule outside (moderation); nothing for an operator to mend. The row is gone.</summary>
    Refused,

    /// <summary>Given up; kept in <c>dead_jobs</c> with the history of its errors until it is retried or discarded.</summary>
    Dead,

    /// <summary>Canceled. The row is gone.</summary>
    Canceled,
}

/// <summary>The legal steps between states, in one table.</summary>
public static class JobStates
{
    //                        from                    to
    private static readonly Dictionary<JobState, JobState[]> Steps = new()
    {
        [JobState.Scheduled] = [JobState.Ready, JobState.Waiting, JobState.Canceled, JobState.Dead],
        [JobState.Waiting] = [JobState.Ready, JobState.Canceled, JobState.Dead],
        [JobState.Ready] = [JobState.Running, JobState.Waiting, JobState.Parked, JobState.Canceled, JobState.Dead], // waiting: its tenant pauses
        [JobState.Running] =
        [
            JobState.Succeeded, JobState.Snoozed, JobState.Parked, JobState.Retrying, JobState.Refused, JobState.Dead, JobState.Canceled,
            JobState.Ready, // handed back, rescued, or woken while it ran
        ],
        [JobState.Snoozed] = [JobState.Ready, JobState.Canceled, JobState.Dead],
        [JobState.Retrying] = [JobState.Ready, JobState.Canceled, JobState.Dead],
        [JobState.Parked] = [JobState.Ready, JobState.Waiting, JobState.Canceled, JobState.Dead],
        [JobState.Dead] = [JobState.Ready, JobState.Waiting], // an operator's retry
        [JobState.Succeeded] = [],
        [JobState.Refused] = [],
        [JobState.Canceled] = [],
    };

    /// <summary>Whether a job may go from one state to another in one step.</summary>
    public static bool MayBecome(this JobState from, JobState to) => Steps[from].Contains(to);

    /// <summary>Whether the job is over: it has left the table <c>jobs</c>.</summary>
    public static bool IsFinal(this JobState state) =>
        state is JobState.Succeeded or JobState.Refused or JobState.Dead or JobState.Canceled;

    /// <summary>Whether the job waits for a time (its <c>due_at</c>) and is promoted when that comes.</summary>
    public static bool IsTimed(this JobState state) =>
        state is JobState.Scheduled or JobState.Snoozed or JobState.Retrying or JobState.Parked;
}
