// Finds the provider that paints a model.
using Atelier.Catalogue;
using Atelier.Providers;

namespace Atelier.Generating;

/// <summary>The providers of this installation by name.</summary>
public sealed class ProviderRouter(IEnumerable<ImageProvider> providers)
{
    private readonly Dictionary<string, ImageProvider> _byName = providers.ToDictionary(provider => provider.Name, StringComparer.Ordinal);

    /// <summary>The names of all providers.</summary>
    public IReadOnlyCollection<string> Names => _byName.Keys;

    /// <summary>The provider of a model, or null when it is not configured here.</summary>
    public ImageProvider? Find(Model model) => _byName.GetValueOrDefault(model.Provider);
}
