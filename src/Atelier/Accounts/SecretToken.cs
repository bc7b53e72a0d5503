// Makes the secrets that prove an account, and the hashes under which the database knows them. Keeps nothing.
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Atelier.Accounts;

/// <summary>Secrets of 256 random bits. A plain hash of one is enough: nobody can guess what it was made of.</summary>
internal static class SecretToken
{
    private const int Bytes = 32;

    /// <summary>A new secret: letters, digits, - and _.</summary>
    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>What the database keeps of a secret: 64 hex digits.</summary>
    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>A new id: 32 hex digits that sort by time.</summary>
    public static string NewId() => Guid.CreateVersion7().ToString("N");
}
