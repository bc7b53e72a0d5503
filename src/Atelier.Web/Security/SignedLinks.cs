// The links that are mailed: what they say is sealed, so that nobody else can make one, and each ends by itself. Nothing is stored.
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace Atelier.Web.Security;

/// <summary>What a link says.</summary>
/// <param name="Account">The account.</param>
/// <param name="Mark">What must not have changed since: the account's stamp, or its address; for a change of address the stamp and the new one.</param>
/// <param name="Expires">Unix milliseconds.</param>
internal sealed record LinkContent(string Account, string Mark, long Expires);

internal sealed class SignedLinks(IDataProtectionProvider protection, TimeProvider time)
{
    /// <summary>What links are for; one for the one purpose is none for the other.</summary>
    public const string Reset = "reset password", Confirm = "confirm address", Change = "change address";

    /// <summary>How long a link works.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromHours(1);

    private const int Longest = 2_000;

    /// <summary>The text that a link carries.</summary>
    public string Seal(string purpose, string account, string mark) =>
        protection.CreateProtector(purpose).Protect(JsonSerializer.Serialize(new LinkContent(account, mark, (time.GetUtcNow() + Lasts).ToUnixTimeMilliseconds())));

    /// <summary>What a link says; null where it is none of ours, was made for something else, or is too old.</summary>
    public LinkContent? Open(string purpose, string text)
    {
        if (text.Length is 0 or > Longest)
            return null;
        try
        {
            var content = JsonSerializer.Deserialize<LinkContent>(protection.CreateProtector(purpose).Unprotect(text));
            return content is not null && content.Expires > time.GetUtcNow().ToUnixTimeMilliseconds() ? content : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
