// Adds to generations what their rows do not hold: live progress, place in line, time left. Asked afresh each time.
using Atelier.Catalogue;
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Submitting;
using Atelier.Web.Configuration;

namespace Atelier.Web.Components.Gallery;

/// <summary>Makes views of generations.</summary>
internal sealed class GenerationViews(JobQueue queue, DurationEstimates estimates, ModelCatalogue catalogue, AtelierSettings settings)
{
    // Counting a place in line reads the queue's index; a page of a deep backlog tells it of its first few only.
    private const int MostPositions = 16;

    /// <summary>The views of many, in their order.</summary>
    public async Task<IReadOnlyList<GenerationView>> OfAsync(IReadOnlyList<Generation> generations, CancellationToken cancellationToken)
    {
        var views = new List<GenerationView>(generations.Count);
        var waiting = 0;
        foreach (var generation in generations)
        {
            var countsPosition = generation.Status == GenerationStatus.Queued && waiting++ < MostPositions;
            views.Add(await OfAsync(generation, countsPosition, cancellationToken));
        }
        return views;
    }

    /// <summary>The view of one.</summary>
    public Task<GenerationView> OfAsync(Generation generation, CancellationToken cancellationToken) =>
        OfAsync(generation, countsPosition: true, cancellationToken);

    private static string NameOfOwn(string style) => style.StartsWith(OwnStyles.Prefix, StringComparison.Ordinal) ? style[OwnStyles.Prefix.Length..] : style;

    private async Task<GenerationView> OfAsync(Generation generation, bool countsPosition, CancellationToken cancellationToken)
    {
        var model = generation.PaintedBy ?? generation.Model;
        var view = new GenerationView(generation, catalogue.Find(model)?.Name ?? model)
        {
            StyleName = generation.Style is null ? null : catalogue.FindStyle(generation.Style)?.Name ?? NameOfOwn(generation.Style),
        };
        if (generation.IsFinished || generation.JobId is not { } job)
            return view;
        var progress = view.IsRunning ? await queue.ReadProgressAsync(new JobId(job), cancellationToken) : null;
        var position = countsPosition && !view.IsRunning ? await queue.PositionAsync(new JobId(job), cancellationToken) : null;
        return view with
        {
            // Only a completed one is at 100: until then there is something left to do.
            Progress = Math.Min(99, GenerationEvents.Percent(progress?.Fraction ?? 0)),
            HasPreview = progress?.PreviewType is not null,
            Position = position,
            RemainingSeconds = view.IsRunning || position is not null
                ? await estimates.RemainingAsync(generation, position, progress?.Fraction ?? 0, settings.Worker.Concurrency, cancellationToken)
                : null,
        };
    }
}
