// The headers that keep a browser from doing with our answers what they are not meant for.
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Security;

internal sealed class SecurityHeaders(RequestDelegate next)
{
    /// <summary>The header that says which sites may show an answer; an endpoint may widen it.</summary>
    public const string ResourcePolicy = "Cross-Origin-Resource-Policy";

    // Scripts and styles come from files only. Speculation rules are data in a script element and have a word of their own.
    private const string PagePolicy =
        "default-src 'none'; script-src 'self' 'inline-speculation-rules'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
        + "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext http)
    {
        http.Response.OnStarting(static state =>
        {
            var headers = ((HttpResponse)state).Headers;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers.TryAdd(ResourcePolicy, "same-origin");
            if (headers.ContentSecurityPolicy.Count == 0)
                headers.ContentSecurityPolicy = PagePolicy;
            return Task.CompletedTask;
        }, http.Response);
        return next(http);
    }
}
