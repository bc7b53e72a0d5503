// The cookie in which a browser keeps the token of its session. Scripts do not see it, and other sites cannot send it along with a form.
using Atelier.Accounts;
using Atelier.Web.Configuration;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Security;

internal sealed class SessionCookie(AtelierSettings settings)
{
    private const string Plain = "atelier_session", Bound = $"__Host-{Plain}";

    /// <summary>The token that a request carries, or null.</summary>
    public string? Read(HttpContext http) => http.Request.Cookies[NameFor(http)];

    /// <summary>Has the browser keep a token as long as the session lasts.</summary>
    public void Write(HttpContext http, string token)
    {
        var options = Options(http);
        options.MaxAge = SessionStore.Lasts;
        http.Response.Cookies.Append(NameFor(http), token, options);
    }

    /// <summary>Has the browser forget it.</summary>
    public void Forget(HttpContext http) => http.Response.Cookies.Delete(NameFor(http), Options(http));

    /// <summary>Where a request comes from.</summary>
    public static SignInPlace PlaceOf(HttpContext http) =>
        new(http.Request.Headers.UserAgent.ToString(), http.Connection.RemoteIpAddress?.ToString() ?? "");

    // With this prefix a browser takes the cookie only from this very host, encrypted, and for all its paths.
    private string NameFor(HttpContext http) => IsSecure(http) ? Bound : Plain;

    private CookieOptions Options(HttpContext http) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = IsSecure(http), Path = "/", IsEssential = true };

    private bool IsSecure(HttpContext http) =>
        http.Request.IsHttps || settings.Server.PublicUrl?.StartsWith("https://", StringComparison.OrdinalIgnoreCase) == true;
}
