// The outermost layer of the pages: a form must come from a page of ours, and whatever goes wrong below becomes a page that says so.
using Atelier.Durable;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Atelier.Web.Components;

internal sealed partial class PageBoundary(IAntiforgery antiforgery, PageFrames frames, Database database, ILogger<PageBoundary> log) : IEndpointFilter
{
    private static readonly string Pause = "5";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        try
        {
            if (HttpMethods.IsPost(http.Request.Method))
                await antiforgery.ValidateRequestAsync(http);
            if (await next(context) is IResult result)
                await result.ExecuteAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
            http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            await Explain(http, e).ExecuteAsync(http);
        }
        return Results.Empty;
    }

    private IResult Explain(HttpContext http, Exception error)
    {
        switch (error)
        {
            case AntiforgeryValidationException:
                LogForeignForm(http.Request.Path, error.Message);
                return Answers.Problem(frames, http, StatusCodes.Status400BadRequest, "That form was too old",
                    "Nothing was done. Go back, reload the page and try once more.");
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } or InvalidDataException:
                LogRefused(http.Request.Path, error.Message);
                return Answers.Problem(frames, http, StatusCodes.Status413PayloadTooLarge, "That was too much at once",
                    "The form or its picture is larger than this server takes. Nothing was done.");
            case BadHttpRequestException bad:
                LogRefused(http.Request.Path, error.Message);
                return Answers.Problem(frames, http, bad.StatusCode, "That could not be read", "The request was broken on its way. Try once more.");
        }
        if (database.IsTransient(error))
        {
            LogUnavailable(error, http.Request.Path);
            http.Response.Headers.RetryAfter = Pause;
            return Answers.Problem(frames, http, StatusCodes.Status503ServiceUnavailable, "Just a moment",
                "The database does not answer at the moment. Nothing is lost; reload in a few seconds.");
        }
        var incident = Guid.NewGuid().ToString("N");
        LogIncident(error, incident, http.Request.Method, http.Request.Path);
        return Answers.Problem(frames, http, StatusCodes.Status500InternalServerError, "That went wrong here",
            $"It is not your fault, and your pictures are safe. The operator finds the incident {incident} in the log.");
    }

    [LoggerMessage(4001, LogLevel.Error, "Incident {Incident}: {Method} {Path} failed")]
    private partial void LogIncident(Exception error, string incident, string method, string path);

    [LoggerMessage(4002, LogLevel.Warning, "The page {Path} was put off: the database does not answer")]
    private partial void LogUnavailable(Exception error, string path);

    [LoggerMessage(4003, LogLevel.Information, "A form for {Path} did not prove that it came from a page of ours: {Reason}")]
    private partial void LogForeignForm(string path, string reason);

    [LoggerMessage(4004, LogLevel.Debug, "A request for {Path} was refused: {Reason}")]
    private partial void LogRefused(string path, string reason);
}
