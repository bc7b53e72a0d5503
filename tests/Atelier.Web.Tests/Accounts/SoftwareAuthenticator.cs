// A device that keeps passkeys and signs as real ones do (P-256), and that lies in one thing at a time when it is told to.
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Web.Tests.Accounts;

internal sealed class SoftwareAuthenticator(Uri site) : IDisposable
{
    private const byte Present = 0x01, Verified = 0x04, HasCredential = 0x40;

    private ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public byte[] CredentialId { get; set; } = RandomNumberGenerator.GetBytes(32);

    public string UserHandle { get; set; } = "";

    /// <summary>How often it has signed; always 0 for passkeys that several devices share.</summary>
    public uint Counter { get; set; }

    public string Origin { get; set; } = site.GetLeftPart(UriPartial.Authority);

    public string RpId { get; set; } = site.Host;

    public bool CrossOrigin { get; set; }

    public byte Flags { get; set; } = Present | Verified;

    public string? Challenge { get; set; }

    /// <summary>Answers a challenge for a new passkey.</summary>
    public string Create(string options)
    {
        var asked = JsonNode.Parse(options)!;
        asked["rp"]!["id"]!.GetValue<string>().ShouldBe(site.Host);
        asked["authenticatorSelection"]!["userVerification"]!.GetValue<string>().ShouldBe("required");
        asked["authenticatorSelection"]!["residentKey"]!.GetValue<string>().ShouldBe("required");
        UserHandle = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(asked["user"]!["id"]!.GetValue<string>()));
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        // COSE: an elliptic key (1: 2) for ES256 (3: -7) on P-256 (-1: 1) with its point (-2, -3).
        byte[] key = [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
        byte[] data = [.. Data(HasCredential), .. new byte[16], 0, (byte)CredentialId.Length, .. CredentialId, .. key];
        // CBOR: {"fmt": "none", "attStmt": {}, "authData": …}
        byte[] attestation = [0xA3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xA0, 0x68, .. "authData"u8, 0x58, (byte)data.Length, .. data];
        return Answer(new JsonObject
        {
            ["clientDataJSON"] = Text(ClientData(asked, "webauthn.create")), ["attestationObject"] = Text(attestation), ["transports"] = new JsonArray("internal"),
        });
    }

    /// <summary>Answers a challenge for signing in.</summary>
    public string Sign(string options)
    {
        var asked = JsonNode.Parse(options)!;
        asked["userVerification"]!.GetValue<string>().ShouldBe("required");
        asked["allowCredentials"]!.AsArray().ShouldBeEmpty("nobody is told who has which passkey");
        var (data, client) = (Data(0), ClientData(asked, "webauthn.get"));
        var signature = _key.SignData([.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Answer(new JsonObject
        {
            ["clientDataJSON"] = Text(client), ["authenticatorData"] = Text(data), ["signature"] = Text(signature), ["userHandle"] = Text(Encoding.UTF8.GetBytes(UserHandle)),
        });
    }

    /// <summary>The same passkey by name, with another key.</summary>
    public SoftwareAuthenticator Forged() => new(site) { CredentialId = CredentialId, UserHandle = UserHandle, Counter = Counter };

    /// <summary>The same passkey on another device.</summary>
    public SoftwareAuthenticator Copied()
    {
        var copy = Forged();
        copy._key.Dispose();
        copy._key = ECDsa.Create(_key.ExportParameters(includePrivateParameters: true));
        return copy;
    }

    public void Dispose() => _key.Dispose();

    private byte[] Data(byte more)
    {
        var counter = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(counter, Counter);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(RpId)), (byte)(Flags | more), .. counter];
    }

    private byte[] ClientData(JsonNode asked, string type) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["type"] = type, ["challenge"] = Challenge ?? asked["challenge"]!.GetValue<string>(), ["origin"] = Origin, ["crossOrigin"] = CrossOrigin,
    });

    private string Answer(JsonObject response) => new JsonObject
    {
        ["id"] = Text(CredentialId), ["rawId"] = Text(CredentialId), ["type"] = "public-key", ["authenticatorAttachment"] = "platform",
        ["clientExtensionResults"] = new JsonObject(), ["response"] = response,
    }.ToJsonString();

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
