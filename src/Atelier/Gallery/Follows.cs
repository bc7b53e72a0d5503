// Follows: a row per pair of accounts. The row, both counters and the event for the followed one are one transaction.
using Atelier.Durable;

namespace Atelier.Gallery;

/// <summary>An account in a list of people.</summary>
/// <param name="Id">The account.</param>
/// <param name="Username">Its username.</param>
/// <param name="FullName">Its name; may be empty.</param>
/// <param name="Avatar">The blob of its avatar, if it has one.</param>
/// <param name="Bio">What it says of itself; may be empty.</param>
/// <param name="Followed">Whether the reader of the list follows it.</param>
/// <param name="FollowedAt">When the follow began, in Unix milliseconds: with the id, where the list goes on.</param>
public sealed record FollowPerson(string Id, string Username, string FullName, string? Avatar, string Bio, bool Followed, long FollowedAt);

/// <summary>The counters of an account.</summary>
/// <param name="Pictures">Its public pictures.</param>
/// <param name="Followers">Who follow it.</param>
/// <param name="Following">Whom it follows.</param>
public sealed record AccountTally(int Pictures, int Followers, int Following);

/// <summary>How a command to follow ended.</summary>
public enum FollowResult
{
    /// <summary>It is as was asked.</summary>
    Done,

    /// <summary>There is no such account, or it is banned.</summary>
    NotFound,

    /// <summary>Nobody follows oneself.</summary>
    Oneself,

    /// <summary>The account follows as many as it may: <see cref="Follows.MostFollowed"/>.</summary>
    TooMany,
}

/// <summary>Who follows whom.</summary>
public sealed class Follows(Database database, TimeProvider time)
{
    /// <summary>The most accounts that one may follow.</summary>
    public const int MostFollowed = 5_000;

    /// <summary>Follows an account, or no longer; doing so twice changes nothing.</summary>
    public Task<FollowResult> SetAsync(string follower, string followed, bool follows, CancellationToken cancellationToken = default)
    {
        if (follower == followed)
            return Task.FromResult(FollowResult.Oneself);
        return database.TransactAsync(async transaction =>
        {
            if (!follows)
            {
                await transaction.ExecuteAsync("DELETE FROM follows WHERE follower = @follower AND followed = @followed", new { follower, followed });
                return FollowResult.Done;
            }
            var known = await transaction.ScalarAsync<int?>(
                "SELECT 1 FROM accounts WHERE id = @followed AND banned_at IS NULL AND deleted_at IS NULL", new { followed });
            if (known is null)
                return FollowResult.NotFound;
            var following = await transaction.ScalarAsync<int?>("SELECT following FROM account_tallies WHERE account = @follower", new { follower });
            if (following >= MostFollowed)
                return FollowResult.TooMany;
            var changed = await transaction.ExecuteAsync(
                "INSERT INTO follows (follower, followed, created_at) VALUES (@follower, @followed, @now) ON CONFLICT DO NOTHING",
                new { follower, followed, now = time.GetUtcNow().ToUnixTimeMilliseconds() });
            if (changed == 1)
                EventLog.Append(transaction, GalleryEvents.FollowedBy(followed, follower));
            return FollowResult.Done;
        }, cancellationToken);
    }

    /// <summary>Whether an account follows another.</summary>
    public Task<bool> FollowsAsync(string follower, string followed, CancellationToken cancellationToken = default) => database.ReadAsync(async session =>
        await session.ScalarAsync<int?>("SELECT 1 FROM follows WHERE follower = @follower AND followed = @followed", new { follower, followed }) is not null,
        cancellationToken);

    /// <summary>The counters of an account.</summary>
    public Task<AccountTally> TallyAsync(string account, CancellationToken cancellationToken = default) => database.ReadAsync(async session =>
        await session.QuerySingleOrDefaultAsync<TallyRow>("SELECT pictures, followers, following FROM account_tallies WHERE account = @account", new { account })
            is { } row ? new AccountTally(row.Pictures, row.Followers, row.Following) : new AccountTally(0, 0, 0), cancellationToken);

    /// <summary>A page of the followers of an account, the latest first; banned and deleted ones are left out.</summary>
    /// <param name="account">The account.</param>
    /// <param name="after">Where the page before ended; null for the first.</param>
    /// <param name="limit">How many.</param>
    /// <param name="reader">The account that looks; empty for somebody unknown.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public Task<IReadOnlyList<FollowPerson>> FollowersAsync(
        string account, FollowPlace? after = null, int limit = 50, string reader = "", CancellationToken cancellationToken = default) =>
        ListAsync("followed", "follower", account, after, limit, reader, cancellationToken);

    /// <summary>A page of those whom an account follows, in the same way.</summary>
    public Task<IReadOnlyList<FollowPerson>> FollowingAsync(
        string account, FollowPlace? after = null, int limit = 50, string reader = "", CancellationToken cancellationToken = default) =>
        ListAsync("follower", "followed", account, after, limit, reader, cancellationToken);

    private Task<IReadOnlyList<FollowPerson>> ListAsync(
        string side, string other, string account, FollowPlace? after, int limit, string reader, CancellationToken cancellationToken) => database.ReadAsync(async session =>
    {
        var place = after ?? new FollowPlace(long.MaxValue, "");
        IReadOnlyList<FollowPerson> people = [.. (await session.QueryAsync<PersonRow>($"""
            SELECT a.id, a.username, a.full_name, a.avatar, a.bio, f.created_at,
                CASE WHEN EXISTS (SELECT 1 FROM follows r WHERE r.follower = @reader AND r.followed = a.id) THEN 1 ELSE 0 END AS followed
            FROM follows f JOIN accounts a ON a.id = f.{other}
            WHERE f.{side} = @account AND (f.created_at, f.{other}) < (@At, @Id) AND a.banned_at IS NULL AND a.deleted_at IS NULL
            ORDER BY f.created_at DESC, f.{other} DESC LIMIT @limit
            """, new { account, place.At, place.Id, limit, reader }))
            .Select(row => new FollowPerson(row.Id, row.Username, row.FullName, row.Avatar, row.Bio, row.Followed == 1, row.CreatedAt))];
        return people;
    }, cancellationToken);

    private sealed class TallyRow
    {
        public int Pictures { get; init; }
        public int Followers { get; init; }
        public int Following { get; init; }
    }

    private sealed class PersonRow
    {
        public string Id { get; init; } = "";
        public string Username { get; init; } = "";
        public string FullName { get; init; } = "";
        public string? Avatar { get; init; }
        public string Bio { get; init; } = "";
        public int Followed { get; init; }
        public long CreatedAt { get; init; }
    }
}

/// <summary>Where a page of people ended.</summary>
/// <param name="At">When the last follow began, in Unix milliseconds.</param>
/// <param name="Id">The last account.</param>
public sealed record FollowPlace(long At, string Id);
