// Signs in with a password, and changes passwords. Every try is counted before it is judged, so that a crash or a crowd forgives none.
using Atelier.Durable;

namespace Atelier.Accounts;

/// <summary>Passwords as proof.</summary>
public sealed class SignIn(Database database, Passwords passwords, TimeProvider time)
{
    /// <summary>After this many wrong passwords in a row an account rests.</summary>
    public const int TriesBeforeRest = 5;

    /// <summary>How long it rests; every further wrong password after that begins another rest.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromMinutes(15);

    /// <summary>What is said about every name and password that do not fit, whatever the reason: it tells nobody who has an account.</summary>
    public const string Wrong = "The name and the password do not fit together. After several wrong tries an account rests for a quarter of an hour.";

    /// <summary>What is said to somebody whose account is banned, once it is proved that it is his.</summary>
    internal static string BannedFor(string? reason) => string.IsNullOrEmpty(reason)
        ? "This account may not be used any more. Ask the operator of this installation."
        : $"This account may not be used any more: {reason}";

    /// <summary>Checks a password and begins a new session.</summary>
    /// <param name="name">The address or the username.</param>
    /// <param name="password">The password.</param>
    /// <param name="place">From where.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public async Task<SignInResult> WithPasswordAsync(string name, string password, SignInPlace place, CancellationToken cancellationToken = default)
    {
        if (name.Length > AccountRules.LongestEmail || password.Length > AccountRules.LongestPassword)
            return new SignInResult.Refused("password", Wrong);
        var now = time.GetUtcNow();
        var row = await CountTryAsync("(email_key = @name OR username_key = @name)", name.ToLowerInvariant(), now, cancellationToken);
        var fit = passwords.Check(row is { Rests: false } ? row.PasswordHash : null, password);
        if (row is null || fit == PasswordFit.Wrong)
            return new SignInResult.Refused("password", Wrong);
        if (row.BannedAt is not null)
            return new SignInResult.Refused("password", BannedFor(row.BanReason));
        var better = fit == PasswordFit.RightButOld ? passwords.Hash(password) : row.PasswordHash;
        return await database.TransactAsync<SignInResult>(async transaction =>
        {
            // A password that was changed in this very moment is not overwritten.
            await transaction.ExecuteAsync(
                "UPDATE accounts SET failed_sign_ins = 0, locked_until = NULL, password_hash = CASE WHEN password_hash = @old THEN @better ELSE password_hash END WHERE id = @Id",
                new { row.Id, old = row.PasswordHash, better });
            return new SignInResult.SignedIn(row.Id, await SessionStore.BeginAsync(transaction, row.Id, place, now));
        }, cancellationToken);
    }

    /// <summary>Whether a password is that of an account that is signed in already; wrong tries count as when signing in.</summary>
    public async Task<bool> IsPasswordAsync(string accountId, string password, CancellationToken cancellationToken = default)
    {
        var row = await CountTryAsync("id = @name", accountId, time.GetUtcNow(), cancellationToken);
        if (password.Length > AccountRules.LongestPassword
            || passwords.Check(row is { Rests: false } ? row.PasswordHash : null, password) == PasswordFit.Wrong)
            return false;
        await database.TransactAsync(transaction => transaction.ExecuteAsync(
            "UPDATE accounts SET failed_sign_ins = 0, locked_until = NULL WHERE id = @accountId", new { accountId }), cancellationToken);
        return true;
    }

    /// <summary>Whether an account has a password.</summary>
    public async Task<bool> HasPasswordAsync(string accountId, CancellationToken cancellationToken = default) =>
        await database.AskAsync(session => session.ScalarAsync<long>(
            "SELECT COUNT(*) FROM accounts WHERE id = @accountId AND password_hash IS NOT NULL", new { accountId }), cancellationToken) > 0;

    /// <summary>Sets an account's password. Every other session ends, and so does every link that was sent before.</summary>
    public async Task SetPasswordAsync(string accountId, string password, string? keepSession, CancellationToken cancellationToken = default)
    {
        var hash = passwords.Hash(password);
        await database.TransactAsync(async transaction =>
        {
            await transaction.ExecuteAsync(
                "UPDATE accounts SET password_hash = @hash, security_stamp = @stamp, failed_sign_ins = 0, locked_until = NULL WHERE id = @accountId",
                new { accountId, hash, stamp = SecretToken.Create() });
            await SessionStore.EndOthersAsync(transaction, accountId, keepSession);
        }, cancellationToken);
    }

    /// <summary>The account that a name means, with the stamp that links to it carry; null where there is none that may be used.</summary>
    public Task<StampedAccount?> FindStampedAsync(string name, CancellationToken cancellationToken = default) =>
        database.AskAsync(session => session.QuerySingleOrDefaultAsync<StampedAccount>("""
            SELECT id, email, username, security_stamp FROM accounts
            WHERE (email_key = @name OR username_key = @name) AND email IS NOT NULL AND banned_at IS NULL AND deleted_at IS NULL
            """, new { name = name.ToLowerInvariant() }), cancellationToken);

    /// <summary>Sets a new password by a link that carries a stamp. False where the link was used, or outlived by a newer one: then nothing is changed.</summary>
    public async Task<bool> ResetPasswordAsync(string accountId, string stamp, string password, CancellationToken cancellationToken = default)
    {
        var hash = passwords.Hash(password);
        return await database.TransactAsync(async transaction =>
        {
            // Who opens a link that was mailed has shown that the address is his.
            var changed = await transaction.ExecuteAsync("""
                UPDATE accounts SET password_hash = @hash, security_stamp = @next, email_confirmed = @yes, failed_sign_ins = 0, locked_until = NULL
                WHERE id = @accountId AND security_stamp = @stamp AND banned_at IS NULL AND deleted_at IS NULL
                """, new { accountId, stamp, hash, next = SecretToken.Create(), yes = true });
            if (changed == 1)
                await SessionStore.EndOthersAsync(transaction, accountId, except: null);
            return changed == 1;
        }, cancellationToken);
    }

    /// <summary>Notes by a link that an address is the person's own. False where the account or its address has changed since.</summary>
    public Task<bool> ConfirmEmailAsync(string accountId, string email, CancellationToken cancellationToken = default) =>
        database.TransactAsync(async transaction => await transaction.ExecuteAsync(
            "UPDATE accounts SET email_confirmed = @yes WHERE id = @accountId AND email = @email AND deleted_at IS NULL", new { accountId, email, yes = true }) == 1,
            cancellationToken);

    /// <summary>Whether a stamp is still an account's own.</summary>
    public async Task<bool> IsCurrentAsync(string accountId, string stamp, CancellationToken cancellationToken = default) =>
        await database.AskAsync(session => session.ScalarAsync<long>(
            "SELECT COUNT(*) FROM accounts WHERE id = @accountId AND security_stamp = @stamp AND deleted_at IS NULL", new { accountId, stamp }), cancellationToken) > 0;

    private Task<TryRow?> CountTryAsync(string where, string name, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.TransactAsync<TryRow?>(async transaction =>
        {
            var at = now.ToUnixTimeMilliseconds();
            var row = await transaction.QuerySingleOrDefaultAsync<TryRow>(
                $"SELECT id, password_hash, banned_at, ban_reason FROM accounts WHERE {where} AND deleted_at IS NULL", new { name });
            if (row is null)
                return null;
            var counted = await transaction.ExecuteAsync("""
                UPDATE accounts SET failed_sign_ins = failed_sign_ins + 1,
                    locked_until = CASE WHEN failed_sign_ins + 1 >= @most THEN @until ELSE locked_until END
                WHERE id = @Id AND (locked_until IS NULL OR locked_until <= @at)
                """, new { row.Id, at, most = TriesBeforeRest, until = (now + Rest).ToUnixTimeMilliseconds() });
            row.Rests = counted == 0;
            return row;
        }, cancellationToken);

    private sealed class TryRow
    {
        public string Id { get; init; } = "";
        public string? PasswordHash { get; init; }
        public long? BannedAt { get; init; }
        public string? BanReason { get; init; }
        public bool Rests { get; set; }
    }
}

/// <summary>An account with the stamp that changes with every change of how it is proved.</summary>
public sealed class StampedAccount
{
    /// <summary>The account.</summary>
    public string Id { get; init; } = "";

    /// <summary>Its address.</summary>
    public string Email { get; init; } = "";

    /// <summary>Its username.</summary>
    public string Username { get; init; } = "";

    /// <summary>The stamp.</summary>
    public string SecurityStamp { get; init; } = "";
}
