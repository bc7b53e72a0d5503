// What people do with their own queue over HTTP: pause and resume it, put a generation first, cancel a batch. Done when the answer is sent.
using Atelier.Client;
using Atelier.Generating;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

internal static class OwnQueueEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var mine = api.MapGroup("/queue/mine").WithTags("Queue").Allow(Access.Write);
        mine.MapPost("/pause", PauseAsync).WithName("pauseMine").WithSummary("Let nothing of yours begin")
            .WithDescription("What has begun goes on, further attempts included. New generations are taken and wait.").Produces<OwnQueueRecord>().Refuses(400, 403);
        mine.MapPost("/resume", ResumeAsync).WithName("resumeMine").WithSummary("Let yours begin again").Produces<OwnQueueRecord>().Refuses(400, 403);
        api.MapPost("/generations/{id}/front", FrontAsync).Allow(Access.Write).WithName("moveToFront").WithTags("Generations")
            .WithSummary("Put a waiting generation before your others").WithDescription("Nobody else's begins sooner or later for it.")
            .Produces<GenerationRecord>().Refuses(400, 403, 404, 409);
        api.MapPost("/batches/{id}/cancel", CancelBatchAsync).Allow(Access.Write).WithName("cancelBatch").WithTags("Generations")
            .WithSummary("Cancel what is unfinished of a batch")
            .WithDescription("Waiting ones are canceled at once, running ones are asked to stop: their events tell when they have.")
            .Produces<BatchCancelRecord>().Refuses(400, 403, 404);
    }

    private static async Task<Ok<OwnQueueRecord>> PauseAsync(HttpContext http, OwnQueue queue, CancellationToken cancellationToken)
    {
        await queue.PauseAsync(CurrentUser.Of(http).Owner, cancellationToken);
        return TypedResults.Ok(new OwnQueueRecord(Paused: true));
    }

    private static async Task<Ok<OwnQueueRecord>> ResumeAsync(HttpContext http, OwnQueue queue, CancellationToken cancellationToken)
    {
        await queue.ResumeAsync(CurrentUser.Of(http).Owner, cancellationToken);
        return TypedResults.Ok(new OwnQueueRecord(Paused: false));
    }

    private static async Task<IResult> FrontAsync(
        string id, HttpContext http, GenerationCommands commands, GenerationStore generations, GenerationRecords records, CancellationToken cancellationToken)
    {
        var result = await commands.FrontAsync(GenerationIds.IsLegal(id) ? id : "", CurrentUser.Of(http).Owner, cancellationToken);
        if (result == CommandResult.NotFound || await generations.FindVisibleAsync(id, http, cancellationToken) is not { } generation)
            return ProblemResult.NoGeneration(id);
        return result == CommandResult.NotNow
            ? ProblemResult.Of(ProblemKind.WrongState, "The generation has begun, has ended, or waits for a time: only one that waits in line can be put first.")
            : TypedResults.Ok(await records.OfAsync(generation, cancellationToken));
    }

    private static async Task<IResult> CancelBatchAsync(string id, HttpContext http, GenerationCommands commands, CancellationToken cancellationToken) =>
        GenerationIds.IsLegal(id) && await commands.CancelBatchAsync(id, CurrentUser.Of(http).Owner, cancellationToken) is { } canceled
            ? TypedResults.Ok(new BatchCancelRecord(id, canceled))
            : ProblemResult.Of(ProblemKind.NotFound, $"There is no batch '{Shown.Short(id)}' of yours.");
}
