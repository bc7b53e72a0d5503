// Gathers what is needed to show notifications, on pages and on devices. Reads only.
using Atelier.Accounts;
using Atelier.Generating;
using Atelier.Notifying;
using Atelier.Web.Components.Layout;

namespace Atelier.Web.Components.Notifications;

internal sealed class NotificationViews(GenerationStore generations, AccountStore accounts)
{
    /// <summary>A notification in the words of a device: the sentence alone, never a prompt.</summary>
    public async Task<PushMessage?> DescribeAsync(Notification told, CancellationToken cancellationToken)
    {
        var view = (await OfAsync([told], cancellationToken))[0];
        return new PushMessage("Atelier", view.Text, view.Link ?? Links.Notifications);
    }

    /// <summary>Notifications with what they are about.</summary>
    public async Task<IReadOnlyList<NotificationView>> OfAsync(IReadOnlyList<Notification> page, CancellationToken cancellationToken)
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
