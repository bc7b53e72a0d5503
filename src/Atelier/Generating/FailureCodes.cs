// The words under which failures are known in the API, and which of them are worth another try.
using Atelier.Durable;
using Atelier.Providers;

namespace Atelier.Generating;

/// <summary>Stable codes of failures.</summary>
public static class FailureCodes
{
    /// <summary>The code of a class of provider failures.</summary>
    public static string Of(FailureKind kind) => kind switch
    {
        FailureKind.Retryable => "provider_error",
        FailureKind.RateLimited => "rate_limited",
        FailureKind.Permanent => "provider_rejected",
        FailureKind.Refused => "refused_by_policy",
        FailureKind.BadInput => "bad_input",
        FailureKind.Auth => "provider_auth",
        FailureKind.QuotaExhausted => "provider_quota",
        FailureKind.RetiredModel => "model_retired",
        FailureKind.OutcomeUnknown => "outcome_unknown",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a failure"),
    };

    /// <summary>Nobody can tell whether it was painted, and the operator decided that such generations end.</summary>
    public const string OutcomeUnknownFinal = "outcome_unknown_final";

    /// <summary>What the owner of a failed generation is told. Details stay with the operator.</summary>
    public static GenerationError ErrorOf(JobError? error) => error?.Code switch
    {
        null => new GenerationError("unknown", "It failed for an unknown reason.", Retryable: true),
        JobError.Unhandled => new GenerationError("internal_error", "Something went wrong inside Atelier. The operator can see the details.", true),
        JobError.LeaseLost => new GenerationError("worker_lost", "Its workers stopped again and again while they painted it.", true),
        JobError.DeadlinePassed => new GenerationError("deadline_passed", "It was not done before its deadline.", true),
        "refused_by_policy" or "bad_input" or "provider_rejected" or "model_retired" or "unknown_model" or OutcomeUnknownFinal =>
            new GenerationError(error.Code, error.Message, Retryable: false),
        _ => new GenerationError(error.Code, error.Message, Retryable: true),
    };
}
