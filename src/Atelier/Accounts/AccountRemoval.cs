// Deletes accounts. The person is gone with one transaction; what it made follows by what is enqueued in the same one.
using Atelier.Durable;

namespace Atelier.Accounts;

/// <summary>Something that must follow when an account is deleted, written or enqueued in the same transaction.</summary>
/// <param name="transaction">The transaction that deletes the account.</param>
/// <param name="accountId">The account.</param>
public delegate Task ForgetAccount(Transaction transaction, string accountId);

/// <summary>Deletes accounts.</summary>
public sealed class AccountRemoval(Database database, IEnumerable<ForgetAccount> forgets, TimeProvider time)
{
    private static readonly string[] Proofs = ["sessions", "api_keys", "external_logins", "passkeys"];

    /// <summary>
    /// Deletes an account: its sessions, keys, links and passkeys end at once, its address and username are free again. False where it is the
    /// only administrator of an installation with other people: then nothing is changed.
    /// </summary>
    public Task<bool> RemoveAsync(string accountId, CancellationToken cancellationToken = default) => database.TransactAsync(async transaction =>
    {
        // Two administrators who leave at once wait for each other here.
        if (transaction.Dialect == Dialect.Postgres)
            await transaction.QueryAsync<string>("SELECT id FROM accounts WHERE role = 'admin' ORDER BY id FOR UPDATE");
        if (await IsNeededAsync(transaction, accountId))
            return false;
        foreach (var table in Proofs)
            await transaction.ExecuteAsync($"DELETE FROM {table} WHERE account_id = @accountId", new { accountId });
        // The account of single-user mode stays, as empty as it began.
        var isLocal = accountId == Account.LocalId;
        await transaction.ExecuteAsync("""
            UPDATE accounts SET email = NULL, email_key = NULL, email_confirmed = @no, username = @name, username_key = @key, full_name = '', bio = '',
                website = NULL, avatar = NULL, password_hash = NULL, security_stamp = @stamp, shows_nsfw = @no, deleted_at = @deletedAt
            WHERE id = @accountId
            """, new
        {
            accountId, no = false, stamp = SecretToken.Create(), name = isLocal ? Account.LocalId : "deleted", key = isLocal ? Account.LocalId : $"~{accountId}",
            deletedAt = isLocal ? (long?)null : time.GetUtcNow().ToUnixTimeMilliseconds(),
        });
        foreach (var forget in forgets)
            await forget(transaction, accountId);
        return true;
    }, cancellationToken);

    private static async Task<bool> IsNeededAsync(Transaction transaction, string accountId) => await transaction.ScalarAsync<long>("""
        SELECT COUNT(*) FROM accounts a WHERE a.id = @accountId AND a.role = 'admin'
            AND EXISTS (SELECT 1 FROM accounts o WHERE o.id <> a.id AND o.email IS NOT NULL AND o.deleted_at IS NULL)
            AND NOT EXISTS (SELECT 1 FROM accounts o WHERE o.id <> a.id AND o.role = 'admin' AND o.email IS NOT NULL AND o.deleted_at IS NULL AND o.banned_at IS NULL)
        """, new { accountId }) > 0;
}
