// What is known about providers just now, shared by all processes through the database: parked and benched keys, open circuits. Losing a
// write here costs one call that fails, never a picture.
using Atelier.Durable;

namespace Atelier.Generating;

/// <summary>A key that must not be used now.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="KeyLabel">The key; empty for providers without keys.</param>
/// <param name="Model">The model it holds for; empty for all.</param>
/// <param name="Until">When it ends; null until somebody has seen to it.</param>
/// <param name="Reason">Why, in words for the operator.</param>
public sealed record KeyBlock(string Provider, string KeyLabel, string Model, DateTimeOffset? Until, string Reason);

/// <summary>A model whose provider failed again and again.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Model">The model.</param>
/// <param name="Failures">How many failures in a row.</param>
/// <param name="OpenUntil">Until when it is left alone; null while it is not.</param>
/// <param name="Reason">The last failure.</param>
public sealed record Circuit(string Provider, string Model, int Failures, DateTimeOffset? OpenUntil, string Reason);

/// <summary>Blocks and circuits at one moment.</summary>
/// <param name="Blocks">Every block that holds.</param>
/// <param name="Circuits">Every model with failures.</param>
public sealed record HealthSnapshot(IReadOnlyList<KeyBlock> Blocks, IReadOnlyList<Circuit> Circuits);

/// <summary>Reads and writes the health of providers.</summary>
public sealed class ProviderHealth(Database database, TimeProvider time)
{
    /// <summary>By how many failures must outweigh accepted calls for a circuit to open.</summary>
    public const int Threshold = 5;

    /// <summary>The type of the event that tells of a benched key.</summary>
    public const string BenchedEvent = "provider.key_benched";

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30), LongestPause = TimeSpan.FromMinutes(15), Fresh = TimeSpan.FromSeconds(1);

    private (long At, HealthSnapshot Snapshot)? _seen;

    /// <summary>What holds now; what other processes wrote is seen within a second.</summary>
    public async Task<HealthSnapshot> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_seen is { } seen && time.GetElapsedTime(seen.At) < Fresh)
            return seen.Snapshot;
        var at = time.GetTimestamp();
        var now = Now;
        var snapshot = await database.ReadAsync(async session => new HealthSnapshot(
            [.. (await session.QueryAsync<BlockRow>("SELECT provider, key_label, model, until, reason FROM provider_blocks WHERE until IS NULL OR until > @now", new { now }))
                .Select(row => new KeyBlock(row.Provider, row.KeyLabel, row.Model, Time(row.Until), row.Reason))],
            [.. (await session.QueryAsync<CircuitRow>("SELECT provider, model, failures, opened_until, reason FROM provider_circuits"))
                .Select(row => new Circuit(row.Provider, row.Model, row.Failures, Time(row.OpenedUntil), row.Reason))]), cancellationToken);
        _seen = (at, snapshot);
        return snapshot;
    }

    /// <summary>Parks a key for a model until a time. A later time stays.</summary>
    public Task ParkAsync(string provider, string keyLabel, string model, DateTimeOffset until, string reason) =>
        BlockAsync(provider, keyLabel, model, until, reason, told: null);

    /// <summary>Takes a key out of use until a time, or until somebody has seen to it, and tells of it once.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="keyLabel">The key.</param>
    /// <param name="until">When it is tried again; null for never by itself.</param>
    /// <param name="reason">Why, in a sentence that owners of generations may read.</param>
    /// <param name="details">What operators are told.</param>
    public Task BenchAsync(string provider, string keyLabel, DateTimeOffset? until, string reason, string? details = null) =>
        BlockAsync(provider, keyLabel, "", until, reason, details ?? reason);

    /// <summary>Lifts everything that holds a key back. Returns whether there was anything.</summary>
    public async Task<bool> CureAsync(string provider, string keyLabel) =>
        await ChangeAsync(transaction => CureAsync(transaction, provider, keyLabel)) > 0;

    /// <summary>The same within a transaction; answers how much was lifted.</summary>
    public static Task<int> CureAsync(Transaction transaction, string provider, string keyLabel)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.ExecuteAsync("DELETE FROM provider_blocks WHERE provider = @provider AND key_label = @keyLabel", new { provider, keyLabel });
    }

    /// <summary>Makes this process look again at once.</summary>
    public void Forget() => _seen = null;

    /// <summary>
    /// Notes that a call failed in a way that is the provider's. When failures outweigh accepted calls by <see cref="Threshold"/> the circuit
    /// opens; what fails while it is open was begun before, or is the one that tries it again, and makes the pause no longer than one failure would.
    /// </summary>
    /// <param name="provider">The provider.</param>
    /// <param name="model">The model.</param>
    /// <param name="reason">The failure.</param>
    /// <param name="atOnce">Open it now, for the longest pause: the model is gone.</param>
    /// <param name="weight">How much it counts: more than 1 where an accepted call has been counted in the model's favour before.</param>
    public Task NoteFailureAsync(string provider, string model, string reason, bool atOnce = false, int weight = 1) => ChangeAsync(async transaction =>
    {
        var row = await transaction.QuerySingleOrDefaultAsync<CircuitRow>($"""
            INSERT INTO provider_circuits (provider, model, failures, reason) VALUES (@provider, @model, @weight, @reason)
            ON CONFLICT (provider, model) DO UPDATE SET failures = provider_circuits.failures + @weight, reason = @reason
            RETURNING provider, model, failures, opened, opened_until, reason
            """, new { provider, model, reason, weight });
        if (row is null || (row.Failures < Threshold && !atOnce))
            return 0;
        var opened = row.OpenedUntil > Now ? row.Opened : row.Opened + 1;
        var until = Now + (long)(atOnce ? LongestPause : PauseOf(opened)).TotalMilliseconds;
        return await transaction.ExecuteAsync(
            "UPDATE provider_circuits SET opened = @opened, opened_until = @until WHERE provider = @provider AND model = @model",
            new { provider, model, opened, until = Math.Max(until, row.OpenedUntil ?? 0) });
    });

    /// <summary>Notes that a model has accepted a call, of which nobody knows yet how it ends: one failure less, unless its circuit is open.</summary>
    public async Task NoteAcceptedAsync(string provider, string model)
    {
        if ((await ReadAsync()).Circuits.Any(circuit => circuit.Provider == provider && circuit.Model == model && circuit.OpenUntil is null))
        {
            await ChangeAsync(async transaction =>
            {
                await transaction.ExecuteAsync(
                    "UPDATE provider_circuits SET failures = failures - 1 WHERE provider = @provider AND model = @model AND opened_until IS NULL", new { provider, model });
                return await transaction.ExecuteAsync(
                    "DELETE FROM provider_circuits WHERE provider = @provider AND model = @model AND opened_until IS NULL AND failures <= 0", new { provider, model });
            });
        }
    }

    /// <summary>Notes that a model works: its circuit closes.</summary>
    public async Task NoteSuccessAsync(string provider, string model)
    {
        if ((await ReadAsync()).Circuits.Any(circuit => circuit.Provider == provider && circuit.Model == model))
            await ChangeAsync(transaction => transaction.ExecuteAsync("DELETE FROM provider_circuits WHERE provider = @provider AND model = @model", new { provider, model }));
    }

    /// <summary>Asks to be the one that tries a model whose pause is over. True for one caller; the others go on waiting for what comes of it.</summary>
    public async Task<bool> TryProbeAsync(string provider, string model) =>
        await ChangeAsync(transaction => transaction.ExecuteAsync(
            "UPDATE provider_circuits SET opened = opened + 1, opened_until = @until WHERE provider = @provider AND model = @model AND opened_until <= @now",
            new { provider, model, now = Now, until = Now + (long)FirstPause.TotalMilliseconds })) == 1;

    // Each time that it opens again, or is tried in vain, twice as long.
    private static TimeSpan PauseOf(int opened) => TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Clamp(opened - 1, 0, 10)));

    private Task<int> BlockAsync(string provider, string keyLabel, string model, DateTimeOffset? until, string reason, string? told) => ChangeAsync(async transaction =>
    {
        var written = await transaction.ExecuteAsync("""
            INSERT INTO provider_blocks (provider, key_label, model, until, reason, since) VALUES (@provider, @keyLabel, @model, @until, @reason, @now)
            ON CONFLICT (provider, key_label, model) DO UPDATE SET until = @until, reason = @reason, since = @now
            WHERE provider_blocks.until IS NOT NULL AND (@until IS NULL OR provider_blocks.until < @until)
            """, new { provider, keyLabel, model, until = until?.ToUnixTimeMilliseconds(), reason, now = Now });
        if (written > 0 && told is not null)
            EventLog.Append(transaction, GenerationEvents.OfBenchedKey(provider, keyLabel, until, told));
        return written;
    });

    private async Task<T> ChangeAsync<T>(Func<Transaction, Task<T>> change)
    {
        var changed = await database.TransactAsync(change);
        _seen = null;
        return changed;
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;

    private sealed class BlockRow
    {
        public string Provider { get; init; } = "";
        public string KeyLabel { get; init; } = "";
        public string Model { get; init; } = "";
        public long? Until { get; init; }
        public string Reason { get; init; } = "";
    }

    private sealed class CircuitRow
    {
        public string Provider { get; init; } = "";
        public string Model { get; init; } = "";
        public int Failures { get; init; }
        public int Opened { get; init; }
        public long? OpenedUntil { get; init; }
        public string Reason { get; init; } = "";
    }
}
