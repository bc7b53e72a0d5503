// Finds dead workers and gives their jobs to living ones; gives up jobs past their deadline. Each job is one transaction.
using Microsoft.Extensions.Logging;

namespace Atelier.Durable;

/// <summary>
/// A worker is dead when its heartbeat is overdue on the database's clock, or, without waiting for that, when it ran on this host and its
/// process has ended: a restart after kill -9 goes on at once.
/// </summary>
internal sealed partial class Rescuer(JobQueue queue, QueueMaintenanceOptions options, ILogger log)
{
    private readonly HostProcess _here = HostProcess.Current();

    public async Task RescueAsync(CancellationToken ct)
    {
        await BuryNeighboursAsync(ct);
        await queue.Database.TransactAsync(tx => Workers.ExpireAsync(tx, ct), ct);
        await EachAsync(queue.Store.OrphansAsync, RescueAsync, ct);
        await queue.Database.TransactAsync(Durability.Relaxed, tx => queue.Store.ForgetLeasesAsync(tx, worker: null, [], ct), ct);
        await EachAsync(queue.Store.OverdueAsync, GiveUpAsync, ct);
    }

    private async Task BuryNeighboursAsync(CancellationToken ct)
    {
        if (_here.Host is null)
            return;
        var neighbours = await queue.Database.AskAsync(session => Workers.OnHostAsync(session, _here.Host, ct), ct);
        foreach (var dead in neighbours.Where(neighbour => _here.Buried(neighbour.Process)))
            await queue.Database.TransactAsync(tx => Workers.RemoveAsync(tx, dead.Id, ct), ct);
    }

    private async Task EachAsync(
        Func<Session, IReadOnlyList<string>, long, CancellationToken, Task<IReadOnlyList<long>>> find,
        Func<Transaction, JobRow, CancellationToken, Task<Step?>> decide,
        CancellationToken ct)
    {
        IReadOnlyList<long> page;
        var after = 0L;
        do
        {
            page = await queue.Database.AskAsync(session => find(session, queue.Handlers.Kinds, after, ct), ct);
            foreach (var id in page)
                await TakeAsync(after = id, decide, ct);
        }
        while (page.Count == JobStore.PageSize);
    }

    private async Task TakeAsync(long id, Func<Transaction, JobRow, CancellationToken, Task<Step?>> decide, CancellationToken ct)
    {
        try
        {
            await queue.Database.TransactAsync(tx => TakeAsync(tx, queue.Transitions), ct);
        }
        catch (Exception bug) when (bug is not OperationCanceledException && !queue.Database.IsTransient(bug))
        {
            // The observer threw. Better a job that goes on untold than one that is stuck with a dead worker for ever.
            LogObserverFailed(log, bug, new JobId(id));
            await queue.Database.TransactAsync(tx => TakeAsync(tx, queue.Transitions.Unobserved), ct);
        }

        async Task TakeAsync(Transaction tx, Transitions transitions)
        {
            if (await queue.Store.LockAsync(tx, id, ct) is { } row && await decide(tx, row, ct) is { } step)
                await transitions.TakeAsync(tx, step, commit: null, ct);
        }
    }

    private async Task<Step?> RescueAsync(Transaction tx, JobRow row, CancellationToken ct)
    {
        if (await JobStore.LostWorkerAsync(tx, row, ct) is not { } worker)
            return null;
        var step = Settlement.Rescued(row, worker, options.MaxCrashes, queue.Database.Random);
        queue.Tally.Rescued(row.Lane);
        LogRescued(log, new JobId(row.Id), row.Kind, worker, step.To);
        return step;
    }

    private static Task<Step?> GiveUpAsync(Transaction tx, JobRow row, CancellationToken ct) =>
        Task.FromResult(row.Deadline <= row.Now && row.StateValue != JobState.Running ? Settlement.Overdue(row) : null);

    [LoggerMessage(1302, LogLevel.Warning, "Job {Id} ({Kind}) was left behind by worker {Worker} and is {State} now")]
    private static partial void LogRescued(ILogger log, JobId id, string kind, string worker, JobState state);

    [LoggerMessage(1303, LogLevel.Error, "The observer of job {Id} threw when the job was rescued or given up; it is not told")]
    private static partial void LogObserverFailed(ILogger log, Exception bug, JobId id);
}
