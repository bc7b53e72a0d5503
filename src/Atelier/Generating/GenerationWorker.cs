// The whole story of a generation's job: route, start or resume at the provider, check, store, complete. A crash between any two
// lines leaves a checkpoint from which the next worker goes on; only the settling transaction makes the picture exist.
using Atelier.Catalogue;
using Atelier.Durable;
using Atelier.Providers;
using Microsoft.Extensions.Logging;

namespace Atelier.Generating;

/// <summary>Runs the jobs of generations.</summary>
public sealed partial class GenerationWorker(
    GenerationStore generations, ModelCatalogue catalogue, ProviderRouter router, PictureKeeper keeper,
    InputImageReader inputs, TimeProvider time, ILogger<GenerationWorker> log) : JobHandler
{
    // How long to stay away from a provider that says "too many requests" but not for how long.
    private static readonly TimeSpan UnsaidRateLimit = TimeSpan.FromSeconds(30);

    // Progress is written about twice a second; a preview between two writes would be painted for nobody.
    private static readonly TimeSpan PreviewInterval = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public override string Kind => GenerationJob.Kind;

    /// <inheritdoc/>
    public override bool ObservesTransitions => true;

    /// <inheritdoc/>
    public override async Task<JobOutcome> RunAsync(JobContext job, CancellationToken ct)
    {
        var generation = await generations.FindAsync(GenerationJob.GenerationOf(job.Job), ct);
        if (generation is null || generation.IsFinished)
            return new JobOutcome.Succeeded();
        if (catalogue.Find(generation.Model) is not { } model)
            return new JobOutcome.Dead(new JobError("unknown_model", $"The model {generation.Model} is no longer in the catalogue."));
        if (router.Find(model) is not { } provider)
            return new JobOutcome.Dead(new JobError("unknown_provider", $"The provider {model.Provider} is not available here."));

        var call = new PaintCall { Progress = new ProgressForwarder(job), PreviewInterval = PreviewInterval };
        var resumed = GenerationCheckpoint.Parse(job.Job.Checkpoint);
        ProviderAnswer answer;
        if (resumed?.ExternalId is { } externalId)
        {
            answer = await provider.PollAsync(externalId, call, ct);
        }
        else
        {
            var checkpoint = new GenerationCheckpoint((resumed?.Attempt ?? generation.Attempt) + 1, ExternalId: null);
            if (!await BeginAsync(job, generation, checkpoint, provider, ct))
                return new JobOutcome.Canceled();
            var request = EngineRequest.For(generation, model, generation.Style is null ? null : catalogue.FindStyle(generation.Style), await inputs.ReadAsync(generation, ct));
            answer = await provider.StartAsync(request, call, ct);
        }
        return answer switch
        {
            ProviderAnswer.Painted painted => await KeepAsync(job, generation, model, painted, ct),
            ProviderAnswer.Pending pending => await AwaitAsync(job, generation, pending, ct),
            ProviderAnswer.Failed failed => await FailAsync(job, model, failed.Failure, ct),
            _ => throw new InvalidOperationException($"Unknown answer {answer.GetType().Name}."),
        };
    }

    // Durable before the call: whoever finds an open attempt knows that the engine may have been asked.
    private async Task<bool> BeginAsync(
        JobContext job, Generation generation, GenerationCheckpoint checkpoint, ImageProvider provider, CancellationToken cancellationToken)
    {
        var begun = false;
        await job.CheckpointAsync(checkpoint.ToJson(), async transaction =>
        {
            begun = await GenerationStore.BeginAttemptAsync(transaction, generation.Id, checkpoint.Attempt, provider.Name, time.GetUtcNow());
            if (begun)
                await AnnounceAsync(transaction, generation.Id);
        }, cancellationToken);
        return begun;
    }

    private async Task<JobOutcome> KeepAsync(
        JobContext job, Generation generation, Model model, ProviderAnswer.Painted painted, CancellationToken cancellationToken)
    {
        var kept = await keeper.KeepAsync(generation, model, painted.Images[0], cancellationToken);
        if (kept is PictureKeeping.Refused refused)
        {
            LogPictureRefused(generation.Id, refused.Code, refused.Message);
            return new JobOutcome.Retry(new JobError(refused.Code, refused.Message));
        }
        var picture = ((PictureKeeping.Kept)kept).Picture;
        job.ReportProgress(new JobProgress(1, "storing"));
        return new JobOutcome.Succeeded
        {
            Commit = async transaction =>
            {
                if (await GenerationStore.CompleteAsync(transaction, picture))
                    await AnnounceAsync(transaction, generation.Id);
            },
        };
    }

    private static async Task<JobOutcome> AwaitAsync(
        JobContext job, Generation generation, ProviderAnswer.Pending pending, CancellationToken cancellationToken)
    {
        var known = GenerationCheckpoint.Parse(job.Job.Checkpoint)!;
        if (known.ExternalId != pending.ExternalId)
        {
            await job.CheckpointAsync((known with { ExternalId = pending.ExternalId }).ToJson(),
                transaction => GenerationStore.RememberPredictionAsync(transaction, generation.Id, pending.ExternalId), cancellationToken);
        }
        if (pending.Progress is { } fraction)
            job.ReportProgress(new JobProgress(fraction, "polling"));
        return new JobOutcome.Snoozed(pending.PollAfter ?? TimeSpan.FromSeconds(1));
    }

    private static async Task<JobOutcome> FailAsync(JobContext job, Model model, ProviderFailure failure, CancellationToken cancellationToken)
    {
        // A prediction that has failed is over: the next attempt must start another one instead of asking for this one again.
        if (GenerationCheckpoint.Parse(job.Job.Checkpoint) is { ExternalId: not null } ended)
            await job.CheckpointAsync((ended with { ExternalId = null }).ToJson(), ct: cancellationToken);
        return OutcomeOf(failure, model);
    }

    private static JobOutcome OutcomeOf(ProviderFailure failure, Model model)
    {
        var error = new JobError(FailureCodes.Of(failure.Kind), failure.Message, failure.Details);
        return failure.Kind switch
        {
            FailureKind.Retryable or FailureKind.OutcomeUnknown => new JobOutcome.Retry(error, failure.RetryAfter),
            FailureKind.RateLimited => new JobOutcome.RateLimited(
                model.Provider, failure.RetryAfter ?? UnsaidRateLimit),
            FailureKind.Refused => new JobOutcome.Refused(error),
            _ => new JobOutcome.Dead(error),
        };
    }

    /// <inheritdoc/>
    public override async Task OnTransitionAsync(Transaction tx, JobTransition transition, CancellationToken ct)
    {
        var id = GenerationJob.GenerationOf(transition.Job);
        var now = time.GetUtcNow();
        var reason = transition.Error?.Details ?? transition.Error?.Message;
        switch (transition.To)
        {
            case JobState.Dead or JobState.Refused:
                GenerationStore.EndAttempt(tx, id, "failed", reason, now);
                await GenerationStore.FailAsync(tx, id, FailureCodes.ErrorOf(transition.Error), now);
                break;
            case JobState.Canceled:
                GenerationStore.EndAttempt(tx, id, "canceled", error: null, now);
                await GenerationStore.CancelAsync(tx, id, now);
                break;
            case JobState.Retrying:
                GenerationStore.EndAttempt(tx, id, "failed", reason, now);
                await GenerationStore.ShowAsync(tx, id, GenerationStatus.Queued, "retrying", transition.Until);
                break;
            case JobState.Parked:
                GenerationStore.EndAttempt(tx, id, "failed", "rate limited", now);
                await GenerationStore.ShowAsync(tx, id, GenerationStatus.Queued, "rate_limited", transition.Until);
                break;
            case JobState.Snoozed:
                await GenerationStore.ShowAsync(tx, id, GenerationStatus.Processing, "polling", transition.Until);
                break;
            // An operator took the job out of the dead letters: its generation had failed, and is queued again, whether it has its turn or not.
            case JobState.Ready or JobState.Waiting when transition.Detail == TransitionDetail.Revived:
                await GenerationStore.RequeueAsync(tx, id, transition.Job.Id.Value);
                break;
            case JobState.Ready when transition.Detail != TransitionDetail.Woken:
                await GenerationStore.ShowAsync(tx, id, GenerationStatus.Queued, detail: null);
                break;
            default:
                return;
        }
        await AnnounceAsync(tx, id);
    }

    /// <inheritdoc/>
    public override NewEvent? DescribeProgress(Job job, JobProgress progress) =>
        GenerationEvents.ProgressOf(job, progress);

    private static async Task AnnounceAsync(Transaction transaction, string id)
    {
        if (await GenerationStore.FindAsync(transaction, id) is { } generation)
            EventLog.Append(transaction, GenerationEvents.Of(generation));
    }

    private sealed class ProgressForwarder(JobContext job) : IProgress<PaintProgress>
    {
        public void Report(PaintProgress value) =>
            job.ReportProgress(new JobProgress(value.Fraction, "painting", value.Preview, value.PreviewType));
    }

    [LoggerMessage(2001, LogLevel.Warning, "The picture of generation {Generation} was refused: {Code}: {Reason}")]
    private partial void LogPictureRefused(string generation, string code, string reason);
}
