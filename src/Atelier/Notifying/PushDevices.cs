// The browsers that asked to be told. Where each is reached lies sealed: whoever knows the address can knock there. A device ends with the session that asked.
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Atelier.Durable;
using Atelier.Keys;
using Atelier.Providers;

namespace Atelier.Notifying;

/// <summary>How pushes are sent.</summary>
/// <param name="Contact">Where a push service finds the operator: a <c>mailto:</c> or <c>https:</c> address; null for none.</param>
public sealed record PushOptions(string? Contact = null)
{
    /// <summary>Whether push services on this machine may be used, unencrypted; for tests.</summary>
    internal bool MayBeLoopback { get; init; }
}

/// <summary>A device as its owner sees it.</summary>
/// <param name="Id">Its id, which opens nothing.</param>
/// <param name="Session">The session that asked; null where nobody signs in.</param>
/// <param name="Client">What the browser calls itself.</param>
/// <param name="CreatedAt">When it asked.</param>
/// <param name="PushedAt">When something was last pushed to it; null where nothing was.</param>
public sealed record PushDevice(string Id, string? Session, string Client, DateTimeOffset CreatedAt, DateTimeOffset? PushedAt);

/// <summary>Where a browser is reached, and its keys (RFC 8030 §4, RFC 8291 §2).</summary>
/// <param name="Endpoint">Its address at the push service.</param>
/// <param name="Key">Its public key.</param>
/// <param name="Auth">What it shares with us.</param>
public sealed record PushSubscription(Uri Endpoint, byte[] Key, byte[] Auth)
{
    private const int LongestEndpoint = 2_000, LongestHost = 200;

    /// <summary>What a browser handed over; null where it is not usable, or not to be trusted.</summary>
    public static PushSubscription? Parse(string? endpoint, string? key, string? auth, PushOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (endpoint is not { Length: > 0 and <= LongestEndpoint } || !Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.IdnHost.Length > LongestHost)
            return null;
        var isAllowed = (options.MayBeLoopback && address is { Scheme: "http", IsLoopback: true }) || OutboundGuard.WhyNotSendToStranger(address) is null;
        return isAllowed && Decode(key) is { } point && PushEncryption.IsPoint(point) && Decode(auth) is { Length: PushEncryption.AuthBytes } secret
            ? new PushSubscription(address, point, secret) : null;
    }

    private static byte[]? Decode(string? text) =>
        text is { Length: > 0 and <= 200 } && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;
}

/// <summary>The devices of all accounts.</summary>
public sealed class PushDevices(Database database, SecretBox box, TimeProvider time)
{
    /// <summary>The most devices of one account; the oldest gives way to a new one.</summary>
    public const int Most = 20;

    private const string Purpose = "push device";
    private const int LongestClient = 200;

    private const string Awake = "(d.session IS NULL OR EXISTS (SELECT 1 FROM sessions s WHERE s.id = d.session AND s.expires_at > @now))";

    /// <summary>Adds a device, or takes over the one that is reached at the same address.</summary>
    /// <param name="account">Who is told there.</param>
    /// <param name="session">The session that asks; null where nobody signs in.</param>
    /// <param name="subscription">Where it is reached.</param>
    /// <param name="client">What the browser calls itself.</param>
    /// <param name="cancellationToken">Ends it before anything is done.</param>
    public Task AddAsync(string account, string? session, PushSubscription subscription, string client, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        ArgumentNullException.ThrowIfNull(client);
        var row = new
        {
            id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N"), account, session, hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subscription.Endpoint.OriginalString))),
            service = subscription.Endpoint.IdnHost, target = box.Seal(JsonSerializer.Serialize(subscription), Purpose), client = client.Length <= LongestClient ? client : client[..LongestClient], now = Now, Most,
        };
        return database.TransactAsync(async transaction =>
        {
            await transaction.ExecuteAsync("""
                INSERT INTO push_devices (id, account, session, endpoint_hash, service, sealed, client, created_at)
                VALUES (@id, @account, @session, @hash, @service, @target, @client, @now)
                ON CONFLICT (endpoint_hash) DO UPDATE SET
                    account = excluded.account, session = excluded.session, sealed = excluded.sealed, client = excluded.client, created_at = excluded.created_at
                """, row);
            await transaction.ExecuteAsync($"DELETE FROM push_devices AS d WHERE d.account = @account AND NOT {Awake}", row);
            await transaction.ExecuteAsync("""
                DELETE FROM push_devices WHERE account = @account
                    AND id NOT IN (SELECT id FROM push_devices WHERE account = @account ORDER BY created_at DESC, id DESC LIMIT @Most)
                """, row);
        }, cancellationToken);
    }

    /// <summary>An account's devices, the latest first.</summary>
    public async Task<IReadOnlyList<PushDevice>> ListAsync(string account, CancellationToken cancellationToken = default) =>
        [.. (await database.AskAsync(session => session.QueryAsync<Row>($"""
            SELECT d.id, d.session, d.client, d.created_at, d.pushed_at FROM push_devices d WHERE d.account = @account AND {Awake}
            ORDER BY d.created_at DESC, d.id DESC
            """, new { account, now = Now }, cancellationToken), cancellationToken)).Select(row => new PushDevice(
                row.Id, row.Session, row.Client, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
                row.PushedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null))];

    /// <summary>Removes a device of an account; it is no mistake if there is none.</summary>
    public Task RemoveAsync(string account, string id, CancellationToken cancellationToken = default) => database.TransactAsync(transaction =>
        transaction.ExecuteAsync("DELETE FROM push_devices WHERE id = @id AND account = @account", new { id, account }), cancellationToken);

    /// <summary>Removes an account's devices, in the transaction that deletes it.</summary>
    public static Task ForgetAsync(Transaction transaction, string accountId)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.ExecuteAsync("DELETE FROM push_devices WHERE account = @accountId", new { accountId });
    }

    /// <summary>Where a device is reached that still belongs to an account; the address is null where it was sealed under another secrets.key.</summary>
    internal async Task<(bool IsKnown, PushSubscription? Target)> FindAsync(string id, string account, CancellationToken cancellationToken)
    {
        var text = await database.AskAsync(session => session.ScalarAsync<string?>(
            $"SELECT d.sealed FROM push_devices d WHERE d.id = @id AND d.account = @account AND {Awake}", new { id, account, now = Now }, cancellationToken), cancellationToken);
        return (text is not null, text is not null && box.Open(text, Purpose) is { } opened ? JsonSerializer.Deserialize<PushSubscription>(opened) : null);
    }

    internal static Task<IReadOnlyList<(string Id, string Service)>> AwakeAsync(Transaction transaction, string account, DateTimeOffset now) =>
        ReadAsync(transaction, new { account, now = now.ToUnixTimeMilliseconds() });

    internal static Task<int> NoteAsync(Transaction transaction, string id, DateTimeOffset now) => transaction.ExecuteAsync(
        "UPDATE push_devices SET pushed_at = @at WHERE id = @id", new { id, at = now.ToUnixTimeMilliseconds() });

    internal static Task<int> DropAsync(Transaction transaction, string id) => transaction.ExecuteAsync("DELETE FROM push_devices WHERE id = @id", new { id });

    private static async Task<IReadOnlyList<(string Id, string Service)>> ReadAsync(Transaction transaction, object arguments) =>
        [.. (await transaction.QueryAsync<Row>($"SELECT d.id, d.service FROM push_devices d WHERE d.account = @account AND {Awake}", arguments)).Select(row => (row.Id, row.Service))];

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string? Session { get; init; }
        public string Service { get; init; } = "";
        public string Client { get; init; } = "";
        public long CreatedAt { get; init; }
        public long? PushedAt { get; init; }
    }
}
