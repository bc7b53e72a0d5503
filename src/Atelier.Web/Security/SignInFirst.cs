// The answer to somebody unknown where one must be known: programs get a problem, people the page for signing in, from which they come back.
using Atelier.Web.Components.Layout;
using Atelier.Web.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Security;

internal static class SignInFirst
{
    private static readonly string[] ProgramPaths = ["/api", "/v1", "/openapi", "/metrics", Links.Live];

    /// <summary>Whether a program asks, that would not know what to do with a page.</summary>
    public static bool IsProgram(HttpContext http) =>
        Array.Exists(ProgramPaths, path => http.Request.Path.StartsWithSegments(path, StringComparison.Ordinal));

    /// <summary>The answer.</summary>
    public static IResult Answer(HttpContext http)
    {
        if (IsProgram(http))
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            return ProblemResult.Of(ProblemKind.NotSignedIn, "Nobody is signed in: send an API key as 'Authorization: Bearer …'.");
        }
        var reading = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        http.Response.Headers.Location = reading
            ? $"{Links.SignIn}?return={Uri.EscapeDataString(http.Request.Path + http.Request.QueryString)}"
            : Links.SignIn;
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }
}
