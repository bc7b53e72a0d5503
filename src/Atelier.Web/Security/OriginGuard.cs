// Refuses changes that another site's page sends through our user's browser (cross-site request forgery). Other programs name no origin.
using Atelier.Web.Configuration;
using Atelier.Web.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Security;

internal sealed class OriginGuard(RequestDelegate next, AtelierSettings settings)
{
    public Task InvokeAsync(HttpContext http)
    {
        var request = http.Request;
        if (ChangesNothing(request.Method) || IsOurs(request))
            return next(http);
        return ProblemResult.Of(ProblemKind.ForeignOrigin, "A browser sent this from a page of another site. Nothing was done.")
            .ExecuteAsync(http);
    }

    private static bool ChangesNothing(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private bool IsOurs(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site is not ("" or "same-origin" or "none"))
            return false;
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
            || string.Equals(origin, settings.Server.PublicUrl, StringComparison.OrdinalIgnoreCase);
    }
}
