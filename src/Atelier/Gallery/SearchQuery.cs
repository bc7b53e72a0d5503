// What somebody typed into a search box, understood: words, "phrases", -not, and the last word as the beginning of one. Any text is legal.
using System.Globalization;
using System.Text;

namespace Atelier.Gallery;

/// <summary>A part of a search: words that stand side by side.</summary>
/// <param name="Words">One word, or a phrase; lower case, without accents, letters and digits only.</param>
/// <param name="IsPrefix">Whether the last word may go on.</param>
/// <param name="IsExcluded">Whether what has it is left out.</param>
public sealed record SearchTerm(IReadOnlyList<string> Words, bool IsPrefix, bool IsExcluded);

/// <summary>A search.</summary>
/// <param name="Terms">Its parts; all hold together. At most <see cref="MaxTerms"/>, the rest is not looked at.</param>
public sealed record SearchQuery(IReadOnlyList<SearchTerm> Terms)
{
    /// <summary>The most parts of a search.</summary>
    public const int MaxTerms = 12;

    /// <summary>The longest text that is looked at.</summary>
    public const int MaxLength = 200;

    // Words that begin with a single letter are too many to be of use to anybody.
    private const int ShortestPrefix = 2;

    /// <summary>Reads what was typed; null where there is no word in it.</summary>
    public static SearchQuery? Parse(string? text)
    {
        var rest = (text ?? "").AsSpan(0, Math.Min(text?.Length ?? 0, MaxLength));
        var terms = new List<SearchTerm>();
        while (!(rest = rest.TrimStart()).IsEmpty && terms.Count < MaxTerms)
        {
            var excluded = rest[0] == '-';
            if (excluded)
                rest = rest[1..];
            var quoted = !rest.IsEmpty && rest[0] == '"';
            if (quoted)
                rest = rest[1..];
            var end = quoted ? rest.IndexOf('"') : rest.IndexOfAny([' ', '\t', '\r', '\n', '"']);
            var part = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(quoted ? end + 1 : end)..];
            var words = PromptWords.Of(part.ToString()).Select(word => word.Word).ToList();
            if (words.Count == 0)
                continue;
            // What is typed last may not be finished yet.
            var prefix = !quoted && !excluded && words[^1].Length >= ShortestPrefix && (rest.Trim().IsEmpty || part[^1] == '*');
            terms.Add(new SearchTerm(words, prefix, excluded));
        }
        return terms.Count == 0 ? null : new SearchQuery(terms);
    }
}

/// <summary>A word of a prompt and where it stands.</summary>
/// <param name="Word">Lower case, without accents.</param>
/// <param name="Start">Where it begins in the text.</param>
/// <param name="Length">How long it is there.</param>
internal readonly record struct PromptWord(string Word, int Start, int Length);

/// <summary>Splits texts into words as both databases do.</summary>
internal static class PromptWords
{
    // The letters from À to ſ without their accents. The program runs without the tables by which a runtime would take them apart.
    private const int FirstAccented = 0xC0;
    private const string Plain =
        "AAAAAAÆCEEEEIIIIÐNOOOOO×ØUUUUYÞßaaaaaaæceeeeiiiiðnooooo÷øuuuuyþy"
        + "AaAaAaCcCcCcCcDdĐđEeEeEeEeEeGgGgGgGgHhĦħIiIiIiIiIıĲĳJjKkĸLlLlLlĿŀŁłNnNnNnŉŊŋOoOoOoŒœRrRrRrSsSsSsSsTtTtŦŧUuUuUuUuUuUuWwYyYZzZzZzs";

    public static IEnumerable<PromptWord> Of(string text)
    {
        var word = new StringBuilder();
        var start = 0;
        for (var i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune))
                rune = Rune.ReplacementChar;
            var length = rune == Rune.ReplacementChar ? 1 : rune.Utf16SequenceLength;
            if (IsOfWord(rune))
            {
                if (word.Length == 0)
                    start = i;
                Append(word, rune);
            }
            else if (word.Length > 0)
            {
                yield return new PromptWord(word.ToString(), start, i - start);
                word.Clear();
            }
            i += length;
        }
        if (word.Length > 0)
            yield return new PromptWord(word.ToString(), start, text.Length - start);
    }

    // An accent that stands by itself belongs to the letter before it.
    private static bool IsOfWord(Rune rune) => Rune.IsLetter(rune) || Rune.IsNumber(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark;

    private static void Append(StringBuilder word, Rune rune)
    {
        if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark)
            return;
        var plain = rune.Value is >= FirstAccented and < FirstAccented + 0xC0 ? new Rune(Plain[rune.Value - FirstAccented]) : rune;
        word.Append(Rune.ToLowerInvariant(plain).ToString());
    }
}
