// Reads a text as a person reads it: letters without case, marks, widths and styles, words without what stands between them. Pure.
using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Atelier.Moderation;

/// <summary>Makes words comparable.</summary>
internal static class PromptFolding
{
    // The program runs without the tables of the operating system, so it brings the part that it needs.
    private static readonly FrozenDictionary<int, string> Readings = Load();

    /// <summary>The words of a text: runs of letters and digits, as they are compared.</summary>
    public static List<string> Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsSilent(rune))
                continue;
            if (Readings.TryGetValue(rune.Value, out var reading))
                word.Append(reading);
            else if (IsPartOfWord(rune))
                word.Append(Rune.ToLowerInvariant(rune));
            else
                End();
        }
        End();
        return words;

        void End()
        {
            if (word.Length > 0)
                words.Add(word.ToString());
            word.Clear();
        }
    }

    // What is not seen (joiners, marks above and below) does not part a word.
    private static bool IsSilent(Rune rune) =>
        rune.Value is (>= 0x300 and <= 0x36F) or (>= 0x1AB0 and <= 0x1AFF) or (>= 0x20D0 and <= 0x20FF) or (>= 0xFE00 and <= 0xFE0F)
        || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format;

    private static bool IsPartOfWord(Rune rune) =>
        Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static FrozenDictionary<int, string> Load()
    {
        using var stream = typeof(PromptFolding).Assembly.GetManifestResourceStream("Atelier.Moderation.folding.txt")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var readings = new Dictionary<int, string>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            var (codes, reading) = (line[..line.IndexOf(' ', StringComparison.Ordinal)], line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
            var run = codes.Split('-');
            var (first, last) = (Code(run[0]), Code(run[^1]));
            for (var code = first; code <= last; code++)
                readings[code] = code == first ? reading : new Rune(Rune.GetRuneAt(reading, 0).Value + code - first).ToString();
        }
        return readings.ToFrozenDictionary();
    }

    private static int Code(string hex) => int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
