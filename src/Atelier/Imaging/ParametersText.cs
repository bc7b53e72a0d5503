// The "parameters" text that image tools have read since AUTOMATIC1111's web UI; a pure function.
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Atelier.Imaging;

/// <summary>
/// Prompt line, "Negative prompt:" line, and one line of settings. Every part is kept on its own line, so that no prompt can pass
/// for a setting.
/// </summary>
internal static class ParametersText
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(PictureStory story)
    {
        var text = new StringBuilder();
        if (story.Prompt is { } prompt)
            text.Append(SafeText.OneLine(prompt)).Append('\n');
        if (story.NegativePrompt is { Length: > 0 } negative)
            text.Append("Negative prompt: ").Append(SafeText.OneLine(negative)).Append('\n');
        return text.AppendJoin(", ", Settings(story)).ToString();
    }

    private static IEnumerable<string> Settings(PictureStory story)
    {
        if (story.Steps is { } steps)
            yield return $"Steps: {steps}";
        if (story.Guidance is { } guidance)
            yield return $"CFG scale: {guidance:0.###}";
        yield return $"Seed: {story.Seed}";
        yield return $"Size: {story.Width}x{story.Height}";
        yield return $"Model: {Value(story.Model)}";
        yield return $"Provider: {Value(story.Provider)}";
        yield return $"Version: {Value(story.Software)}";
    }

    // Readers split at commas and colons; a value that holds one stands in quotes, as in the web UI.
    private static string Value(string value)
    {
        var clean = SafeText.OneLine(value);
        return clean.AsSpan().IndexOfAny(",:\"") < 0 ? clean : JsonSerializer.Serialize(clean, Readable);
    }
}
