// Submit a wish: a thin door to the room that records it. Everything is durable when the answer is sent.
using Atelier.Client;
using Atelier.Submitting;
using Atelier.Web.Configuration;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

internal static class SubmissionEndpoint
{
    public const string OperationId = "submitGenerations", IdempotencyKey = "Idempotency-Key", IdempotencyReplayed = "Idempotency-Replayed";
    private static readonly TimeSpan PauseWhenFull = TimeSpan.FromSeconds(30);

    private static readonly HeaderParameter Key = new(IdempotencyKey,
        "Makes repeating safe: the same request under the same key is carried out once, and answered with its first answer and the header "
        + $"{IdempotencyReplayed}: true. 1 to {Submission.MaxIdempotencyKey} characters, remembered for a day.");

    public static void Map(RouteGroupBuilder api) =>
        api.MapPost("/generations", SubmitAsync).Allow(Access.Write).WithName(OperationId).WithTags("Generations")
            .WithSummary("Submit a wish for one to four images")
            .WithDescription("Validates, records and enqueues in one transaction, and answers before anything is painted.")
            .WithMetadata(Key)
            .Accepts<Client.GenerationRequest>("application/json", "multipart/form-data")
            .Produces<SubmissionAnswer>(StatusCodes.Status202Accepted)
            .Refuses(400, 402, 403, 409, 413, 415, 422, 429);

    private static async Task<IResult> SubmitAsync(
        HttpContext http, Submission submission, AtelierSettings settings, CancellationToken cancellationToken)
    {
        var submitter = CurrentUser.Of(http);
        using var body = await RequestBody.ReadAsync(http.Request, settings.Limits, cancellationToken);
        if (body.Problem is not null)
            return body.Problem;
        var (request, errors) = SubmissionReader.Read(body.Root!.RootElement, body.Files);
        if (errors.Count > 0)
            return await RefuseAsync(errors, submission, request, submitter, cancellationToken);
        var key = http.Request.Headers.TryGetValue(IdempotencyKey, out var values) ? values.ToString() : null;
        return await submission.SubmitAsync(request, submitter, key, cancellationToken) switch
        {
            SubmissionResult.Accepted accepted => Accepted(http, accepted),
            SubmissionResult.Invalid invalid => ProblemResult.InvalidFields(invalid.Errors),
            SubmissionResult.KeyReused reused => ProblemResult.Of(ProblemKind.IdempotencyKeyReused,
                $"The key '{Shown.Short(reused.Key)}' was used with another request. Nothing was recorded."),
            SubmissionResult.QueueFull full => ProblemResult.Of(ProblemKind.QueueFull,
                $"You have {full.Unfinished} unfinished generations; {full.Max} are allowed. Nothing was recorded.").After(PauseWhenFull),
            SubmissionResult.NotEnoughCredits poor => ProblemResult.NotEnoughCredits(poor.Price, poor.Available, "Nothing was recorded."),
            var unknown => throw new InvalidOperationException($"Unknown result {unknown.GetType().Name}."),
        };
    }

    /// <summary>Tells of fields that could not be read, and of everything else that is wrong.</summary>
    internal static async Task<ProblemResult> RefuseAsync(
        IReadOnlyList<FieldError> unreadable, Submission submission, Submitting.GenerationRequest request, Submitter submitter, CancellationToken cancellationToken)
    {
        // A field that could not be read counts as missing below, which is not to be told as well.
        var told = unreadable.Select(error => error.Field.Split('.', '[')[0]).ToHashSet(StringComparer.Ordinal);
        var illegal = await submission.CheckAsync(request, submitter, cancellationToken);
        return ProblemResult.InvalidFields([.. unreadable, .. illegal.Where(error => !told.Contains(error.Field.Split('.', '[')[0]))]);
    }

    private static Accepted<SubmissionAnswer> Accepted(HttpContext http, SubmissionResult.Accepted accepted)
    {
        if (accepted.Replayed)
            http.Response.Headers[IdempotencyReplayed] = "true";
        var location = accepted.Generations.Count == 1
            ? GenerationRecords.PathOf(accepted.Generations[0].Id)
            : $"{ApiRoutes.Generations}?batch={accepted.BatchId}";
        return TypedResults.Accepted(location, new SubmissionAnswer(
            accepted.BatchId, [.. accepted.Generations.Select(GenerationRecords.Submitted)]));
    }
}
