// Likes: a row per account and picture. The row, the picture's counter and the owner's event are one transaction.
using Atelier.Durable;

namespace Atelier.Gallery;

/// <summary>Where a picture stands with an account after a command.</summary>
/// <param name="Liked">Whether the account likes it.</param>
/// <param name="Likes">How many accounts do.</param>
public sealed record LikeState(bool Liked, int Likes);

/// <summary>Who likes which pictures.</summary>
public sealed class Likes(Database database, TimeProvider time)
{
    /// <summary>Likes a picture, or no longer; doing so twice changes nothing.</summary>
    /// <returns>How it stands; null where the account may not see such a picture.</returns>
    public Task<LikeState?> SetAsync(string generationId, string account, bool liked, CancellationToken cancellationToken = default) =>
        database.TransactAsync(async transaction =>
        {
            var picture = await transaction.QuerySingleOrDefaultAsync<PictureRow>("""
                SELECT s.owner, s.shown, s.likes FROM gallery s JOIN generations g ON g.id = s.id WHERE s.id = @generationId AND g.deleted_at IS NULL
                """, new { generationId });
            if (picture is null || !(picture.Shown || picture.Owner == account))
                return null;
            var changed = await transaction.ExecuteAsync(
                liked
                    ? "INSERT INTO likes (account, generation_id, created_at) VALUES (@account, @generationId, @now) ON CONFLICT DO NOTHING"
                    : "DELETE FROM likes WHERE account = @account AND generation_id = @generationId",
                new { account, generationId, now = time.GetUtcNow().ToUnixTimeMilliseconds() });
            var likes = changed == 0
                ? picture.Likes
                : await transaction.ScalarAsync<int>("SELECT likes FROM gallery WHERE id = @generationId", new { generationId });
            if (changed == 1 && liked && picture.Owner != account)
                EventLog.Append(transaction, GalleryEvents.LikedBy(picture.Owner, generationId, account, likes));
            return new LikeState(liked, likes);
        }, cancellationToken);

    /// <summary>Whether an account likes a picture.</summary>
    public Task<bool> LikesAsync(string generationId, string account, CancellationToken cancellationToken = default) => database.ReadAsync(async session =>
        await session.ScalarAsync<int?>("SELECT 1 FROM likes WHERE account = @account AND generation_id = @generationId", new { account, generationId }) is not null,
        cancellationToken);

    /// <summary>A page of the pictures that an account likes and may still see, the last liked first.</summary>
    /// <param name="account">The account, which is also the one that looks.</param>
    /// <param name="after">The place of the last picture of the page before; null for the first.</param>
    /// <param name="limit">How many, 1 to <see cref="GalleryStore.MaxPage"/>.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public Task<LikedPage> ListAsync(string account, LikedPlace? after = null, int limit = 40, CancellationToken cancellationToken = default) =>
        database.ReadAsync(async session =>
        {
            var place = after ?? new LikedPlace(long.MaxValue, "");
            var rows = await session.QueryAsync<LikedRow>($"""
                SELECT generation_id, created_at FROM likes WHERE account = @account AND (created_at, generation_id) < (@At, @Id)
                ORDER BY created_at DESC, generation_id DESC LIMIT @limit
                """, new { account, place.At, place.Id, limit = Math.Clamp(limit, 1, GalleryStore.MaxPage) + 1 });
            var page = rows.Take(limit).ToList();
            var pictures = await GalleryPictures.OfIdsAsync(session, [.. page.Select(row => row.GenerationId)], account);
            return new LikedPage(
                [.. pictures.Where(picture => picture.Shown || picture.Owner == account)],
                rows.Count > page.Count ? new LikedPlace(page[^1].CreatedAt, page[^1].GenerationId) : null);
        }, cancellationToken);

    private sealed class PictureRow
    {
        public string Owner { get; init; } = "";
        public bool Shown { get; init; }
        public int Likes { get; init; }
    }

    private sealed class LikedRow
    {
        public string GenerationId { get; init; } = "";
        public long CreatedAt { get; init; }
    }
}

/// <summary>Where a page of liked pictures ended.</summary>
/// <param name="At">When the last one was liked, in Unix milliseconds.</param>
/// <param name="Id">Its generation.</param>
public sealed record LikedPlace(long At, string Id);

/// <summary>A page of liked pictures.</summary>
/// <param name="Pictures">The last liked first.</param>
/// <param name="Next">Where the next page goes on; null where there is none.</param>
public sealed record LikedPage(IReadOnlyList<GalleryPicture> Pictures, LikedPlace? Next);
