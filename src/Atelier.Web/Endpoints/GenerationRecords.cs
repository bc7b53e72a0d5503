// Tells how generations stand, in the API's words: the row, the live progress of its job, and an estimate of what is left.
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Web.Configuration;
using Contract = Atelier.Client;

namespace Atelier.Web.Endpoints;

/// <summary>How far a generation is.</summary>
/// <param name="Fraction">0 to 1; 1 exactly when it is completed.</param>
/// <param name="HasPreview">Whether the picture of the moment can be fetched.</param>
internal readonly record struct LiveProgress(double Fraction, bool HasPreview);

/// <summary>Makes the API's records of generations.</summary>
internal sealed class GenerationRecords(JobQueue queue, DurationEstimates estimates, AtelierSettings settings)
{
    /// <summary>The record of one generation, with its position in the queue.</summary>
    public async Task<Contract.GenerationRecord> OfAsync(Generation generation, CancellationToken cancellationToken)
    {
        var position = generation is { Status: GenerationStatus.Queued, JobId: { } job }
            ? await queue.PositionAsync(new JobId(job), cancellationToken)
            : null;
        return await OfAsync(generation, position, cancellationToken);
    }

    /// <summary>The records of a list.</summary>
    public async Task<IReadOnlyList<Contract.GenerationRecord>> OfManyAsync(
        IReadOnlyList<Generation> generations, CancellationToken cancellationToken)
    {
        var records = new List<Contract.GenerationRecord>(generations.Count);
        foreach (var generation in generations)
            records.Add(await OfAsync(generation, position: null, cancellationToken));
        return records;
    }

    /// <summary>How far a generation is.</summary>
    public async Task<LiveProgress> ProgressAsync(Generation generation, CancellationToken cancellationToken)
    {
        if (generation.Status == GenerationStatus.Completed)
            return new LiveProgress(1, HasPreview: false);
        if (generation is not { Status: GenerationStatus.Processing or GenerationStatus.Downloading, JobId: { } job })
            return new LiveProgress(0, HasPreview: false);
        var told = await queue.ReadProgressAsync(new JobId(job), cancellationToken);
        // Only a completed one is at 100: until then there is something left to do.
        return new LiveProgress(Math.Min(0.99, told?.Fraction ?? 0), told?.PreviewType is not null);
    }

    public static Contract.SubmittedGeneration Submitted(Generation generation) =>
        // The answer of a replay is the first one, though the work may have gone on since.
        new(generation.Id, StatusNames.Of(GenerationStatus.Queued), generation.Seed, LinksOf(generation.Id));

    public static Contract.GenerationLinks LinksOf(string id)
    {
        var self = PathOf(id);
        return new Contract.GenerationLinks(self, $"{self}/events", $"{self}/cancel", $"{self}/retry");
    }

    public static string PathOf(string id) => $"{ApiRoutes.Generations}/{id}";

    private async Task<Contract.GenerationRecord> OfAsync(Generation generation, int? position, CancellationToken cancellationToken)
    {
        var progress = await ProgressAsync(generation, cancellationToken);
        var eta = await estimates.RemainingAsync(generation, position, progress.Fraction, settings.Worker.Concurrency, cancellationToken);
        return new Contract.GenerationRecord
        {
            Id = generation.Id,
            Batch = generation.BatchId,
            Status = StatusNames.Of(generation.Status),
            StatusDetail = generation.StatusDetail,
            Progress = GenerationEvents.Percent(progress.Fraction),
            QueuePosition = position,
            EtaSeconds = eta,
            RetryAt = generation.RetryAt,
            Attempt = generation.Attempt,
            Prompt = generation.Prompt,
            PromptTemplate = generation.PromptTemplate,
            NegativePrompt = generation.NegativePrompt,
            Model = generation.Model,
            RequestedModel = generation.RequestedModel,
            PaintedBy = generation.PaintedBy,
            Provider = generation.Provider,
            Width = generation.Width,
            Height = generation.Height,
            AspectRatio = generation.AspectRatio,
            Quality = generation.Quality,
            Seed = generation.Seed,
            Steps = generation.Steps,
            Guidance = generation.Guidance,
            Strength = generation.Strength,
            InputImages = generation.InputImages.Count,
            Style = generation.Style,
            OutputFormat = generation.OutputFormat,
            Visibility = StatusNames.Of(generation.Visibility),
            Nsfw = generation.Nsfw,
            Priority = generation.Priority,
            Metadata = generation.Metadata,
            Tags = generation.Tags,
            Parent = generation is { ParentId: { } parent, ParentKind: { } kind } ? new Contract.ParentReference { Id = parent, Kind = kind } : null,
            Warnings = generation.Warnings,
            Credits = new Contract.GenerationCredits(generation.CreditsHeld, generation.CreditsCharged),
            CreatedAt = generation.CreatedAt,
            StartedAt = generation.StartedAt,
            FinishedAt = generation.FinishedAt,
            Error = ErrorOf(generation.Error),
            Image = generation.Picture is { } picture ? ImageOf(picture) : null,
            Links = LinksOf(generation.Id),
        };
    }

    public static Contract.GenerationError? ErrorOf(GenerationError? error) =>
        error is null ? null : new Contract.GenerationError(error.Code, error.Message, error.Retryable);

    private static Contract.ImageRecord ImageOf(Picture picture)
    {
        var path = $"{ApiRoutes.Images}/{picture.GenerationId}";
        return new Contract.ImageRecord
        {
            Id = picture.Id,
            Url = $"{path}/full",
            PreviewUrl = $"{path}/preview",
            ThumbnailUrl = $"{path}/thumbnail",
            OriginalUrl = $"{path}/original",
            DownloadUrl = $"{path}/full?download=1",
            Width = picture.Width,
            Height = picture.Height,
            ContentType = picture.ContentType,
            Bytes = picture.Bytes,
            Blurhash = picture.BlurHash,
            Sha256 = picture.FullKey,
        };
    }
}
