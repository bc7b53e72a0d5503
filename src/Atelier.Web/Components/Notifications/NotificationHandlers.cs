// Shows what an account was told, marks it as read, and takes what it does not want to hear of.
using Atelier.Accounts;
using Atelier.Generating;
using Atelier.Notifying;
using Atelier.Web.Components.Layout;
using Atelier.Web.Endpoints;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Notifications;

internal sealed class NotificationHandlers(
    PageFrames frames, NotificationStore notifications, GenerationStore generations, AccountStore accounts)
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
            [nameof(NotificationsPage.Views)] = await ViewsOfAsync(page, http.RequestAborted),
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

    private async Task<IReadOnlyList<NotificationView>> ViewsOfAsync(List<Notification> page, CancellationToken cancellationToken)
    {
        var actors = await accounts.FindManyAsync([.. page.Select(told => told.Actor).OfType<string>()], cancellationToken);
        var views = new List<NotificationView>(page.Count);
        foreach (var told in page)
        {
            var actor = told.Actor is null ? null : actors.GetValueOrDefault(told.Actor);
            var (generation, refunded) = await AboutAsync(told, cancellationToken);
            views.Add(new NotificationView(told, generation, NameOf(actor)) { ActorUsername = actor?.Username, Refunded = refunded });
        }
        return views;
    }

    // The generation to show, and the credits that came back with what failed.
    private async Task<(Generation? Generation, long Refunded)> AboutAsync(Notification told, CancellationToken cancellationToken)
    {
        IReadOnlyList<Generation> about = told.Kind switch
        {
            NotificationKind.Liked => await generations.FindAsync(told.Subject, cancellationToken) is { } liked ? [liked] : [],
            NotificationKind.Finished => await OfBatchAsync(told.Subject, GenerationStatus.Completed, cancellationToken),
            NotificationKind.Failed => await OfBatchAsync(told.Subject, GenerationStatus.Failed, cancellationToken),
            _ => [],
        };
        var own = about.Where(generation => generation.Owner == told.Account).ToList();
        return (own.FirstOrDefault(), told.Kind == NotificationKind.Failed ? own.Sum(generation => generation.Credits) : 0);
    }

    private async Task<List<Generation>> OfBatchAsync(string batch, GenerationStatus status, CancellationToken cancellationToken) =>
        [.. (await generations.BatchAsync(batch, cancellationToken)).Where(generation => generation.Status == status)];

    private static string? NameOf(Account? account) => account is null ? null : account.FullName.Length > 0 ? account.FullName : account.Username;
}
