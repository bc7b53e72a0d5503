// Submit, list, read, cancel, retry, delete: thin doors to the rooms that do it. Everything is durable when the answer is sent.
using Atelier.Client;
using Atelier.Generating;
using Atelier.Submitting;
using Atelier.Catalogue;
using Atelier.Web.Configuration;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

internal static class GenerationEndpoints
{
    public const string IdempotencyKey = "Idempotency-Key";
    private static readonly TimeSpan PauseWhenFull = TimeSpan.FromSeconds(30);

    private static readonly QueryParameter Limit = new("limit", "How many, newest first.") { Min = 1, Max = GenerationStore.MaxPage, Default = 50 };
    private static readonly QueryParameters ListParameters = new(
    [
        Limit,
        new("cursor", "The next_cursor of the page before."),
        new("status", "Only of these statuses, separated by commas.") { Example = "queued,processing" },
        new("model", "Only of this model, by id or alias."),
        new("batch", "Only of this batch."),
        new("tag", "Only with this tag."),
        new("q", "Only those whose prompt contains this text; case is ignored."),
    ]);

    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("/generations").WithTags("Generations");
        group.MapPost("", SubmitAsync).WithName("submitGenerations")
            .WithSummary("Submit a wish for one to four images")
            .WithDescription("Validates, records and enqueues in one transaction, and answers before anything is painted.")
            .WithMetadata(new HeaderParameter(IdempotencyKey, "Makes repeating safe: the same request under the same key is carried out once, and answered with its first answer and the header Idempotency-Replayed: true. 1 to 200 characters, remembered for a day."))
            .Accepts<Client.GenerationRequest>("application/json", "multipart/form-data")
            .Produces<SubmissionAnswer>(StatusCodes.Status202Accepted)
            .Refuses(400, 403, 409, 413, 415, 422, 429);
        group.MapGet("", ListAsync).WithName("listGenerations").WithSummary("List your generations").WithMetadata(ListParameters)
            .Produces<GenerationPage>().Refuses(400);
        group.MapGet("/{id}", GetAsync).WithName("getGeneration").WithSummary("Read a generation")
            .Produces<GenerationRecord>().Refuses(400, 404);
        group.MapPost("/{id}/cancel", CancelAsync).WithName("cancelGeneration").WithSummary("Cancel an unfinished generation")
            .WithDescription("A waiting one is canceled at once (200). A running one is asked to stop (202): its events tell when it has.")
            .Produces<GenerationRecord>().Produces<GenerationRecord>(StatusCodes.Status202Accepted).Refuses(400, 403, 404, 409);
        group.MapPost("/{id}/retry", RetryAsync).WithName("retryGeneration").WithSummary("Queue a failed or canceled generation again")
            .Produces<GenerationRecord>(StatusCodes.Status202Accepted).Refuses(400, 403, 404, 409);
        group.MapDelete("/{id}", DeleteAsync).WithName("deleteGeneration").WithSummary("Delete a generation and its picture")
            .WithDescription("It is gone for every reader at once; a running worker is asked to stop.")
            .Produces(StatusCodes.Status204NoContent).Refuses(400, 403, 404);
    }

    private static async Task<IResult> SubmitAsync(HttpContext http, Submission submission, AtelierSettings settings, CancellationToken cancellationToken)
    {
        var submitter = CurrentUser.Of(http);
        using var body = await RequestBody.ReadAsync(http.Request, settings.Limits, cancellationToken);
        if (body.Problem is not null)
            return body.Problem;
        var (request, errors) = SubmissionReader.Read(body.Root!.RootElement, body.Files);
        if (errors.Count > 0)
            return ProblemResult.InvalidFields(WithTheRest(errors, submission.Check(request, submitter)));
        var key = http.Request.Headers.TryGetValue(IdempotencyKey, out var values) ? values.ToString() : null;
        return await submission.SubmitAsync(request, submitter, key, cancellationToken) switch
        {
            SubmissionResult.Accepted accepted => Accepted(http, accepted),
            SubmissionResult.Invalid invalid => ProblemResult.InvalidFields(invalid.Errors),
            SubmissionResult.KeyReused reused => ProblemResult.Of(ProblemKind.IdempotencyKeyReused,
                $"The key '{Shown.Short(reused.Key)}' was used with another request. Nothing was recorded."),
            SubmissionResult.QueueFull full => ProblemResult.Of(ProblemKind.QueueFull,
                $"You have {full.Unfinished} unfinished generations; {full.Max} are allowed. Nothing was recorded.").After(PauseWhenFull),
            var unknown => throw new InvalidOperationException($"Unknown result {unknown.GetType().Name}."),
        };
    }

    // A field that could not be read counts as missing below, which is not to be told as well.
    private static List<FieldError> WithTheRest(List<FieldError> unreadable, IReadOnlyList<FieldError> illegal)
    {
        var told = unreadable.Select(error => error.Field.Split('.', '[')[0]).ToHashSet(StringComparer.Ordinal);
        return [.. unreadable, .. illegal.Where(error => !told.Contains(error.Field.Split('.', '[')[0]))];
    }

    private static Accepted<SubmissionAnswer> Accepted(HttpContext http, SubmissionResult.Accepted accepted)
    {
        if (accepted.Replayed)
            http.Response.Headers["Idempotency-Replayed"] = "true";
        var location = accepted.Generations.Count == 1
            ? GenerationRecords.PathOf(accepted.Generations[0].Id)
            : $"{ApiRoutes.Generations}?batch={accepted.BatchId}";
        return TypedResults.Accepted(location, new SubmissionAnswer(
            accepted.BatchId, [.. accepted.Generations.Select(GenerationRecords.Submitted)]));
    }

    private static async Task<IResult> ListAsync(
        HttpContext http, GenerationStore generations, ModelCatalogue catalogue, GenerationRecords records, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Request.Query);
        var limit = query.WholeNumber(Limit);
        var before = query.Parsed("cursor", PageCursor.Parse, "must be the next_cursor of a page.");
        var model = query.Text("model");
        var filter = new GenerationFilter
        {
            Owner = CurrentUser.Of(http).Owner,
            Statuses = [.. query.Words("status", StatusNames.Statuses).Where(StatusNames.Statuses.Contains).Select(StatusNames.ParseStatus)],
            BatchId = query.Parsed("batch", text => GenerationIds.IsLegal(text) ? text : null, "must be the id of a batch: 32 hex digits."),
            Model = model is null ? null : catalogue.Find(model)?.Id ?? model,
            Tag = query.Text("tag"),
            Text = query.Text("q"),
        };
        if (query.Errors.Count > 0)
            return ProblemResult.InvalidParameters(query.Errors);
        var page = await generations.ListAsync(filter, before, limit, cancellationToken);
        var isLast = page.Count < limit || (await generations.ListAsync(filter, page[^1].Id, limit: 1, cancellationToken)).Count == 0;
        return TypedResults.Ok(new GenerationPage(
            await records.OfManyAsync(page, cancellationToken), isLast ? null : PageCursor.After(page[^1])));
    }

    private static async Task<IResult> GetAsync(
        string id, HttpContext http, GenerationStore generations, GenerationRecords records, CancellationToken cancellationToken) =>
        await generations.FindVisibleAsync(id, http, cancellationToken) is { } generation
            ? TypedResults.Ok(await records.OfAsync(generation, cancellationToken))
            : ProblemResult.NoGeneration(id);

    private static async Task<IResult> CancelAsync(
        string id, HttpContext http, GenerationCommands commands, GenerationStore generations, GenerationRecords records, CancellationToken cancellationToken)
    {
        var result = await commands.CancelAsync(Checked(id), CurrentUser.Of(http).Owner, cancellationToken);
        return await AnswerAsync(id, result, "canceled: only an unfinished generation can be", done: StatusCodes.Status200OK, http, generations, records, cancellationToken);
    }

    private static async Task<IResult> RetryAsync(
        string id, HttpContext http, GenerationCommands commands, GenerationStore generations, GenerationRecords records, CancellationToken cancellationToken)
    {
        var result = await commands.RetryAsync(Checked(id), CurrentUser.Of(http).Owner, cancellationToken);
        return await AnswerAsync(id, result, "retried: only a failed or canceled generation can be", done: StatusCodes.Status202Accepted, http, generations, records, cancellationToken);
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext http, GenerationCommands commands, CancellationToken cancellationToken) =>
        await commands.DeleteAsync(Checked(id), CurrentUser.Of(http).Owner, cancellationToken) == CommandResult.NotFound
            ? ProblemResult.NoGeneration(id)
            : TypedResults.NoContent();

    private static async Task<IResult> AnswerAsync(
        string id, CommandResult result, string refusal, int done, HttpContext http, GenerationStore generations, GenerationRecords records,
        CancellationToken cancellationToken)
    {
        if (result == CommandResult.NotFound || await generations.FindVisibleAsync(id, http, cancellationToken) is not { } generation)
            return ProblemResult.NoGeneration(id);
        if (result == CommandResult.NotNow)
            return ProblemResult.Of(ProblemKind.WrongState, $"The generation is {StatusNames.Of(generation.Status)} and cannot be {refusal}.");
        return TypedResults.Json(
            await records.OfAsync(generation, cancellationToken),
            statusCode: result == CommandResult.Requested ? StatusCodes.Status202Accepted : done);
    }

    // An illegal id is nobody's; it does not reach the database, which could not even take every text.
    private static string Checked(string id) => GenerationIds.IsLegal(id) ? id : "";

    /// <summary>The generation, if there is one that the request's user may see.</summary>
    public static async Task<Generation?> FindVisibleAsync(
        this GenerationStore generations, string id, HttpContext http, CancellationToken cancellationToken) =>
        GenerationIds.IsLegal(id) && await generations.FindAsync(id, cancellationToken) is { } generation && CurrentUser.Of(http).MaySee(generation)
            ? generation
            : null;
}
