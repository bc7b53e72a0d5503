// What moderators and administrators do to an account. The act, its line in the audit log and the job that cancels its work are one
// transaction: after a crash the job is there, or nothing has happened.
using Atelier.Accounts;
using Atelier.Durable;

namespace Atelier.Moderation;

/// <summary>An account that may not be used.</summary>
/// <param name="Account">The account.</param>
/// <param name="Reason">Why, in words that the person reads when signing in.</param>
public sealed record BannedAccount(Account Account, string Reason);

/// <summary>Bans, unbans, and gives roles.</summary>
public sealed class AccountActs(Database database, JobQueue queue, AccountStore accounts, TimeProvider time)
{
    /// <summary>The longest reason in characters.</summary>
    public const int MaxReason = 500;

    /// <summary>The most accounts that one page of banned ones holds.</summary>
    public const int MaxPage = 100;

    /// <summary>
    /// Bans an account: its sessions end and its keys stop at once, nobody is shown its pictures any more, and its unfinished work is canceled by a job.
    /// Moderators may ban users; administrators everybody but themselves.
    /// </summary>
    public Task<ActResult> BanAsync(string id, Account actor, string reason, CancellationToken cancellationToken = default) =>
        database.TransactAsync(transaction => BanAsync(transaction, id, actor, reason), cancellationToken);

    /// <summary>Lifts a ban: its pictures are shown again. Sessions stay ended.</summary>
    public Task<ActResult> UnbanAsync(string id, Account actor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return database.TransactAsync(async transaction =>
        {
            if (await HoldAsync(transaction, id) is not { } row)
                return ActResult.NotFound;
            if (row.BannedAt is null)
                return ActResult.Done;
            if (!MayActOn(actor, row))
                return ActResult.NotAllowed;
            await transaction.ExecuteAsync("UPDATE accounts SET banned_at = NULL, ban_reason = NULL WHERE id = @id", new { id });
            AuditLog.Append(transaction, new Act(actor.Id, "account.unban", "account", id, Before: new { Reason = row.BanReason }));
            return ActResult.Done;
        }, cancellationToken);
    }

    /// <summary>Gives an account a role. Nobody changes the own one, so that there is always an administrator.</summary>
    public Task<ActResult> GiveRoleAsync(string id, Account actor, Role role, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return database.TransactAsync(async transaction =>
        {
            if (await HoldAsync(transaction, id) is not { } row)
                return ActResult.NotFound;
            if (row.Role == RoleNames.Of(role))
                return ActResult.Done;
            if (actor.Role < Role.Admin || id == actor.Id)
                return ActResult.NotAllowed;
            await transaction.ExecuteAsync("UPDATE accounts SET role = @role WHERE id = @id", new { id, role = RoleNames.Of(role) });
            AuditLog.Append(transaction, new Act(actor.Id, "account.role", "account", id, new { row.Role }, new { Role = RoleNames.Of(role) }));
            return ActResult.Done;
        }, cancellationToken);
    }

    /// <summary>A page of banned accounts, the latest banned first.</summary>
    /// <param name="before">Only banned before this moment, in Unix milliseconds.</param>
    /// <param name="limit">How many, 1 to <see cref="MaxPage"/>.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<IReadOnlyList<BannedAccount>> BannedAsync(long? before = null, int limit = 50, CancellationToken cancellationToken = default)
    {
        var rows = await database.AskAsync(session => session.QueryAsync<Row>($"""
            SELECT id, role, banned_at, ban_reason FROM accounts
            WHERE banned_at IS NOT NULL AND deleted_at IS NULL {(before is null ? "" : "AND banned_at < @before")} ORDER BY banned_at DESC LIMIT @limit
            """, new { before, limit = Math.Clamp(limit, 1, MaxPage) }), cancellationToken);
        var found = await accounts.FindManyAsync([.. rows.Select(row => row.Id)], cancellationToken);
        return [.. rows.Where(row => found.ContainsKey(row.Id)).Select(row => new BannedAccount(found[row.Id], row.BanReason ?? ""))];
    }

    /// <summary>Why an account is banned; null where it is not.</summary>
    public Task<string?> WhyBannedAsync(string id, CancellationToken cancellationToken = default) => database.AskAsync(session => session.ScalarAsync<string>(
        "SELECT COALESCE(ban_reason, '') FROM accounts WHERE id = @id AND banned_at IS NOT NULL", new { id }), cancellationToken);

    internal async Task<ActResult> BanAsync(Transaction transaction, string id, Account actor, string reason)
    {
        if (await HoldAsync(transaction, id) is not { } row)
            return ActResult.NotFound;
        if (!MayActOn(actor, row))
            return ActResult.NotAllowed;
        if (row.BannedAt is not null)
            return ActResult.Done;
        await transaction.ExecuteAsync(
            "UPDATE accounts SET banned_at = @at, ban_reason = @reason WHERE id = @id",
            new { id, reason = reason.Trim(), at = time.GetUtcNow().ToUnixTimeMilliseconds() });
        await transaction.ExecuteAsync("DELETE FROM sessions WHERE account_id = @id", new { id });
        AuditLog.Append(transaction, new Act(actor.Id, "account.ban", "account", id, After: new { Reason = reason.Trim() }));
        await BanSweep.EnqueueAsync(queue, transaction, id);
        return ActResult.Done;
    }

    internal static async Task<ActResult> ClearProfileAsync(Transaction transaction, string id, Account actor)
    {
        if (await HoldAsync(transaction, id) is not { } row)
            return ActResult.NotFound;
        if (!MayActOn(actor, row))
            return ActResult.NotAllowed;
        var before = await transaction.QuerySingleOrDefaultAsync<Profile>("SELECT full_name, bio, website, avatar FROM accounts WHERE id = @id", new { id });
        await transaction.ExecuteAsync("UPDATE accounts SET full_name = '', bio = '', website = NULL, avatar = NULL WHERE id = @id", new { id });
        AuditLog.Append(transaction, new Act(actor.Id, "account.clear_profile", "account", id, before));
        return ActResult.Done;
    }

    private static bool MayActOn(Account actor, Row row) =>
        actor.Id != row.Id && actor.Role >= Role.Moderator && (actor.Role == Role.Admin || RoleNames.Parse(row.Role) < Role.Moderator);

    private static async Task<Row?> HoldAsync(Transaction transaction, string id)
    {
        await transaction.ExecuteAsync("UPDATE accounts SET role = role WHERE id = @id", new { id });
        return await transaction.QuerySingleOrDefaultAsync<Row>(
            "SELECT id, role, banned_at, ban_reason FROM accounts WHERE id = @id AND deleted_at IS NULL", new { id });
    }

    private sealed class Profile
    {
        public string FullName { get; init; } = "";
        public string Bio { get; init; } = "";
        public string? Website { get; init; }
        public string? Avatar { get; init; }
    }

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string Role { get; init; } = "";
        public long? BannedAt { get; init; }
        public string? BanReason { get; init; }
    }
}
