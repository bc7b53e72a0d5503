// Finds the name that was probably meant.

namespace Atelier.Web.Configuration;

/// <summary>Finds the name that was probably meant.</summary>
public static class NearestName
{
    /// <summary>The name closest to what was written, or null when none is close (more than a third of the letters differ).</summary>
    public static string? Of(string written, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(written);
        ArgumentNullException.ThrowIfNull(names);
        var nearest = names
            .Select(name => (name, distance: Distance(written.ToLowerInvariant().Replace('-', '_'), name)))
            .OrderBy(candidate => candidate.distance)
            .FirstOrDefault();
        return nearest.name is not null && nearest.distance <= Math.Max(2, written.Length / 3) ? nearest.name : null;
    }

    // Levenshtein's distance, two rows at a time.
    private static int Distance(string from, string to)
    {
        var previous = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var current = new int[to.Length + 1];
            current[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = previous[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }

            previous = current;
        }

        return previous[to.Length];
    }
}
