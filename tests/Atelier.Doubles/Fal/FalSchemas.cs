// The input schemas that fal publishes for the endpoints of the catalogue (the types of its client 1.10, the ranges of its model pages).
using System.Text.Json;

namespace Atelier.Doubles.Fal;

internal static class FalSchemas
{
    private static readonly string[] Presets = ["square_hd", "square", "portrait_4_3", "portrait_16_9", "landscape_4_3", "landscape_16_9"];
    private static readonly string[] R9 = ["21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21"];
    private static readonly string[] R10 = ["21:9", "16:9", "3:2", "4:3", "5:4", "1:1", "4:5", "3:4", "2:3", "9:16"];

    public static IReadOnlyDictionary<string, FalModel> Models { get; } = new Dictionary<string, FalModel>(StringComparer.Ordinal)
    {
        ["fal-ai/flux/schnell"] = new(Size(Flux(1, 12), 256, 1_536), Checked: true),
        ["fal-ai/flux/dev"] = new(Size(Flux(1, 50), 256, 1_536), Checked: true),
        ["fal-ai/flux/krea"] = new(Size(Flux(1, 50), 256, 1_536), Checked: true),
        ["fal-ai/flux/dev/image-to-image"] = new(Flux(10, 50).Image("image_url", required: true).Number("strength", 0.01, 1), Checked: true),
        ["fal-ai/flux/krea/image-to-image"] = new(Flux(10, 50).Image("image_url", required: true).Number("strength", 0.01, 1), Checked: true),
        ["fal-ai/flux-pro/v1.1"] = new(Size(Pro(), 256, 1_440, 32), Checked: true),
        ["fal-ai/flux-pro/kontext/text-to-image"] = new(Pro().Choice("aspect_ratio", R9).Number("guidance_scale", 1, 20), Checked: true),
        ["fal-ai/flux-pro/kontext/max/text-to-image"] = new(Pro().Choice("aspect_ratio", R9).Number("guidance_scale", 1, 20), Checked: true),
        ["fal-ai/flux-pro/kontext"] = new(Pro().Choice("aspect_ratio", R9).Number("guidance_scale", 1, 20).Image("image_url", required: true), Checked: true),
        ["fal-ai/flux-pro/kontext/max"] = new(Pro().Choice("aspect_ratio", R9).Number("guidance_scale", 1, 20).Image("image_url", required: true), Checked: true),
        ["fal-ai/flux-2"] = new(Size(Flux2(), 512, 2_048), Checked: true),
        ["fal-ai/flux-2/edit"] = new(Size(Flux2(), 512, 2_048).Images("image_urls", 4, required: true), Checked: true),
        ["fal-ai/qwen-image"] = new(Size(Qwen(), 256, 2_048), Checked: true),
        ["fal-ai/qwen-image/image-to-image"] = new(Size(Qwen(), 256, 2_048).Image("image_url", required: true).Number("strength", 0, 1), Checked: true),
        ["fal-ai/bytedance/seedream/v4/text-to-image"] = new(Seedream()),
        ["fal-ai/bytedance/seedream/v4/edit"] = new(Seedream().Images("image_urls", 10, required: true)),
        ["fal-ai/recraft/v3/text-to-image"] = new(Size(Prompt(1_000), 1_024, 2_048).Flag("enable_safety_checker").Text("style_id").Any("colors")
            .Choice("style", "any", "realistic_image", "digital_illustration", "vector_illustration"), Type: "image/webp"),
        ["fal-ai/ideogram/v3"] = new(Size(Several(Prompt()), 512, 1_536).Text("negative_prompt").Choice("rendering_speed", "TURBO", "BALANCED", "QUALITY").Flag("expand_prompt")
            .Choice("style", "AUTO", "GENERAL", "REALISTIC", "DESIGN").Images("image_urls", 10).Whole("seed", 0, int.MaxValue)),
        ["fal-ai/fast-sdxl"] = new(Size(Sdxl(), 512, 2_048), Checked: true),
        ["fal-ai/fast-sdxl/image-to-image"] = new(Size(Sdxl(), 512, 2_048).Image("image_url", required: true).Number("strength", 0.05, 1), Checked: true),
        ["fal-ai/fast-lightning-sdxl"] = new(Size(Several(Prompt()), 512, 2_048).Choice("num_inference_steps", "1", "2", "4", "8").Whole("seed").Choice("format", "jpeg", "png")
            .Flag("enable_safety_checker").Flag("expand_prompt"), Checked: true),
        ["fal-ai/nano-banana-pro"] = new(NanoBanana().Choice("aspect_ratio", [.. R10, "auto"])),
        ["fal-ai/nano-banana-pro/edit"] = new(NanoBanana().Choice("aspect_ratio", [.. R10, "auto"]).Images("image_urls", 14, required: true)),
    };

    private static InputSchema Prompt(int max = 100_000) => new InputSchema().Text("prompt", required: true, max);

    private static InputSchema Several(InputSchema schema) => schema.Whole("num_images", 1, 4).Flag("sync_mode");

    private static InputSchema Flux(int least, int most) => Several(Prompt()).Whole("num_inference_steps", least, most).Number("guidance_scale", 1, 20).Whole("seed")
        .Choice("output_format", "jpeg", "png").Flag("enable_safety_checker").Choice("acceleration", "none", "regular", "high");

    private static InputSchema Pro() => Several(Prompt()).Whole("seed").Choice("output_format", "jpeg", "png").Choice("safety_tolerance", "1", "2", "3", "4", "5", "6").Flag("enhance_prompt");

    private static InputSchema Flux2() => Several(Prompt()).Whole("num_inference_steps", 4, 50).Number("guidance_scale", 0, 20).Whole("seed")
        .Choice("output_format", "jpeg", "png", "webp").Flag("enable_safety_checker").Flag("enable_prompt_expansion").Choice("acceleration", "none", "regular", "high");

    private static InputSchema Qwen() => Several(Prompt()).Text("negative_prompt").Whole("num_inference_steps", 2, 250).Number("guidance_scale", 0, 20).Whole("seed")
        .Choice("output_format", "jpeg", "png").Flag("enable_safety_checker").Choice("acceleration", "none", "regular", "high").Flag("use_turbo").Any("loras");

    private static InputSchema Seedream() => Size(Several(Prompt()), 480, 4_096).Whole("max_images", 1, 6).Whole("seed").Flag("enable_safety_checker")
        .Choice("enhance_prompt_mode", "standard", "fast").Rule(input => AreaOf(input) is { } area && area is < 921_600 or > 16_777_216
            ? InputSchema.Wrong("image_size", "value_error", "must have between 960x960 and 4096x4096 pixels") : null);

    private static InputSchema Sdxl() => Several(Prompt()).Text("negative_prompt").Whole("num_inference_steps", 1, 50).Number("guidance_scale", 0, 20).Whole("seed")
        .Choice("format", "jpeg", "png").Flag("enable_safety_checker").Flag("expand_prompt").Any("loras").Any("embeddings").Choice("safety_checker_version", "v1", "v2");

    private static InputSchema NanoBanana() => Several(Prompt()).Choice("resolution", "1K", "2K", "4K").Whole("seed", 0, int.MaxValue).Choice("output_format", "jpeg", "png", "webp")
        .Choice("safety_tolerance", "1", "2", "3", "4", "5", "6").Flag("limit_generations").Flag("enable_web_search");

    // A preset by its name, or sides of one's own.
    private static InputSchema Size(InputSchema schema, int min, int max, int multipleOf = 1) => schema.Field("image_size", required: false, value => value.ValueKind switch
    {
        JsonValueKind.String when Presets.Contains(value.GetString()) => null,
        JsonValueKind.Object => new InputSchema().Whole("width", min, max, multipleOf, required: true).Whole("height", min, max, multipleOf, required: true).Check(value)
            .Select(error => error with { Field = $"image_size.{error.Field}" }).FirstOrDefault(),
        _ => InputSchema.Wrong("image_size", "enum", "must be a preset or a width and a height"),
    });

    private static long? AreaOf(JsonElement input) =>
        input.TryGetProperty("image_size", out var size) && size.ValueKind == JsonValueKind.Object ? size.GetProperty("width").GetInt64() * size.GetProperty("height").GetInt64() : null;
}

/// <summary>An endpoint of the double.</summary>
/// <param name="Input">Its input schema.</param>
/// <param name="Checked">Whether its answers tell which pictures the safety checker marked.</param>
/// <param name="Type">The media type that it claims.</param>
internal sealed record FalModel(InputSchema Input, bool Checked = false, string Type = "image/png");
