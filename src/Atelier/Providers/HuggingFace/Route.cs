// How each provider behind Hugging Face's router is asked: where, and how the filled template is wrapped. A further one is a line in the list.
using System.Text.Json.Nodes;

namespace Atelier.Providers.HuggingFace;

/// <summary>A provider behind the router.</summary>
/// <param name="Provider">Its name: the first part of the catalogue's <c>provider_model</c>; what follows is its own name of the model.</param>
/// <param name="Path">The path of a start, from its own name of the model.</param>
internal sealed record Route(string Provider, Func<string, string> Path)
{
    private static readonly Route[] All =
    [
        new("hf-inference", model => $"/hf-inference/models/{model}") { PlainImages = true },
        new("fal-ai", model => $"/fal-ai/{model}?_subdomain=queue"),
        new("replicate", model => model.Split(':') is [_, _] ? "/replicate/v1/predictions" : $"/replicate/v1/models/{model}/predictions")
        {
            Envelope = "input", Waits = true,
        },
        new("together", _ => "/together/v1/images/generations") { NamesModel = true },
        new("nscale", _ => "/nscale/v1/images/generations") { NamesModel = true },
    ];

    /// <summary>Whether images are given as plain base64 instead of as data URLs.</summary>
    public bool PlainImages { get; private init; }

    /// <summary>The field that holds the input; null where the input is the body itself.</summary>
    public string? Envelope { get; private init; }

    /// <summary>Whether the body names the model.</summary>
    public bool NamesModel { get; private init; }

    /// <summary>Whether the provider is asked to hold the call until it has painted.</summary>
    public bool Waits { get; private init; }

    /// <summary>The route of a model and the provider's own name for it, or null where there is none.</summary>
    public static (Route Route, string Model)? Find(string model)
    {
        var slash = model.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && Array.Find(All, route => route.Provider == model[..slash]) is { } route ? (route, model[(slash + 1)..]) : null;
    }

    /// <summary>The body of a start.</summary>
    public JsonObject Wrap(PaintRequest request, string model)
    {
        var input = InputTemplate.Fill(request, image => PlainImages ? image.Base64 : image.DataUrl);
        if (NamesModel)
            input["model"] = model;
        if (Envelope is null)
            return input;
        var body = new JsonObject { [Envelope] = input };
        // A model of the community runs by its version.
        if (model.Split(':') is [_, var version])
            body["version"] = version;
        return body;
    }
}
