// The names of providers as people know them.
using Atelier.Providers;

namespace Atelier.Web.Components.Create;

internal static class ProviderTitles
{
    /// <summary>The title of a provider's kind, or its own name where that is another.</summary>
    public static string Of(string provider) => ProviderAdapter.Find(provider)?.Title ?? provider;
}
