// Reads and writes accounts. Every change is one transaction; nothing of an account is kept in memory.
using Atelier.Durable;

namespace Atelier.Accounts;

/// <summary>The accounts of an installation.</summary>
public sealed class AccountStore(Database database)
{
    private const string Columns =
        "id, email, username, full_name, bio, website, avatar, role, shows_nsfw, created_at, banned_at";

    /// <summary>An account that has not been deleted, or null.</summary>
    public async Task<Account?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        (await FindManyAsync([id], cancellationToken)).GetValueOrDefault(id);

    /// <summary>Those of some accounts that there are, by id.</summary>
    public async Task<IReadOnlyDictionary<string, Account>> FindManyAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken = default)
    {
        if (ids.Count == 0)
            return new Dictionary<string, Account>();
        var rows = await database.ReadAsync(session => session.QueryAsync<Row>(
            $"SELECT {Columns} FROM accounts WHERE id {(session.Dialect == Dialect.Postgres ? "= ANY(@ids)" : "IN @ids")} AND deleted_at IS NULL",
            new { ids = ids.Distinct(StringComparer.Ordinal).ToArray() }), cancellationToken);
        return rows.ToDictionary(row => row.Id, row => row.ToAccount(), StringComparer.Ordinal);
    }

    /// <summary>The account with a username, whatever its case; null where there is none.</summary>
    public Task<Account?> FindByUsernameAsync(string username, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(username);
        return database.ReadAsync(async session => (await session.QuerySingleOrDefaultAsync<Row>(
            $"SELECT {Columns} FROM accounts WHERE username_key = @key AND deleted_at IS NULL", new { key = username.ToLowerInvariant() }))?.ToAccount(),
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

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string? Email { get; init; }
        public string Username { get; init; } = "";
        public string FullName { get; init; } = "";
        public string Bio { get; init; } = "";
        public string? Website { get; init; }
        public string? Avatar { get; init; }
        public string Role { get; init; } = "";
        public bool ShowsNsfw { get; init; }
        public long CreatedAt { get; init; }
        public long? BannedAt { get; init; }

        public Account ToAccount() => new()
        {
            Id = Id, Email = Email, Username = Username, FullName = FullName, Bio = Bio, Website = Website, Avatar = Avatar,
            Role = RoleNames.Parse(Role), ShowsNsfw = ShowsNsfw, CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
            BannedAt = BannedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
        };
    }
}
