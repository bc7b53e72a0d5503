// Dead letters: list, try again as they were or edited, forget. Each change is one transaction with whatever belongs to the job.
using System.Globalization;
using System.Text.Json;
using Atelier.Client;
using Atelier.Durable;
using Atelier.Operating;
using Atelier.Submitting;
using Atelier.Web.Configuration;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

internal static class DeadLetterEndpoints
{
    private static readonly QueryParameter Limit = new("limit", "How many, in the order of their ids.") { Min = 1, Max = 1_000, Default = 50 };

    private static readonly QueryParameters ListParameters = new(
    [
        Limit,
        new("after", "The next_after of the page before."),
        new("lane", "Only of this lane."),
        new("kind", "Only of this kind."),
        new("tenant", "Only of this user."),
        new("error", "Only those whose last failure had this code."),
    ]);

    public static void Map(RouteGroupBuilder dead)
    {
        dead.MapGet("", ListAsync).WithName("listDeadLetters").WithSummary("List the jobs that were given up").WithMetadata(ListParameters)
            .Produces<DeadLetterPage>().Refuses(400, 403);
        dead.MapPost("/{id}/retry", RetryAsync).WithName("retryDeadLetter").WithSummary("Put a dead letter back into the queue")
            .WithDescription("With all its attempts, as it was or edited; the body may be absent. What it was about (a generation) is queued again too.")
            .Accepts<DeadLetterRetry>(isOptional: true, "application/json").Produces<JobRecord>().Refuses(400, 403, 404, 413, 415, 422);
        dead.MapDelete("/{id}", DiscardAsync).WithName("discardDeadLetter").WithSummary("Forget a dead letter for good")
            .Produces(StatusCodes.Status204NoContent).Refuses(400, 403, 404);
    }

    private static async Task<IResult> ListAsync(HttpContext http, JobQueue queue, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Request.Query);
        var limit = query.WholeNumber(Limit);
        var after = query.Parsed("after", IdOf, "must be the next_after of a page.");
        var filter = new DeadLetterFilter(query.Text("lane"), query.Text("kind"), query.Text("tenant"), query.Text("error"));
        if (query.Errors.Count > 0)
            return ProblemResult.InvalidParameters(query.Errors);
        var letters = await queue.DeadLettersAsync(filter, after, limit, cancellationToken);
        var more = letters.Count == limit && (await queue.DeadLettersAsync(filter, letters[^1].Job.Id, 1, cancellationToken)).Count > 0;
        return TypedResults.Ok(new DeadLetterPage([.. letters.Select(QueueRecords.Of)], more ? letters[^1].Job.Id.Value : null));
    }

    private static async Task<IResult> RetryAsync(
        string id, HttpContext http, JobQueue queue, OperatorActs acts, AtelierSettings settings, CancellationToken cancellationToken)
    {
        var edit = new JobEdit();
        if (http.Request.ContentType is not null || http.Request.ContentLength > 0)
        {
            using var body = await RequestBody.ReadAsync(http.Request, settings.Limits, cancellationToken);
            if (body.Problem is { } problem)
                return problem;
            (edit, var errors) = LaneReader.Edit(body.Root!.RootElement);
            if (errors.Count > 0)
                return ProblemResult.InvalidFields(errors);
        }
        if (IdOf(id) is not { } job)
            return NoLetter(id);
        try
        {
            var retried = await acts.RequeueAsync(CurrentUser.CallerOf(http).Id, job, edit, cancellationToken);
            return retried && await queue.FindAsync(job, cancellationToken) is { } now ? TypedResults.Ok(QueueRecords.Of(now)) : NoLetter(id);
        }
        catch (JsonException) when (edit.Payload is not null)
        {
            return ProblemResult.InvalidFields([new FieldError("payload", null, "payload is not what jobs of this kind need.")]);
        }
    }

    private static async Task<IResult> DiscardAsync(string id, HttpContext http, OperatorActs acts, CancellationToken cancellationToken) =>
        IdOf(id) is { } job && await acts.DiscardAsync(CurrentUser.CallerOf(http).Id, job, cancellationToken)
            ? TypedResults.NoContent()
            : NoLetter(id);

    private static JobId? IdOf(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? new JobId(id) : null;

    private static ProblemResult NoLetter(string id) => ProblemResult.Of(ProblemKind.NotFound, $"There is no dead letter '{Shown.Short(id)}'.");
}
