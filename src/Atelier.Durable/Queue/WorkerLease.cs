// A worker's claim to its jobs: one row that it renews. If it stops, others take the jobs over; if others did, it lets go of them.
using Microsoft.Extensions.Logging;

namespace Atelier.Durable;

/// <summary>
/// Registers the worker, renews its lease ten times as often as it would run out, brings requests to cancel to the runs, and gives back
/// jobs that the database says are here but are not: of a claim whose acknowledgement was lost.
/// </summary>
internal sealed partial class WorkerLease(JobQueue queue, RunsInHand runs, TimeSpan timeout, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan LongestBeat = TimeSpan.FromSeconds(10);

    private readonly HostProcess _process = HostProcess.Current();
    private readonly TimeSpan _interval = TimeSpan.FromTicks(Math.Min(timeout.Ticks / 10, LongestBeat.Ticks));
    private long _renewed;
    private volatile bool _ending;

    /// <summary>Under which id the worker claims.</summary>
    public string WorkerId { get; private set; } = "";

    public async Task RegisterAsync(CancellationToken ct)
    {
        var id = Guid.CreateVersion7().ToString("N");
        var sent = time.GetTimestamp();
        await queue.Database.TransactAsync(tx => Workers.RegisterAsync(tx, id, _process, timeout, ct), ct);
        (WorkerId, _renewed) = (id, sent);
    }

    /// <summary>Renews until canceled. A lease that could not be renewed in time counts as lost here as it does elsewhere.</summary>
    public async Task RenewAsync(CancellationToken ct)
    {
        using var look = queue.Database.Signals.Listen(Topics.Cancel);
        while (true)
        {
            var left = timeout - time.GetElapsedTime(_renewed);
            await using var alarm = time.CreateTimer(
                _ => runs.LoseAll(), null, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            await BeatAsync(ct);
            await look.SleepAsync(_interval, ct);
        }
    }

    /// <summary>Ends the lease of a worker that has no runs any more.</summary>
    public async Task EndAsync(CancellationToken ct)
    {
        _ending = true;
        await CompareAsync(ct);
        await queue.Database.TransactAsync(
            async tx =>
            {
                await Workers.RemoveAsync(tx, WorkerId, ct);
                await queue.Store.ForgetLeasesAsync(tx, worker: null, [], ct);
            },
            ct);
    }

    /// <summary>
    /// Renews once. If somebody declared this worker dead, all its leases are lost, and it registers anew, unless it is about to end anyway.
    /// </summary>
    public async Task BeatAsync(CancellationToken ct)
    {
        var sent = time.GetTimestamp();
        var inHand = runs.Leases;
        if (!await queue.Database.TransactAsync(Durability.Relaxed, BeatAsync, ct))
        {
            if (_ending)
                return;
            runs.LoseAll();
            LogDeclaredDead(log, WorkerId);
            await RegisterAsync(ct);
            return;
        }

        _renewed = sent;
        await CompareAsync(ct);

        async Task<bool> BeatAsync(Transaction tx)
        {
            if (!await Workers.BeatAsync(tx, WorkerId, ct))
                return false;
            await queue.Store.ForgetLeasesAsync(tx, WorkerId, inHand, ct);
            return true;
        }
    }

    private async Task CompareAsync(CancellationToken ct)
    {
        foreach (var row in await queue.Database.AskAsync(session => queue.Store.RunningAsync(session, WorkerId, ct), ct))
        {
            var leased = new LeasedId(row.Id, row.Lease);
            if (!runs.Knows(leased, out var run))
                await GiveBackAsync(leased, ct);
            else if (row.CancelRequested)
                run?.RequestCancel();
        }
    }

    private Task GiveBackAsync(LeasedId leased, CancellationToken ct) => queue.Database.TransactAsync(
        async tx =>
        {
            if (await queue.Store.LockAsync(tx, leased, ct) is { } row)
                await queue.Transitions.TakeAsync(tx, Settlement.HandedBack(row), commit: null, ct);
        },
        ct);

    [LoggerMessage(1209, LogLevel.Warning, "Worker {Id} was declared dead; it registers anew, and what it runs does not count")]
    private static partial void LogDeclaredDead(ILogger log, string id);
}
