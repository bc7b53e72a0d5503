// Brings the tally of this process to the table, and what it says of congestion to the lanes that adapt.
namespace Atelier.Durable;

internal sealed class Statistician(JobQueue queue)
{
    /// <summary>Writes what has come since the last time; what cannot be written is lost, and is not worth more.</summary>
    public async Task WriteAsync(CancellationToken ct)
    {
        var tallies = queue.Tally.Take();
        if (tallies.Count == 0)
            return;
        await queue.Database.TransactAsync(Durability.Relaxed, tx => StatisticsTable.AddAsync(tx, queue.Stripe, tallies, ct), ct);
        foreach (var tally in tallies)
            await AdaptAsync(tally, ct);
    }

    private async Task AdaptAsync(LaneTally tally, CancellationToken ct)
    {
        var good = tally.CountOf(JobState.Succeeded) + tally.CountOf(JobState.Snoozed);
        var limited = tally.CountOf(JobState.Parked);
        if (good + limited == 0)
            return;
        await queue.Database.TransactAsync(
            Durability.Relaxed,
            tx => LaneTable.AdaptAsync(tx, tally.Lane, row => row.Adapted(good, limited, TimeSpan.FromMilliseconds(tally.RanMs / (good + limited))), ct),
            ct);
    }
}
