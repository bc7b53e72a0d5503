// The queue as its owner sees it: what is painted, what waits, what went wrong, what has just been done.
using Atelier.Web.Components.Gallery;

namespace Atelier.Web.Components.Queue;

/// <summary>The queue drawer's content.</summary>
public sealed record QueueView
{
    /// <summary>A queue that could not be read.</summary>
    public static QueueView Unknown { get; } = new() { IsUnknown = true };

    /// <summary>Whether it was not read, so that its lists say nothing.</summary>
    public bool IsUnknown { get; private init; }

    /// <summary>Being painted or stored, in the order of their start.</summary>
    public IReadOnlyList<GenerationView> Running { get; init; } = [];

    /// <summary>Wait for their next try or for a limit to pass.</summary>
    public IReadOnlyList<GenerationView> Held { get; init; } = [];

    /// <summary>Wait for a worker, the next one first; at most as many as the drawer shows.</summary>
    public IReadOnlyList<GenerationView> Waiting { get; init; } = [];

    /// <summary>Failed since the drawer was last cleared, the latest first.</summary>
    public IReadOnlyList<GenerationView> Failed { get; init; } = [];

    /// <summary>Completed or canceled since the drawer was last cleared, the latest first.</summary>
    public IReadOnlyList<GenerationView> Done { get; init; } = [];

    /// <summary>How many wait in all, shown or not.</summary>
    public long WaitingCount { get; init; }

    /// <summary>Whether there is nothing at all.</summary>
    public bool IsEmpty => !IsUnknown && Running.Count + Held.Count + Failed.Count + Done.Count == 0 && WaitingCount == 0;

    /// <summary>How many are not finished.</summary>
    public long Unfinished => Running.Count + Held.Count + WaitingCount;
}
