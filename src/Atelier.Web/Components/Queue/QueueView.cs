// The queue as its owner sees it: what is painted, what waits and why, what went wrong, what has just been done.
using Atelier.Generating;
using Atelier.Web.Components.Gallery;

namespace Atelier.Web.Components.Queue;

/// <summary>One generation in the drawer.</summary>
/// <param name="View">The generation.</param>
public sealed record QueueEntry(GenerationView View)
{
    /// <summary>Why it does not begin; null where it has begun or ended.</summary>
    public WaitReason? Why { get; init; }

    /// <summary>Seconds until it is expected to begin; null where nobody can tell.</summary>
    public int? StartsIn { get; init; }

    /// <summary>Whether it can be put before the others.</summary>
    public bool CanMove { get; init; }

    /// <summary>Whether it waits for a known time or for something that only an operator mends.</summary>
    public bool IsParked => Why is WaitReason.Parked or WaitReason.Retrying or WaitReason.Unreachable or WaitReason.LanePaused;
}

/// <summary>The queue drawer's content.</summary>
public sealed record QueueView
{
    /// <summary>A queue that could not be read.</summary>
    public static QueueView Unknown { get; } = new() { IsUnknown = true };

    /// <summary>The queue of somebody who has none.</summary>
    public static QueueView Nothing { get; } = new();

    /// <summary>Whether it was not read, so that its lists say nothing.</summary>
    public bool IsUnknown { get; private init; }

    /// <summary>Whether the reader lets nothing begin.</summary>
    public bool IsPaused { get; init; }

    /// <summary>Whether what was cleared can be had back.</summary>
    public bool CanUndo { get; init; }

    /// <summary>Being painted or stored.</summary>
    public IReadOnlyList<QueueEntry> Running { get; init; } = [];

    /// <summary>Wait for their turn, the next one first; at most as many as the drawer shows.</summary>
    public IReadOnlyList<QueueEntry> Waiting { get; init; } = [];

    /// <summary>Held back by a limit or a fault, the next one first.</summary>
    public IReadOnlyList<QueueEntry> Parked { get; init; } = [];

    /// <summary>Failed since the drawer was last cleared, the latest first.</summary>
    public IReadOnlyList<QueueEntry> Failed { get; init; } = [];

    /// <summary>Completed or canceled since the drawer was last cleared, the latest first.</summary>
    public IReadOnlyList<QueueEntry> Done { get; init; } = [];

    /// <summary>How many wait but are not shown.</summary>
    public long MoreWaiting { get; init; }

    /// <summary>Whether there is nothing at all.</summary>
    public bool IsEmpty => !IsUnknown && Unfinished == 0 && Failed.Count + Done.Count == 0;

    /// <summary>How many are not finished.</summary>
    public long Unfinished => Running.Count + Waiting.Count + Parked.Count + MoreWaiting;
}
