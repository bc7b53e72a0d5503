// The search on PostgreSQL: a walk from the newest finds words that are frequent, the index of words those that are rare. Reads only.
using Atelier.Durable;

namespace Atelier.Gallery;

internal sealed class PostgresGallerySearch(Database database) : GallerySearch(database)
{
    // How far is walked before the index is asked: what fills a page within this is frequent. One's own pictures lie far from one another.
    private const int ShortWalk = 2_000, ShortOwnWalk = 400;

    // How many the index may name to be looked at one by one; of more the page shows what a longer walk finds, and that there may be more.
    private const int Few = 4_000;
    private const int LongWalk = 8_000;

    // The longest walk that is taken before the index is asked, where what was found near the newest promises to fill the page on it with half as much again.
    private const int Promising = 16_000;

    // So many among the newest, and the index would name too many.
    private const int Frequent = 16;

    private protected override async Task<(IReadOnlyList<long> Numbers, long? Next)> FindAsync(
        Session session, SearchQuery query, SearchScope scope, long before, int limit, CancellationToken cancellationToken)
    {
        var args = new { all = Query(query, scope, narrow: false), narrow = Query(query, scope, narrow: true), scope.Owner, before, limit = limit + 1 };
        var near = await session.QueryAsync<Near>(
            $"SELECT w.number, w.words @@ {Plain("@all")} AS fits FROM ({Source(scope, scope.Owner is null ? ShortWalk : ShortOwnWalk)}) w WHERE w.words @@ {Plain("@narrow")} ORDER BY w.number DESC", args, cancellationToken);
        var fitting = near.Where(row => row.Fits).Select(row => row.Number).Take(limit + 1).ToList();
        if (fitting.Count > limit)
            return PageOf(fitting, limit);
        // A walk that fills the page stops there; the index names all that match before the first is looked at.
        if (scope.Owner is null && fitting.Count * (Promising / ShortWalk) * 2 >= (limit + 1) * 3)
        {
            var further = await session.QueryAsync<long>(
                Walk(scope, Promising), new { all = args.all, before = fitting[^1], limit = limit + 1 - fitting.Count }, cancellationToken);
            if (fitting.Count + further.Count > limit)
                return PageOf([.. fitting, .. further], limit);
        }
        // The index would have to name a hundred times as many: the look at the newest says so for nothing.
        IReadOnlyList<Near> candidates = near.Count >= Frequent ? [] : await session.QueryAsync<Near>(
            // All candidates or the first too many of them, in no order; a scan of the table is never the better way.
            $"SET LOCAL enable_seqscan = off; SELECT number, words @@ {Plain("@all")} AS fits FROM gallery_words WHERE words @@ {Plain("@narrow")} LIMIT {Few + 1}",
            args, cancellationToken);
        if (near.Count < Frequent && candidates.Count <= Few)
            return PageOf([.. candidates.Where(row => row.Fits && row.Number < before).Select(row => row.Number).OrderDescending().Take(limit + 1)], limit);
        var walked = await session.QueryAsync<long>(Walk(scope, LongWalk), args, cancellationToken);
        if (walked.Count > limit)
            return PageOf(walked, limit);
        // Where the walk stopped; nothing where it came to the end of all pictures.
        var end = await session.ScalarAsync<long?>(
            $"SELECT w.number FROM ({Source(scope, LongWalk)}) w ORDER BY w.number DESC LIMIT 1 OFFSET {LongWalk - 1}", args, cancellationToken);
        return (walked, end);
    }

    private sealed class Near
    {
        public long Number { get; init; }
        public bool Fits { get; init; }
    }

    private static string Walk(SearchScope scope, int length) =>
        $"SELECT w.number FROM ({Source(scope, length)}) w WHERE w.words @@ {Plain("@all")} ORDER BY w.number DESC LIMIT @limit";

    private static string Source(SearchScope scope, int length) => scope.Owner is null
        ? $"SELECT number, words FROM gallery_words WHERE number < @before ORDER BY number DESC LIMIT {length}"
        : $"""
            SELECT s.number, w.words FROM gallery s JOIN gallery_words w ON w.number = s.number
            WHERE s.owner = @Owner AND s.number < @before ORDER BY s.number DESC LIMIT {length}
            """;

    // Without accents, by the database's own tables, as the words of prompts were written.
    // A query of its own is reckoned once; in a plan that is used again an expression would be reckoned for every row.
    private static string Plain(string query) => $@"(SELECT regexp_replace(normalize({query}, NFD), '[\u0300-\u036f]', '', 'g')::tsquery)";

    // The narrow query is what the index answers soon without a look at the rows: no order of words, nothing left out, and no mark that nearly all
    // pictures bear, unless there is nothing else to look for.
    private static string Query(SearchQuery query, SearchScope scope, bool narrow)
    {
        List<string> marks = scope.Owner is not null ? [$"'#o{scope.Owner.Replace("'", "''", StringComparison.Ordinal)}'"]
            : narrow && query.Terms.Any(term => !term.IsExcluded) ? [] : scope.Nsfw ? ["'#shown'"] : ["'#shown'", "'#safe'"];
        var parts = new List<string>();
        foreach (var term in query.Terms.Where(term => !(narrow && term.IsExcluded)))
        {
            // Words are letters and digits alone: there is nothing in them to escape.
            var words = term.Words.Select((word, i) => $"'{word}'{(term.IsPrefix && i == term.Words.Count - 1 ? ":*" : "")}");
            parts.Add($"{(term.IsExcluded ? "!" : "")}({string.Join(narrow ? " & " : " <-> ", words)})");
        }
        // Nearly all bear the marks: what is asked first leaves out most.
        return string.Join(" & ", [.. parts, .. marks]);
    }
}
