// What the wildcards of a prompt amount to: how many prompts they make, and the first of those. The same reading as their expansion; pure.
namespace Atelier.Catalogue;

public static partial class PromptExpansion
{
    private const double MostCombinations = 1e12;

    /// <summary>How many prompts the wildcards of a prompt can make, counted to at most 10¹²; 1 where there are none.</summary>
    public static long Count(string prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return (long)Count(prompt, depth: 0);
    }

    /// <summary>The first prompts that the wildcards of a prompt make, in the order in which their options were written.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="most">At most so many.</param>
    public static IReadOnlyList<string> First(string prompt, int most)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return [.. All(prompt, depth: 0).Take(most)];
    }

    private static double Count(string text, int depth)
    {
        var all = 1.0;
        foreach (var (_, inner) in Wildcards(text, depth))
        {
            var options = Split(inner, out var picks);
            all *= options.Count > 1
                ? Choices([.. options.Select(option => Count(option, depth + 1))], Math.Clamp(picks, 1, options.Count))
                : Count(inner, depth + 1);
            all = Math.Min(all, MostCombinations);
        }
        return all;
    }

    // In how many ways so many of the options can be picked, each of which can be read in several ways itself.
    private static double Choices(double[] readings, int picks)
    {
        var ways = new double[picks + 1];
        ways[0] = 1;
        foreach (var reading in readings)
        {
            for (var k = picks; k > 0; k--)
                ways[k] = Math.Min(ways[k] + (ways[k - 1] * reading), MostCombinations);
        }
        return ways[picks];
    }

    private static IEnumerable<string> All(string text, int depth)
    {
        var first = Wildcards(text, depth).FirstOrDefault();
        if (first.Inner is null)
            return [text];
        var (before, after) = (text[..first.At], text[(first.At + first.Inner.Length + 2)..]);
        var options = Split(first.Inner, out var picks);
        var readings = options.Count > 1
            ? Picked([.. options.Select(option => option.Trim())], 0, Math.Clamp(picks, 1, options.Count), depth + 1)
            : All(first.Inner, depth + 1).Select(inner => $"{{{inner}}}");
        return readings.SelectMany(reading => All(after, depth).Select(rest => $"{before}{reading}{rest}"));
    }

    private static IEnumerable<string> Picked(List<string> options, int from, int picks, int depth)
    {
        for (var i = from; i <= options.Count - picks; i++)
        {
            foreach (var option in All(options[i], depth))
            {
                if (picks == 1)
                {
                    yield return option;
                    continue;
                }
                foreach (var others in Picked(options, i + 1, picks - 1, depth))
                    yield return $"{option}, {others}";
            }
        }
    }

    private static IEnumerable<(int At, string Inner)> Wildcards(string text, int depth)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var end = text[i] == '{' && depth < MaxDepth ? ClosingBrace(text, i) : -1;
            if (end < 0)
                continue;
            yield return (i, text[(i + 1)..end]);
            i = end;
        }
    }
}
