// Shows why a prompt was found: its text in pieces, those that were searched for marked. Pieces are plain text; whoever writes HTML escapes them.
namespace Atelier.Gallery;

/// <summary>A piece of a text.</summary>
/// <param name="Text">Plain text.</param>
/// <param name="IsMarked">Whether it was searched for.</param>
public readonly record struct SearchPiece(string Text, bool IsMarked);

/// <summary>Marks what was found.</summary>
public static class SearchMarks
{
    private const int Before = 40;

    /// <summary>The part of a prompt around the first find, in pieces.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="query">What was searched for.</param>
    /// <param name="length">How much of it, in characters; about.</param>
    public static IReadOnlyList<SearchPiece> Of(string prompt, SearchQuery query, int length = 160)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(query);
        var words = PromptWords.Of(prompt).ToList();
        var marked = new bool[words.Count];
        foreach (var term in query.Terms.Where(term => !term.IsExcluded))
        {
            for (var i = 0; i + term.Words.Count <= words.Count; i++)
            {
                if (Fits(term, words, i))
                    marked.AsSpan(i, term.Words.Count).Fill(true);
            }
        }
        var first = Array.IndexOf(marked, true);
        var start = first > 0 && words[first].Start > Before ? words.First(word => word.Start >= words[first].Start - Before).Start : 0;
        var end = Math.Min(prompt.Length, start + length);
        if (end < prompt.Length && char.IsLowSurrogate(prompt[end]))
            end--;
        return [.. Pieces(prompt, words, marked, start, end)];
    }

    private static bool Fits(SearchTerm term, List<PromptWord> words, int at)
    {
        for (var i = 0; i < term.Words.Count; i++)
        {
            var (word, wanted) = (words[at + i].Word, term.Words[i]);
            if (term.IsPrefix && i == term.Words.Count - 1 ? !word.StartsWith(wanted, StringComparison.Ordinal) : word != wanted)
                return false;
        }
        return true;
    }

    private static IEnumerable<SearchPiece> Pieces(string prompt, List<PromptWord> words, bool[] marked, int start, int end)
    {
        if (start > 0)
            yield return new SearchPiece("…", IsMarked: false);
        var at = start;
        for (var i = 0; i < words.Count; i++)
        {
            var (_, from, length) = words[i];
            if (!marked[i] || from < start || from + length > end)
                continue;
            if (from > at)
                yield return new SearchPiece(prompt[at..from], IsMarked: false);
            yield return new SearchPiece(prompt.Substring(from, length), IsMarked: true);
            at = from + length;
        }
        if (end > at)
            yield return new SearchPiece(prompt[at..end], IsMarked: false);
        if (end < prompt.Length)
            yield return new SearchPiece("…", IsMarked: false);
    }
}
