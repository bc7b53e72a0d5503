// Personal API keys: programs act with them in an account's name, as far as their scopes go. Only their hashes are here.
using Atelier.Durable;

namespace Atelier.Accounts;

/// <summary>A key as its owner sees it.</summary>
/// <param name="Id">Its id, which proves nothing.</param>
/// <param name="Name">What the owner calls it.</param>
/// <param name="Hint">The first characters of the secret.</param>
/// <param name="Scopes">What it may be used for.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UsedAt">When it was last used, to the minute; null where it never was.</param>
/// <param name="ExpiresAt">Until when it works; null for always.</param>
public sealed record PersonalKey(
    string Id, string Name, string Hint, Scopes Scopes, DateTimeOffset CreatedAt, DateTimeOffset? UsedAt, DateTimeOffset? ExpiresAt);

/// <summary>A new key and its secret, which is shown once.</summary>
/// <param name="Key">The key.</param>
/// <param name="Secret">What programs send.</param>
public sealed record NewPersonalKey(PersonalKey Key, string Secret);

/// <summary>A caller who sent a key.</summary>
/// <param name="Caller">Who it is.</param>
/// <param name="IsDue">Whether it is time to write the use down.</param>
public sealed record KeyCaller(Caller Caller, bool IsDue);

/// <summary>The keys.</summary>
public sealed class PersonalKeys(Database database, TimeProvider time)
{
    /// <summary>What every secret begins with, so that scanners for leaked secrets know it.</summary>
    public const string Prefix = "atl_";

    /// <summary>Most characters of a name.</summary>
    public const int LongestName = 60;

    /// <summary>Most keys of one account.</summary>
    public const int Most = 50;

    /// <summary>How often the use of a key is written down at most.</summary>
    public static readonly TimeSpan NotedEvery = TimeSpan.FromMinutes(1);

    private const string Columns = "id, name, hint, scopes, created_at, used_at, expires_at";
    private const int HintLength = 8;

    /// <summary>Makes a key. Null where the account has <see cref="Most"/> already.</summary>
    public async Task<NewPersonalKey?> CreateAsync(
        string accountId, string name, Scopes scopes, TimeSpan? lasts, CancellationToken cancellationToken = default)
    {
        var (secret, now) = (Prefix + SecretToken.Create(), time.GetUtcNow());
        var row = new Row
        {
            Id = SecretToken.NewId(), Name = name, Hint = secret[..HintLength], Scopes = (int)scopes, CreatedAt = now.ToUnixTimeMilliseconds(),
            ExpiresAt = lasts is { } span ? (now + span).ToUnixTimeMilliseconds() : null,
        };
        var made = await database.TransactAsync(transaction => transaction.ExecuteAsync("""
            INSERT INTO api_keys (id, account_id, name, secret_hash, hint, scopes, created_at, expires_at)
            SELECT @Id, @accountId, @Name, @hash, @Hint, @Scopes, @CreatedAt, @ExpiresAt
            WHERE (SELECT COUNT(*) FROM api_keys WHERE account_id = @accountId) < @Most
            """, new
        {
            row.Id, accountId, row.Name, hash = SecretToken.HashOf(secret), row.Hint, row.Scopes, row.CreatedAt, row.ExpiresAt, Most,
        }), cancellationToken);
        return made == 1 ? new NewPersonalKey(row.ToKey(), secret) : null;
    }

    /// <summary>Who a secret belongs to; null where it is no key, has expired, or the account was banned or deleted.</summary>
    public async Task<KeyCaller?> FindCallerAsync(string secret, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var row = await database.AskAsync(session => session.QuerySingleOrDefaultAsync<CallerRow>($"""
            SELECT k.id AS key_id, k.scopes, k.used_at, {AccountRow.Columns} FROM api_keys k JOIN accounts a ON a.id = k.account_id
            WHERE k.secret_hash = @hash AND (k.expires_at IS NULL OR k.expires_at > @now) AND a.banned_at IS NULL AND a.deleted_at IS NULL
            """, new { hash = SecretToken.HashOf(secret), now = now.ToUnixTimeMilliseconds() }), cancellationToken);
        return row is null ? null : new KeyCaller(
            new Caller(row.ToAccount(), Proof.ApiKey, (Scopes)row.Scopes, row.KeyId),
            row.UsedAt is not { } used || now - DateTimeOffset.FromUnixTimeMilliseconds(used) >= NotedEvery);
    }

    /// <summary>Writes down that a key is used.</summary>
    public Task NoteUseAsync(string id, CancellationToken cancellationToken = default) => database.TransactAsync(
        Durability.Relaxed, transaction => transaction.ExecuteAsync(
            "UPDATE api_keys SET used_at = @at WHERE id = @id", new { id, at = time.GetUtcNow().ToUnixTimeMilliseconds() }), cancellationToken);

    /// <summary>An account's keys, the newest first; those that have expired too.</summary>
    public async Task<IReadOnlyList<PersonalKey>> ListAsync(string accountId, CancellationToken cancellationToken = default) =>
        [.. (await database.AskAsync(session => session.QueryAsync<Row>(
            $"SELECT {Columns} FROM api_keys WHERE account_id = @accountId ORDER BY created_at DESC, id DESC", new { accountId }), cancellationToken))
            .Select(row => row.ToKey())];

    /// <summary>Revokes one of an account's keys at once. False where it has no such key.</summary>
    public Task<bool> RevokeAsync(string accountId, string id, CancellationToken cancellationToken = default) =>
        database.TransactAsync(async transaction => await transaction.ExecuteAsync(
            "DELETE FROM api_keys WHERE account_id = @accountId AND id = @id", new { accountId, id }) == 1, cancellationToken);

    private sealed class CallerRow : AccountRow
    {
        public string KeyId { get; init; } = "";
        public int Scopes { get; init; }
        public long? UsedAt { get; init; }
    }

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string Name { get; init; } = "";
        public string Hint { get; init; } = "";
        public int Scopes { get; init; }
        public long CreatedAt { get; init; }
        public long? UsedAt { get; init; }
        public long? ExpiresAt { get; init; }

        public PersonalKey ToKey() => new(Id, Name, Hint, (Accounts.Scopes)Scopes, DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt), At(UsedAt), At(ExpiresAt));

        private static DateTimeOffset? At(long? moment) => moment is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
    }
}
