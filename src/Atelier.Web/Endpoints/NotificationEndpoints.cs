// What an account is told of: read it, and mark it as read.
using System.Globalization;
using Atelier.Client;
using Atelier.Notifying;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

internal static class NotificationEndpoints
{
    private static readonly QueryParameter Limit = new("limit", "How many, the latest first.") { Min = 1, Max = 100, Default = 50 };

    private static readonly QueryParameters ListParameters = new(
        [Limit, new("cursor", "The next_cursor of the page before."), new("unread", "1: only those that are unread.")]);

    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("/notifications").WithTags("Notifications");
        group.MapGet("", ListAsync).Allow(Access.Read).WithName("listNotifications").WithSummary("List your notifications")
            .WithMetadata(ListParameters).Produces<NotificationPage>().Refuses(400);
        group.MapPost("/read", ReadAllAsync).Allow(Access.Write).WithName("readNotifications").WithSummary("Mark all your notifications as read")
            .Produces(StatusCodes.Status204NoContent).Refuses(400, 403);
        group.MapPost("/{id}/read", ReadOneAsync).Allow(Access.Write).WithName("readNotification").WithSummary("Mark a notification as read")
            .WithDescription("Doing so twice, or where there is no such notification of yours, changes nothing.")
            .Produces(StatusCodes.Status204NoContent).Refuses(400, 403);
    }

    /// <summary>The place as a text fit for an address.</summary>
    public static string CursorOf(Notification last) =>
        string.Create(CultureInfo.InvariantCulture, $"{last.ToldAt.ToUnixTimeMilliseconds()}-{last.Id}");

    /// <summary>Reads such a text; null for anything else.</summary>
    public static NotificationPlace? PlaceOf(string? text) =>
        text?.Split('-') is [var at, var id] && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var told) && GenerationIds.IsLegal(id)
            ? new NotificationPlace(told, id)
            : null;

    private static async Task<IResult> ListAsync(HttpContext http, NotificationStore notifications, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Request.Query);
        var limit = query.WholeNumber(Limit);
        var after = query.Parsed("cursor", PlaceOf, "must be the next_cursor of a page.");
        var unreadOnly = query.Flag("unread");
        if (query.Errors.Count > 0)
            return ProblemResult.InvalidParameters(query.Errors);
        var account = CurrentUser.CallerOf(http).Id;
        var listed = await notifications.ListAsync(account, unreadOnly, after, limit + 1, cancellationToken);
        var page = listed.Take(limit).ToList();
        return TypedResults.Ok(new NotificationPage(
            [.. page.Select(RecordOf)], await notifications.UnreadAsync(account, cancellationToken), listed.Count > limit ? CursorOf(page[^1]) : null));
    }

    private static async Task<NoContent> ReadAllAsync(HttpContext http, NotificationStore notifications, CancellationToken cancellationToken)
    {
        await notifications.ReadAsync(CurrentUser.CallerOf(http).Id, id: null, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> ReadOneAsync(string id, HttpContext http, NotificationStore notifications, CancellationToken cancellationToken)
    {
        if (GenerationIds.IsLegal(id))
            await notifications.ReadAsync(CurrentUser.CallerOf(http).Id, id, cancellationToken);
        return TypedResults.NoContent();
    }

    private static NotificationRecord RecordOf(Notification notification) => new()
    {
        Id = notification.Id,
        Kind = NotificationKinds.Of(notification.Kind),
        Subject = notification.Subject,
        Actor = notification.Actor,
        Count = notification.Count,
        ToldAt = notification.ToldAt,
        ReadAt = notification.ReadAt,
    };
}
