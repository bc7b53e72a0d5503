// Translates what is known about providers and their keys into what operators are told, the same by HTTP and on the command line. No secret
// passes here: of a key only its name, its numbers and its health are read.
using Atelier.Catalogue;
using Atelier.Client;
using Atelier.Generating;
using Atelier.Keys;

namespace Atelier.Web;

/// <summary>The contract's view of the providers.</summary>
public sealed class ProviderRecords(ProviderRouter router, KeyRing keys, StoredKeys stored, ProviderHealth health, ModelCatalogue catalogue, TimeProvider time)
{
    /// <summary>Every provider: those that can be used now first, then by name.</summary>
    public async Task<IReadOnlyList<ProviderRecord>> AllAsync(CancellationToken cancellationToken = default)
    {
        var records = new List<ProviderRecord>();
        foreach (var setup in router.All)
            records.Add(await OfAsync(setup, cancellationToken));
        return [.. records.OrderByDescending(record => record.Available).ThenBy(record => record.Name, StringComparer.Ordinal)];
    }

    /// <summary>One provider.</summary>
    public async Task<ProviderRecord> OfAsync(ProviderSetup setup, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var known = await health.ReadAsync(cancellationToken);
        var itsKeys = await KeysOfAsync(setup, cancellationToken);
        var (because, until) = WhyNotNow(setup, itsKeys);
        return new ProviderRecord
        {
            Name = setup.Name,
            Kind = setup.Adapter.Kind,
            Title = setup.Adapter.Title,
            Host = setup.Address?.Authority,
            NeedsKey = setup.Adapter.NeedsKey,
            Models = catalogue.Models.Count(model => model.Provider == setup.Name),
            Unknown = setup.Adapter.Paid ? NameOf(setup.Unknown) : null,
            Available = because is null,
            UnavailableBecause = because,
            AvailableAt = until,
            SpentToday = Rounded((await keys.SpentTodayAsync(cancellationToken)).Where(spent => spent.Key.Provider == setup.Name).Sum(spent => spent.Value)),
            Keys = itsKeys,
            Parked = [.. known.Blocks.Where(block => block.Provider == setup.Name && block.Model.Length > 0)
                .Select(block => new ParkedModelRecord(block.Model, block.KeyLabel.Length == 0 ? null : block.KeyLabel, block.Until, block.Reason))],
            Circuits = [.. known.Circuits.Where(circuit => circuit.Provider == setup.Name)
                .Select(circuit => new CircuitRecord(circuit.Model, circuit.Failures, circuit.OpenUntil, circuit.Reason))],
        };
    }

    /// <summary>Every key there is, those in the store whose provider is not set up here included.</summary>
    public async Task<IReadOnlyList<KeyRecord>> KeysAsync(CancellationToken cancellationToken = default)
    {
        var records = new List<KeyRecord>();
        foreach (var setup in router.All)
            records.AddRange(await KeysOfAsync(setup, cancellationToken));
        var others = (await stored.ListAsync(cancellationToken)).Where(key => router.Find(key.Provider) is null);
        return [.. records, .. others.Select(key => Of(key, spent: 0, block: null) with { State = "unused", Reason = "its provider is not set up here" })];
    }

    /// <summary>The keys of a provider, in use or not.</summary>
    public async Task<IReadOnlyList<KeyRecord>> KeysOfAsync(ProviderSetup setup, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var blocks = (await health.ReadAsync(cancellationToken)).Blocks;
        var spent = await keys.SpentTodayAsync(cancellationToken);
        return [.. (await keys.KeysOfAsync(setup, cancellationToken)).Select(key => Of(
            key, Rounded(spent.GetValueOrDefault((setup.Name, key.Label))),
            blocks.FirstOrDefault(block => block.Provider == setup.Name && block.KeyLabel == key.Label && block.Model.Length == 0)))];
    }

    private KeyRecord Of(ApiKey key, decimal spent, KeyBlock? block)
    {
        var midnight = new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date.AddDays(1), TimeSpan.Zero);
        var (state, until, reason) = key switch
        {
            { Disabled: true } => ("disabled", (DateTimeOffset?)null, "it is disabled"),
            { Secret: null } => ("unreadable", null, "it was sealed by another installation, or with another secrets.key"),
            _ when block is not null => ("blocked", block.Until, block.Reason),
            { DailyBudget: { } budget } when spent >= budget => ("spent", midnight, "its daily budget is spent"),
            _ => ("ok", null, (string?)null),
        };
        return new KeyRecord
        {
            Provider = key.Provider,
            Label = key.Label,
            Source = key.Source,
            Weight = key.Weight,
            DailyBudget = key.DailyBudget,
            SpentToday = spent,
            Disabled = key.Disabled,
            State = state,
            BlockedUntil = until,
            Reason = reason,
        };
    }

    private static (string? Because, DateTimeOffset? Until) WhyNotNow(ProviderSetup setup, IReadOnlyList<KeyRecord> keys)
    {
        var inUse = keys.Where(key => key.State is not ("disabled" or "unreadable")).ToList();
        if (inUse.Count == 0)
            return setup.Adapter.NeedsKey ? ($"it has no key{(keys.Count == 0 ? "" : " in use")}; add one with: atelier keys add {setup.Name}", null) : (null, null);
        if (inUse.Exists(key => key.State == "ok"))
            return (null, null);
        var first = inUse.Where(key => key.BlockedUntil is not null).MinBy(key => key.BlockedUntil) ?? inUse[0];
        return ($"key {first.Label}: {first.Reason}", first.BlockedUntil);
    }

    private static string NameOf(UnknownPolicy policy) => policy switch
    {
        UnknownPolicy.Ask => "ask",
        UnknownPolicy.GiveUp => "give-up",
        _ => "retry-once",
    };

    private static decimal Rounded(decimal dollars) => Math.Round(dollars, 6);
}
