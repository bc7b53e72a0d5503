// A worker process: the queue's own parts, driven one step at a time instead of by threads. Its memory vanishes when it dies.
using Microsoft.Extensions.Logging.Abstractions;

namespace Atelier.Durable.Tests.Simulation;

internal sealed class SimulatedNode : Actor
{
    private const int MaxCrashes = 3;

    private readonly World _world;
    private readonly JobQueue _queue;
    private readonly RunsInHand _runs = new();
    private readonly WorkerLease _lease;
    private readonly ProgressBoard _board;
    private readonly Settler _settler;
    private readonly Insistence _insistence;
    private readonly Claims _claims;
    private readonly QueueMaintenance _house;
    private readonly List<(LeasedId Leased, TaskCompletionSource<bool> Settled)> _done = [];
    private TaskCompletionSource? _sleep;

    public SimulatedNode(World world, int place, TimeSpan skew)
        : base($"node-{place}")
    {
        (_world, Place) = (world, place);
        var clock = new VirtualClock(world.Scheduler, skew);
        var keeping = new QueueMaintenanceOptions
        {
            MaxCrashes = MaxCrashes,
            RescueInterval = TimeSpan.FromMilliseconds(Scenario.Lease / 2),
            PruneInterval = TimeSpan.FromMilliseconds(Scenario.Lease * 2),
            Ageing = TimeSpan.FromMilliseconds(Scenario.Lease),
        };
        _queue = world.Queue(new SimulatedHandler(world, this, observes: false), new SimulatedHandler(world, this, observes: true));
        _lease = new WorkerLease(_queue, _runs, TimeSpan.FromMilliseconds(Scenario.Lease), clock, NullLogger.Instance);
        _board = new ProgressBoard(world.Database, _queue.Store, clock);
        _insistence = new Insistence(world.Database, clock, NullLogger.Instance);
        _settler = new Settler(_queue, _insistence, _board, Options, NullLogger.Instance);
        _claims = new Claims(_queue, clock);
        _house = new QueueMaintenance(_queue, keeping, clock, Quiet.Logs);
    }

    /// <summary>The machine that it runs on.</summary>
    public int Place { get; }

    public override string WorkerId => _lease.WorkerId;

    /// <summary>Whether it is coming to a graceful end.</summary>
    public bool Stopping { get; private set; }

    /// <summary>The run that begins in this moment, for its handler.</summary>
    public JobRun Starting { get; private set; } = null!;

    public static JobRunnerOptions Options { get; } = new();

    /// <summary>From the first registration to the goodbye.</summary>
    public async Task WorkAsync()
    {
        await InsistAsync(new Deed("register"), () => _lease.RegisterAsync(default));
        _world.Note($"begins to work");
        _world.Start(this, Scenario.Lease / 3, BeatAsync);
        _world.Start(this, _world.Random.Next(500), KeepHouseAsync);
        var until = _world.Scheduler.Now + _world.Random.NextInt64(10_000, 120_000);
        while (!(_world.Trouble && _world.Scheduler.Now > until))
        {
            var full = _world.Scenario.Slots <= _runs.BusySlots;
            if (full || !(await TryClaimAsync() > 0))
                await DozeAsync(full);
        }

        await SayGoodbyeAsync();
    }

    /// <summary>Ends its sleep, in a moment.</summary>
    public void Wake()
    {
        if (_sleep is { } sleep)
            _world.Scheduler.At(this, _world.Random.Next(5), () => sleep.TrySetResult());
    }

    /// <summary>Tries a step again until it succeeds, as <see cref="Insistence"/> does.</summary>
    public async Task<T> InsistAsync<T>(Deed deed, Func<Task<T>> step)
    {
        while (true)
        {
            try
            {
                _world.Scheduler.Deed = deed;
                return await step();
            }
            catch (Exception failure) when (_world.Database.IsTransient(failure))
            {
                _world.Note($"{deed.Name} failed, tries again");
            }

            await _world.Scheduler.SleepAsync(this, _world.Random.Next(20, 2_000));
        }
    }

    public Task InsistAsync(Deed deed, Func<Task> step) => InsistAsync(
        deed,
        async () =>
        {
            await step();
            return true;
        });

    private async Task<int> TryClaimAsync()
    {
        var free = _world.Scenario.Slots - _runs.BusySlots;
        var token = _world.Random.NextInt64(1, long.MaxValue);
        _runs.BeginClaim(token);
        try
        {
            _world.Scheduler.Deed = new Deed("claim") { Token = token };
            var (rows, parked) = await _claims.ClaimAsync(new Claim(WorkerId, token, free, [.. _queue.Handlers.Kinds], Lanes: null));
            foreach (var row in rows)
            {
                var run = new JobRun(row, _queue.Handlers.Find(row.Kind)!, _world.Database, _insistence, _board);
                _runs.Add(run);
                _world.Start(this, 0, () => RunAsync(run));
            }

            return rows.Count + parked;
        }
        catch (Exception failure) when (_world.Database.IsTransient(failure))
        {
            return 0;
        }
        finally
        {
            _runs.EndClaim();
        }
    }

    private async Task DozeAsync(bool full)
    {
        _sleep = new TaskCompletionSource();
        var poll = _world.Trouble ? _world.Random.NextInt64(2_000, 12_000) : _world.Random.NextInt64(10_000, 20_000);
        var wait = !full && _claims.OpensIn is { } opens ? Math.Min(poll, (long)opens.TotalMilliseconds + 1) : poll;
        Wake(_sleep, wait);
        await _sleep.Task;
        _sleep = null;
    }

    private void Wake(TaskCompletionSource sleep, long after) => _world.Scheduler.At(this, after, () => sleep.TrySetResult());

    private async Task RunAsync(JobRun run)
    {
        Starting = run;
        var end = await run.ExecuteAsync(Options);
        if (end is null)
            _world.Note($"gives #{run.Job.Id} up: the lease is lost");
        else if (Settler.SettlesTogether(run, end))
            await SettleTogetherAsync(run);
        else
            await SettleAloneAsync(run, end);
        _runs.FreeSlots(1);
        _runs.Remove(run);
        run.Dispose();
    }

    private async Task SettleAloneAsync(JobRun run, RunEnd end)
    {
        try
        {
            var unwritten = _board.Take(run);
            await InsistAsync(new Deed("settle", run.Leased), () => _world.Database.TransactAsync(
                tx => _settler.SettleAsync(tx, run, end, _queue.Transitions, unwritten)));
        }
        catch (Exception lost) when (lost is LeaseLostException || run.LeaseLost.IsCancellationRequested)
        {
            _world.Note($"may not settle #{run.Job.Id}");
        }
    }

    private async Task SettleTogetherAsync(JobRun run)
    {
        var settled = new TaskCompletionSource<bool>();
        _done.Add((run.Leased, settled));
        if (_done.Count == 1)
            _world.Start(this, _world.Random.Next(200), SettleAllAsync);
        if (!await settled.Task)
            _world.Note($"may not settle #{run.Job.Id}");
    }

    private async Task SettleAllAsync()
    {
        var batch = _done.ToList();
        _done.Clear();
        LeasedId[] leases = [.. batch.Select(done => done.Leased)];
        var removed = await InsistAsync(
            new Deed("settle", leases), () => _world.Database.TransactAsync(tx => _settler.RemoveAsync(tx, leases, default)));
        var ids = removed.Select(row => row.Id).ToHashSet();
        foreach (var (leased, settled) in batch)
            settled.TrySetResult(ids.Contains(leased.Id));
    }

    private async Task BeatAsync()
    {
        while (!Dead)
        {
            try
            {
                _world.Scheduler.Deed = new Deed("beat");
                await _lease.BeatAsync(default);
            }
            catch (Exception failure) when (_world.Database.IsTransient(failure))
            {
                _world.Note($"could not renew its lease");
            }

            await _world.Scheduler.SleepAsync(this, Scenario.Lease * 2 / 5);
        }
    }

    private async Task KeepHouseAsync()
    {
        while (!Dead)
        {
            _world.Scheduler.Deed = new Deed("house");
            var round = await _house.TryRoundAsync(begunToo: false, default);
            var rest = _world.Random.NextInt64(4_000, 15_000);
            await _world.Scheduler.SleepAsync(
                this, round?.Next is { } next ? Math.Min(rest, (long)next.TotalMilliseconds + _world.Random.Next(10, 1_000)) : rest);
        }
    }

    private async Task SayGoodbyeAsync()
    {
        _world.Note($"stops");
        Stopping = true;
        for (var patience = 0; !_runs.None && patience < 40; patience++)
        {
            if (patience == 20)
                _runs.InterruptAll();
            await _world.Scheduler.SleepAsync(this, 500);
        }

        if (_runs.None)
            await InsistAsync(new Deed("goodbye"), () => _lease.EndAsync(default));
        _world.Note($"says goodbye");
        _world.Bury(this);
    }
}
