// The outermost layer of the API: whatever goes wrong below becomes a problem for the caller, and is logged once with an incident's id.
using Atelier.Durable;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Atelier.Web.Endpoints;

internal sealed partial class ProblemBoundary(RequestDelegate next, Database database, ILogger<ProblemBoundary> log)
{
    private static readonly string[] OfTheAnswerMeant =
        [HeaderNames.ContentLength, HeaderNames.ContentDisposition, HeaderNames.ETag, HeaderNames.LastModified];

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    public async Task InvokeAsync(HttpContext http)
    {
        if (IsForPeople(http.Request))
        {
            await next(http);
            return;
        }
        try
        {
            await next(http);
            await ExplainBareStatusAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
            if (!http.Response.HasStarted)
                http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (BadHttpRequestException e)
        {
            LogRefused(e.StatusCode, e.Message);
            await AnswerAsync(http, ProblemResult.Of(ProblemKind.OfStatus(e.StatusCode), "The request could not be read to its end."));
        }
        catch (Exception e) when (database.IsTransient(e))
        {
            LogUnavailable(e, http.Request.Method, http.Request.Path);
            await AnswerAsync(http, ProblemResult.Of(ProblemKind.Unavailable, "The database does not answer at the moment.").After(Pause));
        }
        catch (Exception e)
        {
            var incident = Guid.NewGuid().ToString("N");
            LogIncident(e, incident, http.Request.Method, http.Request.Path);
            await AnswerAsync(http, ProblemResult
                .Of(ProblemKind.Internal, $"The request was not carried out. The operator finds the incident {incident} in the log.")
                .WithIncident(incident));
        }
    }

    // Pages have an error page of their own.
    private static bool IsForPeople(HttpRequest request) =>
        !request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static async Task ExplainBareStatusAsync(HttpContext http)
    {
        var response = http.Response;
        var isBare = response.ContentType is null && response.ContentLength is null or 0;
        var isMine = isBare || response.StatusCode == StatusCodes.Status416RangeNotSatisfiable;
        if (response.StatusCode < 400 || response.HasStarted || !isMine)
            return;
        foreach (var name in OfTheAnswerMeant)
            response.Headers.Remove(name);
        var kind = ProblemKind.OfStatus(response.StatusCode);
        await ProblemResult.Of(kind, $"{http.Request.Method} {Shown.Short(http.Request.Path)}: {kind.Remedy}").ExecuteAsync(http);
    }

    private static async Task AnswerAsync(HttpContext http, ProblemResult problem)
    {
        if (http.Response.HasStarted)
        {
            // The answer is torn: a broken connection is the only honest end.
            http.Abort();
            return;
        }
        http.Response.Clear();
        await problem.ExecuteAsync(http);
    }

    [LoggerMessage(3001, LogLevel.Error, "Incident {Incident}: {Method} {Path} failed")]
    private partial void LogIncident(Exception error, string incident, string method, string path);

    [LoggerMessage(3002, LogLevel.Warning, "{Method} {Path} was put off: the database does not answer")]
    private partial void LogUnavailable(Exception error, string method, string path);

    [LoggerMessage(3003, LogLevel.Debug, "A request was refused with {Status}: {Reason}")]
    private partial void LogRefused(int status, string reason);
}
