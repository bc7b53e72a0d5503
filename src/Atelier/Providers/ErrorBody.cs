// What a provider's own words say went wrong, whichever of the usual shapes they come in.
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Atelier.Providers;

/// <summary>
/// The body of a failure: <c>{"error":{"message","type","code"}}</c> as OpenAI and its kin write it, <c>{"error":"text"}</c>,
/// <c>{"error":"code","message":"text"}</c>, <c>{"detail":…}</c> or <c>{"message":"text"}</c>.
/// </summary>
/// <param name="Message">A sentence, where there is one; at most 2,000 characters.</param>
/// <param name="Code">The provider's short name of the failure, where there is one.</param>
/// <param name="Type">The provider's class of the failure, where there is one.</param>
/// <param name="Field">The field of the request that it is about, where it is about one.</param>
public sealed partial record ErrorBody(string? Message, string? Code, string? Type, string? Field)
{
    private const int LongestReason = 300;
    private const int LongestRead = 2_000;
    private const RegexOptions Loosely = RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture;

    /// <summary>Reads the body of a failure; what is not there is null.</summary>
    public static ErrorBody Of(JsonElement body)
    {
        var error = body.At("error");
        if (error.ValueKind == JsonValueKind.Object)
            return new ErrorBody(Short(error.At("message").Text()), error.At("code").Text(), error.At("type").Text(), error.At("param").Text());
        if (body.At("message").Text() is { } message)
            return new ErrorBody(Short(message), error.Text() ?? body.At("code").Text(), body.At("type").Text(), Field: null);
        var detail = body.At("detail");
        return new ErrorBody(Short(error.Text() ?? Joined(error) ?? detail.Text() ?? Joined(detail)), Code: null, TypeOf(detail), Field: null);
    }

    /// <summary>What an unwelcome reply to a start means: the usual meaning of its status, made more exact by its words.</summary>
    public static ProviderFailure OfStart(ProviderReply reply, string provider, DateTimeOffset now)
    {
        var usual = Failures.OfStart(reply, provider, now);
        // Behind a gateway that gave up, the words are the gateway's.
        if (reply is not ProviderReply.Answered { Ok: false } answered || usual.Kind == FailureKind.OutcomeUnknown)
            return usual;
        var body = Of(answered.Json);
        // A name that is not among the models is wrong for everybody from now on.
        var kind = body.Kind ?? (usual.Kind == FailureKind.BadInput && body.Field == "model" ? FailureKind.RetiredModel : usual.Kind);
        var wait = kind is FailureKind.RateLimited or FailureKind.Retryable ? RetryDelay.Of(answered, now) : null;
        return Failures.Of(kind, provider, usual.Details, wait, body.Because(kind, answered.Json));
    }

    /// <summary>What a failure told within an answer means.</summary>
    public static ProviderFailure OfBody(JsonElement body, string provider, FailureKind otherwise)
    {
        var said = Of(body);
        var kind = said.Kind ?? otherwise;
        var text = body.GetRawText();
        return Failures.Of(kind, provider, text[..Math.Min(text.Length, LongestRead)], because: said.Because(kind, body));
    }

    /// <summary>The class that code, type and words stand for; null where they say nothing that the status does not.</summary>
    public FailureKind? Kind => KindOf(Code) ?? KindOf(Type) ?? KindOfWords(Message);

    private static FailureKind? KindOf(string? name) => name switch
    {
        "moderation_blocked" or "content_policy_violation" or "content_filter" => FailureKind.Refused,
        "insufficient_quota" or "billing_hard_limit_reached" or "billing_not_active" => FailureKind.QuotaExhausted,
        "rate_limit_exceeded" => FailureKind.RateLimited,
        "model_not_found" or "model_not_available" or "dedicated_endpoint_not_running" => FailureKind.RetiredModel,
        "invalid_api_key" => FailureKind.Auth,
        "server_error" => FailureKind.Retryable,
        _ => null,
    };

    private static FailureKind? KindOfWords(string? text) => text switch
    {
        null => null,
        _ when Unsafe().IsMatch(text) => FailureKind.Refused,
        _ when Poor().IsMatch(text) => FailureKind.QuotaExhausted,
        _ when Retired().IsMatch(text) => FailureKind.RetiredModel,
        _ => null,
    };

    // Users can mend what they sent; of an account's troubles they need the gist alone.
    private string? Because(FailureKind kind, JsonElement body) => kind switch
    {
        FailureKind.BadInput when Message is { Length: > 0 } => Message[..Math.Min(Message.Length, LongestReason)],
        FailureKind.Refused when Texts(body.At("error", "moderation_details", "categories")) is { Count: > 0 } categories => string.Join(", ", categories),
        FailureKind.Auth when Message is not null && Unverified().IsMatch(Message) => "its organisation must be verified first",
        _ => null,
    };

    private static string? Short(string? text) => text is { Length: > LongestRead } ? text[..LongestRead] : text;

    private static List<string> Texts(JsonElement list) => [.. list.Items().Select(item => item.Text()).OfType<string>()];

    // Several complaints: texts, or objects with a sentence each.
    private static string? Joined(JsonElement list) =>
        list.Items().Select(item => item.Text() ?? item.At("msg").Text() ?? item.At("message").Text()).OfType<string>().ToList() is { Count: > 0 } texts
            ? string.Join("; ", texts)
            : null;

    private static string? TypeOf(JsonElement list) => list.Items().Select(item => item.At("type").Text()).FirstOrDefault(type => type is not null);

    [GeneratedRegex(@"NSFW|content (moderation|policy|filter)|safety (checker|filter|system)|flagged (as|by|for)", Loosely, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Unsafe();

    [GeneratedRegex(
        @"included credits|pre-?paid credits|insufficient (credit|balance|funds|quota)|exhausted balance|credit limit|billing hard limit", Loosely, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Poor();

    [GeneratedRegex(@"not supported by provider|non-serverless model|(model|version)\b.{1,200}\b(does not exist|deprecated)", Loosely, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Retired();

    [GeneratedRegex(@"organi[sz]ation must be verified|verify (your )?organi[sz]ation", Loosely, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Unverified();
}
