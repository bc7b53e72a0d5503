// Finds who paints a generation now: its own model, another that may stand in for it, or nobody before a time.
using Atelier.Catalogue;
using Atelier.Providers;

namespace Atelier.Generating;

/// <summary>Where a generation goes: a closed set.</summary>
public abstract record Route
{
    private Route() { }

    /// <summary>Call this provider.</summary>
    /// <param name="Setup">The provider.</param>
    /// <param name="Key">The key, where it needs one.</param>
    public sealed record Here(ProviderSetup Setup, ProviderKey? Key) : Route;

    /// <summary>Another model can paint it now: it moves into that one's lane.</summary>
    /// <param name="Model">The model.</param>
    public sealed record Elsewhere(Model Model) : Route;

    /// <summary>Nobody can before a time.</summary>
    /// <param name="Until">When to look again.</param>
    /// <param name="Reason">Why, for people.</param>
    public sealed record Wait(DateTimeOffset Until, string Reason) : Route;

    /// <summary>Nobody can.</summary>
    /// <param name="Code">The code of the failure.</param>
    /// <param name="Message">Why, in a sentence for the owner.</param>
    public sealed record Nowhere(string Code, string Message) : Route;
}

/// <summary>The providers of this installation, and the way to them.</summary>
public sealed class ProviderRouter(IEnumerable<ProviderSetup> providers, ModelCatalogue catalogue, KeyRing keys, ProviderHealth health, ModelSwitches switches, TimeProvider time)
{
    private readonly Dictionary<string, ProviderSetup> _byName = providers.ToDictionary(provider => provider.Name, StringComparer.Ordinal);

    /// <summary>Every provider, set up with a key or not.</summary>
    public IReadOnlyCollection<ProviderSetup> All => _byName.Values;

    /// <summary>The provider of a model, or null where there is none of that name.</summary>
    public ProviderSetup? Find(Model model) => Find(model.Provider);

    /// <summary>The provider of that name, or null.</summary>
    public ProviderSetup? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Says why a model cannot be asked for here, or null when it can.</summary>
    public async Task<string?> WhyNotHereAsync(Model model, CancellationToken cancellationToken = default)
    {
        if (await switches.IsOffAsync(model.Id, cancellationToken))
            return "is switched off here for the time being; choose another one";
        if (Find(model) is not { } setup)
            return $"needs the provider {model.Provider}; add it under providers: in atelier.yaml";
        if (!setup.Adapter.NeedsKey)
            return null;
        return (await keys.KeysOfAsync(setup, cancellationToken)).Any(key => !key.Disabled && key.Secret is not null)
            ? null
            : $"needs a key for {setup.Adapter.Title}; add one with: atelier keys add {setup.Name}";
    }

    /// <summary>Tells whether a model could begin a picture now. Changes nothing.</summary>
    public Task<Route> LookAsync(Model model, CancellationToken cancellationToken = default) => TryAsync(model, Purpose.Look, cancellationToken);

    /// <summary>Tells where a generation would be led to now. Changes nothing.</summary>
    public Task<Route> ForeseeAsync(Generation generation, Model model, CancellationToken cancellationToken = default) =>
        RouteAsync(generation, model, Purpose.Look, cancellationToken);

    /// <summary>Finds the way for a generation that stands in a model's lane.</summary>
    public Task<Route> RouteAsync(Generation generation, Model model, CancellationToken cancellationToken = default) =>
        RouteAsync(generation, model, Purpose.Paint, cancellationToken);

    private async Task<Route> RouteAsync(Generation generation, Model model, Purpose purpose, CancellationToken cancellationToken)
    {
        var own = await TryAsync(model, purpose, cancellationToken);
        if (own is Route.Here)
            return own;
        foreach (var other in StandIns(generation, model))
        {
            if (!await switches.IsOffAsync(other.Id, cancellationToken) && await TryAsync(other, Purpose.StandIn, cancellationToken) is Route.Here)
                return new Route.Elsewhere(other);
        }
        return own;
    }

    // Those behind it under the name that was asked for: the way leads forward only, so it ends.
    private IEnumerable<Model> StandIns(Generation generation, Model model) =>
        generation.RequestedModel is { } requested
            ? catalogue.FindAll(requested).SkipWhile(other => other.Id != model.Id).Skip(1).Where(other => StandIn.CanHonour(other, generation, model))
            : [];

    private async Task<Route> TryAsync(Model model, Purpose purpose, CancellationToken cancellationToken)
    {
        if (Find(model) is not { } setup)
            return new Route.Nowhere("unknown_provider", $"The provider {model.Provider} is not available here.");
        var circuit = (await health.ReadAsync(cancellationToken)).Circuits.FirstOrDefault(circuit => circuit.Provider == setup.Name && circuit.Model == model.Id);
        if (circuit?.OpenUntil is { } until)
        {
            if (until > time.GetUtcNow())
                return new Route.Wait(until, $"{setup.Adapter.Title} has failed again and again; it is tried again then");
            // Its pause is over: who asks for it now is the one that tries it. Nobody is sent to it meanwhile.
            if (purpose == Purpose.StandIn || (purpose == Purpose.Paint && !await health.TryProbeAsync(setup.Name, model.Id)))
                return new Route.Wait(time.GetUtcNow().AddSeconds(5), $"{setup.Adapter.Title} is being tried again");
        }
        var choice = purpose == Purpose.Paint ? await keys.ChooseAsync(setup, model.Id, cancellationToken) : await keys.LookAsync(setup, model.Id, cancellationToken);
        return choice switch
        {
            KeyChoice.Usable usable => new Route.Here(setup, usable.Key),
            KeyChoice.Later later => new Route.Wait(later.Until, $"{setup.Adapter.Title}: {later.Reason}"),
            KeyChoice.Never never => new Route.Nowhere("provider_auth", $"{setup.Adapter.Title} cannot be used here just now: {never.Reason.TrimEnd('.')}."),
            var unknown => throw new InvalidOperationException($"Unknown choice {unknown.GetType().Name}."),
        };
    }

    // Painting takes the turn of a key or a probe; whoever only looks takes nothing.
    private enum Purpose
    {
        Paint,
        StandIn,
        Look,
    }
}
