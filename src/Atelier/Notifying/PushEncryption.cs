// Seals a message for one browser, as RFC 8291 has it: the push service that carries it cannot read it. Pure; keeps nothing.
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Atelier.Notifying;

internal static class PushEncryption
{
    /// <summary>Length of an uncompressed point of P-256: 4, x, y.</summary>
    public const int PointBytes = 65;

    /// <summary>Length of what browser and server share beforehand (RFC 8291 §3.2).</summary>
    public const int AuthBytes = 16;

    /// <summary>The longest message in bytes: what is left of the 4,096 that every push service takes (RFC 8291 §4).</summary>
    public const int MaxPlain = RecordBytes - SaltBytes - 4 - 1 - PointBytes - 1 - TagBytes;

    private const int RecordBytes = 4096, SaltBytes = 16, KeyBytes = 16, NonceBytes = 12, TagBytes = 16;
    private const byte LastRecord = 2;

    /// <summary>The body of the request, with a key pair and a salt of its own.</summary>
    /// <exception cref="CryptographicException">The receiver's key is no point of the curve.</exception>
    public static byte[] Encrypt(ReadOnlySpan<byte> plain, byte[] receiver, byte[] auth)
    {
        using var sender = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return Encrypt(plain, receiver, auth, sender, RandomNumberGenerator.GetBytes(SaltBytes));
    }

    /// <summary>The same with a given key pair and salt, which must never be used twice.</summary>
    internal static byte[] Encrypt(ReadOnlySpan<byte> plain, byte[] receiver, byte[] auth, ECDiffieHellman sender, byte[] salt)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(plain.Length, MaxPlain, nameof(plain));
        var own = PointOf(sender.ExportParameters(includePrivateParameters: false));
        using var theirs = ECDiffieHellman.Create(OfPoint(receiver));
        // RFC 8291 §3.3 and §3.4: what both sides can work out, bound to both keys and to the shared secret.
        var shared = sender.DeriveRawSecretAgreement(theirs.PublicKey);
        var secret = HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, 32, auth, [.. "WebPush: info\0"u8, .. receiver, .. own]);
        // RFC 8188 §2.2 and §2.3: the key of the content and the nonce of its only record.
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, KeyBytes, salt, "Content-Encoding: aes128gcm\0"u8.ToArray());
        var nonce = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, NonceBytes, salt, "Content-Encoding: nonce\0"u8.ToArray());
        // RFC 8188 §2.1: salt, record size, length and bytes of the key's id, which is the sender's public key (RFC 8291 §4).
        byte[] recordSize = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(recordSize, RecordBytes);
        byte[] head = [.. salt, .. recordSize, PointBytes, .. own], padded = [.. plain, LastRecord];
        var body = new byte[head.Length + padded.Length + TagBytes];
        head.CopyTo(body, 0);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, padded, body.AsSpan(head.Length, padded.Length), body.AsSpan(head.Length + padded.Length));
        return body;
    }

    /// <summary>Whether bytes are a point of the curve.</summary>
    public static bool IsPoint(byte[] bytes)
    {
        if (bytes.Length != PointBytes || bytes[0] != 4)
            return false;
        try
        {
            using var key = ECDiffieHellman.Create(OfPoint(bytes));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>A public key as an uncompressed point.</summary>
    public static byte[] PointOf(ECParameters key) => [4, .. key.Q.X!, .. key.Q.Y!];

    private static ECParameters OfPoint(byte[] point) => new()
    {
        Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point[1..33], Y = point[33..PointBytes] },
    };
}
