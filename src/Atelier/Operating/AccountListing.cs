// The accounts as an administrator looks for them. Reads only; a page is bounded whatever there is.
using Atelier.Accounts;
using Atelier.Durable;

namespace Atelier.Operating;

/// <summary>An account as it is listed.</summary>
public sealed record ListedAccount
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its username.</summary>
    public required string Username { get; init; }

    /// <summary>Its address; null while nobody has signed up as it.</summary>
    public string? Email { get; init; }

    /// <summary>The name that people read.</summary>
    public string FullName { get; init; } = "";

    /// <summary>Its role.</summary>
    public required Role Role { get; init; }

    /// <summary>When it was opened.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when it may not be used.</summary>
    public DateTimeOffset? BannedAt { get; init; }

    /// <summary>Why.</summary>
    public string? BanReason { get; init; }

    /// <summary>What it can spend.</summary>
    public long Credits { get; init; }

    /// <summary>In how many browsers it is signed in.</summary>
    public long Sessions { get; init; }
}

/// <summary>Which accounts to list.</summary>
/// <param name="Text">Only those whose username, address or name holds this text; null for all.</param>
/// <param name="Role">Only of this role; null for all.</param>
/// <param name="Banned">Only banned ones.</param>
public sealed record AccountFilter(string? Text = null, Role? Role = null, bool Banned = false);

/// <summary>Lists accounts.</summary>
public sealed class AccountListing(Database database, TimeProvider time)
{
    /// <summary>How many a page holds.</summary>
    public const int PageSize = 50;

    /// <summary>A page of accounts by username.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="after">Only those behind this username: the last of the page before.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<IReadOnlyList<ListedAccount>> ListAsync(AccountFilter filter, string? after = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var where = new List<string> { "a.deleted_at IS NULL" };
        if (filter.Text is not null)
            where.Add("(a.username_key LIKE @pattern ESCAPE '\\' OR a.email_key LIKE @pattern ESCAPE '\\' OR LOWER(a.full_name) LIKE @pattern ESCAPE '\\')");
        if (filter.Role is not null)
            where.Add("a.role = @role");
        if (filter.Banned)
            where.Add("a.banned_at IS NOT NULL");
        if (after is not null)
            where.Add("a.username_key > @after");
        var rows = await database.AskAsync(session => session.QueryAsync<Row>($"""
            SELECT a.id, a.username, a.email, a.full_name, a.role, a.created_at, a.banned_at, a.ban_reason,
                COALESCE((SELECT b.credit + b.bonus FROM credit_balances b WHERE b.account_id = a.id), 0) AS credits,
                (SELECT COUNT(*) FROM sessions s WHERE s.account_id = a.id AND s.expires_at > @now) AS sessions
            FROM accounts a WHERE {string.Join(" AND ", where)} ORDER BY a.username_key LIMIT @PageSize
            """, new
        {
            pattern = Pattern(filter.Text), role = filter.Role is { } role ? RoleNames.Of(role) : null, after = after?.ToLowerInvariant(), PageSize,
            now = time.GetUtcNow().ToUnixTimeMilliseconds(),
        }), cancellationToken);
        return [.. rows.Select(row => row.ToListed())];
    }

    private static string Pattern(string? text) =>
        $"%{(text ?? "").ToLowerInvariant().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string Username { get; init; } = "";
        public string? Email { get; init; }
        public string FullName { get; init; } = "";
        public string Role { get; init; } = "";
        public long CreatedAt { get; init; }
        public long? BannedAt { get; init; }
        public string? BanReason { get; init; }
        public long Credits { get; init; }
        public long Sessions { get; init; }

        public ListedAccount ToListed() => new()
        {
            Id = Id, Username = Username, Email = Email, FullName = FullName, Role = RoleNames.Parse(Role), Credits = Credits, Sessions = Sessions,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
            BannedAt = BannedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null, BanReason = BanReason,
        };
    }
}
