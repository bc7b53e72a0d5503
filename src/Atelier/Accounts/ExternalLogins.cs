// Which persons of other services are which accounts here. A link is made by somebody who has proved both.
using Atelier.Durable;

namespace Atelier.Accounts;

/// <summary>The links to other services.</summary>
public sealed class ExternalLogins(Database database, TimeProvider time)
{
    /// <summary>Signs in the account of a person; null where there is none, or it may not be used.</summary>
    public Task<SignInResult?> SignInAsync(ExternalIdentity identity, SignInPlace place, CancellationToken cancellationToken = default) =>
        database.TransactAsync<SignInResult?>(async transaction =>
        {
            var row = await transaction.QuerySingleOrDefaultAsync<Row>("""
                SELECT a.id, a.banned_at, a.ban_reason FROM external_logins l JOIN accounts a ON a.id = l.account_id
                WHERE l.issuer = @Issuer AND l.subject = @Subject AND a.deleted_at IS NULL
                """, identity);
            return row is null ? null
                : row.BannedAt is not null ? new SignInResult.Refused("email", SignIn.BannedFor(row.BanReason))
                : new SignInResult.SignedIn(row.Id, await SessionStore.BeginAsync(transaction, row.Id, place, time.GetUtcNow()));
        }, cancellationToken);

    /// <summary>Whether an address has an account here.</summary>
    public async Task<bool> HasAccountAsync(string email, CancellationToken cancellationToken = default) =>
        await database.AskAsync(session => session.ScalarAsync<long>(
            "SELECT COUNT(*) FROM accounts WHERE email_key = @key", new { key = email.ToLowerInvariant() }), cancellationToken) > 0;

    /// <summary>Links a person to the account that is signed in. False where the person belongs to another account.</summary>
    public Task<bool> LinkAsync(string accountId, ExternalIdentity identity, CancellationToken cancellationToken = default) =>
        database.TransactAsync(async transaction =>
        {
            await LinkAsync(transaction, accountId, identity, time.GetUtcNow());
            return await transaction.ScalarAsync<string>(
                "SELECT account_id FROM external_logins WHERE issuer = @Issuer AND subject = @Subject", identity) == accountId;
        }, cancellationToken);

    /// <summary>The services that an account is linked to.</summary>
    public Task<IReadOnlyList<string>> ListAsync(string accountId, CancellationToken cancellationToken = default) =>
        database.AskAsync(session => session.QueryAsync<string>(
            "SELECT DISTINCT issuer FROM external_logins WHERE account_id = @accountId ORDER BY issuer", new { accountId }), cancellationToken);

    /// <summary>Ends an account's link to a service, unless it is the only way to sign in. False where it was kept.</summary>
    public Task<bool> UnlinkAsync(string accountId, string issuer, CancellationToken cancellationToken = default) =>
        database.TransactAsync(async transaction =>
        {
            await WaysIn.HoldAsync(transaction, accountId);
            return await transaction.ExecuteAsync(
                $"DELETE FROM external_logins WHERE account_id = @accountId AND issuer = @issuer AND {WaysIn.Others}", new { accountId, issuer, passkey = "" }) > 0;
        }, cancellationToken);

    internal static Task LinkAsync(Transaction transaction, string accountId, ExternalIdentity identity, DateTimeOffset now) => transaction.ExecuteAsync(
        "INSERT INTO external_logins (issuer, subject, account_id, created_at) VALUES (@Issuer, @Subject, @accountId, @at) ON CONFLICT DO NOTHING",
        new { identity.Issuer, identity.Subject, accountId, at = now.ToUnixTimeMilliseconds() });

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public long? BannedAt { get; init; }
        public string? BanReason { get; init; }
    }
}
