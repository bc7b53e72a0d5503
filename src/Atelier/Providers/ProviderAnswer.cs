// The closed set of what a provider may answer: values, so that an expected failure is never an exception.
namespace Atelier.Providers;

/// <summary>A provider's answer: painted, pending or failed.</summary>
public abstract record ProviderAnswer
{
    private ProviderAnswer()
    {
    }

    /// <summary>The pictures are here.</summary>
    public sealed record Painted(IReadOnlyList<PaintedImage> Images) : ProviderAnswer;

    /// <summary>The engine is at work; ask again.</summary>
    /// <param name="ExternalId">The prediction's own id.</param>
    /// <param name="PollAfter">How long to wait before asking.</param>
    /// <param name="Progress">0 to 1, or null where the engine does not say.</param>
    public sealed record Pending(string ExternalId, TimeSpan PollAfter, double? Progress) : ProviderAnswer;

    /// <summary>There will be no picture from this call.</summary>
    public sealed record Failed(ProviderFailure Failure) : ProviderAnswer;
}

/// <summary>One picture as the engine made it.</summary>
/// <param name="Bytes">The encoded picture, untouched.</param>
/// <param name="ContentType">Its media type as claimed by the engine.</param>
/// <param name="Seed">The seed the engine used, where it says so.</param>
public sealed record PaintedImage(ReadOnlyMemory<byte> Bytes, string ContentType, long? Seed);

/// <summary>Why there is no picture.</summary>
/// <param name="Kind">What may be done about it.</param>
/// <param name="Message">One sentence for people.</param>
/// <param name="Details">The engine's own words, or null.</param>
/// <param name="RetryAfter">How long the engine asks to wait, or null.</param>
public sealed record ProviderFailure(FailureKind Kind, string Message, string? Details, TimeSpan? RetryAfter);

/// <summary>What may be done about a failure.</summary>
public enum FailureKind
{
    /// <summary>May work on another attempt.</summary>
    Retryable,

    /// <summary>Too many requests: wait, then retry.</summary>
    RateLimited,

    /// <summary>Will never work.</summary>
    Permanent,

    /// <summary>Refused by the engine's policy.</summary>
    Refused,

    /// <summary>The request itself is wrong.</summary>
    BadInput,

    /// <summary>The key was not accepted.</summary>
    Auth,

    /// <summary>The account has nothing left.</summary>
    QuotaExhausted,

    /// <summary>The model is gone.</summary>
    RetiredModel,

    /// <summary>The connection was lost before the answer: the work may or may not have been done.</summary>
    OutcomeUnknown,
}
