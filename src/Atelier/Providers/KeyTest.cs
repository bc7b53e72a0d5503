// What a call that costs nothing told about a key: a closed set.
namespace Atelier.Providers;

/// <summary>Whether a provider answers, and takes a key.</summary>
public abstract record KeyTest
{
    private KeyTest() { }

    /// <summary>It answers and takes the key.</summary>
    public sealed record Works : KeyTest;

    /// <summary>It does not.</summary>
    /// <param name="Failure">Why.</param>
    public sealed record Fails(ProviderFailure Failure) : KeyTest;

    /// <summary>It has no call that asks for the key and costs nothing.</summary>
    public sealed record Untestable : KeyTest;

    /// <summary>What the reply to a call that paints nothing means: any JSON of success is good.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="provider">The provider's title.</param>
    /// <param name="failure">What the adapter would make of the same reply to a start.</param>
    public static KeyTest Of(ProviderReply reply, string provider, ProviderFailure failure)
    {
        if (reply is ProviderReply.Answered { Ok: true, Json.ValueKind: System.Text.Json.JsonValueKind.Object or System.Text.Json.JsonValueKind.Array or System.Text.Json.JsonValueKind.Number })
            return new Works();
        return new Fails(failure.Kind switch
        {
            // Nothing was asked to paint, so nothing is unknown and no model can be gone.
            FailureKind.OutcomeUnknown => Failures.Of(FailureKind.Retryable, provider, failure.Details, failure.RetryAfter),
            FailureKind.RetiredModel or FailureKind.BadInput => Failures.Of(FailureKind.Permanent, provider, failure.Details, because: "it answers differently from what is expected there"),
            _ => failure,
        });
    }
}
