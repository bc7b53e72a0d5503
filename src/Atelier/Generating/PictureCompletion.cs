// From painted pictures to completed generations: made larger where a model paints too small, checked, stored, told. Before an upscaler is asked the
// engine's own pictures are in the store, so that a crash costs a second upscale, never a second painting.
using Atelier.Catalogue;
using Atelier.Durable;
using Atelier.Providers;
using Atelier.Storage;
using Microsoft.Extensions.Logging;

namespace Atelier.Generating;

/// <summary>Ends generations whose pictures are painted.</summary>
public sealed partial class PictureCompletion(
    PictureKeeper keeper, ProviderRouter router, KeyRing keys, BlobStore blobs, InputImageReader inputs, TimeProvider time, ILogger<PictureCompletion> log)
{
    /// <summary>The most pictures of one call that are kept.</summary>
    public const int MostPictures = 16;

    private static readonly TimeSpan UpscaleUsually = TimeSpan.FromSeconds(1), UpscaleLimit = TimeSpan.FromMinutes(5);

    /// <summary>Goes on with what an engine has just painted.</summary>
    internal async Task<JobOutcome> BeginAsync(
        JobContext job, Generation generation, Model model, GenerationCheckpoint start, ProviderAnswer.Painted painted, CancellationToken ct)
    {
        if (UpscalerSetup() is not { } upscaler || await keeper.UpscaleTargetAsync(generation, model, painted.Images[0], ct) is null)
            return await KeepAsync(job, generation, model, painted, enlarged: null, warning: null, ct);
        var stored = new List<PaintedBlob>();
        foreach (var image in painted.Images.Take(MostPictures))
            stored.Add(new PaintedBlob((await blobs.PutAsync(image.Bytes, ct)).ToString(), image.ContentType, image.Seed));
        var remembered = start with { Painted = new PaintedCheckpoint(stored, painted.Cost, painted.Nsfw) };
        await job.CheckpointAsync(remembered.ToJson(), transaction =>
        {
            foreach (var image in stored)
                GenerationStore.UseBlob(transaction, image.Key, generation.Id);
            return Task.CompletedTask;
        }, CancellationToken.None);
        return await UpscaleAsync(job, generation, model, remembered, painted, upscaler, ct);
    }

    /// <summary>Goes on where another run stopped, from the pictures in the store.</summary>
    internal async Task<JobOutcome> ResumeAsync(JobContext job, Generation generation, Model model, GenerationCheckpoint start, CancellationToken ct)
    {
        var remembered = start.Painted!;
        var images = new List<PaintedImage>();
        foreach (var image in remembered.Images)
            images.Add(new PaintedImage((await inputs.ReadAsync(generation, new StoredInput(image.Key, image.ContentType), ct)).Bytes, image.ContentType, image.Seed));
        var painted = new ProviderAnswer.Painted(images) { Cost = remembered.Cost, Nsfw = remembered.Nsfw };
        if (remembered.Upscale is not { } run)
        {
            return UpscalerSetup() is { } upscaler
                ? await UpscaleAsync(job, generation, model, start, painted, upscaler, ct)
                : await KeepAsync(job, generation, model, painted, enlarged: null, warning: null, ct);
        }
        if (router.Find(run.Provider) is not { } setup)
            return await KeepAsync(job, generation, model, painted, enlarged: null, $"the upscaler {run.Provider} is not there any more", ct);
        var call = await CallOfAsync(setup, ct);
        var answer = await setup.Provider.PollAsync(run.ExternalId, call, ct);
        if (answer is not ProviderAnswer.Pending || time.GetUtcNow() - run.StartedAt < UpscaleLimit)
            return await HearAsync(job, generation, model, start, painted, setup, answer, ct);
        await setup.Provider.CancelAsync(run.ExternalId, call, ct);
        return await KeepAsync(job, generation, model, painted, enlarged: null, Lost(setup, $"it was not done within {UpscaleLimit.TotalMinutes:0} minutes"), ct);
    }

    // Whichever provider has an upscaler makes everybody's pictures larger; the first by name where several have one.
    private ProviderSetup? UpscalerSetup() =>
        router.All.Where(setup => setup.Provider.Upscaler is { Length: > 0 }).MinBy(setup => setup.Name, StringComparer.Ordinal);

    private async Task<JobOutcome> UpscaleAsync(
        JobContext job, Generation generation, Model model, GenerationCheckpoint start, ProviderAnswer.Painted painted, ProviderSetup upscaler, CancellationToken ct)
    {
        if (await keeper.UpscaleTargetAsync(generation, model, painted.Images[0], ct) is not { } target)
            return await KeepAsync(job, generation, model, painted, enlarged: null, warning: null, ct);
        job.ReportProgress(new JobProgress(1, "upscaling"));
        var picture = new InputImage(painted.Images[0].Bytes, target.ContentType);
        var answer = await upscaler.Provider.UpscaleAsync(picture, target.Size.Width, target.Size.Height, await CallOfAsync(upscaler, ct), ct);
        return await HearAsync(job, generation, model, start, painted, upscaler, answer, ct);
    }

    private async Task<JobOutcome> HearAsync(
        JobContext job, Generation generation, Model model, GenerationCheckpoint start, ProviderAnswer.Painted painted, ProviderSetup upscaler, ProviderAnswer answer,
        CancellationToken ct)
    {
        switch (answer)
        {
            case ProviderAnswer.Painted larger:
                return await KeepAsync(job, generation, model, painted, larger.Images[0], Lost(upscaler, "its picture could not be used"), ct);
            case ProviderAnswer.Pending pending:
                var run = start.Painted!.Upscale ?? new UpscaleRun(upscaler.Name, pending.ExternalId, time.GetUtcNow());
                var wait = PollPlan.Next(time.GetUtcNow() - run.StartedAt, UpscaleUsually, pending.PollAfter);
                return new JobOutcome.Snoozed(wait, (start with { Painted = start.Painted with { Upscale = run } }).ToJson());
            case ProviderAnswer.Failed { Failure: var failure }:
                LogUpscaleFailed(generation.Id, upscaler.Name, failure.Details ?? failure.Message);
                return await KeepAsync(job, generation, model, painted, enlarged: null, Lost(upscaler, failure.Message), ct);
            default:
                throw new InvalidOperationException($"Unknown answer {answer.GetType().Name}.");
        }
    }

    private async Task<JobOutcome> KeepAsync(
        JobContext job, Generation generation, Model model, ProviderAnswer.Painted painted, PaintedImage? enlarged, string? warning, CancellationToken ct)
    {
        var keeping = await keeper.KeepAsync(generation, model, painted.Images[0], enlarged, ct);
        if (keeping is PictureKeeping.Refused refused)
            return new JobOutcome.Retry(new JobError(refused.Code, refused.Message));
        var kept = (PictureKeeping.Kept)keeping;
        var more = await KeepMoreAsync(generation, model, painted, ct);
        job.ReportProgress(new JobProgress(1, "storing"));
        var warnings = warning is null || kept.Enlarged ? [] : new[] { warning };
        return new JobOutcome.Succeeded
        {
            Commit = async transaction =>
            {
                if (!await GenerationStore.CompleteAsync(transaction, kept.Picture, model.Id, painted.Nsfw == true, (double?)painted.Cost))
                    return;
                if (warnings.Length > 0)
                    GenerationStore.Warn(transaction, generation.Id, [.. generation.Warnings, .. warnings]);
                await GenerationWorker.AnnounceAsync(transaction, generation.Id);
                foreach (var (another, picture) in more)
                {
                    GenerationStore.Insert(transaction, another with { BatchIndex = await GenerationStore.NextIndexAsync(transaction, another.BatchId) });
                    await GenerationStore.CompleteAsync(transaction, picture, model.Id, painted.Nsfw == true);
                    await GenerationWorker.AnnounceAsync(transaction, another.Id);
                }
            },
        };
    }

    // One generation has one picture. What an engine painted beyond it is paid for, so each becomes a completed generation of its own in the batch.
    private async Task<List<(Generation Generation, Picture Picture)>> KeepMoreAsync(Generation generation, Model model, ProviderAnswer.Painted painted, CancellationToken ct)
    {
        var more = new List<(Generation, Picture)>();
        foreach (var image in painted.Images.Take(MostPictures).Skip(1))
        {
            var another = generation with
            {
                Id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N"),
                JobId = null,
                Status = GenerationStatus.Processing,
                StatusDetail = null,
                Seed = image.Seed ?? generation.Seed,
                // Nobody asked for it: nothing was held for it, and nothing is owed.
                Credits = 0,
                Holds = 0,
                // The caller's own keys name the picture that was asked for.
                Metadata = new Dictionary<string, string>(StringComparer.Ordinal),
                Warnings = [.. generation.Warnings, $"the engine painted more than one picture for {generation.Id}; this one was kept, too"],
                CreatedAt = time.GetUtcNow(),
            };
            if (await keeper.KeepAsync(another, model, image, enlarged: null, ct) is PictureKeeping.Kept kept)
                more.Add((another, kept.Picture));
            else
                LogFurtherPictureLost(generation.Id);
        }
        return more;
    }

    private async Task<PaintCall> CallOfAsync(ProviderSetup setup, CancellationToken ct) => new()
    {
        Key = await keys.FindAsync(setup, label: null, ct),
        Reference = Guid.NewGuid().ToString("D"),
        StartedAt = time.GetUtcNow(),
    };

    private static string Lost(ProviderSetup upscaler, string why) =>
        $"the upscaler {upscaler.Provider.Upscaler} of {upscaler.Name} was not used: {why.TrimEnd('.')}; the picture was enlarged without it";

    [LoggerMessage(2004, LogLevel.Warning, "The picture of generation {Generation} was enlarged without the upscaler of {Provider}: {Reason}")]
    private partial void LogUpscaleFailed(string generation, string provider, string reason);

    [LoggerMessage(2005, LogLevel.Warning, "A further picture that came with generation {Generation} was not usable")]
    private partial void LogFurtherPictureLost(string generation);
}
