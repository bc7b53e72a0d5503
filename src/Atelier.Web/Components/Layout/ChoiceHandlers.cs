// Takes what readers choose about their own view, and has their browser remember it: the colours.
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Layout;

internal static class ChoiceHandlers
{
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(365);

    /// <summary>Chooses the colours.</summary>
    public static async Task<IResult> ThemeAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (PageFrames.Themes.Contains(form["theme"].ToString()))
            Remember(http, PageFrames.ThemeCookie, form["theme"].ToString());
        return Answers.Back(http, form["return"]);
    }

    private static void Remember(HttpContext http, string name, string value) => http.Response.Cookies.Append(name, value, new CookieOptions
    {
        MaxAge = Remembered,
        SameSite = SameSiteMode.Lax,
        Secure = http.Request.IsHttps,
        HttpOnly = true,
        IsEssential = true,
    });
}
