// Makes text from outside fit to stand in a file: no control characters, no broken Unicode; pure functions.
using System.Text;

namespace Atelier.Imaging;

internal static class SafeText
{
    /// <summary>Keeps line breaks (as \n) and tabs, drops other control characters, replaces halves of surrogate pairs by U+FFFD.</summary>
    public static string Lines(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.ReplaceLineEndings("\n").EnumerateRunes())
        {
            var keep = rune.Value is '\n' or '\t' || !(Rune.IsControl(rune) || rune.Value is 0xFFFE or 0xFFFF);
            if (keep)
                clean.Append(rune.ToString());
        }

        return clean.ToString().Trim();
    }

    /// <summary>The same on one line: runs of blanks and line breaks become one blank.</summary>
    public static string OneLine(string text) => string.Join(' ', Lines(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
