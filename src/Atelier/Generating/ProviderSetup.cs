// A provider as it is set up here: its adapter, its address, its keys, and what to do when it does not say whether it painted.
using Atelier.Keys;
using Atelier.Providers;

namespace Atelier.Generating;

/// <summary>What to do when nobody can tell whether a paid call was carried out.</summary>
public enum UnknownPolicy
{
    /// <summary>Start once more; a second time it fails. Pays twice at most once.</summary>
    RetryOnce,

    /// <summary>Fail, and let the owner decide whether to try again.</summary>
    Ask,

    /// <summary>Fail for good.</summary>
    GiveUp,
}

/// <summary>A provider as it is set up here.</summary>
public sealed record ProviderSetup
{
    /// <summary>The adapter for its address.</summary>
    public required ImageProvider Provider { get; init; }

    /// <summary>Its kind.</summary>
    public required ProviderAdapter Adapter { get; init; }

    /// <summary>Where its calls go; null for the built-in painter.</summary>
    public Uri? Address { get; init; }

    /// <summary>The keys from settings and variables; those of the store come on top.</summary>
    public IReadOnlyList<ApiKey> Keys { get; init; } = [];

    /// <summary>What to do when nobody can tell whether a call was carried out. Free engines are simply asked again.</summary>
    public UnknownPolicy Unknown { get; init; }

    /// <summary>What its webhooks are signed with; null where that is not set.</summary>
    public string? WebhookSecret { get; init; }

    /// <summary>Whether the operator asked for it by name, in the settings.</summary>
    public bool Named { get; init; }

    /// <summary>Its name.</summary>
    public string Name => Provider.Name;
}
