// Cancel, retry, delete: what an owner does to a generation. Each is done, or durably asked for, when the answer is sent.
using Atelier.Client;
using Atelier.Credits;
using Atelier.Generating;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

internal static class CommandEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("/generations/{id}").WithTags("Generations").Allow(Access.Write);
        group.MapPost("/cancel", CancelAsync).WithName("cancelGeneration").WithSummary("Cancel an unfinished generation")
            .WithDescription("A waiting one is canceled at once (200). A running one is asked to stop (202): its events tell when it has.")
            .Produces<GenerationRecord>().Produces<GenerationRecord>(StatusCodes.Status202Accepted).Refuses(400, 403, 404, 409);
        group.MapPost("/retry", RetryAsync).WithName("retryGeneration").WithSummary("Queue a failed or canceled generation again")
            .WithDescription("It costs what it costs now, as a new submission would.")
            .Produces<GenerationRecord>(StatusCodes.Status202Accepted).Refuses(400, 402, 403, 404, 409);
        group.MapDelete("", DeleteAsync).WithName("deleteGeneration").WithSummary("Delete a generation and its picture")
            .WithDescription("It is gone for every reader at once; a running worker is asked to stop.")
            .Produces(StatusCodes.Status204NoContent).Refuses(400, 403, 404);
        group.MapPost("/restore", RestoreAsync).WithName("restoreGeneration").WithSummary("Take a deletion back")
            .WithDescription("Within an hour of the deletion, unless the operator has set another time. What was unfinished comes back canceled.")
            .Produces<GenerationRecord>().Refuses(400, 403, 404);
    }

    /// <summary>A command on one generation: who asks, and the parts that carry it out.</summary>
    private readonly record struct Call(
        string Id, HttpContext Http, GenerationCommands Commands, GenerationStore Generations, GenerationRecords Records, Charging Charging, Ledger Ledger,
        CancellationToken Ends)
    {
        public string Owner => CurrentUser.Of(Http).Owner;

        // An illegal id is nobody's; it does not reach the database, which could not even take every text.
        public string LegalId => GenerationIds.IsLegal(Id) ? Id : "";
    }

    private static async Task<IResult> CancelAsync([AsParameters] Call call) => await AnswerAsync(
        call, await call.Commands.CancelAsync(call.LegalId, call.Owner, call.Ends),
        done: StatusCodes.Status200OK, refusal: "canceled: only an unfinished generation can be");

    private static async Task<IResult> RetryAsync([AsParameters] Call call) => await AnswerAsync(
        call, await call.Commands.RetryAsync(call.LegalId, call.Owner, call.Ends),
        done: StatusCodes.Status202Accepted, refusal: "retried: only a failed or canceled generation can be");

    private static async Task<IResult> DeleteAsync([AsParameters] Call call) =>
        await call.Commands.DeleteAsync(call.LegalId, call.Owner, call.Ends) == CommandResult.NotFound
            ? ProblemResult.NoGeneration(call.Id)
            : TypedResults.NoContent();

    private static async Task<IResult> RestoreAsync([AsParameters] Call call, DeletedGenerations deleted) =>
        await deleted.RestoreAsync(call.LegalId, call.Owner, call.Ends) && await call.Generations.FindAsync(call.Id, call.Ends) is { } generation
            ? TypedResults.Ok(await call.Records.OfAsync(generation, call.Ends))
            : ProblemResult.Of(ProblemKind.NotFound, $"There is no deleted generation '{Shown.Short(call.Id)}' that can be restored.");

    private static async Task<IResult> AnswerAsync(Call call, CommandResult result, int done, string refusal)
    {
        if (result == CommandResult.NotFound || await call.Generations.FindVisibleAsync(call.Id, call.Http, call.Ends) is not { } generation)
            return ProblemResult.NoGeneration(call.Id);
        if (result == CommandResult.NotEnoughCredits)
        {
            return ProblemResult.NotEnoughCredits(
                await call.Charging.PriceOfAsync(generation, call.Ends), (await call.Ledger.BalanceAsync(call.Owner, call.Ends)).Available, "Nothing was changed.");
        }
        if (result == CommandResult.NotNow)
            return ProblemResult.Of(ProblemKind.WrongState, $"The generation is {StatusNames.Of(generation.Status)} and cannot be {refusal}.");
        return TypedResults.Json(
            await call.Records.OfAsync(generation, call.Ends),
            statusCode: result == CommandResult.Requested ? StatusCodes.Status202Accepted : done);
    }
}
