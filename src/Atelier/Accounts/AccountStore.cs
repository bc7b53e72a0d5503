// Reads and writes accounts. Every change is one transaction; nothing of an account is kept in memory.
using Atelier.Durable;

namespace Atelier.Accounts;

/// <summary>The accounts of an installation.</summary>
public sealed class AccountStore(Database database)
{
    /// <summary>An account that has not been deleted, or null.</summary>
    public async Task<Account?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        (await FindManyAsync([id], cancellationToken)).GetValueOrDefault(id);

    /// <summary>Those of some accounts that there are, by id.</summary>
    public async Task<IReadOnlyDictionary<string, Account>> FindManyAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken = default)
    {
        if (ids.Count == 0)
            return new Dictionary<string, Account>();
        var rows = await database.AskAsync(session => session.QueryAsync<AccountRow>(
            $"SELECT {AccountRow.Columns} FROM accounts a WHERE a.id {(session.Dialect == Dialect.Postgres ? "= ANY(@ids)" : "IN @ids")} AND a.deleted_at IS NULL",
            new { ids = ids.Distinct(StringComparer.Ordinal).ToArray() }), cancellationToken);
        return rows.ToDictionary(row => row.Id, row => row.ToAccount(), StringComparer.Ordinal);
    }

    /// <summary>The account with a username, whatever its case; null where there is none.</summary>
    public Task<Account?> FindByUsernameAsync(string username, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(username);
        return database.ReadAsync(async session => (await session.QuerySingleOrDefaultAsync<AccountRow>(
            $"SELECT {AccountRow.Columns} FROM accounts a WHERE a.username_key = @key AND a.deleted_at IS NULL", new { key = username.ToLowerInvariant() }))?.ToAccount(),
            cancellationToken);
    }

    /// <summary>Records a new account. Its username and address must be free: the database refuses a second one.</summary>
    public static Task InsertAsync(Transaction transaction, Account account) => transaction.ExecuteAsync("""
        INSERT INTO accounts (id, email, email_key, username, username_key, full_name, bio, website, avatar, role, shows_nsfw, created_at)
        VALUES (@Id, @Email, @emailKey, @Username, @usernameKey, @FullName, @Bio, @Website, @Avatar, @role, @ShowsNsfw, @createdAt)
        """, new
    {
        account.Id, account.Email, emailKey = account.Email?.ToLowerInvariant(), account.Username, usernameKey = account.Username.ToLowerInvariant(),
        account.FullName, account.Bio, account.Website, account.Avatar, role = RoleNames.Of(account.Role), account.ShowsNsfw,
        createdAt = account.CreatedAt.ToUnixTimeMilliseconds(),
    });

    /// <summary>Whether somebody has signed up already. Until then the first to do so becomes administrator.</summary>
    public async Task<bool> IsSettledAsync(CancellationToken cancellationToken = default) =>
        await database.AskAsync(session => session.ScalarAsync<long>(
            "SELECT COUNT(*) FROM accounts WHERE email IS NOT NULL AND deleted_at IS NULL"), cancellationToken) > 0;

    /// <summary>Changes what an account says of itself. False where the username belongs to somebody else: then nothing is changed.</summary>
    public async Task<bool> ChangeProfileAsync(string id, ProfileChange change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        try
        {
            return await database.TransactAsync(async transaction => await transaction.ExecuteAsync("""
                UPDATE accounts SET username = @Username, username_key = @key, full_name = @FullName, bio = @Bio, website = @Website, shows_nsfw = @ShowsNsfw
                WHERE id = @id AND deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM accounts o WHERE o.username_key = @key AND o.id <> @id)
                """, new { id, key = change.Username.ToLowerInvariant(), change.Username, change.FullName, change.Bio, change.Website, change.ShowsNsfw }) == 1,
                cancellationToken);
        }
        catch (Exception failure) when (database.IsDuplicate(failure))
        {
            return false; // somebody took it in the same moment
        }
    }
}
