// Cuts a prompt into terms: phrases the painter knows, quoted lettering, stops and plain words. Any text is valid input; nothing is thrown.
using System.Text;
using System.Text.RegularExpressions;

namespace Atelier.Providers.Sketch;

/// <summary>One phrase of a prompt with everything it may mean.</summary>
internal sealed record Term(string Text)
{
    public IReadOnlyList<Meaning> Meanings { get; init; } = [];
    public Found? Noun { get; init; }

    /// <summary>The words of a quotation; null for other terms.</summary>
    public string? Quote { get; init; }

    public bool IsStop => Text is "." or ";" or "!" or "?";

    public bool IsKnown => Noun is not null || Meanings.Count > 0;

    public Meaning? As(string section) => Meanings.FirstOrDefault(m => m.Section == section);
}

/// <summary>The tokeniser.</summary>
internal sealed partial class Terms(Lexicon lexicon, SymbolShelf shelf)
{
    private const int LongestPrompt = 4000;
    private const int MostQuotes = 6;
    private const char QuoteMark = '\u0001';

    public IReadOnlyList<Term> Of(string prompt)
    {
        var quotes = new List<string>();
        var words = Word().Matches(WithoutQuotes(Clean(prompt), quotes)).Select(m => m.Value.ToLowerInvariant()).ToArray();
        var terms = new List<Term>();
        var quote = 0;
        for (var i = 0; i < words.Length;)
        {
            if (words[i][0] == QuoteMark)
            {
                terms.Add(new Term("\"") { Quote = quotes[quote++] });
                i++;
                continue;
            }

            var term = Longest(words, i, out var length);
            terms.Add(term);
            i += length;
        }

        return terms;
    }

    private Term Longest(string[] words, int start, out int length)
    {
        for (length = Math.Min(Lexicon.LongestPhrase, words.Length - start); length > 0; length--)
        {
            var phrase = length == 1 ? words[start] : string.Join(' ', words.AsSpan(start, length)!);
            var term = Known(phrase) ?? (length == 1 ? Known(Bare(phrase)) : null);
            if (term is not null)
                return term;
        }

        length = 1;
        return new Term(words[start]);
    }

    private Term? Known(string phrase)
    {
        var meanings = lexicon.Of(phrase).Where(m => m.Section != "synonyms" && m.Section != "homes" && m.Section != "seats"
            && m.Section != "vessels").ToArray();
        var noun = shelf.Find(phrase) ?? Singular(phrase);
        return meanings.Length == 0 && noun is null ? null : new Term(phrase) { Meanings = meanings, Noun = noun };
    }

    private Found? Singular(string phrase)
    {
        if (phrase.Length < 4 || phrase[^1] != 's')
            return null;
        var found = shelf.Find(phrase[..^1])
            ?? (phrase.EndsWith("es", StringComparison.Ordinal) ? shelf.Find(phrase[..^2]) : null)
            ?? (phrase.EndsWith("ies", StringComparison.Ordinal) ? shelf.Find(phrase[..^3] + "y") : null)
            ?? (phrase.EndsWith("ves", StringComparison.Ordinal) ? shelf.Find(phrase[..^3] + "f") : null);
        return found is { } f ? f with { Plural = true } : null;
    }

    /// <summary>The word without a possessive ending: "dog's" speaks of a dog.</summary>
    private static string Bare(string word) =>
        word.EndsWith("'s", StringComparison.Ordinal) ? word[..^2] : word.TrimEnd('\'');

    private static string Clean(string prompt)
    {
        var clean = new StringBuilder();
        foreach (var c in prompt.AsSpan(0, Math.Min(prompt.Length, LongestPrompt)))
        {
            clean.Append(c switch
            {
                '\u2018' or '\u2019' or '\u02bc' => '\'',
                '\u201c' or '\u201d' or '\u00ab' or '\u00bb' or '\u201e' => '"',
                '\u2013' or '\u2014' => '-',
                '\n' or '\r' or '\t' => ' ',
                '\u200b' or '\u200c' or '\u200d' or '\u2060' or '\ufeff' or '\u00ad' => '\0',
                _ when char.IsControl(c) => '\0',
                _ => c,
            });
        }

        return clean.Replace("\0", "").ToString();
    }

    private static string WithoutQuotes(string text, List<string> quotes)
    {
        string Keep(string words)
        {
            var trimmed = words.Trim();
            if (trimmed.Length == 0 || quotes.Count >= MostQuotes)
                return " ";
            quotes.Add(trimmed.Length > 120 ? trimmed[..120] : trimmed);
            return $" {QuoteMark} ";
        }

        text = Quoted().Replace(text, m => Keep(m.Groups["words"].Value));
        return Spoken().Replace(text, m => m.Groups["verb"].Value + Keep(m.Groups["words"].Value));
    }

    [GeneratedRegex("\"(?<words>[^\"]{1,400})\"|" +
        "(?<=^|[\\s(,])'(?<words>[^']{1,200}(?:'[a-z]{1,2}\\b[^']{0,200})*)'(?=$|[\\s.,!?;:)])",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Quoted();

    [GeneratedRegex("(?<verb>\\b(?:that says|that reads|saying|spelling|which says|that spells)\\s+)" +
        "(?<words>[A-Z][\\w'!]*(?:\\s+[A-Z][\\w'!]*){0,7})",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Spoken();

    [GeneratedRegex("\u0001|[\\p{L}\\p{N}]+(?:['-][\\p{L}\\p{N}]+)*'?|[.;,!?]",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Word();
}
