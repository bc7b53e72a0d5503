// What the user of the queue writes: how a kind of job runs, and what else must change when its state does.
using System.Collections.Frozen;

namespace Atelier.Durable;

/// <summary>Runs the jobs of one kind. One instance serves all runs of a process at once, so it keeps no state of a run.</summary>
public abstract class JobHandler
{
    /// <summary>The kind of jobs it runs.</summary>
    public abstract string Kind { get; }

    /// <summary>
    /// Whether <see cref="OnTransitionAsync"/> is to be called. Jobs of handlers that do not observe are settled many at a time.
    /// Default false.
    /// </summary>
    public virtual bool ObservesTransitions => false;

    /// <summary>
    /// Runs a job from its checkpoint. It may run again after a crash at any point, so everything before a checkpoint must bear
    /// repeating.
    /// </summary>
    /// <param name="job">The job and what a run can do for it.</param>
    /// <param name="ct">Canceled when cancelling was requested, when the lease is lost, and at the end of a graceful stop.</param>
    public abstract Task<JobOutcome> RunAsync(JobContext job, CancellationToken ct);

    /// <summary>
    /// Called in the very transaction that changes the job's state, whoever changes it: runner, rescuer, canceller, deadline, operator.
    /// Never for enqueueing, claims and promotions. Only what is written through the transaction may change.
    /// </summary>
    public virtual Task OnTransitionAsync(Transaction tx, JobTransition transition, CancellationToken ct) => Task.CompletedTask;

    /// <summary>An event to append when the job's progress is written (at most about twice a second); null for none, the default.</summary>
    public virtual NewEvent? DescribeProgress(Job job, JobProgress progress) => null;
}

/// <summary>A step from one state to another.</summary>
/// <param name="Job">The job as it stands after the step.</param>
/// <param name="From">The state it left.</param>
/// <param name="To">The state it came to.</param>
/// <param name="Error">Why, if it failed.</param>
/// <param name="Until">When it will be promoted, if it waits for a time.</param>
/// <param name="Detail">
/// What brought it about, where the states do not say: see <see cref="TransitionDetail"/>; for a limit, its lane.
/// </param>
public sealed record JobTransition(Job Job, JobState From, JobState To, JobError? Error, DateTimeOffset? Until, string? Detail);

/// <summary>Known values of <see cref="JobTransition.Detail"/>.</summary>
public static class TransitionDetail
{
    /// <summary>A stopping worker gave the job back.</summary>
    public const string HandedBack = "handed_back";

    /// <summary>The worker that ran it is dead.</summary>
    public const string Rescued = "rescued";

    /// <summary>An operator took it out of the dead letters.</summary>
    public const string Revived = "revived";

    /// <summary>A wake-up arrived while it ran, so it does not sleep.</summary>
    public const string Woken = "woken";
}

/// <summary>
/// All handlers of a process by kind. They are asked for on first use, so a handler may itself depend on the <see cref="JobQueue"/>.
/// </summary>
public sealed class JobHandlers
{
    private readonly Lazy<FrozenDictionary<string, JobHandler>> _byKind;

    /// <summary>Handlers that are made when they are first needed. Two of the same kind are an error at that moment.</summary>
    public JobHandlers(Func<IEnumerable<JobHandler>> handlers) =>
        _byKind = new(() => handlers().ToDictionary(handler => handler.Kind, StringComparer.Ordinal).ToFrozenDictionary());

    /// <summary>These handlers.</summary>
    public JobHandlers(params JobHandler[] handlers) : this(() => handlers)
    {
    }

    /// <summary>The kinds that this process can run.</summary>
    public IReadOnlyList<string> Kinds => _byKind.Value.Keys;

    /// <summary>The handler of a kind; null if this process has none.</summary>
    public JobHandler? Find(string kind) => _byKind.Value.GetValueOrDefault(kind);
}
