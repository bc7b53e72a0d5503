// Finds pictures by the words of their prompts, newest first. The seam between the two databases' ways of searching. Reads only.
using Atelier.Durable;

namespace Atelier.Gallery;

/// <summary>Among which pictures to search, and for whom.</summary>
/// <param name="Reader">The account that looks; empty for somebody unknown.</param>
/// <param name="Owner">Only among this account's own pictures, public or not; null for all public ones.</param>
/// <param name="Nsfw">Whether pictures that are not safe for work come too; one's own always do.</param>
public sealed record SearchScope(string Reader, string? Owner = null, bool Nsfw = false);

/// <summary>The search over prompts.</summary>
public abstract class GallerySearch
{
    /// <summary>How many ids a search names at most.</summary>
    public const int MostIds = 10_000;

    private const int IdsAtOnce = 2_000;

    private readonly Database _database;

    private protected GallerySearch(Database database) => _database = database;

    /// <summary>The search of a database.</summary>
    public static GallerySearch Of(Database database)
    {
        ArgumentNullException.ThrowIfNull(database);
        return database.Dialect == Dialect.Postgres ? new PostgresGallerySearch(database) : new SqliteGallerySearch(database);
    }

    /// <summary>A page of what was found, newest first.</summary>
    /// <param name="query">What to search for.</param>
    /// <param name="scope">Where.</param>
    /// <param name="after">Where the page before ended; null for the first.</param>
    /// <param name="limit">How many, 1 to <see cref="GalleryStore.MaxPage"/>.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public Task<GalleryPage> FindAsync(
        SearchQuery query, SearchScope scope, GalleryPlace? after = null, int limit = 40, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(scope);
        var count = Math.Clamp(limit, 1, GalleryStore.MaxPage);
        return _database.ReadAsync(async session =>
        {
            var (numbers, next) = await FindAsync(session, query, scope, (after ?? GalleryPlace.Top).Number, count, cancellationToken);
            var pictures = await GalleryPictures.OfAsync(session, numbers, scope.Reader);
            return new GalleryPage(pictures, next is { } number ? new GalleryPlace(number) : null);
        }, cancellationToken);
    }

    /// <summary>The ids of what was found, newest first.</summary>
    /// <param name="query">What to search for.</param>
    /// <param name="scope">Where.</param>
    /// <param name="after">Only those that come after this picture; null for all.</param>
    /// <param name="limit">How many at most, 1 to <see cref="MostIds"/>.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public Task<IReadOnlyList<string>> IdsAsync(
        SearchQuery query, SearchScope scope, string? after = null, int limit = MostIds, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(scope);
        return _database.ReadAsync(async session =>
        {
            // Where the picture is gone meanwhile, from the beginning.
            var before = await session.ScalarAsync<long?>("SELECT number FROM gallery WHERE id = @after", new { after }) ?? GalleryPlace.Top.Number as long?;
            var ids = new List<string>();
            while (before is { } place && ids.Count < limit)
            {
                (var numbers, before) = await FindAsync(session, query, scope, place, Math.Min(limit - ids.Count, IdsAtOnce), cancellationToken);
                ids.AddRange(await session.QueryAsync<string>(
                    $"SELECT id FROM gallery WHERE number {(session.Dialect == Dialect.Postgres ? "= ANY(@numbers)" : "IN @numbers")} ORDER BY number DESC",
                    new { numbers = numbers.ToArray() }, cancellationToken));
            }
            return (IReadOnlyList<string>)ids;
        }, cancellationToken);
    }

    /// <summary>The numbers of a page below a number, and where the next goes on.</summary>
    private protected abstract Task<(IReadOnlyList<long> Numbers, long? Next)> FindAsync(
        Session session, SearchQuery query, SearchScope scope, long before, int limit, CancellationToken cancellationToken);

    private protected static (IReadOnlyList<long> Numbers, long? Next) PageOf(IReadOnlyList<long> found, int limit) =>
        found.Count > limit ? ([.. found.Take(limit)], found[limit - 1]) : (found, null);
}
