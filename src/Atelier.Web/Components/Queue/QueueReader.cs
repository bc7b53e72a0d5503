// Reads the queue of one owner for the drawer. Everything comes from the database, so that every tab, device and restarted server shows the same.
using Atelier.Generating;
using Atelier.Web.Components.Gallery;

namespace Atelier.Web.Components.Queue;

/// <summary>Makes the drawer's content.</summary>
internal sealed class QueueReader(GenerationStore generations, GenerationViews views)
{
    private const int MostRunning = 12, MostWaiting = 8, MostFinished = 6;

    /// <summary>The queue of an owner at this moment.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="cleared">Nothing that finished before this moment is shown.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<QueueView> ReadAsync(string owner, DateTimeOffset? cleared, CancellationToken cancellationToken)
    {
        var running = await ListAsync(owner, MostRunning, cancellationToken, GenerationStatus.Processing, GenerationStatus.Downloading);
        var queued = await ListAsync(owner, GenerationStore.MaxPage, cancellationToken, GenerationStatus.Queued);
        var failed = await ListAsync(owner, MostFinished, cancellationToken, GenerationStatus.Failed);
        var done = await ListAsync(owner, MostFinished, cancellationToken, GenerationStatus.Completed, GenerationStatus.Canceled);
        var held = queued.Where(generation => generation.RetryAt is not null).ToList();
        var waiting = queued.Where(generation => generation.RetryAt is null).Reverse().Take(MostWaiting).ToList();
        return new QueueView
        {
            Running = await views.OfAsync([.. running.Reverse()], cancellationToken),
            Held = await views.OfAsync([.. held.Take(MostWaiting)], cancellationToken),
            Waiting = await views.OfAsync(waiting, cancellationToken),
            Failed = await views.OfAsync(Since(failed, cleared), cancellationToken),
            Done = await views.OfAsync(Since(done, cleared), cancellationToken),
            WaitingCount = await CountQueuedAsync(owner, queued.Count, cancellationToken) - held.Count,
        };
    }

    private Task<IReadOnlyList<Generation>> ListAsync(string owner, int limit, CancellationToken cancellationToken, params GenerationStatus[] statuses) =>
        generations.ListAsync(new GenerationFilter { Owner = owner, Statuses = statuses }, limit: limit, cancellationToken: cancellationToken);

    // A full page may be only a part of the queue; only then is it worth counting all of it.
    private async Task<long> CountQueuedAsync(string owner, int listed, CancellationToken cancellationToken) =>
        listed < GenerationStore.MaxPage
            ? listed
            : (await generations.CountAsync(owner, cancellationToken)).GetValueOrDefault(GenerationStatus.Queued);

    private static IReadOnlyList<Generation> Since(IReadOnlyList<Generation> finished, DateTimeOffset? cleared) =>
        cleared is null ? finished : [.. finished.Where(generation => generation.FinishedAt > cleared)];
}
