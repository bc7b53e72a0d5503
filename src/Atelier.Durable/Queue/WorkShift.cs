// A worker's time at work: registered, heartbeating, running jobs. If it ends without saying goodbye, others take its jobs over.
using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Atelier.Durable;

/// <summary>Everything that goes on beside the claiming of a <see cref="JobRunner"/>.</summary>
internal sealed partial class WorkShift : IAsyncDisposable
{
    private static readonly TimeSpan LongestBeat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly JobQueue _queue;
    private readonly JobRunnerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Insistence _insistence;
    private readonly ProgressBoard _board;
    private readonly Settler _settler;
    private readonly Sleeper _ready;
    private readonly ConcurrentDictionary<long, JobRun> _runs = [];
    private readonly CancellationTokenSource _off = new();
    private readonly HostProcess _process = HostProcess.Current();
    private string _worker = "";
    private long _lastBeat;
    private Task[] _beside = [];

    public WorkShift(JobQueue queue, JobRunnerOptions options, TimeProvider time, ILogger log)
    {
        (_queue, _options, _time, _log) = (queue, options, time, log);
        _insistence = new Insistence(queue.Database, time, log);
        _board = new ProgressBoard(queue.Database, queue.Store, time);
        _settler = new Settler(queue, _insistence, _board, options, log);
        _ready = queue.Database.Signals.Listen(Topics.Ready);
    }

    /// <summary>Whether runs are going on.</summary>
    public bool Busy => !_runs.IsEmpty;

    /// <summary>How many runs were settled.</summary>
    public long Settled => _settler.Settled;

    public async Task BeginAsync(CancellationToken ct)
    {
        await RegisterAsync(ct);
        _beside =
        [
            Task.Run(() => KeepAtItAsync(BeatAsync), CancellationToken.None),
            Task.Run(() => KeepAtItAsync(_board.RunAsync), CancellationToken.None),
            Task.Run(() => _settler.RunAsync(_off.Token), CancellationToken.None),
        ];
    }

    /// <summary>Claims as many ready jobs as there are free slots, and starts them; answers how many.</summary>
    public async Task<int> ClaimAsync(CancellationToken ct)
    {
        var free = _options.Concurrency - _runs.Count;
        if (free <= 0)
            return 0;
        var claim = new Claim(
            _worker, Random.Shared.NextInt64(1, long.MaxValue), free, [.. _queue.Handlers.Kinds], _options.Lanes?.ToArray());
        var rows = await _queue.Database.TransactAsync(Durability.Relaxed, tx => _queue.Store.ClaimAsync(tx, claim, ct), ct);
        foreach (var row in rows)
            Start(row);
        return rows.Count;
    }

    /// <summary>Sleeps until jobs may be ready, a slot is free again, or the time is up.</summary>
    public Task SleepAsync(TimeSpan atMost, CancellationToken ct) => _ready.SleepAsync(atMost, ct);

    /// <summary>Lets the runs finish within the grace, hands the rest back, and says goodbye.</summary>
    public async Task EndAsync()
    {
        if (!await IdleWithinAsync(_options.Grace))
        {
            foreach (var run in _runs.Values)
                run.Interrupt();
            await IdleWithinAsync(Farewell);
        }

        _settler.Complete();
        if (_runs.IsEmpty)
        {
            await _beside[^1];
            await _insistence.InsistAsync(
                () => _queue.Database.TransactAsync(
                    async tx =>
                    {
                        await Workers.RemoveAsync(tx, _worker, _off.Token);
                        return true;
                    },
                    _off.Token),
                _off.Token);
        }
        else
        {
            LogLeftBehind(_log, _runs.Count);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _off.CancelAsync();
        await Task.WhenAll(_beside).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ready.Dispose();
        _board.Dispose();
        _off.Dispose();
    }

    private async Task RegisterAsync(CancellationToken ct)
    {
        var id = Guid.CreateVersion7().ToString("N");
        var sent = _time.GetTimestamp();
        await _queue.Database.TransactAsync(tx => Workers.RegisterAsync(tx, id, _process, _options.LeaseTimeout, ct), ct);
        (_worker, _lastBeat) = (id, sent);
    }

    private void Start(JobRow row)
    {
        var run = new JobRun(row, _queue.Handlers.Find(row.Kind)!, _queue.Database, _insistence, _board);
        _runs[row.Id] = run;
        _ = Task.Run(() => RunAsync(run), CancellationToken.None);
    }

    private async Task RunAsync(JobRun run)
    {
        try
        {
            if (await run.ExecuteAsync(_options) is { } end)
                await _settler.SettleAsync(run, end);
            else
                LogLeaseLost(_log, run.Job.Id, run.Job.Kind);
        }
        catch (Exception lost) when (lost is LeaseLostException || run.LeaseLost.IsCancellationRequested)
        {
            LogLeaseLost(_log, run.Job.Id, run.Job.Kind);
        }
        catch (Exception failure)
        {
            LogUnsettled(_log, failure, run.Job.Id, run.Job.Kind);
        }
        finally
        {
            _runs.TryRemove(KeyValuePair.Create(run.Leased.Id, run));
            run.Dispose();
            _ready.Ring(Topics.Ready);
        }
    }

    /// <summary>Heartbeats, and brings requests to cancel to the runs. A lease that could not be renewed in time counts as lost here too.</summary>
    private async Task BeatAsync(CancellationToken ct)
    {
        using var cancel = _queue.Database.Signals.Listen(Topics.Cancel);
        var interval = TimeSpan.FromTicks(Math.Min(_options.LeaseTimeout.Ticks / 10, LongestBeat.Ticks));
        while (true)
        {
            if (_time.GetElapsedTime(_lastBeat) > _options.LeaseTimeout)
                LoseAll();
            var sent = _time.GetTimestamp();
            if (await _queue.Database.TransactAsync(Durability.Relaxed, tx => Workers.BeatAsync(tx, _worker, ct), ct))
            {
                _lastBeat = sent;
                foreach (var id in await _queue.Database.ReadAsync(session => Workers.CancelRequestsAsync(session, _worker, ct), ct))
                {
                    if (_runs.TryGetValue(id, out var run))
                        run.RequestCancel();
                }
            }
            else
            {
                LoseAll();
                await RegisterAsync(ct);
            }

            await cancel.SleepAsync(interval, ct);
        }
    }

    private void LoseAll()
    {
        foreach (var run in _runs.Values)
            run.LoseLease();
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

    private async Task<bool> IdleWithinAsync(TimeSpan limit)
    {
        var begun = _time.GetTimestamp();
        while (!_runs.IsEmpty && _time.GetElapsedTime(begun) < limit)
            await _ready.SleepAsync(limit - _time.GetElapsedTime(begun), CancellationToken.None);
        return _runs.IsEmpty;
    }

    [LoggerMessage(1204, LogLevel.Warning, "The lease of job {Id} ({Kind}) is lost; its run here does not count")]
    private static partial void LogLeaseLost(ILogger log, JobId id, string kind);

    [LoggerMessage(1205, LogLevel.Error, "Job {Id} ({Kind}) could not be settled; it is rescued when this worker's lease ends")]
    private static partial void LogUnsettled(ILogger log, Exception failure, JobId id, string kind);

    [LoggerMessage(1206, LogLevel.Warning, "{Count} runs did not stop in time; their jobs are rescued when this process is gone")]
    private static partial void LogLeftBehind(ILogger log, int count);

    [LoggerMessage(1207, LogLevel.Warning, "A worker's loop was interrupted and goes on in a second")]
    private static partial void LogInterrupted(ILogger log, Exception failure);
}
