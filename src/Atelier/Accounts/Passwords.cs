// Hashes passwords and compares them with their hashes. Keeps nothing but one hash that fits no password.
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
    // What OWASP recommends for this function.
    private const int Iterations = 210_000;

    private readonly PasswordHasher<Account> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));
    private readonly Lazy<string> _unmatched;

    /// <summary>A hasher.</summary>
    public Passwords() => _unmatched = new Lazy<string>(() => Hash(SecretToken.Create()));

    /// <summary>The hash of a password, with a salt of its own.</summary>
    public string Hash(string password) => _hasher.HashPassword(null!, password);

    /// <summary>Whether a password fits. Where there is no hash it takes as long as if there were one.</summary>
    public PasswordFit Check(string? hash, string password)
    {
        var fit = _hasher.VerifyHashedPassword(null!, hash ?? _unmatched.Value, password);
        return hash is null ? PasswordFit.Wrong : fit switch
        {
            PasswordVerificationResult.Success => PasswordFit.Right,
            PasswordVerificationResult.SuccessRehashNeeded => PasswordFit.RightButOld,
            _ => PasswordFit.Wrong,
        };
    }
}
