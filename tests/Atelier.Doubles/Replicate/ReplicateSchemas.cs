// The input schemas that Replicate publishes for the models of the catalogue.
namespace Atelier.Doubles.Replicate;

internal static class ReplicateSchemas
{
    private static readonly string[] R11 = ["1:1", "16:9", "21:9", "3:2", "2:3", "4:5", "5:4", "3:4", "4:3", "9:16", "9:21"];

    public static IReadOnlyDictionary<string, ReplicateModel> Models { get; } = new Dictionary<string, ReplicateModel>(StringComparer.Ordinal)
    {
        ["black-forest-labs/flux-schnell"] = new(Flux(4).Choice("megapixels", "1", "0.25"), List: true),
        ["black-forest-labs/flux-dev"] = new(Flux(50).Choice("megapixels", "1", "0.25").Image("image").Number("prompt_strength", 0, 1).Number("guidance", 0, 10), List: true),
    };

    private static InputSchema Flux(int steps) => new InputSchema().Text("prompt", required: true).Choice("aspect_ratio", R11).Whole("num_outputs", 1, 4)
        .Whole("num_inference_steps", 1, steps).Whole("seed").Flag("go_fast").Choice("output_format", "webp", "jpg", "png").Whole("output_quality", 0, 100)
        .Flag("disable_safety_checker");
}

/// <summary>A model of the double.</summary>
/// <param name="Input">Its input schema.</param>
/// <param name="List">Whether its output is a list of addresses, or a single one.</param>
/// <param name="Version">The version by which it must be named; null for official models.</param>
/// <param name="Svg">Whether it draws SVG.</param>
internal sealed record ReplicateModel(InputSchema Input, bool List, string? Version = null, bool Svg = false);
