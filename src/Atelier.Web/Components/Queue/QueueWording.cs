// The sentences of the queue drawer: where a generation stands in line, and why it waits.
using Atelier.Generating;
using Atelier.Web.Components.Layout;

namespace Atelier.Web.Components.Queue;

internal static class QueueWording
{
    /// <summary>Why it waits and when it is expected to begin, in one sentence.</summary>
    public static string Why(QueueEntry entry, Circumstances circumstances) => entry.Why switch
    {
        WaitReason.Paused => "Waits until you resume.",
        WaitReason.Retrying => $"It stumbled. The next try starts at {Time(entry, circumstances)}.",
        WaitReason.Parked parked => $"{parked.Provider} limit, resumes {Time(entry, circumstances)}",
        WaitReason.Unreachable { Until: null } unreachable => $"{unreachable.Why}.",
        WaitReason.Unreachable unreachable => $"{unreachable.Why}: {Time(entry, circumstances)}.",
        WaitReason.LanePaused lane => $"The operator has paused {lane.Provider}.",
        WaitReason.NoWorker => "No worker is running at the moment.",
        WaitReason.OwnTurn turn => $"{Own(turn)}{Start(entry)}.",
        WaitReason.LaneFull full => $"{full.Provider} is busy: {Wording.Number(full.Limit)} at a time.",
        WaitReason.RateLimit rate => $"{rate.Provider} lets the next one begin at {Time(entry, circumstances)}.",
        WaitReason.InLine { Ahead: 0 } => "Next, as soon as a worker is free.",
        WaitReason.InLine line => $"{Wording.Number(line.Ahead)} ahead{Start(entry)}.",
        _ => throw new ArgumentOutOfRangeException(nameof(entry), entry.Why, "not a reason"),
    };

    private static string Own(WaitReason.OwnTurn turn) => turn.Ahead switch
    {
        0 => "Next of yours",
        var ahead when turn.Places is { } places => $"After {Wording.Number(ahead)} of yours, {Wording.Number(places)} at a time",
        var ahead => $"After {Wording.Number(ahead)} of yours",
    };

    private static string Start(QueueEntry entry) => entry.StartsIn is > 0 and var seconds ? $", starts in about {Wording.Duration(seconds)}" : "";

    private static string Time(QueueEntry entry, Circumstances circumstances) =>
        entry.Why?.Until is { } until ? $"{circumstances.Local(until):HH:mm:ss}" : "an unknown time";
}
