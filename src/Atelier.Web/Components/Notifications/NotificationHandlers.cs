// Shows what an account was told, marks it as read, and takes what it does not want to hear of.
using Atelier.Notifying;
using Atelier.Web.Components.Layout;
using Atelier.Web.Endpoints;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Notifications;

internal sealed class NotificationHandlers(PageFrames frames, NotificationStore notifications, NotificationViews views)
{
    private const int PageSize = 40;

    /// <summary>The page.</summary>
    public async Task<IResult> ShowAsync(HttpContext http)
    {
        var frame = await frames.OfAsync(http);
        var account = CurrentUser.CallerOf(http).Id;
        var after = NotificationEndpoints.PlaceOf(http.Request.Query["after"]);
        var listed = await notifications.ListAsync(account, unreadOnly: false, after, PageSize + 1, http.RequestAborted);
        var page = listed.Take(PageSize).ToList();
        return new Page<NotificationsPage>(new Dictionary<string, object?>
        {
            [nameof(NotificationsPage.Frame)] = frame,
            [nameof(NotificationsPage.Views)] = await views.OfAsync(page, http.RequestAborted),
            [nameof(NotificationsPage.Muted)] = await notifications.MutedAsync(account, http.RequestAborted),
            [nameof(NotificationsPage.Next)] = listed.Count > PageSize ? NotificationEndpoints.CursorOf(page[^1]) : null,
        });
    }

    /// <summary>Marks one, or all, as read.</summary>
    public async Task<IResult> ReadAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var id = form["id"].ToString();
        await notifications.ReadAsync(CurrentUser.CallerOf(http).Id, GenerationIds.IsLegal(id) ? id : null, http.RequestAborted);
        return Answers.Back(http, form["return"], Links.Notifications);
    }

    /// <summary>Takes the kinds that the account wants to hear of.</summary>
    public async Task<IResult> ChooseAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var wanted = form["kind"].OfType<string>().ToHashSet(StringComparer.Ordinal);
        await notifications.MuteAsync(
            CurrentUser.CallerOf(http).Id, NotificationKinds.All.Where(kind => !wanted.Contains(kind)).Select(NotificationKinds.Parse), http.RequestAborted);
        return Answers.Back(http, form["return"], Links.Notifications);
    }
}
