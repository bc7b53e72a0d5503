// Promotes jobs whose time has come. One statement a page: a crash in between leaves the rest due.
namespace Atelier.Durable;

internal sealed class Stager(JobQueue queue)
{
    /// <summary>Promotes all that is due, and answers how long until the next job is; null if none waits for a time.</summary>
    public async Task<TimeSpan?> PromoteAsync(CancellationToken ct)
    {
        var next = await LookAsync(JobQueries.NextDueAsync, ct);
        while (next == TimeSpan.Zero && await PromotePageAsync(ct) > 0)
            next = await LookAsync(JobQueries.NextDueAsync, ct);
        return next;
    }

    /// <summary>How long until a job that has begun is due; null if there is none.</summary>
    public Task<TimeSpan?> NextBegunAsync(CancellationToken ct) => LookAsync(JobQueries.NextBegunDueAsync, ct);

    private Task<int> PromotePageAsync(CancellationToken ct) => queue.Database.TransactAsync(
        Durability.Relaxed,
        async tx =>
        {
            var promoted = await queue.Store.PromoteAsync(tx, ct);
            await queue.Admission.FillAsync(tx, promoted.Where(row => row.StateValue == JobState.Waiting).Select(row => row.LaneTenant), ct);
            if (promoted.Count > 0)
                tx.SignalAfterCommit(Topics.Ready);
            return promoted.Count;
        },
        ct);

    private async Task<TimeSpan?> LookAsync(Func<Session, CancellationToken, Task<long?>> query, CancellationToken ct)
    {
        var distance = await queue.Database.AskAsync(session => query(session, ct), ct);
        return distance is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;
    }
}
