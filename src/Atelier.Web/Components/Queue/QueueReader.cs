// Reads the queue of one owner for the drawer. Everything comes from the database, so that every tab, device and restarted server shows the same.
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Web.Components.Gallery;
using Atelier.Web.Configuration;

namespace Atelier.Web.Components.Queue;

/// <summary>Makes the drawer's content.</summary>
internal sealed class QueueReader(OwnQueue queue, WaitReasons reasons, GenerationViews views, DurationEstimates estimates, AtelierSettings settings, TimeProvider time)
{
    /// <summary>The queue of an owner at this moment.</summary>
    public async Task<QueueView> ReadAsync(string owner, CancellationToken cancellationToken)
    {
        if (owner.Length == 0)
            return QueueView.Nothing;
        var state = await queue.ReadAsync(owner, cancellationToken);
        var unfinished = new List<QueueEntry>();
        foreach (var lane in state.Line.Lanes)
        {
            foreach (var job in lane.InHand.Concat(lane.Waiting))
            {
                if (state.Unfinished.TryGetValue(job.Id, out var generation))
                    unfinished.Add(await EntryAsync(generation, job, lane, state.Line, cancellationToken));
            }
        }
        var waiting = unfinished.Where(entry => entry.Why is not null).OrderBy(entry => entry.StartsIn).ToList();
        return new QueueView
        {
            IsPaused = state.Line.IsPaused,
            CanUndo = state.ClearedAt is { } at && time.GetUtcNow() - at < OwnQueue.Regret,
            Running = [.. unfinished.Where(entry => entry.Why is null)],
            Waiting = [.. waiting.Where(entry => !entry.IsParked)],
            Parked = [.. waiting.Where(entry => entry.IsParked)],
            Failed = await EndedAsync(state.Failed, cancellationToken),
            Done = await EndedAsync(state.Done, cancellationToken),
            MoreWaiting = state.Line.Lanes.Sum(lane => lane.WaitingCount - lane.Waiting.Count + lane.InHandCount - lane.InHand.Count),
        };
    }

    /// <summary>How long a new generation of an owner would wait in a model's lane before it begins, in seconds.</summary>
    public async Task<int> WaitAsync(LaneLine? lane, string model, CancellationToken cancellationToken) =>
        lane is null ? 0 : (int)Math.Ceiling((lane.InHandCount + lane.WaitingCount) * await estimates.SecondsAsync(model, cancellationToken) / SlotsOf(lane));

    private async Task<QueueEntry> EntryAsync(Generation generation, Job job, LaneLine lane, TenantLine line, CancellationToken cancellationToken)
    {
        var view = await views.OfAsync(generation, cancellationToken);
        if (view.IsRunning || job.State is JobState.Running or JobState.Snoozed)
            return new QueueEntry(view);
        var each = await estimates.SecondsAsync(generation.Model, cancellationToken);
        var why = await reasons.OfAsync(generation, job, lane, line, view.Position, cancellationToken);
        return new QueueEntry(view)
        {
            Why = why,
            StartsIn = why switch
            {
                { Until: { } until } => (int)Math.Max(0, (until - time.GetUtcNow()).TotalSeconds),
                WaitReason.OwnTurn turn => (int)Math.Ceiling(turn.Ahead * each / SlotsOf(lane)),
                WaitReason.InLine inLine => (int)Math.Ceiling(inLine.Ahead * each / Math.Max(1, settings.Worker.Concurrency)),
                _ => null,
            },
            CanMove = job.State is JobState.Waiting or JobState.Ready
                && lane.InHand.Concat(lane.Waiting).First(other => other.State == job.State).Id != job.Id,
        };
    }

    private async Task<IReadOnlyList<QueueEntry>> EndedAsync(IReadOnlyList<Generation> ended, CancellationToken cancellationToken) =>
        [.. (await views.OfAsync(ended, cancellationToken)).Select(view => new QueueEntry(view))];

    private int SlotsOf(LaneLine lane) =>
        Math.Max(1, Math.Min(settings.Worker.Concurrency, Math.Min(lane.Places ?? int.MaxValue, lane.Lane.Limit ?? int.MaxValue)));
}
