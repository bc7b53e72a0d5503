// Finds dead workers and gives their jobs to living ones; gives up jobs past their deadline. Each page of jobs is one transaction.
using Microsoft.Extensions.Logging;

namespace Atelier.Durable;

/// <summary>
/// A worker is dead when its heartbeat is overdue on the database's clock, or, without waiting for that, when it ran on this host and its process
/// has ended: a restart after kill -9 goes on at once.
/// </summary>
internal sealed partial class Rescuer(JobQueue queue, QueueMaintenanceOptions options, ILogger log)
{
    private readonly HostProcess _here = HostProcess.Current();

    public async Task RescueAsync(CancellationToken ct)
    {
        await BuryNeighboursAsync(ct);
        await queue.Database.TransactAsync(tx => Workers.ExpireAsync(tx, ct), ct);
        await PagesAsync(
            tx => queue.Store.LockOrphansAsync(tx, queue.Handlers.Kinds, ct),
            row =>
            {
                var step = Settlement.Rescued(row, options.MaxCrashes);
                LogRescued(log, new JobId(row.Id), row.Kind, row.WorkerId, step.To);
                return step;
            },
            ct);
        await PagesAsync(tx => queue.Store.LockOverdueAsync(tx, queue.Handlers.Kinds, ct), Settlement.Overdue, ct);
    }

    private async Task BuryNeighboursAsync(CancellationToken ct)
    {
        if (_here.Host is null)
            return;
        var neighbours = await queue.Database.ReadAsync(session => Workers.OnHostAsync(session, _here.Host, ct), ct);
        foreach (var dead in neighbours.Where(neighbour => _here.Buried(neighbour.Process)))
            await queue.Database.TransactAsync(tx => Workers.RemoveAsync(tx, dead.Id, ct), ct);
    }

    private async Task PagesAsync(Func<Transaction, Task<IReadOnlyList<JobRow>>> lockPage, Func<JobRow, Step> decide, CancellationToken ct)
    {
        var found = 1;
        while (found > 0)
        {
            found = await queue.Database.TransactAsync(
                async tx =>
                {
                    var page = await lockPage(tx);
                    foreach (var row in page)
                        await queue.Transitions.TakeAsync(tx, decide(row), commit: null, ct);
                    return page.Count;
                },
                ct);
        }
    }

    [LoggerMessage(1302, LogLevel.Warning, "Job {Id} ({Kind}) was left behind by worker {Worker} and is {State} now")]
    private static partial void LogRescued(ILogger log, JobId id, string kind, string? worker, JobState state);
}
