// Writes and reads collections. Each command is one transaction and names its owner, so that nobody changes what is another's.
using Atelier.Durable;

namespace Atelier.Gallery;

/// <summary>The collections of all accounts.</summary>
public sealed class Collections(Database database, TimeProvider time)
{
    /// <summary>The longest name in characters.</summary>
    public const int MaxName = 100;

    /// <summary>The longest description in characters.</summary>
    public const int MaxDescription = 1_000;

    /// <summary>The most pictures of one collection.</summary>
    public const int MaxSize = 10_000;

    /// <summary>The most collections of one account.</summary>
    public const int MaxPerAccount = 1_000;

    // Between two neighbours there is room for twenty moves to the same place before the order is written anew.
    private const long Gap = 1L << 20;

    private const string Select = """
        SELECT c.id, c.owner, COALESCE(a.username, '') AS username, c.name, c.description, c.visibility, c.position, c.size, c.created_at, c.updated_at
        FROM collections c LEFT JOIN accounts a ON a.id = c.owner
        """;

    private const string VisibleTo =
        "(c.owner = @reader OR (c.visibility = 'public' AND a.banned_at IS NULL AND a.deleted_at IS NULL))";

    /// <summary>Begins a collection. Null where the account has <see cref="MaxPerAccount"/> already.</summary>
    public Task<Collection?> CreateAsync(string owner, string name, string description, bool isPublic, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var collection = new Collection
        {
            Id = Guid.CreateVersion7(now).ToString("N"), Owner = owner, Name = name, Description = description, IsPublic = isPublic, CreatedAt = now, UpdatedAt = now,
        };
        return database.TransactAsync(async transaction =>
        {
            if (await transaction.ScalarAsync<string?>(
                $"SELECT id FROM collections WHERE owner = @owner ORDER BY id LIMIT 1 OFFSET {MaxPerAccount - 1}", new { owner }) is not null)
                return null;
            await transaction.ExecuteAsync("""
                INSERT INTO collections (id, owner, name, description, visibility, position, created_at, updated_at)
                SELECT @Id, @owner, @name, @description, @visibility, COALESCE(MAX(position), 0) + 1, @at, @at FROM collections WHERE owner = @owner
                """, new { collection.Id, owner, name, description, visibility = VisibilityOf(isPublic), at = now.ToUnixTimeMilliseconds() });
            return await FindAsync(transaction, collection.Id, owner) ?? collection;
        }, cancellationToken);
    }

    /// <summary>A collection that the reader may see, or null.</summary>
    public Task<Collection?> FindAsync(string id, string reader, CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => FindAsync(session, id, reader), cancellationToken);

    /// <summary>A page of an account's collections that the reader may see, in the owner's order; a new one comes first.</summary>
    /// <param name="owner">The account.</param>
    /// <param name="reader">The account that looks; empty for somebody unknown.</param>
    /// <param name="after">Where the page before ended; null for the first.</param>
    /// <param name="limit">How many.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public Task<IReadOnlyList<Collection>> ListAsync(
        string owner, string reader, CollectionPlace? after = null, int limit = 50, CancellationToken cancellationToken = default) => database.ReadAsync(async session =>
    {
        var rows = await session.QueryAsync<CollectionRow>($"""
            {Select} WHERE c.owner = @owner AND {VisibleTo} {(after is null ? "" : "AND (c.position, c.id) < (@Position, @Id)")}
            ORDER BY c.position DESC, c.id DESC LIMIT @limit
            """, new { owner, reader, after?.Position, after?.Id, limit });
        var collections = new List<Collection>(rows.Count);
        foreach (var row in rows)
            collections.Add(row.ToCollection() with { Cover = await CoverAsync(session, row.Id, reader) });
        return (IReadOnlyList<Collection>)collections;
    }, cancellationToken);

    /// <summary>A page of a collection's pictures, in its order. The caller has seen to it that the reader may see the collection.</summary>
    public Task<CollectionPage> PicturesAsync(
        string id, string reader, CollectionPlace? after = null, int limit = 40, CancellationToken cancellationToken = default) => database.ReadAsync(async session =>
    {
        var rows = await ItemsAsync(session, id, reader, after, limit + 1);
        var page = rows.Take(limit).ToList();
        return new CollectionPage(
            await GalleryPictures.OfIdsAsync(session, [.. page.Select(row => row.GenerationId)], reader),
            rows.Count > limit ? new CollectionPlace(page[^1].Position, page[^1].GenerationId) : null);
    }, cancellationToken);

    /// <summary>Changes what is given; null leaves a part as it is.</summary>
    public Task<CollectionResult> ChangeAsync(
        string id, string owner, string? name, string? description, bool? isPublic, CancellationToken cancellationToken = default) =>
        database.TransactAsync(async transaction => await transaction.ExecuteAsync("""
            UPDATE collections SET name = COALESCE(@name, name), description = COALESCE(@description, description),
                visibility = COALESCE(@visibility, visibility), updated_at = @now
            WHERE id = @id AND owner = @owner
            """, new { id, owner, name, description, visibility = isPublic is { } value ? VisibilityOf(value) : null, now = Now }) == 1
            ? CollectionResult.Done : CollectionResult.NotFound, cancellationToken);

    /// <summary>Deletes a collection; its pictures stay where they are.</summary>
    public Task<CollectionResult> DeleteAsync(string id, string owner, CancellationToken cancellationToken = default) =>
        database.TransactAsync(async transaction =>
            await transaction.ExecuteAsync("DELETE FROM collections WHERE id = @id AND owner = @owner", new { id, owner }) == 1
                ? CollectionResult.Done : CollectionResult.NotFound, cancellationToken);

    /// <summary>Adds pictures at the end: the owner's own, and public ones of others. Those that are in it stay where they are.</summary>
    /// <returns>How it ended; <see cref="CollectionResult.NotFound"/> also where a picture is unknown, and then nothing was added.</returns>
    public Task<CollectionResult> AddAsync(string id, string owner, IReadOnlyList<string> generations, CancellationToken cancellationToken = default) =>
        ChangeItemsAsync(id, owner, async (transaction, size) =>
        {
            var wanted = generations.Distinct(StringComparer.Ordinal).ToArray();
            if (size + wanted.Length > MaxSize)
                return CollectionResult.Full;
            var pictures = await GalleryPictures.OfIdsAsync(transaction, wanted, owner);
            if (pictures.Count(picture => picture.Shown || picture.Owner == owner) != wanted.Length)
                return CollectionResult.NotFound;
            var last = await transaction.ScalarAsync<long?>("SELECT MAX(position) FROM collection_items WHERE collection_id = @id", new { id }) ?? 0;
            foreach (var generation in wanted)
            {
                transaction.Postpone(
                    "INSERT INTO collection_items (collection_id, generation_id, position) VALUES (@id, @generation, @position) ON CONFLICT DO NOTHING",
                    new { id, generation, position = last += Gap });
            }
            return CollectionResult.Done;
        }, cancellationToken);

    /// <summary>Takes a picture out; it is no mistake if it was not in.</summary>
    public Task<CollectionResult> RemoveAsync(string id, string owner, string generation, CancellationToken cancellationToken = default) =>
        ChangeItemsAsync(id, owner, async (transaction, _) =>
        {
            await transaction.ExecuteAsync(
                "DELETE FROM collection_items WHERE collection_id = @id AND generation_id = @generation", new { id, generation });
            return CollectionResult.Done;
        }, cancellationToken);

    /// <summary>Moves a picture to the place before another; to the end where that is null.</summary>
    public Task<CollectionResult> MoveAsync(string id, string owner, string generation, string? before, CancellationToken cancellationToken = default) =>
        ChangeItemsAsync(id, owner, (transaction, _) => MoveAsync(transaction, id, generation, before), cancellationToken);

    /// <summary>Moves a picture past its neighbour, the next one that its owner is shown; at the end of the row nothing happens.</summary>
    public Task<CollectionResult> ShiftAsync(string id, string owner, string generation, bool earlier, CancellationToken cancellationToken = default) =>
        ChangeItemsAsync(id, owner, async (transaction, _) =>
        {
            if (await PositionAsync(transaction, id, generation) is not { } position)
                return CollectionResult.NotFound;
            if (!earlier)
            {
                var later = await ItemsAsync(transaction, id, owner, new CollectionPlace(position, generation), limit: 2);
                return later.Count == 0 ? CollectionResult.Done : await MoveAsync(transaction, id, generation, later.Count == 2 ? later[1].GenerationId : null);
            }
            var previous = await ItemsAsync(transaction, id, owner, new CollectionPlace(position, generation), limit: 1, backwards: true);
            return previous.Count == 0 ? CollectionResult.Done : await MoveAsync(transaction, id, generation, previous[0].GenerationId);
        }, cancellationToken);

    /// <summary>Moves a collection past its neighbour in the owner's order; at the end of the row nothing happens.</summary>
    public Task<CollectionResult> ShiftAsync(string id, string owner, bool earlier, CancellationToken cancellationToken = default) =>
        database.TransactAsync(async transaction =>
        {
            // An update that changes nothing holds them all against other changes of their order.
            await transaction.ExecuteAsync("UPDATE collections SET owner = owner WHERE owner = @owner", new { owner });
            var order = (await transaction.QueryAsync<PlaceRow>(
                "SELECT id, position FROM collections WHERE owner = @owner ORDER BY position DESC, id DESC", new { owner })).ToList();
            var here = order.FindIndex(row => row.Id == id);
            if (here < 0)
                return CollectionResult.NotFound;
            var there = Math.Clamp(here + (earlier ? -1 : 1), 0, order.Count - 1);
            (order[here], order[there]) = (order[there], order[here]);
            for (var i = 0; i < order.Count; i++)
            {
                var position = (long)(order.Count - i);
                if (order[i].Position != position)
                    transaction.Postpone("UPDATE collections SET position = @position WHERE id = @Id", new { order[i].Id, position });
            }
            return CollectionResult.Done;
        }, cancellationToken);

    private static async Task<CollectionResult> MoveAsync(Transaction transaction, string id, string generation, string? before)
    {
        if (await PositionAsync(transaction, id, generation) is null || (before is not null && await PositionAsync(transaction, id, before) is null))
            return CollectionResult.NotFound;
        if (generation == before)
            return CollectionResult.Done;
        var place = await PlaceBeforeAsync(transaction, id, generation, before);
        if (place is null)
        {
            await SpreadAsync(transaction, id);
            place = await PlaceBeforeAsync(transaction, id, generation, before);
        }
        await transaction.ExecuteAsync(
            "UPDATE collection_items SET position = @place WHERE collection_id = @id AND generation_id = @generation", new { place, id, generation });
        return CollectionResult.Done;
    }

    private Task<CollectionResult> ChangeItemsAsync(
        string id, string owner, Func<Transaction, int, Task<CollectionResult>> change, CancellationToken cancellationToken) =>
        database.TransactAsync(async transaction =>
        {
            // An update that changes nothing holds the collection against other changes of its order.
            if (await transaction.ExecuteAsync("UPDATE collections SET owner = owner WHERE id = @id AND owner = @owner", new { id, owner }) == 0)
                return CollectionResult.NotFound;
            var result = await change(transaction, await transaction.ScalarAsync<int>("SELECT size FROM collections WHERE id = @id", new { id }));
            if (result == CollectionResult.Done)
                transaction.Postpone("UPDATE collections SET updated_at = @now WHERE id = @id", new { id, now = Now });
            return result;
        }, cancellationToken);

    private static Task<long?> PositionAsync(Session session, string id, string generation) => session.ScalarAsync<long?>(
        "SELECT position FROM collection_items WHERE collection_id = @id AND generation_id = @generation", new { id, generation });

    // Halfway between the two that will be its neighbours; null where there is nothing between them.
    private static async Task<long?> PlaceBeforeAsync(Session session, string id, string generation, string? before)
    {
        const string others = "SELECT MAX(position) FROM collection_items WHERE collection_id = @id AND generation_id <> @generation";
        var next = before is null ? null : await PositionAsync(session, id, before);
        var previous = await session.ScalarAsync<long?>(
            next is null ? others : $"{others} AND position < @next", new { id, generation, next }) ?? 0;
        if (next is null)
            return previous + Gap;
        return next - previous < 2 ? null : previous + ((next - previous) / 2);
    }

    private static Task<int> SpreadAsync(Transaction transaction, string id) => transaction.ExecuteAsync("""
        UPDATE collection_items SET position = @Gap * (
            SELECT o.place FROM (
                SELECT generation_id, ROW_NUMBER() OVER (ORDER BY position, generation_id) AS place FROM collection_items WHERE collection_id = @id) o
            WHERE o.generation_id = collection_items.generation_id)
        WHERE collection_id = @id
        """, new { id, Gap });

    private static async Task<Collection?> FindAsync(Session session, string id, string reader) =>
        (await session.QuerySingleOrDefaultAsync<CollectionRow>(
            $"{Select} WHERE c.id = @id AND {VisibleTo}", new { id, reader }))?.ToCollection();

    private static async Task<GalleryPicture?> CoverAsync(Session session, string id, string reader)
    {
        var first = await ItemsAsync(session, id, reader, after: null, limit: 1);
        return (await GalleryPictures.OfIdsAsync(session, [.. first.Select(item => item.GenerationId)], reader)).SingleOrDefault();
    }

    private static Task<IReadOnlyList<ItemRow>> ItemsAsync(
        Session session, string id, string reader, CollectionPlace? after, int limit, bool backwards = false)
    {
        var place = after ?? new CollectionPlace(long.MinValue, "");
        var (beyond, order) = backwards ? ("<", "DESC") : (">", "ASC");
        return session.QueryAsync<ItemRow>($"""
            SELECT i.generation_id, i.position FROM collection_items i JOIN gallery s ON s.id = i.generation_id JOIN generations g ON g.id = s.id
            WHERE i.collection_id = @id AND (i.position, i.generation_id) {beyond} (@Position, @last) AND g.deleted_at IS NULL
                AND (s.owner = @reader OR {(session.Dialect == Dialect.Postgres ? "s.shown" : "s.shown = 1")})
            ORDER BY i.position {order}, i.generation_id {order} LIMIT @limit
            """, new { id, reader, place.Position, last = place.Id, limit });
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private static string VisibilityOf(bool isPublic) => isPublic ? "public" : "private";

    private sealed class ItemRow
    {
        public string GenerationId { get; init; } = "";
        public long Position { get; init; }
    }

    private sealed class PlaceRow
    {
        public string Id { get; init; } = "";
        public long Position { get; init; }
    }

    private sealed class CollectionRow
    {
        public string Id { get; init; } = "";
        public string Owner { get; init; } = "";
        public string Username { get; init; } = "";
        public string Name { get; init; } = "";
        public string Description { get; init; } = "";
        public string Visibility { get; init; } = "";
        public long Position { get; init; }
        public int Size { get; init; }
        public long CreatedAt { get; init; }
        public long UpdatedAt { get; init; }

        public Collection ToCollection() => new()
        {
            Id = Id, Owner = Owner, Username = Username, Name = Name, Description = Description, IsPublic = Visibility == "public", Size = Size, Position = Position,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt), UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(UpdatedAt),
        };
    }
}
