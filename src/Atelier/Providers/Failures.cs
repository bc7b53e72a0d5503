// One sentence per class of failure, and what a bare HTTP status means; adapters refine what their provider says more exactly.
using System.Net;

namespace Atelier.Providers;

/// <summary>Makes failures of what came back from a provider.</summary>
public static class Failures
{
    /// <summary>A failure with the sentence that a user reads.</summary>
    /// <param name="kind">What to do next.</param>
    /// <param name="provider">The provider's title, such as <c>Replicate</c>.</param>
    /// <param name="details">What it said, for the operator.</param>
    /// <param name="retryAfter">How long it asks to wait.</param>
    /// <param name="because">What a user can use of the provider's own words; ends the sentence. For bad input and refusals.</param>
    public static ProviderFailure Of(FailureKind kind, string provider, string? details = null, TimeSpan? retryAfter = null, string? because = null) =>
        new(kind, Sentence(kind, provider) + (because is null ? "." : $": {because.Trim().TrimEnd('.')}."), details, retryAfter);

    /// <summary>What an unwelcome reply to a start means where the provider says nothing more exact.</summary>
    public static ProviderFailure OfStart(ProviderReply reply, string provider, DateTimeOffset now) => reply switch
    {
        ProviderReply.Forbidden forbidden => Of(FailureKind.Permanent, provider, forbidden.Why),
        ProviderReply.Unsent unsent => Of(FailureKind.Retryable, provider, unsent.Why),
        ProviderReply.Unanswered unanswered => Of(FailureKind.OutcomeUnknown, provider, unanswered.Why),
        ProviderReply.TooLarge large => Of(FailureKind.OutcomeUnknown, provider, $"the answer is larger than {large.Limit} bytes"),
        ProviderReply.Answered { Ok: true } garbled => Of(FailureKind.OutcomeUnknown, provider, $"not understood: {garbled.Text}"),
        ProviderReply.Answered answered => OfStatus(answered, provider, now),
        _ => throw new ArgumentOutOfRangeException(nameof(reply), reply, "not a reply"),
    };

    /// <summary>What a status that is no success means where the body says nothing more exact.</summary>
    public static ProviderFailure OfStatus(ProviderReply.Answered answered, string provider, DateTimeOffset now)
    {
        var kind = KindOf(answered.Status);
        return Of(kind, provider, $"{(int)answered.Status}: {answered.Text}", kind is FailureKind.RateLimited or FailureKind.Retryable ? RetryDelay.Of(answered, now) : null);
    }

    /// <summary>The class of a status.</summary>
    public static FailureKind KindOf(HttpStatusCode status) => (int)status switch
    {
        400 or 405 or 406 or 411 or 413 or 414 or 415 or 422 => FailureKind.BadInput,
        401 or 403 => FailureKind.Auth,
        402 => FailureKind.QuotaExhausted,
        404 or 410 => FailureKind.RetiredModel,
        429 => FailureKind.RateLimited,
        // The engine behind a gateway may be painting still.
        502 or 504 or 524 => FailureKind.OutcomeUnknown,
        408 or 409 or 423 or 425 or >= 500 => FailureKind.Retryable,
        _ => FailureKind.Permanent,
    };

    private static string Sentence(FailureKind kind, string provider) => kind switch
    {
        FailureKind.Retryable => $"{provider} had a passing problem",
        FailureKind.RateLimited => $"{provider} asks for a pause",
        FailureKind.Permanent => $"{provider} could not paint this",
        FailureKind.Refused => $"{provider} refused this prompt or picture because of its content rules",
        FailureKind.BadInput => $"{provider} does not accept this request",
        FailureKind.Auth => $"{provider} does not accept the key of this installation",
        FailureKind.QuotaExhausted => $"The account at {provider} has no allowance left",
        FailureKind.RetiredModel => $"{provider} does not offer this model any more",
        FailureKind.OutcomeUnknown => $"{provider} did not say whether it painted this",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a failure"),
    };
}
