// What generateContent of the image models accepts.
using System.Text.Json;

namespace Atelier.Doubles.Gemini;

internal static class GeminiSchemas
{
    private const int MostImages = 14;

    public static InputSchema Of(GeminiModel model)
    {
        var imageConfig = new InputSchema().Choice("aspectRatio", model.Ratios).Choice("imageSize", [.. model.Tokens.Keys]);
        var generation = new InputSchema()
            .Field("responseModalities", false, value => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.GetString() is "TEXT" or "IMAGE") ? null : InputSchema.Wrong("responseModalities", "enum", "must be a list of TEXT and IMAGE"))
            .Field("imageConfig", false, value => First(imageConfig, value))
            .Whole("candidateCount", 1, 1)
            .Field("seed", false, value => value.TryGetInt32(out _) ? null : new InputError("seed", "type", $"Invalid value at 'generation_config.seed' (TYPE_INT32), {value}"))
            .Number("temperature", 0, 2);
        return new InputSchema()
            .Field("contents", true, Contents)
            .Field("generationConfig", false, value => First(generation, value))
            .Any("safetySettings");
    }

    /// <summary>The shape, the size and the seed that are asked for.</summary>
    public static (string Ratio, string Size, long Seed) Wanted(JsonElement body)
    {
        var generation = Under(body, "generationConfig");
        var image = Under(generation, "imageConfig");
        return (Text(image, "aspectRatio") ?? "1:1", Text(image, "imageSize") ?? "1K",
            generation.ValueKind == JsonValueKind.Object && generation.TryGetProperty("seed", out var seed) ? seed.GetInt64() : 0);
    }

    private static JsonElement Under(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static InputError? Contents(JsonElement contents)
    {
        if (contents.ValueKind != JsonValueKind.Array || contents.GetArrayLength() == 0)
            return InputSchema.Wrong("contents", "required", "is not specified");
        var inline = new InputSchema().Choice("mimeType", "image/png", "image/jpeg", "image/webp", "image/heic", "image/heif")
            .Field("data", true, value => Convert.TryFromBase64String(value.GetString()!, new byte[value.GetString()!.Length], out var length) && length > 0 ? null : InputSchema.Wrong("data", "type", "Base64 decoding failed"));
        var part = new InputSchema().Text("text").Field("inlineData", false, value => First(inline, value));
        var content = new InputSchema().Choice("role", "user", "model")
            .Field("parts", true, parts => parts.EnumerateArray().Select(each => First(part, each)).FirstOrDefault(error => error is not null));
        var images = contents.EnumerateArray().SelectMany(each => each.TryGetProperty("parts", out var parts) ? parts.EnumerateArray().ToArray() : []).Count(each => each.TryGetProperty("inlineData", out _));
        return contents.EnumerateArray().Select(each => First(content, each)).FirstOrDefault(error => error is not null)
            ?? (images > MostImages ? InputSchema.Wrong("contents", "max", $"may hold {MostImages} images") : null);
    }

    private static InputError? First(InputSchema schema, JsonElement value) => schema.Check(value) is [var error, ..] ? error : null;
}
