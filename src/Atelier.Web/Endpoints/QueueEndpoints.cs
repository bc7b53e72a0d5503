// The queue as its operator sees and steers it. What is changed holds for all processes when the answer is sent.
using Atelier.Client;
using Atelier.Durable;
using Atelier.Operating;
using Atelier.Web.Configuration;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

internal static class QueueEndpoints
{
    private static readonly QueryParameter Minutes =
        new("minutes", "Tell what was done in so many minutes, the present one included.") { Min = 1, Max = 1_440, Default = 60 };

    private static readonly QueryParameter Key = new("key", "Only this part of the lane; absent for all of it.");

    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("/queue").WithTags("Queue").Allow(Access.Admin);
        group.MapGet("", StatsAsync).WithName("readQueue").WithSummary("See how the queue is doing")
            .WithDescription("Depths by lane and state, dead letters, workers, and what was done lately. It counts every unfinished job: for people "
                + "and dashboards, not for every second.")
            .WithMetadata(new QueryParameters([Minutes])).Produces<QueueRecord>().Refuses(400, 403);
        MapLanes(group.MapGroup("/lanes"));
        DeadLetterEndpoints.Map(group.MapGroup("/dead"));
    }

    private static void MapLanes(RouteGroupBuilder lanes)
    {
        lanes.MapGet("", LanesAsync).WithName("listLanes").WithSummary("List the lanes").Produces<LaneList>().Refuses(400, 403);
        lanes.MapPatch("/{lane}", ChangeAsync).WithName("changeLane").WithSummary("Change the limits of a lane")
            .WithDescription("Fields that are absent stay; null takes a limit away. A lane that is not there yet is made.")
            .Accepts<LaneChange>("application/json").Produces<LaneRecord>().Refuses(400, 403, 413, 415, 422);
        Mode("pause", "pauseLane", "Let nothing of a lane begin", LaneMode.Paused);
        Mode("resume", "resumeLane", "Open a lane that was paused or drained", LaneMode.Open);
        Mode("drain", "drainLane", "Let only what began go on", LaneMode.Draining);
        lanes.MapPost("/{lane}/park", ParkAsync).WithName("parkLane").WithSummary("Let nothing of a lane begin until a time")
            .WithDescription("An earlier end does not replace a later one.")
            .Accepts<Parking>("application/json").Produces<LaneRecord>().Refuses(400, 403, 404, 413, 415, 422);
        lanes.MapPost("/{lane}/unpark", UnparkAsync).WithName("unparkLane").WithSummary("End a parking")
            .WithMetadata(new QueryParameters([Key])).Produces<LaneRecord>().Refuses(400, 403, 404);

        void Mode(string word, string name, string summary, LaneMode mode) =>
            lanes.MapPost($"/{{lane}}/{word}", (string lane, HttpContext http, JobQueue queue, OperatorActs acts, CancellationToken ends) =>
                    ChangeKnownAsync(queue, lane, () => acts.SetModeAsync(CurrentUser.CallerOf(http).Id, lane, mode, ends), ends))
                .WithName(name).WithSummary(summary).Produces<LaneRecord>().Refuses(400, 403, 404);
    }

    private static async Task<IResult> StatsAsync(HttpContext http, JobQueue queue, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Request.Query);
        var minutes = query.WholeNumber(Minutes);
        return query.Errors.Count > 0
            ? ProblemResult.InvalidParameters(query.Errors)
            : TypedResults.Ok(await QueueRecords.ReadAsync(queue, minutes, cancellationToken));
    }

    private static async Task<Ok<LaneList>> LanesAsync(JobQueue queue, CancellationToken cancellationToken) =>
        TypedResults.Ok(new LaneList([.. (await queue.Lanes.ListAsync(cancellationToken)).Select(QueueRecords.Of)]));

    private static async Task<IResult> ChangeAsync(
        string lane, HttpContext http, JobQueue queue, OperatorActs acts, AtelierSettings settings, CancellationToken cancellationToken)
    {
        if (!IsLegal(lane))
            return NoLane(lane);
        using var body = await RequestBody.ReadAsync(http.Request, settings.Limits, cancellationToken);
        if (body.Problem is { } problem)
            return problem;
        var known = (await queue.Lanes.ListAsync(cancellationToken)).FirstOrDefault(status => status.Name == lane);
        var (change, errors) = LaneReader.Change(body.Root!.RootElement, known?.Settings ?? AtelierServices.NewLanesOf(settings.Limits));
        if (errors.Count > 0)
            return ProblemResult.InvalidFields(errors);
        await acts.ConfigureAsync(CurrentUser.CallerOf(http).Id, lane, change, cancellationToken);
        return await AnswerAsync(queue, lane, cancellationToken);
    }

    private static async Task<IResult> ParkAsync(
        string lane, HttpContext http, JobQueue queue, OperatorActs acts, AtelierSettings settings, CancellationToken cancellationToken)
    {
        using var body = await RequestBody.ReadAsync(http.Request, settings.Limits, cancellationToken);
        if (body.Problem is { } problem)
            return problem;
        var (parking, errors) = LaneReader.Parking(body.Root!.RootElement);
        return parking is null
            ? ProblemResult.InvalidFields(errors)
            : await ChangeKnownAsync(
                queue, lane, () => acts.ParkAsync(CurrentUser.CallerOf(http).Id, lane, parking.Until, parking.Reason, parking.Key, cancellationToken), cancellationToken);
    }

    private static async Task<IResult> UnparkAsync(string lane, HttpContext http, JobQueue queue, OperatorActs acts, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Request.Query);
        var key = query.Text(Key.Name);
        return query.Errors.Count > 0
            ? ProblemResult.InvalidParameters(query.Errors)
            : await ChangeKnownAsync(queue, lane, () => acts.UnparkAsync(CurrentUser.CallerOf(http).Id, lane, key, cancellationToken), cancellationToken);
    }

    // A misspelt name must not make a lane of that name.
    private static async Task<IResult> ChangeKnownAsync(JobQueue queue, string lane, Func<Task> change, CancellationToken cancellationToken)
    {
        if (!IsLegal(lane) || !(await QueueRecords.LaneNamesAsync(queue, cancellationToken)).Contains(lane))
            return NoLane(lane);
        await change();
        return await AnswerAsync(queue, lane, cancellationToken);
    }

    private static async Task<IResult> AnswerAsync(JobQueue queue, string lane, CancellationToken cancellationToken) =>
        (await queue.Lanes.ListAsync(cancellationToken)).FirstOrDefault(status => status.Name == lane) is { } status
            ? TypedResults.Ok(QueueRecords.Of(status))
            : NoLane(lane);

    private static ProblemResult NoLane(string lane) =>
        ProblemResult.Of(ProblemKind.NotFound, $"There is no lane '{Shown.Short(lane)}'. GET /api/v1/queue/lanes lists them.");

    private static bool IsLegal(string lane) => lane.Length is >= 1 and <= 200 && !lane.Any(char.IsControl);
}
