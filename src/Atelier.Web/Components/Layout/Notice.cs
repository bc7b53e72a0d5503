// What has just been done, told on the page that follows, with the way back. A short-lived cookie carries it: if it is lost, so is only the sentence.
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Layout;

/// <summary>What a command has done.</summary>
public enum Deed
{
    /// <summary>Deleted; can be undone.</summary>
    Deleted,

    /// <summary>Took deletions back.</summary>
    Restored,

    /// <summary>Everybody may see them now.</summary>
    Published,

    /// <summary>Only the owner may see them now.</summary>
    Hidden,

    /// <summary>Marked as not safe for work.</summary>
    Marked,

    /// <summary>No longer marked.</summary>
    Unmarked,

    /// <summary>Put into a collection.</summary>
    Collected,
}

/// <summary>A notice of something done.</summary>
/// <param name="Deed">What was done.</param>
/// <param name="Count">To how many pictures.</param>
/// <param name="At">When, by which a deletion is undone.</param>
public sealed record Notice(Deed Deed, int Count, DateTimeOffset At)
{
    /// <summary>The cookie's name.</summary>
    public const string Cookie = "notice";

    // Long enough for the next page and the one after it; a module takes it away sooner.
    private static readonly TimeSpan Shown = TimeSpan.FromSeconds(30);

    /// <summary>Tells two notices apart.</summary>
    public string Key => $"{(int)Deed}.{Count}.{At.ToUnixTimeMilliseconds()}";

    /// <summary>The sentence.</summary>
    public string Text
    {
        get
        {
            var pictures = Count == 1 ? "Picture" : $"{Wording.Number(Count)} pictures";
            return Deed switch
            {
                Deed.Deleted => $"{pictures} deleted.",
                Deed.Restored => $"{pictures} restored.",
                Deed.Published => $"{pictures} made public.",
                Deed.Hidden => $"{pictures} made private.",
                Deed.Marked => $"{pictures} marked as not safe for work.",
                Deed.Unmarked => $"{pictures} marked as safe.",
                Deed.Collected => $"{pictures} added.",
                _ => "",
            };
        }
    }

    /// <summary>Reads what the cookie says; null for anything else.</summary>
    public static Notice? Parse(string? text)
    {
        var parts = text?.Split('.') ?? [];
        return parts.Length == 3
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var deed) && Enum.IsDefined((Deed)deed)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && MomentOf(parts[2]) is { } at
                ? new Notice((Deed)deed, count, at)
                : null;
    }

    /// <summary>A moment from its Unix milliseconds; null for anything else.</summary>
    public static DateTimeOffset? MomentOf(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < 253_402_300_800_000
            ? DateTimeOffset.FromUnixTimeMilliseconds(at)
            : null;

    /// <summary>Has the next page show it.</summary>
    public void Show(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        http.Response.Cookies.Append(Cookie, Key, new CookieOptions
        {
            MaxAge = Shown, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, HttpOnly = false, IsEssential = true,
        });
    }
}
