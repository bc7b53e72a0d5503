// What api.openai.com accepts for each of its live image models.
using System.Text.Json;

namespace Atelier.Doubles.OpenAi;

internal static class OpenAiRules
{
    private const int LongestEdge = 3_840;
    private const long FewestPixels = 655_360;
    private const long MostPixels = 8_294_400;

    private static readonly string[] Live = ["gpt-image-2", "gpt-image-2.5-sunburst", "gpt-image-2.5-flare", "gpt-image-2.6-sunburst", "gpt-image-2.6-flare"];

    /// <summary>The answer to a request that is wrong, or null.</summary>
    public static IResult? Check(JsonElement body, bool edit)
    {
        var model = body.TryGetProperty("model", out var named) ? named.GetString() ?? "" : "";
        if (!Live.Contains(model))
            return OpenAiDouble.Error(404, $"The model '{model}' does not exist or you do not have access to it.", "invalid_request_error", "model_not_found", "model");
        if (Schema(model, edit).Check(body) is [var error, ..])
        {
            var code = error.Type switch { "additional_property_not_allowed" => "unknown_parameter", "required" => "missing_required_parameter", _ => "invalid_value" };
            return OpenAiDouble.Error(400, code == "unknown_parameter" ? $"Unknown parameter: '{error.Field}'." : $"Invalid value: {error.Message}.", "invalid_request_error", code, error.Field);
        }
        return null;
    }

    /// <summary>The size that is painted.</summary>
    public static (int Width, int Height) SizeOf(JsonElement body) =>
        body.TryGetProperty("size", out var size) && size.GetString()!.Split('x') is [var width, var height] ? (int.Parse(width), int.Parse(height)) : (1024, 1024);

    private static InputSchema Schema(string model, bool edit)
    {
        var second = model == "gpt-image-2";
        string[] care = ["auto", "low", "medium", "high", .. second ? Array.Empty<string>() : ["xhigh", "max"]];
        string[] background = ["auto", "opaque", .. second ? Array.Empty<string>() : ["transparent"]];
        var schema = new InputSchema().Text("model", required: true).Text("prompt", required: true, max: 32_000).Whole("n", 1, 10).Field("size", false, WhyNoSize)
            .Choice("quality", care).Choice("background", background).Choice("output_format", "png", "jpeg", "webp").Whole("output_compression", 0, 100)
            .Flag("stream").Whole("partial_images", 0, 3).Text("user").Text("safety_identifier", max: 128);
        return edit ? schema : schema.Choice("moderation", "auto", "low");
    }

    private static InputError? WhyNoSize(JsonElement value)
    {
        if (value.GetString() == "auto")
            return null;
        if (value.GetString()?.Split('x') is not [var first, var second] || !int.TryParse(first, out var width) || !int.TryParse(second, out var height))
            return InputSchema.Wrong("size", "enum", "must be WIDTHxHEIGHT");
        if (width % 16 != 0 || height % 16 != 0)
            return InputSchema.Wrong("size", "multiple_of", "must have sides divisible by 16");
        if (Math.Max(width, height) > LongestEdge || Math.Max(width, height) > 3 * Math.Min(width, height))
            return InputSchema.Wrong("size", "number_lte", "must be at most 3840 pixels a side and between 1:3 and 3:1");
        return (long)width * height is < FewestPixels or > MostPixels ? InputSchema.Wrong("size", "number_lte", "must hold 655360 to 8294400 pixels") : null;
    }
}
