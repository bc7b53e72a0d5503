// The whole story of a generation's job: route, start or resume at the provider, check, store, complete. A crash between any two
// lines leaves a checkpoint from which the next worker goes on; only the settling transaction makes the picture exist.
using Atelier.Catalogue;
using Atelier.Durable;
using Atelier.Providers;
using Atelier.Vips;
using Microsoft.Extensions.Logging;

namespace Atelier.Generating;

/// <summary>Runs the jobs of generations.</summary>
public sealed partial class GenerationWorker(
    GenerationStore generations, ModelCatalogue catalogue, ProviderRouter router, KeyRing keys, PictureCompletion completion, InputImageReader inputs,
    FailureTriage triage, Charging charging, WebhookAddress webhooks, GenerationOptions options, JobQueue queue, TimeProvider time, ILogger<GenerationWorker> log) : JobHandler
{
    // Progress is written about twice a second; a preview between two writes would be painted for nobody.
    private static readonly TimeSpan PreviewInterval = TimeSpan.FromMilliseconds(500);

    // When a provider cannot even be asked what became of a start, it is asked again after this.
    private static readonly TimeSpan LookUpAgain = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public override string Kind => GenerationJob.Kind;

    /// <inheritdoc/>
    public override bool ObservesTransitions => true;

    /// <inheritdoc/>
    public override async Task<JobOutcome> RunAsync(JobContext job, CancellationToken ct)
    {
        var payload = GenerationJob.PayloadOf(job.Job);
        var generation = await generations.FindAsync(payload.Id, ct);
        if (generation is null || generation.IsFinished)
            return new JobOutcome.Succeeded();
        var started = GenerationCheckpoint.Parse(job.Job.Checkpoint);
        if (catalogue.Find(started?.Model ?? payload.Model ?? generation.Model) is not { } model)
            return new JobOutcome.Dead(new JobError("unknown_model", $"The model {generation.Model} is no longer in the catalogue."));
        if (started is not { Open: true })
            return await BeginAsync(job, generation, model, ct);
        if (started.Painted is not null)
            return await EndAsync(await completion.ResumeAsync(job, generation, model, started, ct), job, generation, started, ct);
        if (router.Find(model) is not { } setup)
            return new JobOutcome.Dead(new JobError("unknown_provider", $"The provider {model.Provider} is not available here any more."));
        return started.ExternalId is null
            ? await ReconcileAsync(job, generation, model, setup, started, ct)
            : await LookAsync(job, generation, model, setup, started, ct);
    }

    private async Task<JobOutcome> BeginAsync(JobContext job, Generation generation, Model model, CancellationToken ct)
    {
        switch (await router.RouteAsync(generation, model, ct))
        {
            case Route.Here here:
                return await StartAsync(job, generation, model, here, ct);
            case Route.Elsewhere elsewhere:
                return Move(generation, elsewhere.Model);
            case Route.Wait wait:
                return new JobOutcome.RateLimited(model.Provider, Due.After(PollPlan.Until(wait.Until, time.GetUtcNow())), model.Id, wait.Reason);
            case Route.Nowhere nowhere:
                return new JobOutcome.Dead(new JobError(nowhere.Code, nowhere.Message));
            case var unknown:
                throw new InvalidOperationException($"Unknown route {unknown.GetType().Name}.");
        }
    }

    // The limits of the other lane hold for it from now on, as for any other job there.
    private JobOutcome.Succeeded Move(Generation generation, Model model) => new()
    {
        Commit = async transaction =>
        {
            var job = await queue.EnqueueAsync(transaction, GenerationJob.For(generation, model, options));
            if (await GenerationStore.MoveAsync(transaction, generation.Id, job.Id.Value))
                await AnnounceAsync(transaction, generation.Id);
        },
    };

    private async Task<JobOutcome> StartAsync(JobContext job, Generation generation, Model model, Route.Here here, CancellationToken ct)
    {
        var before = GenerationCheckpoint.Parse(job.Job.Checkpoint);
        var start = new GenerationCheckpoint(
            (before?.Attempt ?? generation.Attempt) + 1, model.Id, here.Key?.Label, Guid.NewGuid().ToString("D"), time.GetUtcNow(), Unknowns: before?.Unknowns ?? 0);
        var request = await RequestAsync(generation, model, ct);
        if (!await RecordAsync(job, generation, model, start, here.Setup, ct))
            return new JobOutcome.Canceled();
        var answer = await here.Setup.Provider.StartAsync(request, CallOf(job, generation, start, here.Key), ct);
        return await HandleAsync(job, generation, model, here.Setup, start, answer.Without(here.Key), ct);
    }

    // Durable before the call: whoever finds an open attempt knows that the engine may have been asked.
    private static async Task<bool> RecordAsync(JobContext job, Generation generation, Model model, GenerationCheckpoint start, ProviderSetup setup, CancellationToken ct)
    {
        var begun = false;
        var cost = (double)EngineRequest.CostOf(generation, model);
        await job.CheckpointAsync(start.ToJson(), async transaction =>
        {
            begun = await GenerationStore.BeginAttemptAsync(transaction, generation.Id, start, setup.Name, cost);
            if (begun)
                await AnnounceAsync(transaction, generation.Id);
        }, ct);
        return begun;
    }

    private async Task<JobOutcome> LookAsync(
        JobContext job, Generation generation, Model model, ProviderSetup setup, GenerationCheckpoint start, CancellationToken ct)
    {
        var call = CallOf(job, generation, start, await keys.FindAsync(setup, start.Key, ct));
        var answer = (await setup.Provider.PollAsync(start.ExternalId!, call, ct)).Without(call.Key);
        if (answer is not ProviderAnswer.Pending || time.GetUtcNow() - start.StartedAt < options.PredictionLimit)
            return await HandleAsync(job, generation, model, setup, start, answer, ct);
        await setup.Provider.CancelAsync(start.ExternalId!, call, ct);
        return new JobOutcome.Dead(new JobError("provider_timeout", $"{setup.Adapter.Title} did not finish it within {options.PredictionLimit.TotalMinutes:0} minutes."));
    }

    // The engine may have been asked, and nobody heard its answer: look it up, or do what the operator decided for such cases.
    private async Task<JobOutcome> ReconcileAsync(
        JobContext job, Generation generation, Model model, ProviderSetup setup, GenerationCheckpoint start, CancellationToken ct)
    {
        var request = await RequestAsync(generation, model, ct);
        var call = CallOf(job, generation, start, await keys.FindAsync(setup, start.Key, ct));
        switch (await setup.Provider.FindAsync(request, call, ct))
        {
            case ProviderLookup.Found found:
                LogFound(generation.Id, setup.Name, found.ExternalId);
                await triage.AcceptedAsync(setup, model);
                return await AwaitAsync(job, generation, model, start, new ProviderAnswer.Pending(found.ExternalId), ct);
            // A list may lag behind what it lists: what is not in it at once may be there a moment later.
            case ProviderLookup.Absent when time.GetUtcNow() - start.StartedAt is var age && setup.Adapter.Paid && age < options.AbsenceDelay:
                return new JobOutcome.Snoozed(options.AbsenceDelay - age);
            case ProviderLookup.Absent:
                await CloseAsync(job, generation, start, "interrupted", "it never reached the provider", paid: false, ct);
                return await BeginAsync(job, generation, model, ct);
            case ProviderLookup.Unanswered when time.GetUtcNow() - start.StartedAt < options.PredictionLimit:
                return new JobOutcome.Snoozed(LookUpAgain);
            default:
                return await DecideAsync(job, generation, model, setup, start, ct);
        }
    }

    private async Task<JobOutcome> DecideAsync(
        JobContext job, Generation generation, Model model, ProviderSetup setup, GenerationCheckpoint start, CancellationToken ct)
    {
        var decided = start with { Unknowns = start.Unknowns + 1 };
        var again = !setup.Adapter.Paid || (setup.Unknown == UnknownPolicy.RetryOnce && start.Unknowns == 0);
        await CloseAsync(job, generation, decided, "unknown", $"nobody can tell whether {setup.Name} painted it; {(again ? "started once more" : "not started again")}", setup.Adapter.Paid, ct);
        LogUnknown(generation.Id, setup.Name, again);
        if (again)
            return await BeginAsync(job, generation, model, ct);
        var message = $"{setup.Adapter.Title} did not say whether it painted this, so it was not asked twice.";
        return new JobOutcome.Dead(new JobError(setup.Unknown == UnknownPolicy.GiveUp ? FailureCodes.OutcomeUnknownFinal : FailureCodes.Of(FailureKind.OutcomeUnknown), message));
    }

    private async Task<JobOutcome> HandleAsync(
        JobContext job, Generation generation, Model model, ProviderSetup setup, GenerationCheckpoint start, ProviderAnswer answer, CancellationToken ct)
    {
        switch (answer)
        {
            case ProviderAnswer.Painted painted:
                await triage.SucceededAsync(setup, model);
                return await EndAsync(await completion.BeginAsync(job, generation, model, start, painted, ct), job, generation, start, ct);
            case ProviderAnswer.Pending pending:
                if (start.ExternalId is null)
                    await triage.AcceptedAsync(setup, model);
                return await AwaitAsync(job, generation, model, start, pending, ct);
            case ProviderAnswer.Failed { Failure.Kind: FailureKind.OutcomeUnknown } lost:
                await triage.NoteAsync(setup, model, start.Key, lost.Failure);
                return await ReconcileAsync(job, generation, model, setup, start, ct);
            case ProviderAnswer.Failed { Failure: var failure }:
                // A start that has failed is over: the next attempt begins another instead of asking for this one again.
                await CloseAsync(job, generation, start, "failed", failure.Details ?? failure.Message, failure.Painted, ct);
                if (await triage.NoteAsync(setup, model, start.Key, failure, accepted: start.ExternalId is not null))
                    return await BeginAsync(job, generation, model, ct);
                return failure.Kind == FailureKind.RetiredModel && await router.RouteAsync(generation, model, ct) is Route.Elsewhere elsewhere
                    ? Move(generation, elsewhere.Model)
                    : FailureTriage.OutcomeOf(failure);
            default:
                throw new InvalidOperationException($"Unknown answer {answer.GetType().Name}.");
        }
    }

    // A picture that is refused was paid for, and its attempt is over.
    private async Task<JobOutcome> EndAsync(JobOutcome ended, JobContext job, Generation generation, GenerationCheckpoint start, CancellationToken ct)
    {
        if (ended is JobOutcome.Retry { Error: var refused })
        {
            LogPictureRefused(generation.Id, refused.Code, refused.Message);
            await CloseAsync(job, generation, start, "failed", refused.Message, paid: true, ct);
        }
        return ended;
    }

    private async Task<JobOutcome> AwaitAsync(
        JobContext job, Generation generation, Model model, GenerationCheckpoint start, ProviderAnswer.Pending pending, CancellationToken ct)
    {
        if (start.ExternalId != pending.ExternalId)
        {
            await job.CheckpointAsync((start with { ExternalId = pending.ExternalId }).ToJson(),
                transaction => GenerationStore.RememberPredictionAsync(transaction, generation.Id, pending.ExternalId), CancellationToken.None);
        }
        if (pending.Progress is { } fraction)
            job.ReportProgress(new JobProgress(fraction, "polling"));
        return new JobOutcome.Snoozed(PollPlan.Next(time.GetUtcNow() - start.StartedAt, TimeSpan.FromSeconds(model.TypicalSeconds), pending.PollAfter));
    }

    // The end of an attempt, told to the checkpoint and to the history in one transaction.
    private Task CloseAsync(JobContext job, Generation generation, GenerationCheckpoint start, string outcome, string reason, bool paid, CancellationToken ct) =>
        job.CheckpointAsync((start with { Open = false, ExternalId = null, Painted = null }).ToJson(), transaction =>
        {
            GenerationStore.EndAttempt(transaction, generation.Id, outcome, reason, time.GetUtcNow(), paid);
            return Task.CompletedTask;
        }, ct);

    private PaintCall CallOf(JobContext job, Generation generation, GenerationCheckpoint start, ProviderKey? key) => new()
    {
        Key = key,
        Reference = start.Reference ?? "",
        StartedAt = start.StartedAt,
        Webhook = webhooks.For(generation.Id, start.Reference ?? ""),
        Progress = new ProgressForwarder(job),
        PreviewInterval = PreviewInterval,
    };

    private async Task<PaintRequest> RequestAsync(Generation generation, Model model, CancellationToken ct)
    {
        var style = generation.Style is null ? null : catalogue.FindStyle(generation.Style);
        var images = await inputs.ReadAsync(generation, ct);
        var mask = await inputs.ReadMaskAsync(generation, ct);
        if (mask is not null && images.Count > 0)
            mask = await PixelThreads.RunAsync(() => MaskFitting.Fit(mask, images[0], model.Parameters.Mask), ct);
        return EngineRequest.For(generation, model, style, images, mask);
    }

    /// <inheritdoc/>
    public override async Task OnTransitionAsync(Transaction tx, JobTransition transition, CancellationToken ct)
    {
        var id = GenerationJob.GenerationOf(transition.Job);
        var now = time.GetUtcNow();
        var reason = transition.Error?.Details ?? transition.Error?.Message;
        if (transition.To is JobState.Canceled or JobState.Dead && GenerationCheckpoint.Parse(transition.Job.Checkpoint) is { } running && NameAtProvider(running) is { } prediction)
            await PredictionCancel.EnqueueAsync(queue, tx, transition.Job, running, prediction);
        switch (transition.To)
        {
            case JobState.Dead or JobState.Refused:
                GenerationStore.EndAttempt(tx, id, "failed", reason, now, paid: PaidWhenEnded(transition));
                await GenerationStore.FailAsync(tx, id, FailureCodes.ErrorOf(transition.Error), now);
                break;
            case JobState.Canceled:
                GenerationStore.EndAttempt(tx, id, "canceled", error: null, now, paid: PaidWhenEnded(transition));
                await GenerationStore.CancelAsync(tx, id, now);
                break;
            // An attempt that is over was closed in its run; one that is not, because its worker died or stumbled, goes on in the next.
            case JobState.Retrying:
                await GenerationStore.ShowAsync(tx, id, GenerationStatus.Queued, "retrying", transition.Until);
                break;
            case JobState.Parked:
                await GenerationStore.ShowAsync(tx, id, GenerationStatus.Queued, "rate_limited", transition.Until);
                break;
            case JobState.Snoozed:
                await GenerationStore.ShowAsync(tx, id, GenerationStatus.Processing, "polling", transition.Until);
                break;
            // An operator took the job out of the dead letters: its generation had failed, and is queued again, whether it has its turn or not.
            case JobState.Ready or JobState.Waiting when transition.Detail == TransitionDetail.Revived:
                await charging.ReviveAsync(tx, id, transition.Job.Id.Value, now, ct);
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

    // By which name the provider can be told to stop: its own, or ours where it goes by that.
    private string? NameAtProvider(GenerationCheckpoint start) =>
        start.ExternalId ?? (start is { Open: true, Model: { } model } && catalogue.Find(model) is { } known && router.Find(known)?.Adapter.KnownByReference == true ? start.Reference : null);

    // What a canceled or abandoned call costs, nobody knows before the bill; one that was refused costs nothing.
    private static bool PaidWhenEnded(JobTransition transition) => transition.To is JobState.Canceled or JobState.Dead;

    internal static async Task AnnounceAsync(Transaction transaction, string id)
    {
        if (await GenerationStore.FindAsync(transaction, id) is { } generation)
            EventLog.Append(transaction, GenerationEvents.Of(generation));
    }

    private sealed class ProgressForwarder(JobContext job) : IProgress<PaintProgress>
    {
        public void Report(PaintProgress value) =>
            job.ReportProgress(new JobProgress(value.Fraction, "painting", value.Preview, value.PreviewType));
    }

    [LoggerMessage(2002, LogLevel.Information, "A start of generation {Generation} at {Provider} whose answer was lost is found again as {Prediction}")]
    private partial void LogFound(string generation, string provider, string prediction);

    [LoggerMessage(2003, LogLevel.Warning, "Nobody can tell whether {Provider} painted generation {Generation}; started again: {Again}")]
    private partial void LogUnknown(string generation, string provider, bool again);

    [LoggerMessage(2001, LogLevel.Warning, "The picture of generation {Generation} was refused: {Code}: {Reason}")]
    private partial void LogPictureRefused(string generation, string code, string reason);
}
