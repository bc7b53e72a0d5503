// One request of the command line on its way through the queue of this process: submitted, followed to its end, withdrawn when interrupted.
// Killed in between, it stays in the queue, and the next worker on the same data paints it.

using Atelier.Cli.Output;
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Submitting;

namespace Atelier.Cli.Painting;

internal sealed class Commission(IServiceProvider services)
{
    private static readonly TimeSpan WithdrawalPatience = TimeSpan.FromSeconds(5);

    private readonly GenerationStore store = services.GetRequiredService<GenerationStore>();
    private readonly EventFeed feed = services.GetRequiredService<EventFeed>();
    private EventCursor before;

    public async Task<SubmissionResult> SubmitAsync(GenerationRequest request, CancellationToken cancellationToken)
    {
        before = await feed.EndAsync(cancellationToken);
        return await services.GetRequiredService<Submission>().SubmitAsync(request, Submitter.Local, cancellationToken: cancellationToken);
    }

    // Tells each step and answers with the generations as they ended.
    public async Task<IReadOnlyList<Generation>> FollowAsync(IReadOnlyList<Generation> generations, Action<ProgressStep> tell, CancellationToken cancellationToken)
    {
        try
        {
            await HearAsync(generations, tell, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await WithdrawAsync(generations);
            throw;
        }

        return await store.BatchAsync(generations[0].BatchId, cancellationToken);
    }

    private async Task HearAsync(IReadOnlyList<Generation> generations, Action<ProgressStep> tell, CancellationToken cancellationToken)
    {
        var places = generations.Select((generation, index) => (generation.Id, index)).ToDictionary(place => place.Id, place => place.index, StringComparer.Ordinal);
        var unfinished = places.Keys.ToHashSet(StringComparer.Ordinal);
        await foreach (var happened in feed.ReadAsync(new EventFilter(Stream: generations[0].Owner), before, cancellationToken))
        {
            if (!places.TryGetValue(happened.Subject, out var place)) continue;
            var news = GenerationEvents.Read(happened);
            tell(new ProgressStep(place, news.Progress, InWords(news)));
            if (StatusNames.ParseStatus(news.Status) is GenerationStatus.Completed or GenerationStatus.Failed or GenerationStatus.Canceled)
                unfinished.Remove(happened.Subject);
            if (unfinished.Count == 0) return;
        }
    }

    private async Task WithdrawAsync(IReadOnlyList<Generation> generations)
    {
        using var patience = new CancellationTokenSource(WithdrawalPatience);
        var commands = services.GetRequiredService<GenerationCommands>();
        foreach (var generation in generations) await commands.CancelAsync(generation.Id, generation.Owner, patience.Token);
    }

    private static string InWords(GenerationEvent news) =>
        news.StatusDetail is null ? news.Status : $"{news.Status}, {news.StatusDetail.Replace('_', ' ')}";
}
