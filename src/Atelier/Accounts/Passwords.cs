// Hashes passwords and compares them with their hashes. Keeps nothing but one hash that fits no password.
using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Cryptography.KeyDerivation;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Atelier.Accounts;

/// <summary>How a password fits a hash.</summary>
public enum PasswordFit
{
    /// <summary>Not at all.</summary>
    Wrong,

    /// <summary>It fits.</summary>
    Right,

    /// <summary>It fits, but the hash was made with less effort than is made now.</summary>
    RightButOld,
}

/// <summary>PBKDF2 with SHA-512, as ASP.NET Core Identity writes it.</summary>
public sealed class Passwords
{
    /// <summary>The rounds of every new hash: what OWASP recommends for this function.</summary>
    public const int Iterations = 210_000;

    private const int SaltBytes = 16, HashBytes = 32;

    private readonly IPasswordHasher<Account> _hasher;
    private readonly string _unmatched;

    /// <summary>A hasher.</summary>
    public Passwords() : this(new PasswordHasher<Account>(Options.Create(new PasswordHasherOptions { IterationCount = Iterations })), Iterations)
    {
    }

    /// <summary>One that leaves the work to another.</summary>
    /// <param name="hasher">The other.</param>
    /// <param name="iterations">The rounds that it makes for a new hash.</param>
    public Passwords(IPasswordHasher<Account> hasher, int iterations) => (_hasher, _unmatched) = (hasher, Unmatched(iterations));

    /// <summary>The hash of a password, with a salt of its own.</summary>
    public string Hash(string password) => _hasher.HashPassword(null!, password);

    /// <summary>Whether a password fits. Where there is no hash it takes as long as if there were one.</summary>
    public PasswordFit Check(string? hash, string password)
    {
        var fit = _hasher.VerifyHashedPassword(null!, hash ?? _unmatched, password);
        return hash is null ? PasswordFit.Wrong : fit switch
        {
            PasswordVerificationResult.Success => PasswordFit.Right,
            PasswordVerificationResult.SuccessRehashNeeded => PasswordFit.RightButOld,
            _ => PasswordFit.Wrong,
        };
    }

    // In the form of ASP.NET Core Identity: version, function, rounds, length of the salt, salt, hash. What is to be found is random, so nothing
    // fits it, and making it takes no rounds: not even the first unknown name after a start takes longer than another.
    private static string Unmatched(int iterations)
    {
        var bytes = RandomNumberGenerator.GetBytes(13 + SaltBytes + HashBytes);
        bytes[0] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), (uint)KeyDerivationPrf.HMACSHA512);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(5), (uint)iterations);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(9), SaltBytes);
        return Convert.ToBase64String(bytes);
    }
}
