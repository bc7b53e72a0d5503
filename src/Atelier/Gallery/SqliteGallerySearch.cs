// The search on SQLite: FTS5 gives what matches in the order of numbers, and stops when the page is full. Reads only.
using Atelier.Durable;

namespace Atelier.Gallery;

internal sealed class SqliteGallerySearch(Database database) : GallerySearch(database)
{
    private protected override async Task<(IReadOnlyList<long> Numbers, long? Next)> FindAsync(
        Session session, SearchQuery query, SearchScope scope, long before, int limit, CancellationToken cancellationToken) =>
        PageOf(await session.QueryAsync<long>("""
            SELECT rowid FROM gallery_words WHERE gallery_words MATCH @match AND rowid < @before ORDER BY rowid DESC LIMIT @limit
            """, new { match = Match(query, scope), before, limit = limit + 1 }, cancellationToken), limit);

    private static string Match(SearchQuery query, SearchScope scope)
    {
        var wanted = query.Terms.Where(term => !term.IsExcluded).Select(Phrase).ToList();
        var unwanted = query.Terms.Where(term => term.IsExcluded).Select(Phrase).ToList();
        List<string> marks = scope.Owner is not null ? [$"\"o{PromptWords.Of(scope.Owner).First().Word}\""] : scope.Nsfw ? ["\"shown\""] : ["\"shown\"", "\"safe\""];
        var match = string.Join(" AND ", marks.Select(mark => $"marks : {mark}"));
        if (wanted.Count > 0)
            match = $"prompt : ({string.Join(" AND ", wanted)}) AND {match}";
        return unwanted.Count == 0 ? match : $"({match}) NOT prompt : ({string.Join(" OR ", unwanted)})";
    }

    // Words are letters and digits alone: there is nothing in them to escape.
    private static string Phrase(SearchTerm term) => $"\"{string.Join(' ', term.Words)}\"{(term.IsPrefix ? " *" : "")}";
}
