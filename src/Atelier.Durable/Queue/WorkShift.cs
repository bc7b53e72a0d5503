// A worker's time at work: registered, heartbeating, running jobs. If it ends without saying goodbye, others take its jobs over.
using Microsoft.Extensions.Logging;

namespace Atelier.Durable;

/// <summary>Everything that goes on beside the claiming of a <see cref="JobRunner"/>.</summary>
internal sealed partial class WorkShift : IAsyncDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TellInterval = TimeSpan.FromSeconds(1);

    private readonly JobQueue _queue;
    private readonly JobRunnerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Insistence _insistence;
    private readonly RunsInHand _runs = new();
    private readonly WorkerLease _lease;
    private readonly ProgressBoard _board;
    private readonly Settler _settler;
    private readonly Claims _claims;
    private readonly Statistician _statistician;
    private readonly Sleeper _ready;
    private readonly CancellationTokenSource _off = new();
    private Task[] _beside = [];
    private volatile bool _full;
    private volatile bool _finishing;

    public WorkShift(JobQueue queue, JobRunnerOptions options, TimeProvider time, ILogger log)
    {
        (_queue, _options, _time, _log) = (queue, options, time, log);
        _insistence = new Insistence(queue.Database, time, log);
        _lease = new WorkerLease(queue, _runs, options.LeaseTimeout, time, log);
        _board = new ProgressBoard(queue.Database, queue.Store, time);
        _settler = new Settler(queue, _insistence, _board, options, log);
        _claims = new Claims(queue, time);
        _statistician = new Statistician(queue);
        _ready = queue.Database.Signals.Listen(Topics.Ready);
    }

    /// <summary>Whether runs are going on, or are not settled yet.</summary>
    public bool Busy => !_runs.None;

    /// <summary>Whether limits kept ready jobs from the last claim, and when time opens the first of them.</summary>
    public (bool KeptBack, TimeSpan? OpensIn) Limits => (_claims.KeptBack, _claims.OpensIn);

    /// <summary>How many runs were settled.</summary>
    public long Settled => _settler.Settled;

    public async Task BeginAsync(CancellationToken ct)
    {
        await _lease.RegisterAsync(ct);
        _beside =
        [
            Task.Run(() => KeepAtItAsync(_lease.RenewAsync), CancellationToken.None),
            Task.Run(() => KeepAtItAsync(_board.RunAsync), CancellationToken.None),
            Task.Run(() => KeepAtItAsync(ct => _settler.RunAsync(OnSettled, ct)), CancellationToken.None),
            Task.Run(() => KeepAtItAsync(TellAsync), CancellationToken.None),
        ];
    }

    /// <summary>
    /// Claims as many ready jobs as there are free slots, and starts them; answers how many were moved. Not to be canceled halfway.
    /// </summary>
    public async Task<int> ClaimAsync()
    {
        // Full until known better, so that a slot which gets free while we look rings.
        _full = true;
        var free = _options.Concurrency - _runs.BusySlots;
        if (free <= 0)
            return 0;
        var lease = _queue.Database.Random.NextInt64(1, long.MaxValue);
        var claim = new Claim(_lease.WorkerId, lease, free, [.. _queue.Handlers.Kinds], _options.Lanes?.ToArray());
        _runs.BeginClaim(lease);
        try
        {
            var (rows, parked) = await _claims.ClaimAsync(claim);
            _full = rows.Count >= free;
            if (rows.Count > 0)
                _queue.Tally.Claimed(rows);
            foreach (var row in rows)
                Start(row);
            return rows.Count + parked;
        }
        finally
        {
            _runs.EndClaim();
        }
    }

    /// <summary>Sleeps until jobs may be ready, a slot of a full worker is free again, or the time is up.</summary>
    public Task SleepAsync(TimeSpan atMost, CancellationToken ct) =>
        _ready.SleepAsync(!_full && _claims.OpensIn < atMost ? _claims.OpensIn.Value : atMost, ct);

    /// <summary>From now on the end of the last run ends a sleep too.</summary>
    public void WatchForIdle() => _finishing = true;

    /// <summary>Lets the runs finish within the grace, hands the rest back, and says goodbye.</summary>
    public async Task EndAsync()
    {
        WatchForIdle();
        if (!await IdleWithinAsync(_options.Grace))
        {
            _runs.InterruptAll();
            await IdleWithinAsync(Farewell);
        }

        if (_runs.None)
            await SayGoodbyeAsync();
        else
            LogLeftBehind(_log, _runs.Count);
    }

    public async ValueTask DisposeAsync()
    {
        _runs.LoseAll();
        await _off.CancelAsync();
        await Task.WhenAll(_beside).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ready.Dispose();
        _board.Dispose();
        _off.Dispose();
    }

    private async Task SayGoodbyeAsync()
    {
        using var limit = new CancellationTokenSource(Farewell, _time);
        try
        {
            await _lease.EndAsync(limit.Token);
            await _statistician.WriteAsync(limit.Token);
        }
        catch (Exception failure) when (failure is OperationCanceledException || _queue.Database.IsTransient(failure))
        {
            LogNoGoodbye(_log, failure.Message);
        }
    }

    private void Start(JobRow row)
    {
        var run = new JobRun(row, _queue.Handlers.Find(row.Kind)!, _queue.Database, _insistence, _board);
        _runs.Add(run);

        // In the order of the claim: a thread's own queue would begin with the latest, again and again.
        _ = Task.Factory.StartNew(
            () => RunAsync(run), CancellationToken.None, TaskCreationOptions.PreferFairness | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
    }

    private async Task RunAsync(JobRun run)
    {
        var left = false;
        try
        {
            var begun = _time.GetTimestamp();
            var end = await run.ExecuteAsync(_options);
            var ran = _time.GetElapsedTime(begun);
            if (end is null)
            {
                FreeSlot();
                LogLeaseLost(_log, run.Job.Id, run.Job.Kind);
            }
            else if (Settler.SettlesTogether(run, end) || Settler.SnoozesTogether(run, end))
            {
                if (!KeepsSlot(run, end))
                    FreeSlot();
                left = true;
                await _settler.LeaveAsync(new Done(run, end, ran, _time.GetTimestamp()));
            }
            else
            {
                await SettleAsync(run, end, ran);
                FreeSlot();
            }
        }
        finally
        {
            if (!left)
                Forget(run);
        }
    }

    private async Task SettleAsync(JobRun run, RunEnd end, TimeSpan ran)
    {
        var ended = _time.GetTimestamp();
        try
        {
            var step = await _settler.SettleAsync(run, end);
            _queue.Tally.Ended(run.Job.Lane, step.To, step.Error?.Code, ran, _time.GetElapsedTime(ended));
        }
        catch (Exception lost) when (lost is LeaseLostException || run.LeaseLost.IsCancellationRequested)
        {
            LogLeaseLost(_log, run.Job.Id, run.Job.Kind);
        }
        catch (Exception failure)
        {
            LogUnsettled(_log, failure, run.Job.Id, run.Job.Kind);
        }
    }

    /// <summary>
    /// A run waits for its batch without a slot; but a tenant's job that is over keeps it, for the settling is what lets his next one stand in
    /// the line for it.
    /// </summary>
    private static bool KeepsSlot(JobRun run, RunEnd end) => end.IsPlainSuccess && run.Job.Tenant.Length > 0;

    private void OnSettled(IReadOnlyList<Done> batch, HashSet<long> settled)
    {
        foreach (var done in batch)
        {
            var (run, to) = (done.Run, done.End.IsPlainSuccess ? JobState.Succeeded : JobState.Snoozed);
            if (!settled.Contains(run.Leased.Id) && to == JobState.Snoozed)
            {
                _ = Task.Run(() => SettleAwakeAsync(done), CancellationToken.None);
                continue;
            }

            if (settled.Contains(run.Leased.Id))
                _queue.Tally.Ended(run.Job.Lane, to, error: null, done.Ran, _time.GetElapsedTime(done.EndedAt));
            else
                LogLeaseLost(_log, run.Job.Id, run.Job.Kind);
            Forget(run);
        }

        FreeSlots(batch.Count(done => KeepsSlot(done.Run, done.End)));
    }

    private async Task SettleAwakeAsync(Done done)
    {
        try
        {
            await SettleAsync(done.Run, done.End, done.Ran);
        }
        finally
        {
            Forget(done.Run);
        }
    }

    private void Forget(JobRun run)
    {
        _runs.Remove(run);
        run.Dispose();
        if (_finishing)
            _ready.Ring(Topics.Ready);
    }

    private void FreeSlot() => FreeSlots(1);

    private void FreeSlots(int count)
    {
        _runs.FreeSlots(count);
        if (_full && count > 0)
            _ready.Ring(Topics.Ready);
    }

    private async Task KeepAtItAsync(Func<CancellationToken, Task> work)
    {
        while (!_off.IsCancellationRequested)
        {
            try
            {
                await work(_off.Token);
            }
            catch (OperationCanceledException) when (_off.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogInterrupted(_log, failure);
                await Task.Delay(TimeSpan.FromSeconds(1), _time, _off.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task TellAsync(CancellationToken ct)
    {
        while (true)
        {
            await Task.Delay(TellInterval, _time, ct);
            await _statistician.WriteAsync(ct);
        }
    }

    private async Task<bool> IdleWithinAsync(TimeSpan limit)
    {
        var begun = _time.GetTimestamp();
        while (!_runs.None && _time.GetElapsedTime(begun) < limit)
            await _ready.SleepAsync(limit - _time.GetElapsedTime(begun), CancellationToken.None);
        return _runs.None;
    }

    [LoggerMessage(1204, LogLevel.Warning, "The lease of job {Id} ({Kind}) is lost, or it was settled before; this run does not count")]
    private static partial void LogLeaseLost(ILogger log, JobId id, string kind);

    [LoggerMessage(1211, LogLevel.Error, "Job {Id} ({Kind}) could not be settled; it is handed back")]
    private static partial void LogUnsettled(ILogger log, Exception failure, JobId id, string kind);

    [LoggerMessage(1206, LogLevel.Warning, "{Count} runs did not stop in time; their jobs are rescued when this process is gone")]
    private static partial void LogLeftBehind(ILogger log, int count);

    [LoggerMessage(1210, LogLevel.Information, "The database cannot be told that this worker ended ({Reason}); its lease runs out")]
    private static partial void LogNoGoodbye(ILogger log, string reason);

    [LoggerMessage(1207, LogLevel.Warning, "A worker's loop was interrupted and goes on in a second")]
    private static partial void LogInterrupted(ILogger log, Exception failure);
}
