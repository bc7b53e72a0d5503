// The key with which this installation signs what it pushes (VAPID, RFC 8292). Made once, by whoever needs it first; its private half lies sealed.
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Atelier.Durable;
using Atelier.Keys;

namespace Atelier.Notifying;

/// <summary>The key pair of pushes.</summary>
public sealed class PushKeys(Database database, SecretBox box, PushOptions options, TimeProvider time)
{
    private const string Purpose = "push";

    // RFC 8292 §2: at most 24 hours.
    private static readonly TimeSpan Lasts = TimeSpan.FromHours(12);
    private static readonly JsonSerializerOptions Format = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The public key as browsers want it (an uncompressed point in base64url); null where the private one cannot be sealed or opened.</summary>
    public async Task<string?> PublicAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return (await ReadAsync(cancellationToken))?.PublicKey;
        }
        catch (IOException)
        {
            // The file of the installation's own key cannot be read: nothing can be pushed, and the rest goes on.
            return null;
        }
    }

    /// <summary>
    /// What proves to a push service who sends (RFC 8292 §2 and §3): good for this service and for some hours. Null where the key was sealed
    /// under another secrets.key.
    /// </summary>
    internal async Task<string?> AuthorizeAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        if (await ReadAsync(cancellationToken) is not { } pair)
            return null;
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pair.PrivateKey, out _);
        var claims = JsonSerializer.Serialize(
            new Claims(endpoint.GetLeftPart(UriPartial.Authority), (time.GetUtcNow() + Lasts).ToUnixTimeSeconds(), options.Contact), Format);
        var text = $"{Encode("{\"typ\":\"JWT\",\"alg\":\"ES256\"}")}.{Encode(claims)}";
        // The signature is r and s side by side, which is what RFC 7518 §3.4 asks for.
        return $"vapid t={text}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}, k={pair.PublicKey}";
    }

    private async Task<Pair?> ReadAsync(CancellationToken cancellationToken)
    {
        var row = await database.ReadAsync(FindAsync, cancellationToken) ?? await MakeAsync(cancellationToken);
        return box.Open(row.Sealed, Purpose) is { } secret ? new Pair(row.PublicKey, Convert.FromBase64String(secret)) : null;
    }

    // Of two that make one at the same time, the first stays.
    private async Task<Row> MakeAsync(CancellationToken cancellationToken)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var made = new
        {
            point = Base64Url.EncodeToString(PushEncryption.PointOf(key.ExportParameters(includePrivateParameters: false))),
            secret = box.Seal(Convert.ToBase64String(key.ExportPkcs8PrivateKey()), Purpose), now = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        return await database.TransactAsync(async transaction =>
        {
            await transaction.ExecuteAsync(
                "INSERT INTO push_keys (id, public_key, sealed, created_at) VALUES (1, @point, @secret, @now) ON CONFLICT DO NOTHING", made);
            return (await FindAsync(transaction))!;
        }, cancellationToken);
    }

    private static Task<Row?> FindAsync(Session session) => session.QuerySingleOrDefaultAsync<Row>("SELECT public_key, sealed FROM push_keys WHERE id = 1");

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private sealed record Claims(
        [property: JsonPropertyName("aud")] string Audience, [property: JsonPropertyName("exp")] long Expires, [property: JsonPropertyName("sub")] string? Contact);

    private sealed record Pair(string PublicKey, byte[] PrivateKey);

    private sealed class Row
    {
        public string PublicKey { get; init; } = "";
        public string Sealed { get; init; } = "";
    }
}
