// What the engines behind the router accept, for the models of the catalogue.
using System.Text.Json;

namespace Atelier.Doubles.HuggingFace;

internal static class HuggingFaceSchemas
{
    private const string Flux = "black-forest-labs/FLUX.1-schnell";

    private static readonly string[] Ratios = ["match_input_image", "1:1", "16:9", "21:9", "3:2", "2:3", "4:5", "5:4", "3:4", "4:3", "9:16", "9:21"];

    /// <summary>The engines of a model, as the hub tells them.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, HubEngine>> Hub { get; } = new Dictionary<string, IReadOnlyDictionary<string, HubEngine>>(StringComparer.Ordinal)
    {
        [Flux] = new Dictionary<string, HubEngine>(StringComparer.Ordinal) { ["hf-inference"] = new(Flux), ["together"] = new(Flux), ["nscale"] = new(Flux) },
        ["black-forest-labs/FLUX.1-dev"] = new Dictionary<string, HubEngine>(StringComparer.Ordinal) { ["fal-ai"] = new("fal-ai/flux/dev") },
        ["black-forest-labs/FLUX.1-Kontext-dev"] = new Dictionary<string, HubEngine>(StringComparer.Ordinal) { ["replicate"] = new("black-forest-labs/flux-kontext-dev", "image-to-image") },
    };

    /// <summary>The parameters of Hugging Face's own engine.</summary>
    public static IReadOnlyDictionary<string, InputSchema> Own { get; } = new Dictionary<string, InputSchema>(StringComparer.Ordinal)
    {
        [Flux] = Parameters(),
        ["stabilityai/stable-diffusion-xl-base-1.0"] = Parameters(),
        ["timbrooks/instruct-pix2pix"] = new InputSchema().Text("prompt").Number("guidance_scale", 0, 50).Text("negative_prompt").Whole("num_inference_steps", 1, 100).Any("target_size"),
    };

    /// <summary>fal's applications.</summary>
    public static IReadOnlyDictionary<string, InputSchema> Fal { get; } = new Dictionary<string, InputSchema>(StringComparer.Ordinal)
    {
        ["fal-ai/flux/dev"] = FalFlux().Field("image_size", false, IsSize),
        ["fal-ai/flux/krea"] = FalFlux().Field("image_size", false, IsSize),
        ["fal-ai/flux/dev/image-to-image"] = FalFlux().Image("image_url", required: true).Number("strength", 0.01, 1),
        ["fal-ai/qwen-image"] = FalFlux().Field("image_size", false, IsSize).Text("negative_prompt"),
    };

    /// <summary>Replicate's models; they take an image under each of the names by which one of them may know it, as the router's own client sends it.</summary>
    public static IReadOnlyDictionary<string, InputSchema> Replicate { get; } = new Dictionary<string, InputSchema>(StringComparer.Ordinal)
    {
        ["black-forest-labs/flux-kontext-dev"] = new InputSchema().Text("prompt", required: true).Image("input_image", required: true).Choice("aspect_ratio", Ratios)
            .Image("image").Images("images", 1).Images("input_images", 1)
            .Whole("num_inference_steps", 4, 50).Number("guidance", 0, 10).Whole("seed").Flag("go_fast").Choice("output_format", "webp", "jpg", "png").Whole("output_quality", 0, 100),
    };

    /// <summary>The models of the images endpoints, by provider.</summary>
    public static IReadOnlyDictionary<string, InputSchema> Images { get; } = new Dictionary<string, InputSchema>(StringComparer.Ordinal)
    {
        [$"together/{Flux}"] = new InputSchema().Text("model", required: true).Text("prompt", required: true).Whole("steps", 1, 12).Whole("seed").Whole("n", 1, 4)
            .Whole("width", 64, 1_792, multipleOf: 16).Whole("height", 64, 1_792, multipleOf: 16).Choice("response_format", "base64", "url").Choice("output_format", "jpeg", "png"),
        [$"nscale/{Flux}"] = new InputSchema().Text("model", required: true).Text("prompt", required: true).Text("size").Whole("n", 1, 4).Choice("response_format", "b64_json", "url"),
    };

    private static InputSchema Parameters() => new InputSchema().Whole("width", 64, 2_048, multipleOf: 8).Whole("height", 64, 2_048, multipleOf: 8).Whole("num_inference_steps", 1, 100)
        .Number("guidance_scale", 0, 50).Text("negative_prompt").Text("scheduler").Whole("seed");

    private static InputSchema FalFlux() => new InputSchema().Text("prompt", required: true).Whole("num_images", 1, 4).Whole("num_inference_steps", 1, 50).Number("guidance_scale", 0, 20)
        .Whole("seed").Choice("output_format", "jpeg", "png").Flag("enable_safety_checker").Choice("acceleration", "none", "regular", "high").Flag("sync_mode");

    private static InputError? IsSize(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty("width", out var width) && value.TryGetProperty("height", out var height)
            && width.ValueKind == JsonValueKind.Number && height.ValueKind == JsonValueKind.Number
            ? null
            : InputSchema.Wrong("image_size", "type", "must be a preset or an object with width and height");
}

/// <summary>What an engine calls a model, and what it does with it.</summary>
/// <param name="ProviderId">The engine's own name of the model.</param>
/// <param name="Task">What it is for.</param>
/// <param name="Status">Whether it is on offer.</param>
internal sealed record HubEngine(string ProviderId, string Task = "text-to-image", string Status = "live");
