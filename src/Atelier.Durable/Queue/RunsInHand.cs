// The leases that a worker holds in memory, from the claim until the settling is committed. A crash forgets them; the rows remember.
using System.Collections.Concurrent;

namespace Atelier.Durable;

/// <summary>The runs of a worker, and how many of its slots they take.</summary>
internal sealed class RunsInHand
{
    private readonly ConcurrentDictionary<LeasedId, JobRun> _runs = [];
    private int _busySlots;
    private long _claiming;

    /// <summary>How many runs take a slot; those that only wait to be settled do not.</summary>
    public int BusySlots => Volatile.Read(ref _busySlots);

    /// <summary>Whether every lease is settled.</summary>
    public bool None => _runs.IsEmpty;

    public int Count => _runs.Count;

    /// <summary>A claim with this lease is under way: what the database says of it comes before what this class says.</summary>
    public void BeginClaim(long lease) => Volatile.Write(ref _claiming, lease);

    public void EndClaim() => Volatile.Write(ref _claiming, 0);

    public void Add(JobRun run)
    {
        Interlocked.Increment(ref _busySlots);
        _runs[run.Leased] = run;
    }

    public void FreeSlots(int count) => Interlocked.Add(ref _busySlots, -count);

    public void Remove(JobRun run) => _runs.TryRemove(run.Leased, out _);

    /// <summary>Whether a lease is held here, or being claimed right now; the run, if there is one yet.</summary>
    public bool Knows(LeasedId leased, out JobRun? run)
    {
        // The claim first: once it is over, its runs have been added.
        var claiming = Volatile.Read(ref _claiming) == leased.Lease;
        return _runs.TryGetValue(leased, out run) || claiming;
    }

    /// <summary>The leases of all runs, and of the claim that is under way.</summary>
    public IReadOnlyCollection<long> Leases
    {
        get
        {
            // The claim first, as above.
            HashSet<long> leases = [Volatile.Read(ref _claiming)];
            leases.UnionWith(_runs.Keys.Select(leased => leased.Lease));
            return leases;
        }
    }

    public void InterruptAll()
    {
        foreach (var run in _runs.Values)
            run.Interrupt();
    }

    public void LoseAll()
    {
        foreach (var run in _runs.Values)
            run.LoseLease();
    }
}
