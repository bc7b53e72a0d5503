// What proves an account, counted before something of it is taken away. Whoever takes away two things at once waits here, so that one remains.
using Atelier.Durable;

namespace Atelier.Accounts;

internal static class WaysIn
{
    /// <summary>Whether an account may be entered without one passkey and without one service; either may be empty.</summary>
    public const string Others = """
        (EXISTS (SELECT 1 FROM accounts a WHERE a.id = @accountId AND a.password_hash IS NOT NULL)
        OR EXISTS (SELECT 1 FROM passkeys p WHERE p.account_id = @accountId AND p.credential_id <> @passkey)
        OR EXISTS (SELECT 1 FROM external_logins l WHERE l.account_id = @accountId AND l.issuer <> @issuer))
        """;

    /// <summary>Holds an account until the transaction ends.</summary>
    public static Task HoldAsync(Transaction transaction, string accountId) =>
        transaction.ExecuteAsync("UPDATE accounts SET id = id WHERE id = @accountId", new { accountId });
}
