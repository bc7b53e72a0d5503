// Changes a locked job's state and tells its handler, in the caller's transaction: both agree after any crash.
namespace Atelier.Durable;

/// <summary>The one way by which a job changes its state, but for claims and promotions.</summary>
internal sealed class Transitions(JobHandlers handlers, Admission admission)
{
    /// <summary>The same, without telling anybody: for observers that threw.</summary>
    public Transitions Unobserved => new(new JobHandlers(), admission);

    /// <summary>Takes the step: writes the row, runs what the outcome has to commit, tells the handler if it observes.</summary>
    /// <exception cref="InvalidOperationException">The step is not in the table of legal ones: a bug of this library.</exception>
    public async Task TakeAsync(Transaction tx, Step step, Func<Transaction, Task>? commit, CancellationToken ct)
    {
        var from = step.Row.StateValue;
        if (!from.MayBecome(step.To))
            throw new InvalidOperationException($"Job {step.Row.Id} cannot go from {from} to {step.To}.");
        var leavesLane = step.To.IsFinal() || step.To is JobState.Retrying or JobState.Parked;
        var after = step.Row with
        {
            State = JobRow.Name(step.To),
            DueAt = step.DueAt,
            Rank = leavesLane && step.Row.HoldsLane ? step.Row.Priority : step.Row.Rank,
        };
        Write(tx, step.To, after);
        if (commit is not null)
            await commit(tx);
        if (step.To.IsFinal())
            await admission.LeaveAsync(tx, [PlaceRow.Of(step.Row)], ct);
        else if (leavesLane)
            admission.LeaveLanes(tx, [PlaceRow.Of(step.Row)]);
        if (step.Parks is { } limit)
        {
            admission.AddLane(tx, limit.Lane);
            LaneTable.Park(tx, limit.Lane, limit.Key ?? "", limit.Until, limit.Reason);
        }

        await TellAsync(tx, after, from, step, ct);
        tx.SignalAfterCommit(step.To == JobState.Ready ? Topics.Ready : step.To.IsTimed() ? Topics.Timed : Topics.None);
    }

    /// <summary>Makes a dead letter a job again: ready, or waiting for a place of its tenant.</summary>
    public async Task ReviveAsync(Transaction tx, JobRow dead, CancellationToken ct)
    {
        var to = dead.Tenant.Length == 0 ? JobState.Ready : JobState.Waiting;
        var alive = dead with { State = JobRow.Name(to), Attempts = 0, Crashes = 0, Deadline = null };
        await JobTable.ReviveAsync(tx, alive, ct);
        if (to == JobState.Waiting)
            await admission.FillAsync(tx, [alive.LaneTenant], ct);
        await TellAsync(tx, alive, JobState.Dead, new Step(to, alive) { Detail = TransitionDetail.Revived }, ct);
        tx.SignalAfterCommit(Topics.Ready);
    }

    private static void Write(Transaction tx, JobState to, JobRow after)
    {
        if (!to.IsFinal())
        {
            JobTable.Update(tx, after);
            if (to == JobState.Retrying)
                JobTable.RemoveProgress(tx, after.Id);
            return;
        }

        JobTable.Remove(tx, after.Id);
        if (to == JobState.Dead)
            JobTable.Bury(tx, after);
    }

    private async Task TellAsync(Transaction tx, JobRow after, JobState from, Step step, CancellationToken ct)
    {
        if (handlers.Find(after.Kind) is not { ObservesTransitions: true } handler)
            return;
        var transition = new JobTransition(after.ToJob(), from, step.To, step.Error, JobRow.Time(step.DueAt), step.Detail);
        await handler.OnTransitionAsync(tx, transition, ct);
    }
}
