// Reads notifications, marks them as read, and remembers which kinds an account does not want. Each change is one transaction with its event.
using System.Text.Json;
using Atelier.Durable;

namespace Atelier.Notifying;

/// <summary>The notifications of accounts.</summary>
public sealed class NotificationStore(Database database, TimeProvider time)
{
    /// <summary>The type of the event after which an account has other unread notifications than before; its stream is the account.</summary>
    public const string Changed = "notification.changed";

    /// <summary>Counting stops here: more than that is many.</summary>
    public const int MostCounted = 100;

    private const string Columns = "id, account, kind, subject, actor, count, told_at, read_at";

    /// <summary>How many are unread, at most <see cref="MostCounted"/>.</summary>
    public Task<int> UnreadAsync(string account, CancellationToken cancellationToken = default) => database.AskAsync(session => session.ScalarAsync<int>(
        "SELECT COUNT(*) FROM (SELECT 1 FROM notifications WHERE account = @account AND read_at IS NULL LIMIT @MostCounted) AS unread",
        new { account, MostCounted }, cancellationToken), cancellationToken);

    /// <summary>A page of an account's notifications, the latest first.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="unreadOnly">Whether to leave out what was read.</param>
    /// <param name="after">Where the page before ended; null for the first.</param>
    /// <param name="limit">How many.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<IReadOnlyList<Notification>> ListAsync(
        string account, bool unreadOnly = false, NotificationPlace? after = null, int limit = 50, CancellationToken cancellationToken = default)
    {
        var rows = await database.AskAsync(session => session.QueryAsync<Row>($"""
            SELECT {Columns} FROM notifications WHERE account = @account {(unreadOnly ? "AND read_at IS NULL" : "")}
                {(after is null ? "" : "AND (told_at, id) < (@ToldAt, @Id)")}
            ORDER BY told_at DESC, id DESC LIMIT @limit
            """, new { account, after?.ToldAt, after?.Id, limit }, cancellationToken), cancellationToken);
        return [.. rows.Select(row => row.ToNotification())];
    }

    /// <summary>A notification, or null.</summary>
    public async Task<Notification?> FindAsync(string id, CancellationToken cancellationToken = default) => (await database.AskAsync(session =>
        session.QuerySingleOrDefaultAsync<Row>($"SELECT {Columns} FROM notifications WHERE id = @id", new { id }, cancellationToken), cancellationToken))?.ToNotification();

    /// <summary>Marks one as read, or all of them. Returns how many were unread.</summary>
    public Task<int> ReadAsync(string account, string? id = null, CancellationToken cancellationToken = default) => database.TransactAsync(async transaction =>
    {
        var read = await transaction.ExecuteAsync(
            $"UPDATE notifications SET read_at = @now WHERE account = @account AND read_at IS NULL {(id is null ? "" : "AND id = @id")}",
            new { account, id, now = time.GetUtcNow().ToUnixTimeMilliseconds() }, cancellationToken);
        if (read > 0)
            Announce(transaction, account);
        return read;
    }, cancellationToken);

    /// <summary>The kinds that an account does not want to hear of.</summary>
    public async Task<IReadOnlySet<NotificationKind>> MutedAsync(string account, CancellationToken cancellationToken = default) =>
        (await database.AskAsync(session => session.QueryAsync<string>(
            "SELECT kind FROM notification_mutes WHERE account = @account", new { account }, cancellationToken), cancellationToken))
        .Select(NotificationKinds.Parse).ToHashSet();

    /// <summary>Sets the kinds that an account does not want to hear of; what it was told already stays.</summary>
    public Task MuteAsync(string account, IEnumerable<NotificationKind> kinds, CancellationToken cancellationToken = default) =>
        database.TransactAsync(async transaction =>
        {
            await transaction.ExecuteAsync("DELETE FROM notification_mutes WHERE account = @account", new { account }, cancellationToken);
            foreach (var kind in kinds.Distinct().Select(NotificationKinds.Of))
                transaction.Postpone("INSERT INTO notification_mutes (account, kind) VALUES (@account, @kind) ON CONFLICT DO NOTHING", new { account, kind });
        }, cancellationToken);

    /// <summary>Removes what an account was told, in the transaction that deletes it.</summary>
    public static async Task ForgetAsync(Transaction transaction, string accountId)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        await transaction.ExecuteAsync("DELETE FROM notifications WHERE account = @accountId", new { accountId });
        await transaction.ExecuteAsync("DELETE FROM notification_mutes WHERE account = @accountId", new { accountId });
    }

    /// <summary>Forgets what was told before a moment, some thousands at most at once. Returns how many.</summary>
    public Task<int> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken = default) => database.TransactAsync(transaction => transaction.ExecuteAsync(
        "DELETE FROM notifications WHERE id IN (SELECT id FROM notifications WHERE told_at < @at ORDER BY told_at LIMIT 5000)",
        new { at = before.ToUnixTimeMilliseconds() }, cancellationToken), cancellationToken);

    internal static void Announce(Transaction transaction, string account) =>
        EventLog.Append(transaction, new NewEvent(account, "", Changed, JsonSerializer.Serialize(new { })));

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string Account { get; init; } = "";
        public string Kind { get; init; } = "";
        public string Subject { get; init; } = "";
        public string? Actor { get; init; }
        public int Count { get; init; }
        public long ToldAt { get; init; }
        public long? ReadAt { get; init; }

        public Notification ToNotification() => new(
            Id, Account, NotificationKinds.Parse(Kind), Subject, Actor, Count, DateTimeOffset.FromUnixTimeMilliseconds(ToldAt),
            ReadAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null);
    }
}
