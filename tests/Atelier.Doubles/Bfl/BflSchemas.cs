// The fields that the endpoints of Black Forest Labs accept.
using System.Text.Json;

namespace Atelier.Doubles.Bfl;

internal static class BflSchemas
{
    private const long MostPixels = 4_194_304;

    public static IReadOnlyDictionary<string, InputSchema> Endpoints { get; } = new Dictionary<string, InputSchema>(StringComparer.Ordinal)
    {
        ["flux-2-pro"] = Flux2(8),
        ["flux-2-max"] = Flux2(8),
        ["flux-2-flex"] = Flux2(8).Whole("steps", 1, 50).Number("guidance", 1.5, 10).Flag("prompt_upsampling"),
        ["flux-2-klein-4b"] = Flux2(4),
        ["flux-2-klein-9b"] = Flux2(4),
        ["flux-kontext-pro"] = Kontext(),
        ["flux-kontext-max"] = Kontext(),
        ["flux-pro-1.1"] = Flux1(),
        ["flux-dev"] = Flux1().Whole("steps", 1, 50).Number("guidance", 1.5, 5),
        ["flux-pro-1.1-ultra"] = Picture(Ratio(Common(6)), "image_prompt").Flag("raw").Number("image_prompt_strength", 0, 1),
        ["flux-pro-1.0-fill"] = Picture(Picture(Common(6), "image", required: true), "mask").Whole("steps", 15, 50).Number("guidance", 1.5, 100).Flag("prompt_upsampling"),
    };

    /// <summary>The size of the picture.</summary>
    public static (int Width, int Height) SizeOf(JsonElement input)
    {
        if (input.TryGetProperty("width", out var width) && input.TryGetProperty("height", out var height))
            return (width.GetInt32(), height.GetInt32());
        if (!input.TryGetProperty("aspect_ratio", out var ratio))
            return (1024, 1024);
        var value = ValueOf(ratio.GetString()!)!.Value;
        return ((int)Math.Sqrt(1_048_576 * value) / 16 * 16, (int)Math.Sqrt(1_048_576 / value) / 16 * 16);
    }

    private static InputSchema Flux2(int images)
    {
        var schema = Common(5).Whole("width", 64, 4096, 16).Whole("height", 64, 4096, 16).Rule(input =>
            input.TryGetProperty("width", out var width) && input.TryGetProperty("height", out var height) && width.GetInt64() * height.GetInt64() > MostPixels
                ? InputSchema.Wrong("width", "value_error", "and height may be at most 4 megapixels together") : null);
        for (var number = 1; number <= images; number++)
            Picture(schema, number == 1 ? "input_image" : $"input_image_{number}");
        return schema;
    }

    private static InputSchema Kontext() => Picture(Ratio(Common(6)), "input_image").Flag("prompt_upsampling");

    private static InputSchema Flux1() =>
        Picture(Common(6), "image_prompt").Whole("width", 256, 1440, 32).Whole("height", 256, 1440, 32).Flag("prompt_upsampling");

    private static InputSchema Common(int tolerance) =>
        new InputSchema().Text("prompt", required: true).Whole("seed", 0).Whole("safety_tolerance", 0, tolerance).Choice("output_format", "jpeg", "png");

    private static InputSchema Ratio(InputSchema schema) => schema.Field("aspect_ratio", false, value =>
        value.ValueKind == JsonValueKind.String && ValueOf(value.GetString()!) is >= 9.0 / 21 - 1e-9 and <= 21.0 / 9 + 1e-9 ? null : InputSchema.Wrong("aspect_ratio", "value_error", "must be between 21:9 and 9:21"));

    private static double? ValueOf(string ratio) => ratio.Split(':') is [var first, var second] && int.TryParse(first, out var w) && int.TryParse(second, out var h) && h > 0 ? (double)w / h : null;

    // Base64 or an address.
    private static InputSchema Picture(InputSchema schema, string name, bool required = false) => schema.Field(name, required, value =>
        value.ValueKind == JsonValueKind.String && (value.GetString()!.StartsWith("https://", StringComparison.Ordinal) || IsBase64(value.GetString()!)) ? null : InputSchema.Wrong(name, "value_error", "must be a base64 encoded image or a URL"));

    private static bool IsBase64(string text) => text.Length > 0 && Convert.TryFromBase64String(text, new byte[text.Length], out var length) && length > 0;
}
