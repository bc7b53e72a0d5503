// Server-sent events of one generation, of mine, of a batch. Whoever comes back with the last id seen misses nothing, at whichever process.
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Submitting;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Contract = Atelier.Client;

namespace Atelier.Web.Endpoints;

internal static class EventEndpoints
{
    private const string LastEventId = "Last-Event-ID";

    private static readonly QueryParameter After = new("after", "Go on after this event; the header Last-Event-ID wins over it.");
    private static readonly HeaderParameter Resume = new(LastEventId, "The id of the last event that was received.");

    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("/generations").WithTags("Events");
        group.MapGet("/events", FollowMineAsync).Allow(Access.Read).WithName("followGenerations").WithSummary("Follow your generations")
            .WithDescription("Server-sent events about all of your generations, or those of one batch, from now on or after a known event.")
            .WithMetadata(Resume, new QueryParameters([After, new("batch", "Only of this batch.")]))
            .Produces<Contract.GenerationEvent>(StatusCodes.Status200OK, EventStream.MediaType).Refuses(400);
        group.MapGet("/{id}/events", FollowOneAsync).Allow(Access.Reader).WithName("followGeneration").WithSummary("Follow a generation")
            .WithDescription("Server-sent events: where it stands now, then every change; the stream ends when the generation has. "
                + "Resumed after the final event, the answer is 204.")
            .WithMetadata(Resume, new QueryParameters([After]))
            .Produces<Contract.GenerationEvent>(StatusCodes.Status200OK, EventStream.MediaType)
            .Produces(StatusCodes.Status204NoContent).Refuses(400, 404);
    }

    private static async Task FollowMineAsync(HttpContext http, EventFeed feed, TimeProvider time, IHostApplicationLifetime host)
    {
        var query = new QueryReader(http.Request.Query);
        var batch = query.Parsed("batch", text => GenerationIds.IsLegal(text) ? text : null, "must be the id of a batch: 32 hex digits.");
        if (!TryReadPlace(http.Request, query, out var after, out var problem))
        {
            await problem.ExecuteAsync(http);
            return;
        }
        await UntilLeftAsync(http, host, async cancellationToken =>
        {
            var start = after ?? await feed.EndAsync(cancellationToken);
            var stream = new EventStream(http.Response, time);
            await stream.BeginAsync(start, cancellationToken);
            var mine = feed.ReadAsync(new EventFilter(Stream: CurrentUser.Of(http).Owner), start, cancellationToken);
            await stream.FollowAsync(mine, async e =>
            {
                // The owner's stream tells of more than generations.
                if (!GenerationEvents.IsOne(e))
                    return true;
                var data = GenerationEvents.Read(e);
                if (batch is null || data.Batch == batch)
                    await stream.SendAsync(e.Cursor, e.Type, ContractOf(data), cancellationToken);
                return true;
            }, cancellationToken);
        });
    }

    private static async Task FollowOneAsync(
        string id, HttpContext http, Database database, EventFeed feed, GenerationStore generations, GenerationRecords records,
        TimeProvider time, IHostApplicationLifetime host)
    {
        if (!TryReadPlace(http.Request, new QueryReader(http.Request.Query), out var after, out var problem))
        {
            await problem.ExecuteAsync(http);
            return;
        }
        await UntilLeftAsync(http, host, async cancellationToken =>
        {
            // The place first and the state second: what happens in between is told by the events after that place.
            var start = after ?? await feed.EndAsync(cancellationToken);
            if (await generations.FindVisibleAsync(id, http, cancellationToken) is not { } generation)
            {
                await ProblemResult.NoGeneration(id).ExecuteAsync(http);
                return;
            }
            if (after is not null && generation.IsFinished && !await IsAnythingLeftAsync(database, id, start, cancellationToken))
            {
                http.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }
            var stream = new EventStream(http.Response, time);
            await stream.BeginAsync(start, cancellationToken);
            if (after is null)
            {
                await SendPresentAsync(stream, start, generation, records, cancellationToken);
                if (generation.IsFinished)
                    return;
            }
            await stream.FollowAsync(feed.ReadAsync(new EventFilter(Subject: id), start, cancellationToken), async e =>
            {
                if (!GenerationEvents.IsOne(e))
                    return true;
                await stream.SendAsync(e.Cursor, e.Type, ContractOf(GenerationEvents.Read(e)), cancellationToken);
                return !IsFinal(e.Type) || await GoesOnAsync(e, database, generations, cancellationToken);
            }, cancellationToken);
        });
    }

    private static async Task SendPresentAsync(
        EventStream stream, EventCursor place, Generation generation, GenerationRecords records, CancellationToken cancellationToken)
    {
        var progress = await records.ProgressAsync(generation, cancellationToken);
        await stream.SendAsync(place, GenerationEvents.Of(generation).Type, new Contract.GenerationEvent
        {
            Id = generation.Id,
            Batch = generation.BatchId,
            Status = StatusNames.Of(generation.Status),
            StatusDetail = generation.StatusDetail,
            Progress = GenerationEvents.Percent(progress.Fraction),
            Attempt = generation.Attempt,
            RetryAt = generation.RetryAt,
            Preview = progress.HasPreview,
            Error = GenerationRecords.ErrorOf(generation.Error),
        }, cancellationToken);
    }

    private static async Task<bool> IsAnythingLeftAsync(
        Database database, string id, EventCursor after, CancellationToken cancellationToken) =>
        await database.AskAsync(session => session.LastEventAsync(id), cancellationToken) is { } last && last > after;

    // A resumed reader may pass an end that a retry has undone since: there the stream goes on.
    private static async Task<bool> GoesOnAsync(
        Event end, Database database, GenerationStore generations, CancellationToken cancellationToken) =>
        await generations.FindAsync(end.Subject, cancellationToken) is { IsFinished: false }
        || await IsAnythingLeftAsync(database, end.Subject, end.Cursor, cancellationToken);

    private static bool IsFinal(string type) =>
        type is "generation.completed" or "generation.failed" or "generation.canceled" or GenerationEvents.Deleted;

    private static Contract.GenerationEvent ContractOf(GenerationEvent data) => new()
    {
        Id = data.Id,
        Batch = data.Batch,
        Status = data.Status,
        StatusDetail = data.StatusDetail,
        Progress = data.Progress,
        Attempt = data.Attempt,
        RetryAt = data.RetryAt,
        Preview = data.Preview,
        Error = GenerationRecords.ErrorOf(data.Error),
    };

    private static bool TryReadPlace(HttpRequest request, QueryReader query, out EventCursor? after, out ProblemResult problem)
    {
        var errors = new List<FieldError>();
        var (name, text) = request.Headers.TryGetValue(LastEventId, out var header)
            ? (LastEventId, header.ToString())
            : (After.Name, query.Text(After.Name));
        after = EventCursor.TryParse(text, out var cursor) ? cursor : null;
        if (after is null && !string.IsNullOrEmpty(text))
            errors.Add(new FieldError(name, Shown.Short(text), $"{name} must be the id of an event of this server."));
        problem = ProblemResult.InvalidParameters([.. query.Errors, .. errors]);
        return query.Errors.Count + errors.Count == 0;
    }

    // Ends with the reader's connection, and at once when the process stops: the reader comes back to another one.
    private static async Task UntilLeftAsync(HttpContext http, IHostApplicationLifetime host, Func<CancellationToken, Task> follow)
    {
        using var left = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, host.ApplicationStopping);
        try
        {
            await follow(left.Token);
        }
        catch (OperationCanceledException) when (host.ApplicationStopping.IsCancellationRequested)
        {
            if (!http.Response.HasStarted)
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    }
}
