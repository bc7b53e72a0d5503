// What kinds of engines there are. Adding one is a folder beside this file and a line in the list.
using Atelier.Providers.Sketch;

namespace Atelier.Providers;

/// <summary>A kind of engine and what it needs; several providers may be of one kind, such as two GPU servers.</summary>
/// <param name="Kind">Its name, lower case; a provider of that name needs no other setting to be of that kind.</param>
/// <param name="Title">The name shown to people.</param>
/// <param name="Create">Makes the adapter for an endpoint.</param>
public sealed record ProviderAdapter(string Kind, string Title, Func<ProviderEndpoint, ProviderHttp, TimeProvider, ImageProvider> Create)
{
    /// <summary>Where it is unless the operator says otherwise; null where only the operator can know.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>The hosts that its pictures come from, beside its own; see <see cref="ProviderEndpoint.ResultHosts"/>.</summary>
    public IReadOnlyList<string> ResultHosts { get; init; } = [];

    /// <summary>The hosts that take its calls beside its own, such as those of its regions; see <see cref="ProviderEndpoint.SiblingHosts"/>.</summary>
    public IReadOnlyList<string> SiblingHosts { get; init; } = [];

    /// <summary>The environment variables in which its own tools keep the key, the usual one first.</summary>
    public IReadOnlyList<string> KeyVariables { get; init; } = [];

    /// <summary>Whether it works only with a key. Default: yes.</summary>
    public bool NeedsKey { get; init; } = true;

    /// <summary>Whether a picture costs money, so that starting it twice matters. Default: yes.</summary>
    public bool Paid { get; init; } = true;

    /// <summary>
    /// Whether its predictions go by the reference of their start, so that one can be cancelled whose start has not answered yet. Default: no.
    /// </summary>
    public bool KnownByReference { get; init; }

    /// <summary>Every kind.</summary>
    public static IReadOnlyList<ProviderAdapter> All { get; } =
    [
        new("sketch", "Sketch", (_, _, _) => new SketchProvider()) { NeedsKey = false, Paid = false },
        A1111.A1111Provider.Adapter,
        Bfl.BflProvider.Adapter,
        ComfyUi.ComfyUiProvider.Adapter,
        Fal.FalProvider.Adapter,
        Gemini.GeminiProvider.Adapter,
        HuggingFace.HuggingFaceProvider.Adapter,
        OpenAi.OpenAiProvider.Adapter,
        OpenAi.OpenAiProvider.Compatible,
        Replicate.ReplicateProvider.Adapter,
        SdServer.SdServerProvider.Adapter,
        Stability.StabilityProvider.Adapter,
        Together.TogetherProvider.Adapter,
    ];

    /// <summary>The kind of that name, or null.</summary>
    public static ProviderAdapter? Find(string kind) => All.FirstOrDefault(adapter => adapter.Kind == kind);
}
