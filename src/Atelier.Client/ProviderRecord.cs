// What the API and the command line tell an operator about providers. No secret of a key is ever part of it.
namespace Atelier.Client;

/// <summary>All providers.</summary>
/// <param name="Items">The providers: those that can be used now first.</param>
public sealed record ProviderList(IReadOnlyList<ProviderRecord> Items);

/// <summary>A provider as it is set up here, and how it is.</summary>
public sealed record ProviderRecord
{
    /// <summary>Its name in catalogue and settings; its lane in the queue has the same name.</summary>
    public required string Name { get; init; }

    /// <summary>The kind of engine.</summary>
    public required string Kind { get; init; }

    /// <summary>The kind's name for people.</summary>
    public required string Title { get; init; }

    /// <summary>Host, and port where it is unusual, of its address; null for what is built in.</summary>
    public required string? Host { get; init; }

    /// <summary>Whether it works only with a key.</summary>
    public required bool NeedsKey { get; init; }

    /// <summary>How many models of the catalogue it paints.</summary>
    public required int Models { get; init; }

    /// <summary>What is done when it does not say whether it painted: <c>retry-once</c>, <c>ask</c> or <c>give-up</c>; null where pictures cost nothing.</summary>
    public required string? Unknown { get; init; }

    /// <summary>Whether it can be called now; single models may have to wait all the same.</summary>
    public required bool Available { get; init; }

    /// <summary>Why it cannot; null where it can.</summary>
    public required string? UnavailableBecause { get; init; }

    /// <summary>When it can be called again by itself; null where it can now, or somebody has to see to it.</summary>
    public required DateTimeOffset? AvailableAt { get; init; }

    /// <summary>What it has cost since midnight UTC, in US dollars; calls that are going on count with what is expected of them.</summary>
    public required decimal SpentToday { get; init; }

    /// <summary>Its keys; those of the settings first.</summary>
    public required IReadOnlyList<KeyRecord> Keys { get; init; }

    /// <summary>The models that wait for a rate limit.</summary>
    public required IReadOnlyList<ParkedModelRecord> Parked { get; init; }

    /// <summary>The models that failed in a row.</summary>
    public required IReadOnlyList<CircuitRecord> Circuits { get; init; }
}

/// <summary>A key of a provider's account; never its secret.</summary>
public sealed record KeyRecord
{
    /// <summary>The provider's name.</summary>
    public required string Provider { get; init; }

    /// <summary>What the operator calls it.</summary>
    public required string Label { get; init; }

    /// <summary><c>store</c>, or the setting or variable that holds it.</summary>
    public required string Source { get; init; }

    /// <summary>Its share of the work beside the provider's other keys.</summary>
    public required double Weight { get; init; }

    /// <summary>What it may spend in a day (UTC), in US dollars; null for no limit.</summary>
    public required decimal? DailyBudget { get; init; }

    /// <summary>What it has spent since midnight UTC, in US dollars.</summary>
    public required decimal SpentToday { get; init; }

    /// <summary>Whether an operator has taken it out of use.</summary>
    public required bool Disabled { get; init; }

    /// <summary>
    /// <c>ok</c>, <c>disabled</c>, <c>blocked</c> (the provider does not take it now), <c>spent</c> (its daily budget), <c>unreadable</c>
    /// (sealed by another installation) or <c>unused</c> (its provider is not set up here).
    /// </summary>
    public required string State { get; init; }

    /// <summary>When it is used again by itself; null where it is in use, or somebody has to see to it.</summary>
    public required DateTimeOffset? BlockedUntil { get; init; }

    /// <summary>Why it is not used; null where it is.</summary>
    public required string? Reason { get; init; }
}

/// <summary>A model that may not be asked for before a time.</summary>
/// <param name="Model">The model.</param>
/// <param name="Key">The key that this holds for; null where the provider needs none.</param>
/// <param name="Until">When it ends.</param>
/// <param name="Reason">Why.</param>
public sealed record ParkedModelRecord(string Model, string? Key, DateTimeOffset? Until, string Reason);

/// <summary>A model whose provider failed.</summary>
/// <param name="Model">The model.</param>
/// <param name="Failures">How many times in a row.</param>
/// <param name="OpenUntil">Until when it is left alone; null while it is not.</param>
/// <param name="Reason">The last failure.</param>
public sealed record CircuitRecord(string Model, int Failures, DateTimeOffset? OpenUntil, string Reason);
