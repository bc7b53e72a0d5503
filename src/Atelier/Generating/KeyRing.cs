// Chooses the key for a call: by weight among those that are in health and within their budget. Keeps only what can be read again.
using System.Collections.Concurrent;
using Atelier.Durable;
using Atelier.Keys;
using Atelier.Providers;

namespace Atelier.Generating;

/// <summary>What came of choosing a key: a closed set.</summary>
public abstract record KeyChoice
{
    private KeyChoice() { }

    /// <summary>Call with this key.</summary>
    /// <param name="Key">The key; null where the provider needs none.</param>
    public sealed record Usable(ProviderKey? Key) : KeyChoice;

    /// <summary>No key can be used before a time.</summary>
    /// <param name="Until">When the first can be.</param>
    /// <param name="Reason">Why not now.</param>
    public sealed record Later(DateTimeOffset Until, string Reason) : KeyChoice;

    /// <summary>No key can be used until somebody has seen to it.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Never(string Reason) : KeyChoice;
}

/// <summary>The keys of all providers.</summary>
public sealed class KeyRing(Database database, StoredKeys stored, ProviderHealth health, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, double> _served = new(StringComparer.Ordinal);
    private (long At, long Changes, IReadOnlyList<ApiKey> Keys)? _stored;
    private (long At, IReadOnlyDictionary<(string Provider, string Key), decimal> Spent)? _spent;

    /// <summary>Every key of a provider, in use or not.</summary>
    public async Task<IReadOnlyList<ApiKey>> KeysOfAsync(ProviderSetup setup, CancellationToken cancellationToken = default)
    {
        if (_stored is not { } seen || seen.Changes != stored.Changes || time.GetElapsedTime(seen.At) >= Fresh)
            _stored = seen = (time.GetTimestamp(), stored.Changes, await stored.ListAsync(cancellationToken));
        return [.. setup.Keys, .. seen.Keys.Where(key => key.Provider == setup.Name && setup.Keys.All(given => given.Label != key.Label))];
    }

    /// <summary>What each key has cost since midnight UTC, in US dollars; calls that are going on count with what is expected of them.</summary>
    public async Task<IReadOnlyDictionary<(string Provider, string Key), decimal>> SpentTodayAsync(CancellationToken cancellationToken = default)
    {
        if (_spent is { } seen && time.GetElapsedTime(seen.At) < Fresh)
            return seen.Spent;
        var at = time.GetTimestamp();
        var midnight = new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero).ToUnixTimeMilliseconds();
        var rows = await database.AskAsync(session => session.QueryAsync<SpentRow>("""
            SELECT provider, COALESCE(key_label, '') AS key_label, SUM(cost) AS cost FROM generation_attempts WHERE started_at >= @midnight GROUP BY provider, COALESCE(key_label, '')
            """, new { midnight }), cancellationToken);
        var spent = rows.ToDictionary(row => (row.Provider, row.KeyLabel), row => (decimal)row.Cost);
        _spent = (at, spent);
        return spent;
    }

    /// <summary>Chooses a key for a model, and counts that it is used.</summary>
    public async Task<KeyChoice> ChooseAsync(ProviderSetup setup, string model, CancellationToken cancellationToken = default)
    {
        var choice = await LookAsync(setup, model, cancellationToken);
        if (choice is KeyChoice.Usable { Key: { } key })
            _served.AddOrUpdate(key.ToString(), 1, (_, count) => count + 1);
        return choice;
    }

    /// <summary>Tells which key would be chosen for a model now.</summary>
    public async Task<KeyChoice> LookAsync(ProviderSetup setup, string model, CancellationToken cancellationToken = default)
    {
        var keys = (await KeysOfAsync(setup, cancellationToken)).Where(key => !key.Disabled && key.Secret is not null).ToList();
        if (keys.Count == 0 && setup.Adapter.NeedsKey)
            return new KeyChoice.Never($"no key is set up for {setup.Name}");
        var blocks = (await health.ReadAsync(cancellationToken)).Blocks.Where(block => block.Provider == setup.Name && (block.Model.Length == 0 || block.Model == model)).ToList();
        if (keys.Count == 0)
            return blocks.Find(block => block.KeyLabel.Length == 0) is { } parked ? Held([parked]) : new KeyChoice.Usable(null);
        var spent = keys.Exists(key => key.DailyBudget is not null) ? await SpentTodayAsync(cancellationToken) : null;
        var midnight = new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date.AddDays(1), TimeSpan.Zero);
        var held = new List<KeyBlock>();
        var usable = new List<ApiKey>();
        foreach (var key in keys)
        {
            var block = blocks.Where(block => block.KeyLabel == key.Label).MaxBy(block => block.Until ?? DateTimeOffset.MaxValue)
                ?? (IsOverBudget(key, spent) ? new KeyBlock(setup.Name, key.Label, "", midnight, "its daily budget is spent") : null);
            if (block is null)
                usable.Add(key);
            else
                held.Add(block);
        }
        if (usable.Count == 0)
            return Held(held);
        var chosen = usable.MinBy(key => _served.GetValueOrDefault(key.ToString()) / key.Weight)!;
        return new KeyChoice.Usable(new ProviderKey(setup.Name, chosen.Label, chosen.Secret!));
    }

    /// <summary>The key of that label for looking after what was started with it; any other of the provider where that one is gone; null for none.</summary>
    public async Task<ProviderKey?> FindAsync(ProviderSetup setup, string? label, CancellationToken cancellationToken = default)
    {
        var keys = (await KeysOfAsync(setup, cancellationToken)).Where(key => key.Secret is not null).ToList();
        return (keys.Find(key => key.Label == label) ?? keys.FirstOrDefault()) is { } key ? new ProviderKey(setup.Name, key.Label, key.Secret!) : null;
    }

    private static KeyChoice Held(List<KeyBlock> held) =>
        held.Where(block => block.Until is not null).MinBy(block => block.Until) is { Until: { } until } first
            ? new KeyChoice.Later(until, first.Reason)
            : new KeyChoice.Never(held[0].Reason);

    private static bool IsOverBudget(ApiKey key, IReadOnlyDictionary<(string Provider, string Key), decimal>? spent) =>
        key.DailyBudget is { } budget && spent!.GetValueOrDefault((key.Provider, key.Label)) >= budget;

    private sealed class SpentRow
    {
        public string Provider { get; init; } = "";
        public string KeyLabel { get; init; } = "";
        public double Cost { get; init; }
    }
}
