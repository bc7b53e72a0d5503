// Runs jobs: claim → run → settle. A crash at any point leaves every job claimable by another worker, from its last checkpoint.
using Microsoft.Extensions.Logging;

namespace Atelier.Durable;

/// <summary>What a drain did.</summary>
/// <param name="Runs">How many runs were settled, in whatever way.</param>
/// <param name="Emptied">
/// Whether nothing was left to do at the end; false if the budget ended first, or limits of lanes keep jobs back for longer than that.
/// </param>
public sealed record DrainReport(long Runs, bool Emptied);

/// <summary>A worker: claims jobs of the kinds it has handlers for, runs them under a lease, and settles them.</summary>
/// <param name="queue">The queue to work for, with its handlers.</param>
/// <param name="options">How to work.</param>
/// <param name="time">The clock for waiting; leases and due times go by the database's clock.</param>
/// <param name="logs">Where to log.</param>
public sealed partial class JobRunner(JobQueue queue, JobRunnerOptions options, TimeProvider time, ILoggerFactory logs)
{
    private readonly ILogger _log = logs.CreateLogger<JobRunner>();

    /// <summary>
    /// Works until told to stop; then claims nothing more, lets runs finish within <see cref="JobRunnerOptions.Grace"/>, and hands the rest
    /// back without spending an attempt. Scheduled jobs and dead workers are the business of <see cref="QueueMaintenance"/>, run beside it.
    /// </summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await using var shift = new WorkShift(queue, options, time, _log);
        if (!await BeginAsync(shift, stop))
            return;
        while (!stop.IsCancellationRequested)
        {
            if (!(await TryClaimAsync(shift) > 0))
                await SleepAsync(shift, options.PollInterval, stop);
            else
                await Task.Yield(); // this thread goes on with the first of the runs; claiming again can wait
        }

        await shift.EndAsync();
    }

    /// <summary>
    /// Works until nothing is left that is due within the budget, or the budget ends, and ends by itself; needs no
    /// <see cref="QueueMaintenance"/> beside it. It waits for jobs that have begun and sleep or retry, not for scheduled ones.
    /// Runs still going at the end of the budget have <see cref="JobRunnerOptions.Grace"/>.
    /// </summary>
    public async Task<DrainReport> DrainAsync(TimeSpan budget, CancellationToken ct)
    {
        using var timer = new CancellationTokenSource(budget, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, ct);
        var begun = time.GetTimestamp();
        var housekeeping = new QueueMaintenance(queue, options.Housekeeping, time, logs);
        await using var shift = new WorkShift(queue, options, time, _log);
        if (!await BeginAsync(shift, end.Token))
            return new DrainReport(0, Emptied: false);
        shift.WatchForIdle();
        var (emptied, over) = (false, false);
        while (!over && !end.IsCancellationRequested)
        {
            // Idle before looking: what a run of ours leaves to do is there to be seen.
            var idle = !shift.Busy;
            var round = await housekeeping.TryRoundAsync(begunToo: idle, end.Token);
            var claimed = await TryClaimAsync(shift);
            if (claimed > 0)
                continue;
            var left = budget - time.GetElapsedTime(begun);
            over = idle && round is not null && claimed == 0 && !(round.NextBegun <= left) && !(shift.Limits.OpensIn <= left);
            emptied = over && !shift.Limits.KeptBack;
            if (!over)
                await SleepAsync(shift, round?.Next < options.PollInterval ? round.Next.Value : options.PollInterval, end.Token);
        }

        await shift.EndAsync();
        return new DrainReport(shift.Settled, emptied);
    }

    private async Task<bool> BeginAsync(WorkShift shift, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await shift.BeginAsync(stop);
                return true;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return false;
            }
            catch (Exception failure) when (queue.Database.IsTransient(failure))
            {
                LogPassing(_log, failure.Message);
                await SleepAsync(shift, options.PollInterval, stop);
            }
        }

        return false;
    }

    /// <summary>Claims and starts jobs; null if the database could not be asked.</summary>
    private async Task<int?> TryClaimAsync(WorkShift shift)
    {
        try
        {
            return await shift.ClaimAsync();
        }
        catch (Exception failure) when (queue.Database.IsTransient(failure))
        {
            LogPassing(_log, failure.Message);
            return null;
        }
    }

    private static async Task SleepAsync(WorkShift shift, TimeSpan atMost, CancellationToken stop) =>
        await shift.SleepAsync(atMost, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    [LoggerMessage(1208, LogLevel.Information, "No jobs could be claimed ({Reason}); trying again")]
    private static partial void LogPassing(ILogger log, string reason);
}
