// The newest pictures of those whom a reader follows, merged: the work grows with the page, hardly with what they have painted. Reads only.
using Atelier.Durable;

namespace Atelier.Gallery;

internal static class FollowingFeed
{
    /// <summary>The first places below a number, newest first.</summary>
    public static async Task<IReadOnlyList<FoundPlace>> ReadAsync(Session session, GalleryWalk walk, string reader, long before, int limit)
    {
        // A page of forty comes from the forty accounts whose newest pictures are the newest; no other can be in it.
        var owners = await session.QueryAsync<string>($"""
            SELECT n.owner FROM (
                SELECT f.followed AS owner, (SELECT MAX(s.number) FROM gallery s
                    WHERE s.owner = f.followed AND {walk.Shown("s")} AND {walk.Left(walked: true)} AND s.number < @before) AS number
                FROM follows f WHERE f.follower = @reader) n
            WHERE n.number IS NOT NULL ORDER BY n.number DESC LIMIT @limit
            """, new { reader, before, limit });
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
}
