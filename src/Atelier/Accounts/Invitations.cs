// Invitations: a link that lets one person sign up, once. Only the hash of its code is here.
using Atelier.Durable;

namespace Atelier.Accounts;

/// <summary>An invitation as administrators see it.</summary>
/// <param name="Id">Its id, which lets nobody in.</param>
/// <param name="Email">The only address that may use it; null for any.</param>
/// <param name="Role">The role that it gives.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">Until when it may be used.</param>
/// <param name="UsedBy">The username of who used it; null while nobody has.</param>
public sealed record Invitation(string Id, string? Email, Role Role, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, string? UsedBy);

/// <summary>The invitations.</summary>
public sealed class Invitations(Database database, TimeProvider time)
{
    /// <summary>How long one may be used.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromDays(7);

    private const int MostListed = 100;

    /// <summary>Makes one. Returns its code, which is nowhere else.</summary>
    /// <param name="createdBy">The administrator's account.</param>
    /// <param name="email">The only address that may use it; null for any.</param>
    /// <param name="role">The role that it gives.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public async Task<string> CreateAsync(string createdBy, string? email, Role role, CancellationToken cancellationToken = default)
    {
        var (code, now) = (SecretToken.Create(), time.GetUtcNow());
        await database.TransactAsync(transaction => transaction.ExecuteAsync("""
            INSERT INTO invitations (code_hash, id, email, role, created_by, created_at, expires_at) VALUES (@hash, @id, @email, @role, @createdBy, @at, @expires)
            """, new
        {
            hash = SecretToken.HashOf(code), id = SecretToken.NewId(), email, role = RoleNames.Of(role), createdBy,
            at = now.ToUnixTimeMilliseconds(), expires = (now + Lasts).ToUnixTimeMilliseconds(),
        }), cancellationToken);
        return code;
    }

    /// <summary>The latest, the newest first.</summary>
    public async Task<IReadOnlyList<Invitation>> ListAsync(CancellationToken cancellationToken = default) =>
        [.. (await database.AskAsync(session => session.QueryAsync<Row>($"""
            SELECT i.id, i.email, i.role, i.created_at, i.expires_at, CASE WHEN i.used_at IS NULL THEN NULL ELSE COALESCE(a.username, '') END AS used_by
            FROM invitations i LEFT JOIN accounts a ON a.id = i.used_by ORDER BY i.created_at DESC, i.id LIMIT {MostListed}
            """), cancellationToken)).Select(row => new Invitation(
                row.Id, row.Email, RoleNames.Parse(row.Role), DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
                DateTimeOffset.FromUnixTimeMilliseconds(row.ExpiresAt), row.UsedBy))];

    /// <summary>Takes back one that nobody has used. False where there is none.</summary>
    public Task<bool> RevokeAsync(string id, CancellationToken cancellationToken = default) =>
        database.TransactAsync(async transaction => await transaction.ExecuteAsync(
            "DELETE FROM invitations WHERE id = @id AND used_at IS NULL", new { id }) == 1, cancellationToken);

    /// <summary>The address that an invitation is for, if it can be used; null in the second place where it cannot.</summary>
    public async Task<(string? Email, bool IsGood)> LookAsync(string code, CancellationToken cancellationToken = default)
    {
        var found = await database.AskAsync(session => session.QueryAsync<Row>(
            "SELECT id, email, role, created_at, expires_at FROM invitations WHERE code_hash = @hash AND used_at IS NULL AND expires_at > @now",
            new { hash = SecretToken.HashOf(code), now = time.GetUtcNow().ToUnixTimeMilliseconds() }), cancellationToken);
        return found.Count == 0 ? (null, false) : (found[0].Email, true);
    }

    /// <summary>Uses one for an account within the transaction that opens it. Returns the role that it gives; null where it may not be used.</summary>
    internal static async Task<Role?> UseAsync(Transaction transaction, string code, Account account, DateTimeOffset now)
    {
        var hash = SecretToken.HashOf(code);
        var used = await transaction.ExecuteAsync("""
            UPDATE invitations SET used_by = @Id, used_at = @at
            WHERE code_hash = @hash AND used_at IS NULL AND expires_at > @at AND (email IS NULL OR lower(email) = @email)
            """, new { account.Id, hash, at = now.ToUnixTimeMilliseconds(), email = account.Email?.ToLowerInvariant() });
        return used == 1
            ? RoleNames.Parse(await transaction.ScalarAsync<string>("SELECT role FROM invitations WHERE code_hash = @hash", new { hash }) ?? "")
            : null;
    }

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string? Email { get; init; }
        public string Role { get; init; } = "";
        public long CreatedAt { get; init; }
        public long ExpiresAt { get; init; }
        public string? UsedBy { get; init; }
    }
}
