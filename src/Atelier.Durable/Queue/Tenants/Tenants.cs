// The hand of operators on the tenants' shares, and of tenants on their own jobs. What is set holds from the commit on.
namespace Atelier.Durable;

/// <summary>Sets weights and places of tenants; pauses a tenant's jobs and puts them in another order.</summary>
public sealed class Tenants
{
    private readonly JobQueue _queue;

    internal Tenants(JobQueue queue) => _queue = queue;

    /// <summary>Sets a tenant's share in all lanes. His queued jobs move to where the new weight puts them.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public Task ConfigureAsync(string tenant, TenantSettings settings, CancellationToken ct = default)
    {
        Validate(tenant);
        TenantSettings.Validate(settings);
        return _queue.Database.TransactAsync(
            async tx =>
            {
                var before = (await TenantTable.FindAsync(tx, tenant, ct))?.Weight ?? 1;
                await TenantTable.ConfigureAsync(tx, tenant, settings, ct);
                if (before != settings.Weight)
                    await TenantTable.ReweighAsync(tx, tenant, before / settings.Weight, ct);
                await LetInAsync(tx, tenant, ct);
            },
            ct);
    }

    /// <summary>What was set for a tenant; null if nothing was.</summary>
    public Task<TenantSettings?> FindAsync(string tenant, CancellationToken ct = default) =>
        _queue.Database.AskAsync(session => TenantTable.FindAsync(session, tenant, ct), ct);

    /// <summary>
    /// Lets no job of a tenant begin, in any lane, until he resumes. What has begun goes on to its end, further attempts included; what is
    /// ready gives its place up and waits.
    /// </summary>
    public async Task PauseAsync(Transaction tx, string tenant, CancellationToken ct = default)
    {
        Validate(tenant);
        await TenantTable.PauseAsync(tx, tenant, paused: true, ct);
        var back = await _queue.Store.TakeBackAsync(tx, tenant, ct);
        await _queue.Admission.LeaveAsync(tx, back, ct);
        await _queue.Admission.FillAsync(tx, back.Select(job => new LaneTenant(job.Lane, job.Tenant)), ct);
    }

    /// <summary>Ends a pause: waiting jobs are let in, as far as there are places.</summary>
    public async Task ResumeAsync(Transaction tx, string tenant, CancellationToken ct = default)
    {
        Validate(tenant);
        await TenantTable.PauseAsync(tx, tenant, paused: false, ct);
        await LetInAsync(tx, tenant, ct);
    }

    /// <summary>
    /// Puts a job before all others of its tenant in its lane that have not begun either: a waiting one before those that wait, a ready one
    /// before those that are ready. No other tenant's job begins sooner or later for it. False if the job is in another state, or nobody's.
    /// </summary>
    public async Task<bool> MoveToFrontAsync(Transaction tx, JobId id, CancellationToken ct = default)
    {
        var row = await JobQueries.FindAsync(tx, id.Value, ct);
        return row switch
        {
            { StateValue: JobState.Waiting } => await JobTable.PlaceFirstAsync(tx, row.Id, ct),
            { StateValue: JobState.Ready, Admitted: true } when !row.HoldsLane => await _queue.Store.RotateAsync(tx, row, ct) > 0,
            _ => false,
        };
    }

    /// <summary>What a tenant has in the queue: in each lane what is in hand, and the first that wait for a place, in their order.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="limit">At most so many in hand, and so many waiting ones in each lane; 1 to 1,000.</param>
    /// <param name="ct">Gives up.</param>
    public Task<TenantLine> LineAsync(string tenant, int limit = 50, CancellationToken ct = default) =>
        _queue.Database.ReadAsync(session => TenantLines.ReadAsync(session, tenant, Math.Clamp(limit, 1, 1_000), ct), ct);

    private async Task LetInAsync(Transaction tx, string tenant, CancellationToken ct)
    {
        await _queue.Admission.FillAsync(tx, await TenantTable.WaitingAsync(tx, lane: null, tenant, ct), ct);
        tx.SignalAfterCommit(Topics.Ready);
    }

    private static void Validate(string tenant)
    {
        if (tenant.Length is < 1 or > 200)
            throw new ArgumentException($"A tenant's name has {tenant.Length} characters; allowed are 1 to 200.", nameof(tenant));
    }
}
