// Wildcards in prompts: {a|b|c} picks one, {2$$a|b|c} picks two; the same prompt and seed always give the same words.
using System.Globalization;
using System.Text;

namespace Atelier.Catalogue;

/// <summary>Expands wildcards in a prompt. Braces without a bar, and braces that never close, stay as they were typed.</summary>
public static partial class PromptExpansion
{
    private const int MaxDepth = 8;

    /// <summary>The prompt with each wildcard replaced by options that the seed picks.</summary>
    public static string Expand(string prompt, long seed) =>
        prompt.Contains('{', StringComparison.Ordinal)
            ? Expand(prompt, new Random(unchecked((int)(seed ^ (seed >> 32)))), depth: 0)
            : prompt;

    private static string Expand(string text, Random random, int depth)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var end = text[i] == '{' && depth < MaxDepth ? ClosingBrace(text, i) : -1;
            if (end < 0)
            {
                result.Append(text[i]);
                continue;
            }
            var inner = text[(i + 1)..end];
            var options = Split(inner, out var picks);
            if (options.Count > 1)
                result.AppendJoin(", ", Pick(options, picks, random).Select(option => Expand(option.Trim(), random, depth + 1)));
            else
                result.Append('{').Append(Expand(inner, random, depth + 1)).Append('}');
            i = end;
        }
        return result.ToString();
    }

    private static int ClosingBrace(string text, int open)
    {
        var depth = 0;
        for (var i = open; i < text.Length; i++)
        {
            if (text[i] == '{')
                depth++;
            else if (text[i] == '}' && --depth == 0)
                return i;
        }
        return -1;
    }

    private static List<string> Split(string inner, out int picks)
    {
        picks = 1;
        var marker = inner.IndexOf("$$", StringComparison.Ordinal);
        if (marker > 0 && int.TryParse(inner.AsSpan(0, marker), NumberStyles.None, CultureInfo.InvariantCulture, out var wanted))
        {
            picks = wanted;
            inner = inner[(marker + 2)..];
        }
        var options = new List<string>();
        var (start, depth) = (0, 0);
        for (var i = 0; i < inner.Length; i++)
        {
            depth += inner[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (inner[i] != '|' || depth != 0)
                continue;
            options.Add(inner[start..i]);
            start = i + 1;
        }
        options.Add(inner[start..]);
        return options;
    }

    // Draws without replacement and keeps the order in which the options were written.
    private static IEnumerable<string> Pick(List<string> options, int picks, Random random)
    {
        var indices = Enumerable.Range(0, options.Count).ToArray();
        random.Shuffle(indices);
        return indices.Take(Math.Clamp(picks, 1, options.Count)).Order().Select(index => options[index]);
    }
}
