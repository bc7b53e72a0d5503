// The newest pictures of those whom a reader follows, merged: the work grows with the page, hardly with what they have painted. Reads only.
using Atelier.Durable;

namespace Atelier.Gallery;

internal static class FollowingFeed
{
    // So far the newest of everybody are looked at first: whoever follows a few hundred finds a page among them.
    private const int Near = 2_000;

    /// <summary>The first places below a number, newest first.</summary>
    public static async Task<IReadOnlyList<FoundPlace>> ReadAsync(Session session, GalleryWalk walk, string reader, long before, int limit)
    {
        // As a value and not a condition of its own: PostgreSQL reads those whom the reader follows once, and would otherwise compare each with each.
        var near = await session.QueryAsync<FoundPlace>($"""
            SELECT s.number FROM (SELECT s.number, s.owner, s.nsfw FROM gallery s WHERE {walk.Shown("s")} AND s.number < @before ORDER BY s.number DESC LIMIT {Near}) s
            WHERE {walk.Left(walked: true)} AND (s.owner IN (SELECT f.followed FROM follows f WHERE f.follower = @reader)) IS TRUE
            ORDER BY s.number DESC LIMIT @limit
            """, new { reader, before, limit });
        return near.Count == limit ? near : await ByOwnerAsync(session, walk, reader, before, limit);
    }

    private static async Task<IReadOnlyList<FoundPlace>> ByOwnerAsync(Session session, GalleryWalk walk, string reader, long before, int limit)
    {
        // A page of forty comes from the forty accounts whose newest pictures are the newest; no other can be in it.
        var newest = await session.QueryAsync<NewestOfOwner>($"""
            SELECT f.followed AS owner, (SELECT MAX(s.number) FROM gallery s
                WHERE s.owner = f.followed AND {walk.Shown("s")} AND {walk.Left(walked: true)} AND s.number < @before) AS number
            FROM follows f WHERE f.follower = @reader ORDER BY number DESC NULLS LAST LIMIT @limit
            """, new { reader, before, limit });
        var owners = newest.Where(one => one.Number is not null).Select(one => one.Owner).ToList();
        if (owners.Count == 0)
            return [];
        var args = new Dictionary<string, object?> { ["before"] = before, ["limit"] = limit };
        if (session.Dialect == Dialect.Postgres)
        {
            args["owners"] = owners.ToArray();
            return await session.QueryAsync<FoundPlace>($"""
                SELECT n.number FROM UNNEST(@owners) AS o (owner) CROSS JOIN LATERAL ({NewestOf("o.owner", walk)}) n ORDER BY n.number DESC LIMIT @limit
                """, args);
        }
        for (var i = 0; i < owners.Count; i++)
            args[$"owner{i}"] = owners[i];
        var each = Enumerable.Range(0, owners.Count).Select(i => $"SELECT * FROM ({NewestOf($"@owner{i}", walk)})");
        return await session.QueryAsync<FoundPlace>($"{string.Join(" UNION ALL ", each)} ORDER BY number DESC LIMIT @limit", args);
    }

    private static string NewestOf(string owner, GalleryWalk walk) => $"""
        SELECT s.number FROM gallery s WHERE s.owner = {owner} AND {walk.Shown("s")} AND {walk.Left(walked: true)} AND s.number < @before
        ORDER BY s.number DESC LIMIT @limit
        """;

    private sealed class NewestOfOwner
    {
        public string Owner { get; init; } = "";
        public long? Number { get; init; }
    }
}
