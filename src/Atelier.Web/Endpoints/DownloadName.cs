// The name of a downloaded picture: the prompt's first words, and enough of the id to tell two apart.
using System.Globalization;
using System.Text;
using Atelier.Generating;
using Atelier.Vips;

namespace Atelier.Web.Endpoints;

internal static class DownloadName
{
    private const int MaxWords = 48, IdDigits = 8;

    /// <summary>A file name that is legal everywhere: letters and digits of any script, hyphens, one dot.</summary>
    public static string Of(Generation generation, ImageFormat format)
    {
        var name = new StringBuilder();
        foreach (var rune in generation.Prompt.ToLowerInvariant().EnumerateRunes())
        {
            if (name.Length >= MaxWords)
                break;
            if (Rune.IsLetterOrDigit(rune))
                name.Append(rune.ToString());
            else if (name.Length > 0 && name[^1] != '-' && Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
                name.Append('-');
        }
        var words = name.ToString().Trim('-');
        return $"{(words.Length == 0 ? "atelier" : words)}-{generation.Id[^IdDigits..]}.{format.Extension()}";
    }
}
