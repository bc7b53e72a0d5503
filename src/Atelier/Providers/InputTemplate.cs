// Fills the slots of an engine's input. Which field an engine calls what is data in the catalogue (or in a workflow file), never code.
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atelier.Vips;

namespace Atelier.Providers;

/// <summary>
/// An engine's input as JSON with slots. A text that is one slot, such as <c>"{steps}"</c>, becomes the value itself with its type; slots
/// within a longer text, such as <c>"{width}x{height}"</c>, become text. What has no value is left out: the field, the element of a list, and
/// an object or list that becomes empty by it. Slots: model (the provider's own name of it), prompt, negative_prompt, width, height, aspect_ratio, resolution, seed, seed31 (the same
/// within 31 bits, for engines that count to 2,147,483,647), steps, guidance, strength, style, format (webp, png, jpeg, svg), ext (the same
/// with jpg), image and image_2 … image_16, images (the list of all), mask.
/// </summary>
public static partial class InputTemplate
{
    /// <summary>The names of all slots.</summary>
    public static IReadOnlyList<string> Slots { get; } =
    [
        "model", "prompt", "negative_prompt", "width", "height", "aspect_ratio", "resolution", "seed", "seed31", "steps", "guidance", "strength", "style", "format", "ext",
        "image", .. Enumerable.Range(2, 15).Select(number => $"image_{number}"), "images", "mask",
    ];

    /// <summary>The request's input with every slot filled.</summary>
    /// <param name="request">What is to be painted.</param>
    /// <param name="image">How this engine is given an image, such as a data URL, an uploaded file's name or plain base64.</param>
    public static JsonObject Fill(PaintRequest request, Func<InputImage, string> image)
    {
        var values = ValuesOf(request, image);
        return Fill(request.Input, values) as JsonObject ?? [];
    }

    /// <summary>The slots that a template uses and that do not exist.</summary>
    public static IEnumerable<string> UnknownSlots(JsonNode? template) => template switch
    {
        JsonObject fields => fields.SelectMany(field => UnknownSlots(field.Value)),
        JsonArray items => items.SelectMany(UnknownSlots),
        JsonValue value when value.TryGetValue<string>(out var text) =>
            Slot().Matches(text).Select(match => match.Groups["name"].Value).Where(name => !Slots.Contains(name)),
        _ => [],
    };

    private static Dictionary<string, JsonNode?> ValuesOf(PaintRequest request, Func<InputImage, string> image)
    {
        var values = new Dictionary<string, JsonNode?>(StringComparer.Ordinal)
        {
            ["model"] = request.Model,
            ["prompt"] = request.Prompt,
            ["negative_prompt"] = string.IsNullOrEmpty(request.NegativePrompt) ? null : request.NegativePrompt,
            ["width"] = request.Width,
            ["height"] = request.Height,
            ["aspect_ratio"] = request.AspectRatio,
            ["resolution"] = request.Resolution,
            ["seed"] = request.Seed,
            ["seed31"] = request.Seed & int.MaxValue,
            ["steps"] = request.Steps,
            ["guidance"] = request.Guidance,
            ["strength"] = request.Strength,
            ["style"] = request.Style,
            ["format"] = request.Format == ImageFormat.Jpeg ? "jpeg" : request.Format.ToString().ToLowerInvariant(),
            ["ext"] = request.Format == ImageFormat.Jpeg ? "jpg" : request.Format.ToString().ToLowerInvariant(),
            ["mask"] = request.Mask is null ? null : image(request.Mask),
        };
        var images = request.InputImages.Select(image).ToList();
        values["images"] = images.Count == 0 ? null : new JsonArray([.. images.Select(text => JsonValue.Create(text))]);
        for (var i = 0; i < images.Count; i++)
            values[i == 0 ? "image" : $"image_{i + 1}"] = images[i];
        return values;
    }

    private static JsonNode? Fill(JsonNode? template, Dictionary<string, JsonNode?> values)
    {
        switch (template)
        {
            case JsonObject fields:
                var filled = new JsonObject();
                foreach (var (name, value) in fields)
                {
                    if (Fill(value, values) is { } content)
                        filled[name] = content;
                }
                return filled.Count == 0 && fields.Count > 0 ? null : filled;
            case JsonArray items:
                var kept = new JsonArray([.. items.Select(item => Fill(item, values)).Where(item => item is not null)]);
                return kept.Count == 0 && items.Count > 0 ? null : kept;
            case JsonValue value when value.TryGetValue<string>(out var text):
                return FillText(text, values);
            default:
                return template?.DeepClone();
        }
    }

    private static JsonNode? FillText(string text, Dictionary<string, JsonNode?> values)
    {
        var slots = Slot().Matches(text);
        if (slots.Count == 0)
            return text;
        if (slots.Count == 1 && slots[0].Length == text.Length)
            return values.GetValueOrDefault(slots[0].Groups["name"].Value)?.DeepClone();
        // What people typed is put in once and never looked at for slots again.
        var complete = true;
        var filled = Slot().Replace(text, slot =>
        {
            var value = values.GetValueOrDefault(slot.Groups["name"].Value);
            complete &= value is not null;
            return value is null ? "" : Convert.ToString(value.GetValue<object>(), CultureInfo.InvariantCulture) ?? "";
        });
        return complete ? filled : null;
    }

    [GeneratedRegex(@"\{(?<name>[a-z_0-9]+)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Slot();
}
