// What fal and the engines behind it say when they do not paint: a list of typed errors, or a type of its own for the queue's failures.
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Atelier.Providers.Fal;

internal static partial class FalVerdict
{
    /// <summary>Whether an answer in place of a result is the end of the request: marked so by fal, or a rejection of its input.</summary>
    public static bool IsOne(ProviderReply.Answered answered) =>
        (int)answered.Status == 422 || TypeOf(answered) is not null || Retryable(answered) is not null || answered.Json.At("detail").ValueKind == JsonValueKind.Array;

    /// <summary>Why a request ended. fal has told its outcome, so nothing about it is unknown; what ends with 5xx is not charged.</summary>
    public static ProviderFailure Of(ProviderReply.Answered answered, string provider, DateTimeOffset now)
    {
        var refined = Refine(answered, Failures.OfStatus(answered, provider, now), provider);
        if (refined.Kind == FailureKind.Refused)
            return refined;
        var kind = (Retryable(answered), TypeOf(answered)) switch
        {
            (true, _) or (_, "client_cancelled" or "client_disconnected") => FailureKind.Retryable,
            (false, _) when (int)answered.Status >= 500 => FailureKind.Permanent,
            _ when (int)answered.Status >= 500 => FailureKind.Retryable,
            _ => refined.Kind,
        };
        return kind == refined.Kind ? refined : Failures.Of(kind, provider, refined.Details, refined.RetryAfter);
    }

    /// <summary>The usual meaning of a status, told more exactly by the body.</summary>
    public static ProviderFailure Refine(ProviderReply.Answered answered, ProviderFailure usual, string provider)
    {
        var detail = answered.Json.At("detail");
        if (detail.Items().Any(error => error.At("type").Text() == "content_policy_violation"))
            return Failures.Of(FailureKind.Refused, provider, usual.Details);
        return usual.Kind switch
        {
            // An account without money is locked, by the status of a wrong key.
            FailureKind.Auth when detail.Text() is { } text && Balance().IsMatch(text) => Failures.Of(FailureKind.QuotaExhausted, provider, usual.Details),
            FailureKind.BadInput => Failures.Of(FailureKind.BadInput, provider, usual.Details, because: Reason(detail)),
            _ => usual,
        };
    }

    private static string? Reason(JsonElement detail)
    {
        if (detail.Items().FirstOrDefault() is not { ValueKind: JsonValueKind.Object } error || error.At("msg").Text() is not { } said)
            return detail.Text();
        var field = error.At("loc").Items().Skip(1).Select(part => part.ToString()).ToList();
        return field.Count == 0 ? said : $"{string.Join('.', field)}: {said}";
    }

    private static string? TypeOf(ProviderReply.Answered answered) => answered.Json.At("error_type").Text() ?? answered.Header("x-fal-error-type");

    // The second name is the older one.
    private static bool? Retryable(ProviderReply.Answered answered) => (answered.Header("x-fal-retryable") ?? answered.Header("x-fal-needs-retry"))?.ToLowerInvariant() switch
    {
        "true" or "1" => true,
        "false" or "0" => false,
        _ => null,
    };

    [GeneratedRegex(@"exhausted balance|top[ _]up|insufficient", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Balance();
}
