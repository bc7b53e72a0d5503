// The operator's hand on the lanes. What is set holds for all workers of all machines from the commit on.
namespace Atelier.Durable;

/// <summary>Sets limits, parks, pauses and drains lanes, and tells how they stand.</summary>
public sealed class Lanes
{
    private readonly JobQueue _queue;

    internal Lanes(JobQueue queue) => _queue = queue;

    /// <summary>Sets a lane's limits in place of those it had. They bind jobs that begin from now on.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public Task ConfigureAsync(string lane, LaneSettings settings, CancellationToken ct = default) =>
        _queue.Database.TransactAsync(tx => ConfigureAsync(tx, lane, settings, ct), ct);

    /// <summary>The same within a transaction.</summary>
    /// <inheritdoc cref="ConfigureAsync(string, LaneSettings, CancellationToken)" path="/exception"/>
    public async Task ConfigureAsync(Transaction tx, string lane, LaneSettings settings, CancellationToken ct = default)
    {
        Validate(lane);
        LaneSettings.Validate(settings);
        await LaneTable.ConfigureAsync(tx, lane, settings, ct);
        await _queue.Admission.FillAsync(tx, await TenantTable.WaitingAsync(tx, lane, tenant: null, ct), ct);
        tx.SignalAfterCommit(Topics.Ready);
    }

    /// <summary>Lets no job of the lane be claimed until it is opened again; what runs is finished.</summary>
    public Task PauseAsync(string lane, CancellationToken ct = default) => SetModeAsync(lane, LaneMode.Paused, ct);

    /// <summary>Lets jobs that began go on to their end, and no other begin, until the lane is opened again.</summary>
    public Task DrainAsync(string lane, CancellationToken ct = default) => SetModeAsync(lane, LaneMode.Draining, ct);

    /// <summary>Opens a lane that was paused or drained.</summary>
    public Task ResumeAsync(string lane, CancellationToken ct = default) => SetModeAsync(lane, LaneMode.Open, ct);

    /// <summary>Sets what a lane lets through, within a transaction.</summary>
    public Task SetModeAsync(Transaction tx, string lane, LaneMode mode, CancellationToken ct = default)
    {
        Validate(lane);
        _queue.Admission.AddLane(tx, lane);
        tx.SignalAfterCommit(Topics.Ready);
        return LaneTable.SetModeAsync(tx, lane, mode, ct);
    }

    /// <summary>Lets no job of the lane, or of one key in it, begin until then. A later end than the one that is set replaces it.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="until">When it ends.</param>
    /// <param name="reason">Why, in words for people.</param>
    /// <param name="key">Only this <see cref="NewJob.LaneKey"/>; null for the whole lane.</param>
    /// <param name="ct">Gives up.</param>
    public Task ParkAsync(string lane, Due until, string? reason = null, string? key = null, CancellationToken ct = default) =>
        _queue.Database.TransactAsync(
            tx =>
            {
                Park(tx, lane, until, reason, key);
                return Task.CompletedTask;
            },
            ct);

    /// <summary>Parks a lane, or one key in it, within a transaction.</summary>
    public void Park(Transaction tx, string lane, Due until, string? reason = null, string? key = null)
    {
        Validate(lane);
        _queue.Admission.AddLane(tx, lane);
        LaneTable.Park(tx, lane, key ?? "", until, reason);
        tx.SignalAfterCommit(Topics.Ready);
    }

    /// <summary>Ends a parking at once; jobs that it had set aside are ready.</summary>
    public Task UnparkAsync(string lane, string? key = null, CancellationToken ct = default) =>
        _queue.Database.TransactAsync(tx => UnparkAsync(tx, lane, key, ct), ct);

    /// <summary>The same within a transaction.</summary>
    public Task UnparkAsync(Transaction tx, string lane, string? key = null, CancellationToken ct = default)
    {
        _queue.MustBeOurs(tx);
        tx.SignalAfterCommit(Topics.Ready);
        return LaneTable.UnparkAsync(tx, lane, key ?? "", ct);
    }

    /// <summary>All lanes that have limits, tenants, or were ever paused or parked, by name.</summary>
    public async Task<IReadOnlyList<LaneStatus>> ListAsync(CancellationToken ct = default)
    {
        var (lanes, keys) = await _queue.Database.ReadAsync(
            async session => (await LaneTable.ListAsync(session, ct), await LaneTable.ParkedKeysAsync(session, ct)), ct);
        var byLane = keys.ToLookup(key => key.Lane, key => key.ToParked(), StringComparer.Ordinal);
        return [.. lanes.Select(lane => lane.ToStatus(byLane[lane.Name]))];
    }

    private Task SetModeAsync(string lane, LaneMode mode, CancellationToken ct) =>
        _queue.Database.TransactAsync(tx => SetModeAsync(tx, lane, mode, ct), ct);

    private static void Validate(string lane)
    {
        if (lane.Length is < 1 or > 200)
            throw new ArgumentException($"A lane's name has {lane.Length} characters; allowed are 1 to 200.", nameof(lane));
    }
}
