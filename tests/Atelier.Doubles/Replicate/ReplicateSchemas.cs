// The input schemas that Replicate publishes for the models of the catalogue.
using System.Text.Json;

namespace Atelier.Doubles.Replicate;

internal static class ReplicateSchemas
{
    private const string Sdxl = "7762fd07cf82c948538e41f63f77d685e02b063e37e496e96eefd46c929f9bdc";
    private const string Lightning = "5599ed30703defd1d160a25a63321b4dec97101d98b4674bcc56e41f62f35637";

    private static readonly string[] R11 = ["1:1", "16:9", "21:9", "3:2", "2:3", "4:5", "5:4", "3:4", "4:3", "9:16", "9:21"];
    private static readonly string[] WebpJpgPng = ["webp", "jpg", "png"];
    private static readonly string[] RecraftSizes =
    [
        "1024x1024", "1365x1024", "1024x1365", "1536x1024", "1024x1536", "1820x1024", "1024x1820", "1024x2048", "2048x1024", "1434x1024", "1024x1434",
        "1024x1280", "1280x1024", "1024x1707", "1707x1024",
    ];
    private static readonly string[] Schedulers = ["DDIM", "DPMSolverMultistep", "HeunDiscrete", "KarrasDPM", "K_EULER_ANCESTRAL", "K_EULER", "PNDM"];

    public static IReadOnlyDictionary<string, ReplicateModel> Models { get; } = new Dictionary<string, ReplicateModel>(StringComparer.Ordinal)
    {
        ["black-forest-labs/flux-schnell"] = new(Flux(4).Choice("aspect_ratio", R11), List: true),
        ["black-forest-labs/flux-dev"] = new(FluxDev().Choice("aspect_ratio", R11), List: true),
        ["black-forest-labs/flux-krea-dev"] = new(FluxDev().Choice("aspect_ratio", [.. R11, "match_input_image"]), List: true),
        ["black-forest-labs/flux-1.1-pro"] = new(FluxPro(), List: false),
        ["black-forest-labs/flux-1.1-pro-ultra"] = new(Prompt().Choice("aspect_ratio", R11).Image("image_prompt").Number("image_prompt_strength", 0, 1).Flag("raw")
            .Whole("safety_tolerance", 1, 6).Whole("seed").Choice("output_format", "jpg", "png"), List: false),
        ["black-forest-labs/flux-kontext-pro"] = new(Kontext(), List: false),
        ["black-forest-labs/flux-kontext-max"] = new(Kontext(), List: false),
        ["black-forest-labs/flux-kontext-dev"] = new(Prompt().Image("input_image", required: true).Choice("aspect_ratio", [.. R11, "match_input_image"])
            .Whole("num_inference_steps", 4, 50).Number("guidance", 0, 10).Whole("seed").Flag("go_fast").Choice("output_format", WebpJpgPng)
            .Whole("output_quality", 0, 100).Flag("disable_safety_checker"), List: false),
        ["black-forest-labs/flux-fill-dev"] = new(Prompt().Image("image", required: true).Image("mask").Number("guidance", 0, 100).Whole("num_outputs", 1, 4)
            .Whole("num_inference_steps", 1, 50).Choice("megapixels", "1", "0.25", "match_input").Whole("seed").Choice("output_format", WebpJpgPng)
            .Whole("output_quality", 0, 100).Flag("disable_safety_checker"), List: true),
        ["stability-ai/sdxl"] = new(StableDiffusion(500, 1, Schedulers).Whole("width", 64, 4_096, 8).Whole("height", 64, 4_096, 8).Image("image").Image("mask")
            .Number("prompt_strength", 0, 1).Choice("refine", "no_refiner", "expert_ensemble_refiner", "base_image_refiner").Number("high_noise_frac", 0, 1)
            .Whole("refine_steps").Flag("apply_watermark").Number("lora_scale", 0, 1).Text("replicate_weights"), List: true, Sdxl),
        ["bytedance/sdxl-lightning-4step"] = new(StableDiffusion(10, 0, [.. Schedulers, "DPM++2MSDE"]).Whole("width", 256, 1_280, 8).Whole("height", 256, 1_280, 8), List: true, Lightning),
        ["stability-ai/stable-diffusion-3.5-large"] = new(StableDiffusion35(50), List: true),
        ["stability-ai/stable-diffusion-3.5-large-turbo"] = new(StableDiffusion35(10), List: true),
        ["stability-ai/stable-diffusion-3.5-medium"] = new(StableDiffusion35(50), List: true),
        ["ideogram-ai/ideogram-v3-turbo"] = new(Ideogram(), List: false),
        ["ideogram-ai/ideogram-v3-balanced"] = new(Ideogram(), List: false),
        ["ideogram-ai/ideogram-v3-quality"] = new(Ideogram(), List: false),
        ["bytedance/seedream-3"] = new(Custom(Prompt().Choice("aspect_ratio", "1:1", "3:4", "4:3", "16:9", "9:16", "2:3", "3:2", "21:9", "custom").Choice("size", "small", "regular", "big")
            .Whole("width", 512, 2_048).Whole("height", 512, 2_048).Number("guidance_scale", 1, 10).Whole("seed")), List: false),
        ["bytedance/seedream-4"] = new(Prompt().Images("image_input", 10).Choice("size", "1K", "2K", "4K", "custom")
            .Choice("aspect_ratio", "match_input_image", "1:1", "4:3", "3:4", "16:9", "9:16", "3:2", "2:3", "21:9").Whole("width", 1_024, 4_096).Whole("height", 1_024, 4_096)
            .Choice("sequential_image_generation", "disabled", "auto").Whole("max_images", 1, 15).Flag("enhance_prompt"), List: true),
        ["recraft-ai/recraft-v3"] = new(Prompt().Choice("size", RecraftSizes).Choice("style",
            "any", "realistic_image", "digital_illustration", "digital_illustration/pixel_art", "digital_illustration/hand_drawn", "digital_illustration/grain",
            "digital_illustration/infantile_sketch", "digital_illustration/2d_art_poster", "digital_illustration/handmade_3d", "digital_illustration/hand_drawn_outline",
            "digital_illustration/engraving_color", "digital_illustration/2d_art_poster_2", "realistic_image/b_and_w", "realistic_image/hard_flash", "realistic_image/hdr",
            "realistic_image/natural_light", "realistic_image/studio_portrait", "realistic_image/enterprise", "realistic_image/motion_blur"), List: false),
        ["recraft-ai/recraft-v3-svg"] = new(Prompt().Choice("size", RecraftSizes).Choice("style", "any", "engraving", "line_art", "line_circuit", "linocut"), List: false, Svg: true),
        ["qwen/qwen-image"] = new(Prompt().Text("negative_prompt").Choice("aspect_ratio", "1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3")
            .Choice("image_size", "optimize_for_quality", "optimize_for_speed").Whole("num_inference_steps", 1, 50).Number("guidance", 0, 10).Image("image").Number("strength", 0, 1)
            .Flag("enhance_prompt").Flag("go_fast").Whole("seed").Choice("output_format", WebpJpgPng).Whole("output_quality", 0, 100).Text("lora_weights").Number("lora_scale", -4, 4)
            .Flag("disable_safety_checker"), List: true),
    };

    private static InputSchema Prompt() => new InputSchema().Text("prompt", required: true);

    private static InputSchema Flux(int steps) => Prompt().Whole("num_outputs", 1, 4).Whole("num_inference_steps", 1, steps).Whole("seed").Flag("go_fast")
        .Choice("megapixels", "1", "0.25").Choice("output_format", WebpJpgPng).Whole("output_quality", 0, 100).Flag("disable_safety_checker");

    private static InputSchema FluxDev() => Flux(50).Image("image").Number("prompt_strength", 0, 1).Number("guidance", 0, 10);

    private static InputSchema FluxPro() => Custom(Prompt().Choice("aspect_ratio", "custom", "1:1", "16:9", "3:2", "2:3", "4:5", "5:4", "9:16", "3:4", "4:3")
        .Whole("width", 256, 1_440, 32).Whole("height", 256, 1_440, 32).Image("image_prompt").Flag("prompt_upsampling").Whole("seed").Whole("safety_tolerance", 1, 6)
        .Choice("output_format", WebpJpgPng).Whole("output_quality", 0, 100));

    private static InputSchema Kontext() => Prompt().Image("input_image").Choice("aspect_ratio", [.. R11, "match_input_image", "2:1", "1:2"]).Flag("prompt_upsampling").Whole("seed")
        .Choice("output_format", "jpg", "png").Whole("safety_tolerance", 0, 6)
        .Rule(input => Has(input, "input_image") && input.TryGetProperty("safety_tolerance", out var tolerance) && tolerance.GetInt64() > 2
            ? InputSchema.Wrong("safety_tolerance", "number_lte", "must be less than or equal to 2 with an input image") : null);

    private static InputSchema StableDiffusion(int steps, int guidance, string[] schedulers) => new InputSchema().Text("prompt").Text("negative_prompt").Whole("num_outputs", 1, 4)
        .Choice("scheduler", schedulers).Whole("num_inference_steps", 1, steps).Number("guidance_scale", guidance, 50).Whole("seed").Flag("disable_safety_checker");

    private static InputSchema StableDiffusion35(int steps) => Prompt().Choice("aspect_ratio", R11).Number("cfg", 0, 20).Whole("steps", 1, steps).Image("image")
        .Number("prompt_strength", 0, 1).Whole("seed").Choice("output_format", WebpJpgPng).Whole("output_quality", 0, 100);

    // The mask belongs to the image and the image to the mask.
    private static InputSchema Ideogram() => Prompt()
        .Choice("aspect_ratio", "1:3", "3:1", "1:2", "2:1", "9:16", "16:9", "10:16", "16:10", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "1:1")
        .Choice("magic_prompt_option", "Auto", "On", "Off").Image("image").Image("mask").Choice("style_type", "None", "Auto", "General", "Realistic", "Design")
        .Images("style_reference_images", 10).Whole("seed", 0, int.MaxValue)
        .Rule(input => Has(input, "image") == Has(input, "mask") ? null : InputSchema.Wrong("mask", "required", "and image are required together"));

    // Sides of one's own go with the shape "custom" only, and it with them.
    private static InputSchema Custom(InputSchema schema) => schema.Rule(input =>
        (input.TryGetProperty("aspect_ratio", out var ratio) && ratio.GetString() == "custom") == (Has(input, "width") || Has(input, "height"))
            ? null : InputSchema.Wrong("width", "value", "and height go with the aspect ratio custom"));

    private static bool Has(JsonElement input, string field) => input.TryGetProperty(field, out _);
}

/// <summary>A model of the double.</summary>
/// <param name="Input">Its input schema.</param>
/// <param name="List">Whether its output is a list of addresses, or a single one.</param>
/// <param name="Version">The version by which it must be named; null for official models.</param>
/// <param name="Svg">Whether it draws SVG.</param>
internal sealed record ReplicateModel(InputSchema Input, bool List, string? Version = null, bool Svg = false);
