// The passkeys of accounts: public keys with a name, and the counters by which a copied one is found out. A challenge that was answered stays
// spent whatever happens after, so that after a crash somebody begins again and nobody repeats.
using System.Buffers.Text;
using System.Text.Json;
using Atelier.Durable;
using Microsoft.AspNetCore.Identity;

namespace Atelier.Accounts;

/// <summary>A passkey as its owner sees it.</summary>
/// <param name="Id">The credential's id, which proves nothing.</param>
/// <param name="Name">What the owner calls it.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="UsedAt">When somebody last signed in with it; null where nobody has.</param>
public sealed record Passkey(string Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? UsedAt);

/// <summary>The passkeys.</summary>
public sealed class Passkeys(Database database, TimeProvider time)
{
    /// <summary>Most characters of a name.</summary>
    public const int LongestName = 60;

    /// <summary>Most passkeys of one account.</summary>
    public const int Most = 20;

    /// <summary>What is said of every passkey that does not open an account, whatever the reason.</summary>
    public const string Wrong = "This passkey opens no account here. It may have been removed, or the attempt took too long: try once more, or sign in another way.";

    /// <summary>An account's passkeys, the newest first.</summary>
    public async Task<IReadOnlyList<Passkey>> ListAsync(string accountId, CancellationToken cancellationToken = default) =>
        [.. (await RowsAsync(accountId, cancellationToken)).Select(row => new Passkey(row.CredentialId, row.Name, At(row.CreatedAt), row.UsedAt is { } at ? At(at) : null))];

    /// <summary>The same with what verifies them.</summary>
    public async Task<IReadOnlyList<UserPasskeyInfo>> CredentialsAsync(string accountId, CancellationToken cancellationToken = default) =>
        [.. (await RowsAsync(accountId, cancellationToken)).Select(row => row.ToCredential())];

    /// <summary>Whose passkey it is; null where nobody has it.</summary>
    public Task<string?> FindOwnerAsync(byte[] credentialId, CancellationToken cancellationToken = default) =>
        database.AskAsync(session => session.ScalarAsync<string>(
            "SELECT account_id FROM passkeys WHERE credential_id = @id", new { id = IdOf(credentialId) }), cancellationToken);

    /// <summary>Adds a passkey that was verified. False where the account has <see cref="Most"/>, or somebody has this one.</summary>
    public Task<bool> AddAsync(string accountId, string name, UserPasskeyInfo credential, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(credential);
        return database.TransactAsync(async transaction => await transaction.ExecuteAsync("""
            INSERT INTO passkeys (credential_id, account_id, name, data, created_at)
            SELECT @id, a.id, @name, @data, @at FROM accounts a
            WHERE a.id = @accountId AND a.banned_at IS NULL AND a.deleted_at IS NULL AND (SELECT COUNT(*) FROM passkeys WHERE account_id = @accountId) < @Most
            ON CONFLICT DO NOTHING
            """, new
        {
            id = IdOf(credential.CredentialId), accountId, name, data = Content.Of(credential).ToString(), at = time.GetUtcNow().ToUnixTimeMilliseconds(), Most,
        }) == 1, cancellationToken);
    }

    /// <summary>Removes one of an account's passkeys, unless it is the only way to sign in. False where it was kept.</summary>
    public Task<bool> RemoveAsync(string accountId, string id, CancellationToken cancellationToken = default) => database.TransactAsync(async transaction =>
    {
        await WaysIn.HoldAsync(transaction, accountId);
        await transaction.ExecuteAsync(
            $"DELETE FROM passkeys WHERE account_id = @accountId AND credential_id = @passkey AND {WaysIn.Others}", new { accountId, passkey = id, issuer = "" });
        return await transaction.ScalarAsync<long>(
            "SELECT COUNT(*) FROM passkeys WHERE account_id = @accountId AND credential_id = @id", new { accountId, id }) == 0;
    }, cancellationToken);

    /// <summary>Spends a challenge. False where it was spent before.</summary>
    /// <param name="challenge">What is told apart from every other challenge.</param>
    /// <param name="expires">When it ends by itself.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public Task<bool> SpendAsync(string challenge, DateTimeOffset expires, CancellationToken cancellationToken = default) =>
        database.TransactAsync(async transaction =>
        {
            await transaction.ExecuteAsync("DELETE FROM spent_challenges WHERE expires_at <= @now", new { now = time.GetUtcNow().ToUnixTimeMilliseconds() });
            return await transaction.ExecuteAsync("INSERT INTO spent_challenges (hash, expires_at) VALUES (@hash, @at) ON CONFLICT DO NOTHING",
                new { hash = SecretToken.HashOf(challenge), at = expires.ToUnixTimeMilliseconds() }) == 1;
        }, cancellationToken);

    /// <summary>Signs in with a passkey whose answer was verified, and begins a new session.</summary>
    /// <param name="accountId">Whose it is.</param>
    /// <param name="answered">The credential with the counter of the answer.</param>
    /// <param name="place">From where.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public Task<SignInResult> SignInAsync(string accountId, UserPasskeyInfo answered, SignInPlace place, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(answered);
        return database.TransactAsync<SignInResult>(async transaction =>
        {
            // Of two answers at once the second one is judged by the counter of the first.
            await WaysIn.HoldAsync(transaction, accountId);
            var (id, now) = (IdOf(answered.CredentialId), time.GetUtcNow());
            var row = await transaction.QuerySingleOrDefaultAsync<Row>("""
                SELECT p.credential_id, p.data, a.banned_at, a.ban_reason FROM passkeys p JOIN accounts a ON a.id = p.account_id
                WHERE p.credential_id = @id AND p.account_id = @accountId AND a.deleted_at IS NULL
                """, new { id, accountId });
            if (row is null || !IsAhead(answered.SignCount, row.ToCredential().SignCount))
                return new SignInResult.Refused("passkey", Wrong);
            if (row.BannedAt is not null)
                return new SignInResult.Refused("passkey", SignIn.BannedFor(row.BanReason));
            await transaction.ExecuteAsync("UPDATE passkeys SET data = @data, used_at = @at WHERE credential_id = @id",
                new { id, data = Content.Of(answered).ToString(), at = now.ToUnixTimeMilliseconds() });
            return new SignInResult.SignedIn(accountId, await SessionStore.BeginAsync(transaction, accountId, place, now));
        }, cancellationToken);
    }

    // Devices that share a passkey among them do not count: their counter is always 0.
    private static bool IsAhead(uint answered, uint kept) => answered > kept || (answered == 0 && kept == 0);

    private Task<IReadOnlyList<Row>> RowsAsync(string accountId, CancellationToken cancellationToken) => database.AskAsync(session => session.QueryAsync<Row>(
        "SELECT credential_id, name, data, created_at, used_at FROM passkeys WHERE account_id = @accountId ORDER BY created_at DESC, credential_id",
        new { accountId }), cancellationToken);

    private static string IdOf(byte[] credentialId) => Base64Url.EncodeToString(credentialId);

    private static DateTimeOffset At(long moment) => DateTimeOffset.FromUnixTimeMilliseconds(moment);

    private sealed record Content(byte[] PublicKey, uint SignCount, string[]? Transports, bool IsUserVerified, bool IsBackupEligible, bool IsBackedUp)
    {
        public static Content Of(UserPasskeyInfo credential) => new(
            credential.PublicKey, credential.SignCount, credential.Transports, credential.IsUserVerified, credential.IsBackupEligible, credential.IsBackedUp);

        public override string ToString() => JsonSerializer.Serialize(this);
    }

    private sealed class Row
    {
        public string CredentialId { get; init; } = "";
        public string Name { get; init; } = "";
        public string Data { get; init; } = "";
        public long CreatedAt { get; init; }
        public long? UsedAt { get; init; }
        public long? BannedAt { get; init; }
        public string? BanReason { get; init; }

        public UserPasskeyInfo ToCredential()
        {
            var content = JsonSerializer.Deserialize<Content>(Data)!;
            // What the device said of itself when it was added has been judged; it is not kept.
            return new UserPasskeyInfo(Base64Url.DecodeFromChars(CredentialId), content.PublicKey, At(CreatedAt), content.SignCount, content.Transports,
                content.IsUserVerified, content.IsBackupEligible, content.IsBackedUp, attestationObject: [], clientDataJson: []);
        }
    }
}
