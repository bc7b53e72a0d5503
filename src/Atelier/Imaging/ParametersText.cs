// The "parameters" text that image tools have read since AUTOMATIC1111's web UI; a pure function.
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Atelier.Imaging;

/// <summary>
/// Prompt line, "Negative prompt:" line, and one line of settings. Every part is kept on its own line, so that no prompt can pass
/// for a setting.
/// </summary>
internal static partial class ParametersText
{
    private const string Negative = "Negative prompt:";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(PictureStory story)
    {
        var text = new StringBuilder();
        if (story.Prompt is { } prompt)
            text.Append(SafeText.OneLine(prompt)).Append('\n');
        if (story.NegativePrompt is { Length: > 0 } negative)
            text.Append(Negative).Append(' ').Append(SafeText.OneLine(negative)).Append('\n');
        return text.AppendJoin(", ", Settings(story)).ToString();
    }

    /// <summary>The settings that such a text tells, whoever wrote it. A text without a line of settings is a prompt.</summary>
    public static PictureSettings Read(string text)
    {
        var lines = SafeText.Lines(text).Split('\n').ToList();
        var pairs = PairsOf(lines[^1]);
        if (pairs.Count > 0)
            lines.RemoveAt(lines.Count - 1);
        var negative = lines.FindIndex(line => line.StartsWith(Negative, StringComparison.Ordinal));
        var size = pairs.GetValueOrDefault("Size")?.Split('x');
        return new PictureSettings(
            NullIfEmpty(string.Join('\n', negative < 0 ? lines : lines[..negative])),
            negative < 0 ? null : NullIfEmpty(string.Join('\n', lines[negative..])[Negative.Length..]),
            NullIfEmpty(pairs.GetValueOrDefault("Model")),
            size is [var width, _] ? Small(width) : null,
            size is [_, var height] ? Small(height) : null,
            Whole(pairs.GetValueOrDefault("Seed")),
            Small(pairs.GetValueOrDefault("Steps")),
            double.TryParse(pairs.GetValueOrDefault("CFG scale"), NumberStyles.Float, CultureInfo.InvariantCulture, out var guidance) && double.IsFinite(guidance)
                ? guidance : null);
    }

    // A line of settings has one that every tool writes; any other line with colons in it belongs to the prompt.
    private static Dictionary<string, string> PairsOf(string line)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Match match in Pair().Matches(line))
            pairs.TryAdd(match.Groups["name"].Value, Unquoted(match.Groups["value"].Value));
        return pairs.ContainsKey("Seed") || pairs.ContainsKey("Steps") ? pairs : [];
    }

    private static string Unquoted(string value)
    {
        if (value is not ['"', .., '"'])
            return value;
        try
        {
            return JsonSerializer.Deserialize<string>(value) ?? "";
        }
        catch (JsonException)
        {
            return value.Trim('"');
        }
    }

    private static long? Whole(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static int? Small(string? text) => Whole(text) is <= int.MaxValue and var number ? (int)number : null;

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    [GeneratedRegex("""(?:^|, )(?<name>[A-Za-z][\w \-/]*): (?<value>"(?:\\.|[^"\\])*"|[^,]*)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pair();

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
