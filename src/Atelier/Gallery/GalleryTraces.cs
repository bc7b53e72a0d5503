// What somebody leaves in the gallery besides pictures. It goes in the transaction that deletes the account.
using Atelier.Durable;

namespace Atelier.Gallery;

/// <summary>Likes, follows and collections of an account that is deleted.</summary>
public static class GalleryTraces
{
    /// <summary>Removes them; the counters of others fall with them.</summary>
    public static async Task ForgetAsync(Transaction transaction, string accountId)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        await transaction.ExecuteAsync("DELETE FROM likes WHERE account = @accountId", new { accountId });
        await transaction.ExecuteAsync("DELETE FROM follows WHERE follower = @accountId OR followed = @accountId", new { accountId });
        await transaction.ExecuteAsync("DELETE FROM collections WHERE owner = @accountId", new { accountId });
    }
}
