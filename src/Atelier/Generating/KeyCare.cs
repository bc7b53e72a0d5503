// What an operator does for a key: lifts what holds it back, and lets the jobs that waited for it begin. Doing it twice is harmless.
using Atelier.Catalogue;
using Atelier.Durable;

namespace Atelier.Generating;

/// <summary>Brings keys back into use.</summary>
public sealed class KeyCare(ProviderHealth health, JobQueue queue, ModelCatalogue catalogue)
{
    /// <summary>Lifts everything that holds a key back. Returns whether there was anything.</summary>
    public async Task<bool> CureAsync(string provider, string label, CancellationToken cancellationToken = default)
    {
        var lifted = await health.CureAsync(provider, label);
        await AwakeAsync(provider, cancellationToken);
        return lifted;
    }

    /// <summary>Lets the jobs of a provider look again whether a key can be used: one is new, or in use again.</summary>
    public async Task AwakeAsync(string provider, CancellationToken cancellationToken = default)
    {
        var lane = (await queue.Lanes.ListAsync(cancellationToken)).FirstOrDefault(lane => lane.Name == provider);
        // A whole lane is parked by operators only; what waits for a key is parked by its model.
        foreach (var parked in lane?.Parked.Where(parked => catalogue.Find(parked.Key) is not null) ?? [])
            await queue.Lanes.UnparkAsync(provider, parked.Key, cancellationToken);
    }
}
