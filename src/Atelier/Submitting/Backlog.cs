// About how much unfinished work an owner has, so that not every submission has to count it. In memory only: after a crash it is counted anew.
using System.Collections.Concurrent;

namespace Atelier.Submitting;

/// <summary>
/// Trusts a count for some seconds, with what this process has accepted since, as long as that stays below half of the limit: only other
/// processes can add to it, and far too little in that time to reach the limit.
/// </summary>
internal sealed class Backlog(SubmissionLimits limits, TimeProvider time)
{
    private const int MostOwners = 10_000;
    private static readonly TimeSpan Trust = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Count> counts = new(StringComparer.Ordinal);

    /// <summary>Whether the owner may have so many more without a count; they are taken for accepted.</summary>
    public bool HasRoom(string owner, int more)
    {
        if (!counts.TryGetValue(owner, out var known) || time.GetElapsedTime(known.At) > Trust || known.AtMost + more > limits.MaxUnfinished / 2)
            return false;
        return counts.TryUpdate(owner, known with { AtMost = known.AtMost + more }, known);
    }

    /// <summary>Notes how many there are, with those that are being accepted.</summary>
    public void Note(string owner, long unfinished)
    {
        if (counts.Count >= MostOwners)
            counts.Clear();
        counts[owner] = new Count(unfinished, time.GetTimestamp());
    }

    private readonly record struct Count(long AtMost, long At);
}
