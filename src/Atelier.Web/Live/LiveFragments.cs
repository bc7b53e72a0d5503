// What of the pages changes with an event, drawn anew by the very components that drew it first. Elements are known by their ids.
using Atelier.Credits;
using Atelier.Durable;
using Atelier.Gallery;
using Atelier.Generating;
using Atelier.Notifying;
using Atelier.Web.Components;
using Atelier.Web.Components.Create;
using Atelier.Web.Components.Credits;
using Atelier.Web.Components.Gallery;
using Atelier.Web.Components.Layout;
using Atelier.Web.Components.Notifications;
using Atelier.Web.Components.Queue;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Atelier.Web.Live;

/// <summary>Draws the fragments for a burst of events of one owner.</summary>
internal sealed class LiveFragments(
    GenerationStore generations, GenerationViews views, QueueReader queue, NotificationStore notifications, PriceList prices, Ledger ledger, PageRenderer renderer)
{
    private const int LabelLength = 80;

    /// <summary>The HTML of every element that the events may have changed, wherever it is shown.</summary>
    /// <param name="burst">The events, in order; at least one.</param>
    /// <param name="circumstances">Time, zone and assets.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<string> DrawAsync(IReadOnlyList<Event> burst, Circumstances circumstances, CancellationToken cancellationToken)
    {
        var changes = new List<Change>();
        foreach (var events in burst.Where(e => GenerationEvents.IsOne(e) || e.Type == GalleryEvents.Liked).GroupBy(e => e.Subject, StringComparer.Ordinal))
        {
            var found = await generations.FindAsync(events.Key, cancellationToken);
            changes.Add(new Change(events.Key, found is null ? null : await views.OfAsync(found, cancellationToken), [.. events.Select(e => e.Type)]));
        }
        var batches = new List<IReadOnlyList<GenerationView>>();
        foreach (var batch in changes.Where(change => change.IsNew).Select(change => change.View!.Generation.BatchId).Distinct(StringComparer.Ordinal))
            batches.Add(await views.OfAsync(await generations.BatchAsync(batch, cancellationToken), cancellationToken));
        var drawer = await queue.ReadAsync(burst[0].Stream, cancellationToken);
        var orderChanged = burst.Any(e => e.Type == OwnQueue.ChangedEvent) || changes.Exists(change => !change.IsProgressOnly);
        var credits = prices.Enabled ? await ledger.BalanceAsync(burst[0].Stream, cancellationToken) : null;
        var unread = burst.Any(e => e.Type == NotificationStore.Changed) ? await notifications.UnreadAsync(burst[0].Stream, cancellationToken) : (int?)null;
        return await renderer.RenderAsync(builder =>
        {
            builder.OpenComponent<CascadingValue<Circumstances>>(0);
            builder.AddAttribute(1, nameof(CascadingValue<Circumstances>.Value), circumstances);
            builder.AddAttribute(2, nameof(CascadingValue<Circumstances>.IsFixed), true);
            builder.AddAttribute(3, nameof(CascadingValue<Circumstances>.ChildContent), (RenderFragment)(content =>
            {
                if (unread is { } count)
                {
                    Draw<Bell>(content, (nameof(Bell.Unread), count));
                    Draw<BellCount>(content, (nameof(BellCount.Unread), count));
                }
                Draw(content, changes, batches, drawer, orderChanged, credits);
            }));
            builder.CloseComponent();
        });
    }

    private static void Draw(
        RenderTreeBuilder builder, List<Change> changes, List<IReadOnlyList<GenerationView>> batches, QueueView drawer, bool orderChanged,
        Balance? credits)
    {
        foreach (var batch in batches)
            Draw<BatchView>(builder, (nameof(BatchView.Views), batch));
        foreach (var change in changes)
        {
            if (change.View is not { } view)
            {
                Remove(builder, $"tile-{change.Id}");
                continue;
            }
            Draw<Tile>(builder, (nameof(Tile.View), view));
            Draw<Stage>(builder, (nameof(Stage.View), view));
            if (change.IsProgressOnly)
                Draw<QueueItem>(builder, (nameof(QueueItem.Entry), new QueueEntry(view)));
            else
                Draw<ImageFacts>(builder, (nameof(ImageFacts.View), view));
        }
        Draw<QueueButton>(builder, (nameof(QueueButton.Queue), drawer));
        if (credits is not null)
            Draw<CreditBalance>(builder, (nameof(CreditBalance.Balance), credits));
        if (orderChanged)
            Draw<QueueLists>(builder, (nameof(QueueLists.Queue), drawer));
        if (Announcement(changes) is { } announcement)
            Announce(builder, announcement);
    }

    private static string? Announcement(List<Change> changes)
    {
        var ended = changes.Where(change => change.HasJustEnded).Select(change => change.View!).ToList();
        var done = ended.Where(view => view.Generation.Status == GenerationStatus.Completed).ToList();
        var failed = ended.Where(view => view.Generation.Status == GenerationStatus.Failed).ToList();
        var sentences = new List<string>();
        if (done.Count > 0)
            sentences.Add(done.Count == 1 ? $"Ready: {Label(done[0])}." : $"{done.Count} pictures are ready.");
        if (failed.Count > 0)
            sentences.Add(failed.Count == 1 ? $"Failed: {Label(failed[0])}." : $"{failed.Count} pictures failed.");
        return sentences.Count == 0 ? null : string.Join(' ', sentences);
    }

    private static string Label(GenerationView view) => Wording.Brief(view.Generation.Prompt, LabelLength);

    private static void Draw<TComponent>(RenderTreeBuilder builder, (string Name, object Value) parameter) where TComponent : IComponent
    {
        builder.OpenComponent<TComponent>(10);
        builder.AddAttribute(11, parameter.Name, parameter.Value);
        builder.CloseComponent();
    }

    private static void Announce(RenderTreeBuilder builder, string text)
    {
        builder.OpenElement(20, "p");
        builder.AddAttribute(21, "id", "announcement");
        builder.AddAttribute(22, "class", "unseen");
        builder.AddAttribute(23, "role", "status");
        builder.AddContent(24, text);
        builder.CloseElement();
    }

    private static void Remove(RenderTreeBuilder builder, string id)
    {
        builder.OpenElement(30, "del");
        builder.AddAttribute(31, "id", id);
        builder.CloseElement();
    }

    // One generation that events spoke of; without a view it has been deleted.
    private sealed record Change(string Id, GenerationView? View, IReadOnlyList<string> Types)
    {
        public bool IsProgressOnly => Types.All(type => type == GenerationEvents.Progress);

        public bool IsNew => View is { Generation.Attempt: 0 } && Types.Contains("generation.queued");

        public bool HasJustEnded => View is { Generation.IsFinished: true } && Types.Any(type => type is "generation.completed" or "generation.failed");
    }
}
