// A page as the answer to a request: rendered to its end before the first byte is sent, so that a mistake shows an error page and never half a page.
using System.Text;
using Atelier.Web.Components.Layout;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Web.Components;

/// <summary>An HTML page.</summary>
/// <param name="parameters">The component's parameters.</param>
/// <param name="status">The HTTP status. Default: 200.</param>
internal sealed class Page<TComponent>(IReadOnlyDictionary<string, object?> parameters, int status = StatusCodes.Status200OK) : IResult
    where TComponent : IComponent
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var html = await httpContext.RequestServices.GetRequiredService<PageRenderer>().RenderAsync<TComponent>(parameters);
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        // Every page shows what is true now; a browser may keep it for going back, nobody else may keep it at all.
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.Remove("Pragma");
        response.Headers.Vary = "Cookie";
        if (HttpMethods.IsHead(httpContext.Request.Method))
            return;
        await response.WriteAsync(html, Encoding.UTF8, httpContext.RequestAborted);
    }
}

/// <summary>Answers that pages give to forms.</summary>
internal static class Answers
{
    /// <summary>Sends the browser on with a GET, so that a reload repeats nothing.</summary>
    public static IResult SeeOther(HttpContext http, string path)
    {
        http.Response.Headers.Location = path;
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>Sends the browser back to where the form was; never to another site.</summary>
    public static IResult Back(HttpContext http, string? path, string otherwise = Links.Create) =>
        SeeOther(http, RedirectHttpResult.IsLocalUrl(path) ? path! : otherwise);

    /// <summary>A problem for people to read, shown without asking the database anything.</summary>
    public static IResult Problem(PageFrames frames, HttpContext http, int status, string title, string message) =>
        Problem(frames.Bare(http), status, title, message);

    /// <summary>There is no such page or generation for this reader.</summary>
    public static async Task<IResult> NotFoundAsync(PageFrames frames, HttpContext http) => Problem(
        await frames.OfAsync(http), StatusCodes.Status404NotFound, "There is nothing here",
        "The picture may have been deleted, or the address may be mistyped.");

    private static Page<Pages.ProblemPage> Problem(PageFrame frame, int status, string title, string message) =>
        new(new Dictionary<string, object?>
        {
            [nameof(Pages.ProblemPage.Frame)] = frame,
            [nameof(Pages.ProblemPage.Code)] = status,
            [nameof(Pages.ProblemPage.Title)] = title,
            [nameof(Pages.ProblemPage.Message)] = message,
        }, status);
}
