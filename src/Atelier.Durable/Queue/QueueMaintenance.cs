// The housekeeping beside the workers. Every step repeats safely, so any number of processes may run it and any may die.
using Microsoft.Extensions.Logging;

namespace Atelier.Durable;

/// <summary>
/// Promotes jobs whose time has come, enqueues recurring ones, rescues the jobs of dead workers, gives up jobs past their deadline, lets
/// waiting jobs age, prunes what is old.
/// </summary>
/// <param name="queue">The queue to keep.</param>
/// <param name="options">How often, and how long things are kept.</param>
/// <param name="time">The clock for waiting; due times and leases go by the database's clock.</param>
/// <param name="logs">Where to log.</param>
public sealed partial class QueueMaintenance(JobQueue queue, QueueMaintenanceOptions options, TimeProvider time, ILoggerFactory logs)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);

    private readonly ILogger _log = logs.CreateLogger<QueueMaintenance>();
    private readonly Stager _stager = new(queue);
    private readonly Rescuer _rescuer = new(queue, options, logs.CreateLogger<QueueMaintenance>());
    private readonly Pruner _pruner = new(queue, options);
    private readonly Ager _ager = new(queue, options);
    private readonly Statistician _statistician = new(queue);
    private readonly Rhythm _rescue = new(options.RescueInterval, time);
    private readonly Rhythm _chores = new(Min(options.PruneInterval, options.Ageing) / 2, time);

    /// <summary>Keeps house until canceled; rides out an unreachable database.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var timed = queue.Database.Signals.Listen(Topics.Timed);
        while (!ct.IsCancellationRequested)
        {
            var round = await TryRoundAsync(begunToo: false, ct);

            // The pause lets many jobs that fall asleep together be one round.
            await Task.Delay(ShortestPause, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var sleep = round?.Next < PollInterval ? round.Next.Value : PollInterval;
            await timed.SleepAsync(sleep, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Does what is due, and looks ahead, on demand also to the next job that has begun; null if that failed.</summary>
    internal async Task<Lookout?> TryRoundAsync(bool begunToo, CancellationToken ct)
    {
        try
        {
            if (_rescue.IsDue())
                await _rescuer.RescueAsync(ct);
            var next = Earlier(await _stager.PromoteAsync(ct), await queue.Recurring.TickAsync(ct));
            if (_chores.IsDue())
                await DoChoresAsync(ct);
            await _statistician.WriteAsync(ct);
            return new Lookout(next, begunToo ? await _stager.NextBegunAsync(ct) : null);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception failure)
        {
            LogFailed(_log, failure);
            return null;
        }
    }

    /// <summary>What is enough if one process of all does it.</summary>
    private async Task DoChoresAsync(CancellationToken ct)
    {
        if (await Chores.TakeAsync(queue.Database, "prune", options.PruneInterval, ct))
            await _pruner.PruneAsync(ct);
        if (await Chores.TakeAsync(queue.Database, "age", options.Ageing, ct))
            await _ager.AgeAsync(ct);
    }

    private static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => a is { } one && b is { } other ? Min(one, other) : a ?? b;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    [LoggerMessage(1301, LogLevel.Warning, "A round of housekeeping failed; the next one makes up for it")]
    private static partial void LogFailed(ILogger log, Exception failure);

    /// <summary>How long until the next timed job is due, and the next of those that have begun; null if there is none.</summary>
    internal sealed record Lookout(TimeSpan? Next, TimeSpan? NextBegun);

    /// <summary>Says when the next turn of something regular has come; the first has at once.</summary>
    private sealed class Rhythm(TimeSpan interval, TimeProvider time)
    {
        private long? _last;

        public bool IsDue()
        {
            if (_last is { } last && time.GetElapsedTime(last) < interval)
                return false;
            _last = time.GetTimestamp();
            return true;
        }
    }
}
