// The history of a generation: every call to an engine, as its owner may know it and as an operator does.
using Atelier.Client;
using Atelier.Generating;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

internal static class AttemptEndpoint
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/generations/{id}/attempts", ListAsync).Allow(Access.Read).WithName("listAttempts").WithTags("Generations")
            .WithSummary("Read the attempts at a generation")
            .WithDescription("For its owner and operators; which key was used and what the provider complained about, operators only are told.")
            .Produces<AttemptList>().Refuses(400, 404);

    private static async Task<IResult> ListAsync(string id, HttpContext http, GenerationStore generations, CancellationToken cancellationToken)
    {
        var user = CurrentUser.CallerOf(http);
        // An illegal id is nobody's; it does not reach the database, which could not even take every text.
        if (!GenerationIds.IsLegal(id) || await generations.FindAsync(id, cancellationToken) is not { } generation
            || !(generation.Owner == user.Id || user.MayOperate()))
            return ProblemResult.NoGeneration(id);
        var attempts = await generations.AttemptsAsync(id, cancellationToken);
        return TypedResults.Ok(new AttemptList([.. attempts.Select(attempt => Of(attempt, user.MayOperate()))]));
    }

    internal static AttemptRecord Of(GenerationAttempt attempt, bool forOperator) => new()
    {
        Number = attempt.Number,
        Provider = attempt.Provider,
        Model = attempt.Model,
        PredictionId = attempt.ExternalId,
        Outcome = attempt.Outcome,
        Cost = Math.Round(attempt.Cost, 6),
        StartedAt = attempt.StartedAt,
        FinishedAt = attempt.FinishedAt,
        Key = forOperator ? attempt.Key : null,
        Error = forOperator ? attempt.Error : null,
    };
}
