// Gives an account another address, once who has the account has shown that the address is his. One transaction with the mail that tells the old one.
using Atelier.Durable;

namespace Atelier.Accounts;

/// <summary>How a change of address ended.</summary>
public enum EmailChanged
{
    /// <summary>The account has the new address.</summary>
    Done,

    /// <summary>Something about how the account is proved has changed since the link was made: nothing is changed.</summary>
    TooLate,

    /// <summary>Somebody else has the address by now: nothing is changed.</summary>
    Taken,
}

/// <summary>Changes of address.</summary>
public sealed class EmailChange(Database database, TimeProvider time)
{
    /// <summary>Who has no password must have signed in this lately to change the address.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    /// <summary>An account that may be used, with the stamp that links to it carry.</summary>
    public Task<StampedAccount?> FindStampedAsync(string accountId, CancellationToken cancellationToken = default) =>
        database.AskAsync(session => session.QuerySingleOrDefaultAsync<StampedAccount>("""
            SELECT id, email, username, security_stamp FROM accounts
            WHERE id = @accountId AND email IS NOT NULL AND banned_at IS NULL AND deleted_at IS NULL
            """, new { accountId }), cancellationToken);

    /// <summary>Whether a session began a moment ago.</summary>
    public async Task<bool> IsFreshAsync(string accountId, string? session, CancellationToken cancellationToken = default) =>
        await database.ReadAsync(read => read.ScalarAsync<long>(
            "SELECT COUNT(*) FROM sessions WHERE account_id = @accountId AND id = @session AND created_at > @since",
            new { accountId, session, since = (time.GetUtcNow() - Fresh).ToUnixTimeMilliseconds() }), cancellationToken) > 0;

    /// <summary>Whether another account has an address.</summary>
    public async Task<bool> IsTakenAsync(string accountId, string email, CancellationToken cancellationToken = default) =>
        await database.ReadAsync(session => IsTakenAsync(session, accountId, email), cancellationToken);

    /// <summary>Changes the address. Every link that was mailed before ends with it.</summary>
    /// <param name="accountId">Whose.</param>
    /// <param name="stamp">The stamp when the link was made.</param>
    /// <param name="email">The new address.</param>
    /// <param name="tell">What must be written in the same transaction; it is given the account with its old address.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public async Task<EmailChanged> ChangeAsync(
        string accountId, string stamp, string email, Func<Transaction, StampedAccount, Task> tell, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(email);
        ArgumentNullException.ThrowIfNull(tell);
        try
        {
            return await database.TransactAsync(transaction => ChangeAsync(transaction, accountId, stamp, email, tell), cancellationToken);
        }
        catch (Exception failure) when (database.IsDuplicate(failure))
        {
            return EmailChanged.Taken; // by somebody who got it after we had looked
        }
    }

    private static async Task<EmailChanged> ChangeAsync(
        Transaction transaction, string accountId, string stamp, string email, Func<Transaction, StampedAccount, Task> tell)
    {
        await WaysIn.HoldAsync(transaction, accountId);
        var before = await transaction.QuerySingleOrDefaultAsync<StampedAccount>("""
            SELECT id, email, username, security_stamp FROM accounts
            WHERE id = @accountId AND security_stamp = @stamp AND email IS NOT NULL AND banned_at IS NULL AND deleted_at IS NULL
            """, new { accountId, stamp });
        if (before is null)
            return EmailChanged.TooLate;
        if (await IsTakenAsync(transaction, accountId, email))
            return EmailChanged.Taken;
        await transaction.ExecuteAsync(
            "UPDATE accounts SET email = @email, email_key = @key, email_confirmed = @yes, security_stamp = @next WHERE id = @accountId",
            new { accountId, email, key = email.ToLowerInvariant(), yes = true, next = SecretToken.Create() });
        await tell(transaction, before);
        return EmailChanged.Done;
    }

    private static async Task<bool> IsTakenAsync(Session session, string accountId, string email) => await session.ScalarAsync<long>(
        "SELECT COUNT(*) FROM accounts WHERE email_key = @key AND id <> @accountId", new { accountId, key = email.ToLowerInvariant() }) > 0;
}
