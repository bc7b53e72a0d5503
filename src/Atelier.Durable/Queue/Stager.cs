// Promotes jobs whose time has come. One statement a page: a crash in between leaves the rest due.
namespace Atelier.Durable;

/// <summary>How long until the next timed job is due, and the next of those that have begun; null if there is none.</summary>
internal readonly record struct DueTimes(TimeSpan? Next, TimeSpan? NextBegun);

internal sealed class Stager(JobQueue queue)
{
    /// <summary>Promotes all that is due, and looks ahead.</summary>
    public async Task<DueTimes> PromoteAsync(CancellationToken ct)
    {
        while (true)
        {
            var next = await NextAsync(begunOnly: false, ct);
            if (next is null || next > TimeSpan.Zero)
                return new DueTimes(next, await NextAsync(begunOnly: true, ct));
            await queue.Database.TransactAsync(
                Durability.Relaxed,
                async tx =>
                {
                    if (await queue.Store.PromoteAsync(tx, ct) > 0)
                        tx.SignalAfterCommit(Topics.Ready);
                },
                ct);
        }
    }

    private async Task<TimeSpan?> NextAsync(bool begunOnly, CancellationToken ct)
    {
        var milliseconds = await queue.Database.ReadAsync(session => JobTable.NextDueAsync(session, begunOnly, ct), ct);
        return milliseconds is { } value ? TimeSpan.FromMilliseconds(value) : null;
    }
}
