// The ways in which an engine can fail, told apart by what to do next.
namespace Atelier.Providers;

/// <summary>A failure that an adapter understood.</summary>
/// <param name="Kind">What to do next.</param>
/// <param name="Message">One sentence that a user understands; no secrets.</param>
/// <param name="Details">The raw answer for the operator; never shown to users.</param>
/// <param name="RetryAfter">How long the provider asks to wait, where it does.</param>
public sealed record ProviderFailure(FailureKind Kind, string Message, string? Details = null, TimeSpan? RetryAfter = null)
{
    /// <summary>Whether the engine painted it all the same, so that it is charged although nobody gets it.</summary>
    public bool Painted { get; init; }
}

/// <summary>Classes of failure.</summary>
public enum FailureKind
{
    /// <summary>May work when tried again: timeouts, 5xx, broken pictures.</summary>
    Retryable,

    /// <summary>Too many requests: wait, without spending an attempt.</summary>
    RateLimited,

    /// <summary>Will never work.</summary>
    Permanent,

    /// <summary>Refused by the provider's content policy.</summary>
    Refused,

    /// <summary>The request itself is wrong.</summary>
    BadInput,

    /// <summary>The key is missing, wrong or not allowed.</summary>
    Auth,

    /// <summary>The account has no money or allowance left.</summary>
    QuotaExhausted,

    /// <summary>The model no longer exists.</summary>
    RetiredModel,

    /// <summary>The call may or may not have been carried out and paid for.</summary>
    OutcomeUnknown,
}
