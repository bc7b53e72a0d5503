// The operator's hand on the tenants' shares. What is set holds from the commit on.
namespace Atelier.Durable;

/// <summary>Sets weights and places of tenants.</summary>
public sealed class Tenants
{
    private readonly JobQueue _queue;

    internal Tenants(JobQueue queue) => _queue = queue;

    /// <summary>Sets a tenant's share in all lanes. His queued jobs move to where the new weight puts them.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public Task ConfigureAsync(string tenant, TenantSettings settings, CancellationToken ct = default)
    {
        if (tenant.Length is < 1 or > 200)
            throw new ArgumentException($"A tenant's name has {tenant.Length} characters; allowed are 1 to 200.", nameof(tenant));
        TenantSettings.Validate(settings);
        return _queue.Database.TransactAsync(
            async tx =>
            {
                var before = (await TenantTable.FindAsync(tx, tenant, ct))?.Weight ?? 1;
                await TenantTable.ConfigureAsync(tx, tenant, settings, ct);
                if (before != settings.Weight)
                    await TenantTable.ReweighAsync(tx, tenant, before / settings.Weight, ct);
                await _queue.Admission.FillAsync(tx, await TenantTable.WaitingAsync(tx, lane: null, tenant, ct), ct);
                tx.SignalAfterCommit(Topics.Ready);
            },
            ct);
    }

    /// <summary>What was set for a tenant; null if nothing was.</summary>
    public Task<TenantSettings?> FindAsync(string tenant, CancellationToken ct = default) =>
        _queue.Database.ReadAsync(session => TenantTable.FindAsync(session, tenant, ct), ct);
}
