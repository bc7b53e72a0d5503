// Sessions: what a browser holds after signing in is a random token, of which only the hash is here. A crash ends none and begins none.
using Atelier.Durable;

namespace Atelier.Accounts;

/// <summary>From where somebody signs in.</summary>
/// <param name="Client">What the browser calls itself.</param>
/// <param name="Address">The network address.</param>
public sealed record SignInPlace(string Client, string Address);

/// <summary>A session as its owner sees it.</summary>
/// <param name="Id">Its id, which proves nothing.</param>
/// <param name="Client">What the browser calls itself.</param>
/// <param name="Address">The network address at the beginning.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="SeenAt">When it was last used, to the hour.</param>
/// <param name="ExpiresAt">When it ends unless it is used before.</param>
public sealed record SignedInSession(string Id, string Client, string Address, DateTimeOffset CreatedAt, DateTimeOffset SeenAt, DateTimeOffset ExpiresAt);

/// <summary>A caller who holds a session.</summary>
/// <param name="Caller">Who it is.</param>
/// <param name="IsDue">Whether it is time to prolong the session.</param>
public sealed record SessionCaller(Caller Caller, bool IsDue);

/// <summary>The sessions.</summary>
public sealed class SessionStore(Database database, TimeProvider time)
{
    /// <summary>A session ends when it has not been used for this long.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromDays(30);

    /// <summary>How often the use of a session is written down at most.</summary>
    public static readonly TimeSpan NotedEvery = TimeSpan.FromHours(1);

    private const int LongestClient = 200;

    /// <summary>Begins a session in the transaction that has proved the account. Returns the token, which is nowhere else.</summary>
    public static async Task<string> BeginAsync(Transaction transaction, string accountId, SignInPlace place, DateTimeOffset now)
    {
        var token = SecretToken.Create();
        await transaction.ExecuteAsync("DELETE FROM sessions WHERE account_id = @accountId AND expires_at <= @at", new { accountId, at = now.ToUnixTimeMilliseconds() });
        await transaction.ExecuteAsync("""
            INSERT INTO sessions (token_hash, id, account_id, client, address, created_at, seen_at, expires_at)
            VALUES (@hash, @id, @accountId, @client, @address, @at, @at, @expires)
            """, new
        {
            hash = SecretToken.HashOf(token), id = SecretToken.NewId(), accountId,
            client = place.Client.Length <= LongestClient ? place.Client : place.Client[..LongestClient], address = place.Address,
            at = now.ToUnixTimeMilliseconds(), expires = (now + Lasts).ToUnixTimeMilliseconds(),
        });
        return token;
    }

    /// <summary>Who holds a token; null where the session has ended, or the account was banned or deleted.</summary>
    public async Task<SessionCaller?> FindCallerAsync(string token, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var row = await database.AskAsync(session => session.QuerySingleOrDefaultAsync<CallerRow>($"""
            SELECT s.id AS session_id, s.seen_at, {AccountRow.Columns} FROM sessions s JOIN accounts a ON a.id = s.account_id
            WHERE s.token_hash = @hash AND s.expires_at > @now AND a.banned_at IS NULL AND a.deleted_at IS NULL
            """, new { hash = SecretToken.HashOf(token), now = now.ToUnixTimeMilliseconds() }), cancellationToken);
        return row is null ? null : new SessionCaller(
            new Caller(row.ToAccount(), Proof.Session, Scopes.All, row.SessionId),
            now - DateTimeOffset.FromUnixTimeMilliseconds(row.SeenAt) >= NotedEvery);
    }

    /// <summary>Writes down that a session is used, and lets it last from now.</summary>
    public Task ProlongAsync(string id, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        return database.TransactAsync(Durability.Relaxed, transaction => transaction.ExecuteAsync(
            "UPDATE sessions SET seen_at = @at, expires_at = @expires WHERE id = @id",
            new { id, at = now.ToUnixTimeMilliseconds(), expires = (now + Lasts).ToUnixTimeMilliseconds() }), cancellationToken);
    }

    /// <summary>An account's sessions, the last used first.</summary>
    public async Task<IReadOnlyList<SignedInSession>> ListAsync(string accountId, CancellationToken cancellationToken = default) =>
        [.. (await database.AskAsync(session => session.QueryAsync<Row>(
            "SELECT id, client, address, created_at, seen_at, expires_at FROM sessions WHERE account_id = @accountId AND expires_at > @now ORDER BY seen_at DESC, id",
            new { accountId, now = time.GetUtcNow().ToUnixTimeMilliseconds() }), cancellationToken)).Select(row => row.ToSession())];

    /// <summary>Ends one of an account's sessions. False where it has no such session.</summary>
    public Task<bool> EndAsync(string accountId, string id, CancellationToken cancellationToken = default) =>
        database.TransactAsync(async transaction => await transaction.ExecuteAsync(
            "DELETE FROM sessions WHERE account_id = @accountId AND id = @id", new { accountId, id }) == 1, cancellationToken);

    /// <summary>Ends all of an account's sessions but one.</summary>
    public Task EndOthersAsync(string accountId, string? except, CancellationToken cancellationToken = default) =>
        database.TransactAsync(transaction => EndOthersAsync(transaction, accountId, except), cancellationToken);

    /// <summary>The same within a transaction.</summary>
    public static Task EndOthersAsync(Transaction transaction, string accountId, string? except) =>
        transaction.ExecuteAsync("DELETE FROM sessions WHERE account_id = @accountId AND id <> @except", new { accountId, except = except ?? "" });

    private sealed class CallerRow : AccountRow
    {
        public string SessionId { get; init; } = "";
        public long SeenAt { get; init; }
    }

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string Client { get; init; } = "";
        public string Address { get; init; } = "";
        public long CreatedAt { get; init; }
        public long SeenAt { get; init; }
        public long ExpiresAt { get; init; }

        public SignedInSession ToSession() => new(Id, Client, Address, DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
            DateTimeOffset.FromUnixTimeMilliseconds(SeenAt), DateTimeOffset.FromUnixTimeMilliseconds(ExpiresAt));
    }
}
