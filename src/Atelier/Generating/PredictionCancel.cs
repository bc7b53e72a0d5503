// Tells a provider that a prediction is not wanted any more: a job of its own, written where the generation ends, so that no crash forgets it.
using System.Text.Json;
using Atelier.Durable;
using Atelier.Providers;

namespace Atelier.Generating;

/// <summary>Runs the jobs that cancel predictions.</summary>
public sealed class PredictionCancel(ProviderRouter router, KeyRing keys) : JobHandler
{
    private const int Attempts = 2;

    /// <inheritdoc/>
    public override string Kind => "prediction_cancel";

    internal static Task EnqueueAsync(JobQueue queue, Transaction transaction, Job job, GenerationCheckpoint running, string externalId) =>
        queue.EnqueueAsync(transaction, new NewJob
        {
            Kind = "prediction_cancel",
            // Not in the provider's own lane: it must not wait behind the pictures, nor take a place of theirs.
            Lane = "cancel",
            MaxAttempts = Attempts,
            Payload = JsonSerializer.Serialize(new Payload(job.Lane, running.Key, externalId)),
        });

    /// <inheritdoc/>
    public override async Task<JobOutcome> RunAsync(JobContext job, CancellationToken ct)
    {
        var wanted = JsonSerializer.Deserialize<Payload>(job.Job.Payload)!;
        if (router.Find(wanted.Provider) is not { } setup)
            return new JobOutcome.Succeeded();
        // Whether it was told or had ended makes no difference to anybody.
        await setup.Provider.CancelAsync(wanted.ExternalId, new PaintCall { Key = await keys.FindAsync(setup, wanted.Key, ct) }, ct);
        return new JobOutcome.Succeeded();
    }

    private sealed record Payload(string Provider, string? Key, string ExternalId);
}
