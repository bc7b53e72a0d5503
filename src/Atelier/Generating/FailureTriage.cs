// What a provider's failure means for its key, for its model and for the job. Everything that is learned is shared by all workers.
using Atelier.Catalogue;
using Atelier.Durable;
using Atelier.Providers;

namespace Atelier.Generating;

/// <summary>Turns failures into what to do next.</summary>
public sealed class FailureTriage(ProviderHealth health, TimeProvider time)
{
    // How long to stay away from a provider that says "too many requests" but not for how long; spread, so that not all come back at once.
    private static readonly TimeSpan UnsaidRateLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    // An account without money may be filled up by anybody at any time.
    private static readonly TimeSpan QuotaPause = TimeSpan.FromHours(1);

    /// <summary>Notes that a model works.</summary>
    public Task SucceededAsync(ProviderSetup setup, Model model) => health.NoteSuccessAsync(setup.Name, model.Id);

    /// <summary>Notes that a model has accepted a start.</summary>
    public Task AcceptedAsync(ProviderSetup setup, Model model) => health.NoteAcceptedAsync(setup.Name, model.Id);

    /// <summary>Notes what a failure says about key and model. Returns whether another way should be tried at once: another key, another model.</summary>
    public async Task<bool> NoteAsync(ProviderSetup setup, Model model, string? key, ProviderFailure failure, bool accepted = false)
    {
        var why = $"{failure.Message} {failure.Details}".Trim();
        switch (failure.Kind)
        {
            case FailureKind.RateLimited:
                var pause = failure.RetryAfter ?? UnsaidRateLimit * (1 + Random.Shared.NextDouble());
                await health.ParkAsync(setup.Name, key ?? "", model.Id, time.GetUtcNow() + (pause < ShortestPause ? ShortestPause : pause), "its rate limit is reached");
                return true;
            case FailureKind.Auth when key is not null:
                await health.BenchAsync(setup.Name, key, until: null, failure.Message, Shortened(why));
                return true;
            case FailureKind.QuotaExhausted when key is not null:
                await health.BenchAsync(setup.Name, key, time.GetUtcNow() + (failure.RetryAfter ?? QuotaPause), failure.Message, Shortened(why));
                return true;
            case FailureKind.RetiredModel:
                await health.NoteFailureAsync(setup.Name, model.Id, Shortened(why), atOnce: true);
                return false;
            case FailureKind.Retryable or FailureKind.OutcomeUnknown:
                // A prediction that was accepted, and then failed, must not be outweighed by its own start.
                await health.NoteFailureAsync(setup.Name, model.Id, Shortened(why), weight: accepted ? 2 : 1);
                return false;
            default:
                return false;
        }
    }

    /// <summary>How a run ends with a failure after which nothing else is tried at once.</summary>
    public static JobOutcome OutcomeOf(ProviderFailure failure)
    {
        var error = new JobError(FailureCodes.Of(failure.Kind), failure.Message, failure.Details);
        return failure.Kind switch
        {
            FailureKind.Retryable => new JobOutcome.Retry(error, failure.RetryAfter),
            FailureKind.Refused => new JobOutcome.Refused(error),
            _ => new JobOutcome.Dead(error),
        };
    }

    private static string Shortened(string text) => text.Length <= 500 ? text : text[..500] + "…";
}
