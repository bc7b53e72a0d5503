// All services that may vouch for people here, and the sealed cookie in which a browser carries its journey to one of them and back.
using System.Security.Cryptography;
using System.Text.Json;
using Atelier.Web.Configuration;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Atelier.Web.Security.External;

internal sealed class IdentityServices(AtelierSettings settings, ServiceHttp http, IDataProtectionProvider protection, TimeProvider time)
{
    private const string Cookie = "atelier_journey", Path = "/sign-in";
    private const int SecretBytes = 32;

    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(10);

    private readonly IDataProtector _seal = protection.CreateProtector("journey to another service");

    /// <summary>The services.</summary>
    public IReadOnlyList<IdentityService> All { get; } =
        [.. settings.Accounts.Services.Select(options => options.SpeaksOidc ? (IdentityService)new OidcService(options, http, time) : new GitHubService(options, http))];

    /// <summary>The service of a name, or null.</summary>
    public IdentityService? Find(string name) => All.FirstOrDefault(service => service.Name == name);

    /// <summary>Where a service sends the browser back to. The guard of hosts has let only our own names through.</summary>
    public string CallbackOf(HttpContext http, IdentityService service) =>
        $"{settings.Server.PublicUrl ?? $"{http.Request.Scheme}://{http.Request.Host}"}{Path}/callback/{service.Name}";

    /// <summary>Begins a journey; the browser carries it along.</summary>
    public Journey Begin(HttpContext http, IdentityService service, string back, string? link, string? invitation)
    {
        var journey = new Journey(service.Name, Secret(), Secret(), Secret(), back, link, invitation, (time.GetUtcNow() + Lasts).ToUnixTimeMilliseconds());
        var options = Options(http);
        options.MaxAge = Lasts;
        http.Response.Cookies.Append(Cookie, _seal.Protect(JsonSerializer.Serialize(journey)), options);
        return journey;
    }

    /// <summary>Ends the journey that the browser carries, once. Null where it carries none to this service that the state belongs to.</summary>
    public Journey? End(HttpContext http, string service, string state)
    {
        var text = http.Request.Cookies[Cookie];
        http.Response.Cookies.Delete(Cookie, Options(http));
        if (text is null)
            return null;
        try
        {
            var journey = JsonSerializer.Deserialize<Journey>(_seal.Unprotect(text));
            return journey is not null && journey.Service == service && journey.Expires > time.GetUtcNow().ToUnixTimeMilliseconds()
                && CryptographicOperations.FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(state), System.Text.Encoding.UTF8.GetBytes(journey.State)) ? journey : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private CookieOptions Options(HttpContext http) => new()
    {
        HttpOnly = true, SameSite = SameSiteMode.Lax, Path = Path, IsEssential = true,
        Secure = http.Request.IsHttps || settings.Server.PublicUrl?.StartsWith("https://", StringComparison.OrdinalIgnoreCase) == true,
    };

    private static string Secret() => Base64UrlTextEncoder.Encode(RandomNumberGenerator.GetBytes(SecretBytes));
}
