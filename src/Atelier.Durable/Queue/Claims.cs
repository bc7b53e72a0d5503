// Leases jobs to a worker. A claim commits without waiting for the disk: one that a power cut takes back is made again, with another lease.
namespace Atelier.Durable;

/// <summary>Claims from lanes without a row in one statement, from lanes with limits or tenants under the locks of their rows.</summary>
internal sealed class Claims(JobQueue queue, TimeProvider time)
{
    private const int WorthSplitting = 200;
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LockedRetry = TimeSpan.FromMilliseconds(5);

    private readonly LowWater _bareWater = new(time);
    private readonly LowWater _gatedWater = new(time);
    private bool _anyLanes;
    private long? _looked;
    private bool _lanesFirst;
    private bool _bareReady = true;
    private bool _deep;

    /// <summary>Whether lanes with ready jobs let none of them through in the last claim.</summary>
    public bool KeptBack { get; private set; }

    /// <summary>When time alone opens the first of those, at the latest; null if it is not time that they wait for.</summary>
    public TimeSpan? OpensIn { get; private set; }

    /// <summary>Leases ready jobs, and answers those, and how many others it parked because their keys are.</summary>
    public async Task<(IReadOnlyList<JobRow> Leased, int Parked)> ClaimAsync(Claim claim)
    {
        await LookForLanesAsync();
        (KeptBack, OpensIn) = (false, null);
        if (!_anyLanes)
            return (await ClaimBareAsync(claim), 0);

        // By turns, so that neither kind of lane can keep the other from the slots.
        _lanesFirst = !_lanesFirst || !_bareReady;
        var bare = _lanesFirst ? [] : await ClaimBareAsync(claim);
        var (gated, parked) = bare.Count < claim.Limit ? await ClaimGatedAsync(claim with { Limit = claim.Limit - bare.Count }) : ([], 0);
        if (_lanesFirst && _bareReady && gated.Count < claim.Limit)
            bare = await ClaimBareAsync(claim with { Limit = claim.Limit - gated.Count });
        return ([.. gated, .. bare], parked);
    }

    private async Task LookForLanesAsync()
    {
        if (_anyLanes || (_looked is { } last && time.GetElapsedTime(last) < LookInterval))
            return;
        _looked = time.GetTimestamp();
        _anyLanes = await queue.Database.StatementAsync(
            Durability.Relaxed, session => LaneTable.AnyAsync(session, default), Topics.None, CancellationToken.None);
    }

    private async Task<IReadOnlyList<JobRow>> ClaimBareAsync(Claim claim)
    {
        var rows = await _bareWater.ClaimAsync(claim, LeaseBareAsync, rows => rows);
        _deep = rows.Count >= claim.Limit;
        return rows;
    }

    /// <summary>While there is more than can be claimed at once, two connections of a server share the work: each passes over the other's rows.</summary>
    private async Task<IReadOnlyList<JobRow>> LeaseBareAsync(Claim claim)
    {
        if (!_deep || claim.Limit < WorthSplitting || queue.Database.Dialect != Dialect.Postgres)
            return await StateAsync(claim);
        var half = claim.Limit / 2;
        var halves = await Task.WhenAll(StateAsync(claim with { Limit = half }), StateAsync(claim with { Limit = claim.Limit - half }));
        return [.. JobRow.InOrder(halves.SelectMany(rows => rows))];

        Task<IReadOnlyList<JobRow>> StateAsync(Claim part) => queue.Database.StatementAsync(
            Durability.Relaxed, session => queue.Store.ClaimAsync(session, part, default), Topics.None, CancellationToken.None);
    }

    private Task<(IReadOnlyList<JobRow> Leased, int Parked)> ClaimGatedAsync(Claim claim) => _gatedWater.ClaimAsync(
        claim,
        marked => queue.Database.TransactAsync(Durability.Relaxed, tx => ClaimGatedAsync(tx, marked)),
        result => result.Leased);

    private async Task<(IReadOnlyList<JobRow> Leased, int Parked)> ClaimGatedAsync(Transaction tx, Claim claim)
    {
        tx.KeepPlans();
        var found = await queue.Store.LockLanesAsync(tx, claim, default);
        _bareReady = found.Count == 0 || found[0].BareReady;
        // Whoever holds those rows lets go within milliseconds and tells nobody.
        OpensIn = found is [{ PassedOver: true }, ..] ? LockedRetry : null;
        LaneRow[] lanes = [.. found.Where(lane => lane.Name.Length > 0)];
        if (lanes.Length == 0)
            return ([], 0);
        queue.Database.Random.Shuffle(lanes);
        var rows = await queue.Store.ClaimAsync(tx, claim, [.. lanes.Take(claim.Limit).Select(lane => lane.Grant())], default);
        List<JobRow> leased = [.. rows.Where(row => row.Lease == claim.Lease)];
        var begun = leased.Where(row => row.Begins).ToLookup(row => row.Lane, StringComparer.Ordinal);
        LaneRow[] after = [.. lanes.Select(lane => lane.After([.. begun[lane.Name]]))];
        if (begun.Count > 0)
            LaneTable.Write(tx, [.. after.Where(lane => begun.Contains(lane.Name))]);
        if (rows.Count > leased.Count)
            tx.SignalAfterCommit(Topics.Timed);
        var through = rows.Select(row => row.Lane).ToHashSet(StringComparer.Ordinal);
        LaneRow[] shut = [.. after.Where(lane => !through.Contains(lane.Name))];
        KeptBack = shut.Length > 0;
        if (shut.Select(lane => lane.OpensIn()).Min() is { } wait)
            OpensIn = OpensIn < TimeSpan.FromMilliseconds(wait) ? OpensIn : TimeSpan.FromMilliseconds(wait);
        return (leased, rows.Count - leased.Count);
    }
}
