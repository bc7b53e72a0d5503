// Google's Gemini image models over HTTP (generativelanguage.googleapis.com/v1beta, generateContent): painted while the call lasts.
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Atelier.Providers.Gemini;

/// <summary>Paints through the Gemini API. Keeps no state; there are no predictions, and none can be looked up.</summary>
public sealed partial class GeminiProvider(ProviderEndpoint endpoint, ProviderHttp http, TimeProvider time) : ImageProvider
{
    private const string Title = "Gemini";

    // Its seeds are signed numbers of 32 bits, and it rejects what is larger.
    private const long Seeds = 1L + int.MaxValue;

    /// <summary>The kind.</summary>
    public static ProviderAdapter Adapter { get; } = new("gemini", Title, (endpoint, http, time) => new GeminiProvider(endpoint, http, time))
    {
        BaseUrl = new Uri("https://generativelanguage.googleapis.com/v1beta"),
        KeyVariables = ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
    };

    /// <inheritdoc/>
    public override string Name => endpoint.Name;

    /// <inheritdoc/>
    public override async Task<ProviderAnswer> StartAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken)
    {
        var seed = request.Seed % Seeds;
        var body = InputTemplate.Fill(request with { Seed = seed }, image => image.DataUrl);
        SpellOutImages(body);
        using var message = new HttpRequestMessage(HttpMethod.Post, endpoint.At($"/models/{Uri.EscapeDataString(request.Model)}:generateContent"));
        message.Headers.TryAddWithoutValidation("x-goog-api-key", call.Key?.Secret);
        message.Content = JsonContent.Create(body);
        var reply = await http.SendAsync(endpoint, message, endpoint.PaintLimit, cancellationToken);
        if (reply is not ProviderReply.Answered { Ok: true } answered || !IsGeneration(answered.Json))
            return new ProviderAnswer.Failed(Fault(reply));
        if (Refusal(answered) is { } refusal)
            return new ProviderAnswer.Failed(refusal);
        if (LastPicture(answered.Json) is not { } picture)
            return new ProviderAnswer.Failed(NoPicture(answered));
        if (!DataUrl.TryDecode(picture.At("data").Text(), out var bytes))
            return new ProviderAnswer.Failed(Failures.Of(FailureKind.OutcomeUnknown, Title, "its picture is not base64"));
        var image = new PaintedImage(bytes, picture.At("mimeType").Text() ?? "", seed == request.Seed ? null : seed);
        return new ProviderAnswer.Painted([image]) { Cost = GeminiCost.Of(answered.Json.At("usageMetadata"), request.TokenPrices) };
    }

    /// <inheritdoc/>
    public override async Task<KeyTest> TestAsync(PaintCall call, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, endpoint.At("/models?pageSize=1"));
        message.Headers.TryAddWithoutValidation("x-goog-api-key", call.Key?.Secret);
        var reply = await http.SendAsync(endpoint, message, cancellationToken: cancellationToken);
        return KeyTest.Of(reply, Title, Fault(reply));
    }

    // A template says where an image goes; here it becomes the two fields that the API wants.
    private static void SpellOutImages(JsonNode? node)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items)
                SpellOutImages(item);
        }
        if (node is not JsonObject fields)
            return;
        foreach (var (_, value) in fields)
            SpellOutImages(value);
        if (fields["inlineData"] is JsonValue inline && inline.TryGetValue<string>(out var address) && address.Split([':', ';', ','], 4) is [_, var type, _, var data])
            fields["inlineData"] = new JsonObject { ["mimeType"] = type, ["data"] = data };
    }

    private static bool IsGeneration(JsonElement json) =>
        json.At("candidates").ValueKind == JsonValueKind.Array || json.At("promptFeedback").ValueKind == JsonValueKind.Object || json.At("responseId").Text() is not null;

    private static ProviderFailure? Refusal(ProviderReply.Answered answered)
    {
        if (answered.Json.At("promptFeedback", "blockReason").Text() is not null and not "BLOCK_REASON_UNSPECIFIED")
            return Failures.Of(FailureKind.Refused, Title, answered.Text);
        return FinishReason(answered.Json) switch
        {
            "SAFETY" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" or "IMAGE_SAFETY" or "IMAGE_PROHIBITED_CONTENT" =>
                Failures.Of(FailureKind.Refused, Title, answered.Text),
            "RECITATION" or "IMAGE_RECITATION" => Failures.Of(FailureKind.Refused, Title, answered.Text, because: "it would come too close to an existing work"),
            _ => null,
        };
    }

    // What it thinks aloud holds drafts; the last picture that is no thought is the answer.
    private static JsonElement? LastPicture(JsonElement json)
    {
        var pictures = json.At("candidates").Items().Take(1).SelectMany(candidate => candidate.At("content", "parts").Items())
            .Where(part => part.At("thought").ValueKind != JsonValueKind.True)
            .Select(part => part.At("inlineData"))
            .Where(inline => inline.At("data").Text() is not null && inline.At("mimeType").Text()?.StartsWith("image/", StringComparison.Ordinal) == true)
            .ToList();
        return pictures.Count == 0 ? null : pictures[^1];
    }

    // The rest passes: it answered in words only (STOP, NO_IMAGE), ran out of tokens, stumbled over itself, or does not say (OTHER).
    private static ProviderFailure NoPicture(ProviderReply.Answered answered) => FinishReason(answered.Json) == "LANGUAGE"
        ? Failures.Of(FailureKind.BadInput, Title, answered.Text, because: "it does not understand the language of the prompt")
        : Failures.Of(FailureKind.Retryable, Title, $"no picture: {answered.Text}");

    private static string? FinishReason(JsonElement json) => json.At("candidates").Items().Select(candidate => candidate.At("finishReason").Text()).FirstOrDefault();

    private ProviderFailure Fault(ProviderReply reply)
    {
        var failure = Failures.OfStart(reply, Title, time.GetUtcNow());
        if (reply is not ProviderReply.Answered { Ok: false } answered)
            return failure;
        var error = answered.Json.At("error");
        return (answered.Status, error.At("status").Text()) switch
        {
            (HttpStatusCode.BadRequest, _) when IsAboutTheKey(error) => Failures.Of(FailureKind.Auth, Title, answered.Text),
            // The account's country or billing, never the picture.
            (HttpStatusCode.BadRequest, "FAILED_PRECONDITION") => Failures.Of(FailureKind.Auth, Title, answered.Text),
            (HttpStatusCode.BadRequest, _) => Failures.Of(FailureKind.BadInput, Title, answered.Text, because: error.At("message").Text()),
            (HttpStatusCode.TooManyRequests, _) when IsSpent(error) => Failures.Of(FailureKind.QuotaExhausted, Title, answered.Text),
            // Its own engine gave up, unlike a gateway that only stopped waiting.
            (HttpStatusCode.GatewayTimeout, "DEADLINE_EXCEEDED") => Failures.Of(FailureKind.Retryable, Title, answered.Text),
            _ => failure,
        };
    }

    private static bool IsAboutTheKey(JsonElement error) =>
        error.At("details").Items().Any(detail => detail.At("reason").Text()?.StartsWith("API_KEY_", StringComparison.Ordinal) == true);

    // A day's allowance comes with a delay of seconds all the same; the delay is not to be believed.
    private static bool IsSpent(JsonElement error) =>
        error.At("details").Items().SelectMany(detail => detail.At("violations").Items())
            .Any(violation => violation.At("quotaId").Text()?.Contains("PerDay", StringComparison.OrdinalIgnoreCase) == true)
        || (error.At("message").Text() is { } message && Spent().IsMatch(message));

    [GeneratedRegex(@"\blimit: 0\b|credits? (is|are) depleted|spend(ing)? (cap|limit)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Spent();
}
