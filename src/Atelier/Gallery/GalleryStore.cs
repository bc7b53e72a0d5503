// Reads the public gallery, page after page. Every query walks an index for a bounded way, however many pictures there are. Writes nothing.
using Atelier.Durable;

namespace Atelier.Gallery;

/// <summary>The public pictures.</summary>
public sealed class GalleryStore(Database database, TimeProvider time)
{
    /// <summary>The most pictures one page holds.</summary>
    public const int MaxPage = 100;

    /// <summary>A page of what everybody may see.</summary>
    /// <param name="order">The order.</param>
    /// <param name="filter">What narrows it; not in the order of following.</param>
    /// <param name="reader">The account that looks; empty for somebody unknown, who follows nobody.</param>
    /// <param name="after">Where the page before ended; null for the first.</param>
    /// <param name="limit">How many, 1 to <see cref="MaxPage"/>.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public Task<GalleryPage> ExploreAsync(
        GalleryOrder order, GalleryFilter filter, string reader, GalleryPlace? after = null, int limit = 40, CancellationToken cancellationToken = default)
    {
        var place = after ?? GalleryPlace.Top;
        var count = Math.Clamp(limit, 1, MaxPage);
        return database.ReadAsync(async session =>
        {
            var walk = new GalleryWalk(filter, session);
            var found = order switch
            {
                GalleryOrder.New => await NewestAsync(session, walk, place, count, unlikedOnly: false),
                GalleryOrder.Following => Found.Of(await FollowingFeed.ReadAsync(session, walk, reader, place.Number, count + 1), count),
                _ => await TopAsync(session, walk, SinceOf(order), place, count),
            };
            return await found.ShowAsync(session, reader, SinceOf(order));
        }, cancellationToken);
    }

    /// <summary>A page of an account's public pictures, newest first.</summary>
    /// <param name="owner">The account.</param>
    /// <param name="reader">The account that looks; empty for somebody unknown.</param>
    /// <param name="nsfw">Whether pictures that are not safe for work come too.</param>
    /// <param name="after">Where the page before ended; null for the first.</param>
    /// <param name="limit">How many, 1 to <see cref="MaxPage"/>.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public Task<GalleryPage> OfAccountAsync(
        string owner, string reader, bool nsfw, GalleryPlace? after = null, int limit = 40, CancellationToken cancellationToken = default) =>
        database.ReadAsync(async session =>
        {
            var walk = new GalleryWalk(new GalleryFilter { Nsfw = nsfw }, session);
            var count = Math.Clamp(limit, 1, MaxPage);
            var rows = await session.QueryAsync<FoundPlace>($"""
                SELECT s.number FROM gallery s WHERE s.owner = @owner AND {walk.Shown("s")} AND s.number < @before AND {walk.Left(walked: true)}
                ORDER BY s.number DESC LIMIT @limit
                """, new { owner, before = (after ?? GalleryPlace.Top).Number, limit = count + 1 });
            return await Found.Of(rows, count).ShowAsync(session, reader);
        }, cancellationToken);

    /// <summary>The models that painted public pictures, by id, at most a hundred: one look-up for each, however many pictures there are.</summary>
    public Task<IReadOnlyList<string>> ModelsAsync(CancellationToken cancellationToken = default) => database.ReadAsync(session =>
        session.QueryAsync<string>($"{new GalleryWalk(new GalleryFilter(), session).Models} SELECT model FROM models WHERE model IS NOT NULL LIMIT 100"), cancellationToken);

    /// <summary>The number of the newest public picture that is safe for work; 0 where there is none.</summary>
    public Task<long> NewestAsync(CancellationToken cancellationToken = default) => database.ReadAsync(async session =>
    {
        var walk = new GalleryWalk(new GalleryFilter(), session);
        return await session.ScalarAsync<long?>(
            $"SELECT s.number FROM gallery s WHERE {walk.Shown("s")} AND {walk.Left(walked: true)} ORDER BY s.number DESC LIMIT 1") ?? 0;
    }, cancellationToken);

    /// <summary>The numbers of the newest safe public pictures above one, newest first.</summary>
    public Task<IReadOnlyList<long>> NewerAsync(long number, int limit, CancellationToken cancellationToken = default) => database.ReadAsync(session =>
    {
        var walk = new GalleryWalk(new GalleryFilter(), session);
        return session.QueryAsync<long>(
            $"SELECT s.number FROM gallery s WHERE {walk.Shown("s")} AND {walk.Left(walked: true)} AND s.number > @number ORDER BY s.number DESC LIMIT @limit",
            new { number, limit });
    }, cancellationToken);

    private long? SinceOf(GalleryOrder order) => order switch
    {
        GalleryOrder.Day => Ago(TimeSpan.FromDays(1)),
        GalleryOrder.Week => Ago(TimeSpan.FromDays(7)),
        GalleryOrder.Month => Ago(TimeSpan.FromDays(30)),
        _ => null,
    };

    private long Ago(TimeSpan age) => (time.GetUtcNow() - age).ToUnixTimeMilliseconds();

    private static async Task<Found> NewestAsync(Session session, GalleryWalk walk, GalleryPlace after, int limit, bool unlikedOnly)
    {
        var args = walk.Arguments(after, GalleryWalk.Bound, limit + 1);
        var rows = await session.QueryAsync<FoundPlace>($"""
            SELECT s.number FROM ({walk.Newest(unlikedOnly ? ", s.likes" : "")}) s
            WHERE {walk.Left(walked: true)} {(unlikedOnly ? "AND s.likes = 0" : "")} {walk.InItsOrder("s.number DESC")} LIMIT @limit
            """, args);
        var likes = unlikedOnly ? 0 : (int?)null;
        if (rows.Count > limit)
            return Found.Of(rows, limit, likes);
        // The walk ended before the page was full: at the end of the gallery, or at its bound.
        var end = await session.QueryAsync<long>($"{walk.Numbers} LIMIT 2 OFFSET {GalleryWalk.Bound - 1}", args);
        return Found.Of(rows, limit, likes) with { Next = end is [var last, _] ? new GalleryPlace(last, likes) : null };
    }

    // First all that somebody likes, then, newest first, those that nobody has liked yet.
    private static async Task<Found> TopAsync(Session session, GalleryWalk walk, long? since, GalleryPlace after, int limit)
    {
        if (walk.IsOfFacet && await IsRareAsync(session, walk))
            return await TopOfFewAsync(session, walk, since, after, limit);
        var found = Found.Nothing;
        if (after.Likes is not 0)
        {
            found = since is null || walk.IsOfTag ? await MostLikedAsync(session, walk, since, after, limit) : await LikedSinceAsync(session, walk, since.Value, after, limit);
            if (found.Next is not null)
                return found;
            after = new GalleryPlace(long.MaxValue, 0);
        }
        if (found.Rows.Count == limit)
            return found with { Next = after };
        var rest = await NewestAsync(session, walk, after, limit - found.Rows.Count, unlikedOnly: true);
        return new Found([.. found.Rows, .. rest.Rows], rest.Next);
    }

    private static async Task<bool> IsRareAsync(Session session, GalleryWalk walk) =>
        // Counts to the bound and no further.
        await session.ScalarAsync<long?>($"{walk.Numbers} LIMIT 1 OFFSET {GalleryWalk.Few}", walk.Arguments(GalleryPlace.Top, 0, 0)) is null;

    private static async Task<Found> TopOfFewAsync(Session session, GalleryWalk walk, long? since, GalleryPlace after, int limit)
    {
        var args = walk.Arguments(GalleryPlace.Top, GalleryWalk.Few, limit + 1);
        (args["last"], args["likes"], args["since"]) = (after.Number, after.Likes ?? int.MaxValue, since ?? 0);
        return Found.Of(await session.QueryAsync<FoundPlace>($"""
            SELECT s.number, s.likes FROM ({walk.Newest(", s.likes, s.completed_at")}) s
            WHERE {walk.Left(walked: true)} AND s.completed_at >= @since AND (s.likes, s.number) < (@likes, @last)
            ORDER BY s.likes DESC, s.number DESC LIMIT @limit
            """, args), limit, byLikes: true);
    }

    private static async Task<Found> MostLikedAsync(Session session, GalleryWalk walk, long? since, GalleryPlace after, int limit)
    {
        var args = walk.Arguments(after, GalleryWalk.Bound, limit + 1);
        args["since"] = since;
        var rows = await session.QueryAsync<FoundPlace>($"""
            SELECT s.number, s.likes FROM ({walk.MostLiked}) s WHERE {walk.Left(walked: false)} {(since is null ? "" : "AND s.completed_at >= @since")}
            {walk.InItsOrder("s.likes DESC, s.number DESC")} LIMIT @limit
            """, args);
        if (rows.Count > limit)
            return Found.Of(rows, limit, byLikes: true);
        var end = await session.QuerySingleOrDefaultAsync<FoundPlace>(
            $"SELECT w.number, w.likes FROM ({walk.MostLiked}) w ORDER BY w.likes, w.number LIMIT 1", args);
        args["walk"] = 1;
        (args["likes"], args["before"]) = (end?.Likes ?? 0, end?.Number ?? 0);
        var more = end is not null && (await session.QueryAsync<FoundPlace>(walk.MostLiked, args)).Count > 0;
        return Found.Of(rows, limit, byLikes: true) with { Next = more ? new GalleryPlace(end!.Number, end.Likes) : null };
    }

    private static async Task<Found> LikedSinceAsync(Session session, GalleryWalk walk, long since, GalleryPlace after, int limit)
    {
        var args = walk.Arguments(after, 0, limit + 1);
        args["since"] = since;
        return Found.Of(await session.QueryAsync<FoundPlace>($"""
            SELECT s.number, s.likes FROM ({walk.LikedSince}) s WHERE (s.likes, s.number) < (@likes, @before) AND {walk.Left(walked: false)}
            ORDER BY s.likes DESC, s.number DESC LIMIT @limit
            """, args), limit, byLikes: true);
    }

    /// <summary>Where the pictures of a page are, and where the next page goes on.</summary>
    private sealed record Found(IReadOnlyList<FoundPlace> Rows, GalleryPlace? Next)
    {
        public static Found Nothing { get; } = new([], Next: null);

        public static Found Of(IReadOnlyList<FoundPlace> rows, int limit, int? likes = null, bool byLikes = false)
        {
            if (rows.Count <= limit)
                return new Found(rows, Next: null);
            var last = rows[limit - 1];
            return new Found([.. rows.Take(limit)], new GalleryPlace(last.Number, byLikes ? last.Likes : likes));
        }

        public async Task<GalleryPage> ShowAsync(Session session, string reader, long? since = null)
        {
            var pictures = await GalleryPictures.OfAsync(session, [.. Rows.Select(row => row.Number)], reader);
            // Unliked pictures come newest first: the first one that is too old ends the list.
            var recent = since is null ? pictures : [.. pictures.Where(picture => picture.CompletedAt.ToUnixTimeMilliseconds() >= since)];
            return new GalleryPage(recent, recent.Count == pictures.Count ? Next : null);
        }
    }
}
