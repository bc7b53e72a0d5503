// The keys that operators put into the database by command; secrets lie there sealed.
using Atelier.Durable;

namespace Atelier.Keys;

/// <summary>A key of a provider's account with what the operator said about it.</summary>
public sealed record ApiKey
{
    /// <summary>Longest label in characters.</summary>
    public const int MaxLabel = 40;

    /// <summary>The provider's name.</summary>
    public required string Provider { get; init; }

    /// <summary>What the operator calls it, unique for the provider.</summary>
    public required string Label { get; init; }

    /// <summary>The secret; null where it cannot be opened, since it was sealed by another installation.</summary>
    public required string? Secret { get; init; }

    /// <summary>Its share of the work beside the provider's other keys. Default: 1.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>What it may spend in a day (UTC), in US dollars; null for no limit.</summary>
    public decimal? DailyBudget { get; init; }

    /// <summary>Whether an operator has taken it out of use.</summary>
    public bool Disabled { get; init; }

    /// <summary>Where it comes from: <c>store</c>, or the setting or variable that holds it.</summary>
    public required string Source { get; init; }

    /// <summary>Provider and label; never the secret.</summary>
    public override string ToString() => $"{Provider}/{Label}";
}

/// <summary>The table of keys.</summary>
public sealed class StoredKeys(Database database, SecretBox box, TimeProvider time)
{
    private long _changes;

    /// <summary>How often this process has changed the table; whoever keeps what he read compares it.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    /// <summary>The source of keys from here.</summary>
    public const string Source = "store";

    /// <summary>Every key.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken = default)
    {
        var rows = await database.AskAsync(session => session.QueryAsync<Row>(
            "SELECT provider, label, sealed, weight, daily_budget, disabled FROM provider_keys ORDER BY provider, label"), cancellationToken);
        return [.. rows.Select(row => new ApiKey
        {
            Provider = row.Provider,
            Label = row.Label,
            Secret = box.Open(row.Sealed, PurposeOf(row.Provider, row.Label)),
            Weight = row.Weight,
            DailyBudget = (decimal?)row.DailyBudget,
            Disabled = row.Disabled,
            Source = Source,
        })];
    }

    /// <summary>Adds a key. False where the provider has one of that label.</summary>
    public Task<bool> AddAsync(ApiKey key, CancellationToken cancellationToken = default) =>
        ChangeAsync("""
            INSERT INTO provider_keys (provider, label, sealed, weight, daily_budget, created_at) VALUES (@Provider, @Label, @sealedSecret, @Weight, @budget, @at)
            ON CONFLICT DO NOTHING
            """, new
        {
            key.Provider, key.Label, key.Weight,
            sealedSecret = box.Seal(key.Secret ?? throw new ArgumentException("A key without its secret cannot be stored.", nameof(key)), PurposeOf(key.Provider, key.Label)),
            budget = (double?)key.DailyBudget,
            at = time.GetUtcNow().ToUnixTimeMilliseconds(),
        }, cancellationToken);

    /// <summary>Takes a key out of use, or back into it. False where there is none.</summary>
    public Task<bool> DisableAsync(string provider, string label, bool disabled, CancellationToken cancellationToken = default) =>
        ChangeAsync("UPDATE provider_keys SET disabled = @disabled WHERE provider = @provider AND label = @label", new { provider, label, disabled }, cancellationToken);

    /// <summary>Removes a key. False where there is none.</summary>
    public Task<bool> RemoveAsync(string provider, string label, CancellationToken cancellationToken = default) =>
        ChangeAsync("DELETE FROM provider_keys WHERE provider = @provider AND label = @label", new { provider, label }, cancellationToken);

    private async Task<bool> ChangeAsync(string sql, object parameters, CancellationToken cancellationToken)
    {
        var changed = await database.TransactAsync(transaction => transaction.ExecuteAsync(sql, parameters), cancellationToken) == 1;
        Interlocked.Increment(ref _changes);
        return changed;
    }

    private static string PurposeOf(string provider, string label) => $"key of {provider}/{label}";

    private sealed class Row
    {
        public string Provider { get; init; } = "";
        public string Label { get; init; } = "";
        public string Sealed { get; init; } = "";
        public double Weight { get; init; }
        public double? DailyBudget { get; init; }
        public bool Disabled { get; init; }
    }
}
