// Replicate's predictions over HTTP (api.replicate.com/v1, its OpenAPI document of April 2026): created, then polled or announced by a webhook.
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Atelier.Providers.Replicate;

/// <summary>Paints through Replicate. Keeps no state; a prediction is known by Replicate's own id.</summary>
public sealed partial class ReplicateProvider(ProviderEndpoint endpoint, ProviderHttp http, TimeProvider time) : ImageProvider
{
    private const string Title = "Replicate";

    // Its pages hold a hundred predictions; more than these 5,000 within the minutes around a start are not looked through.
    private const int MostPages = 50;

    // One page that fails must not make all the others be asked for again.
    private const int TriesPerPage = 3;

    // Larger pictures must not stand inside a request; they go to its store of files, where they expire by themselves.
    private const int LargestInline = 256_000;

    // How far its clock may be from ours.
    private static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(1);

    /// <summary>The kind.</summary>
    public static ProviderAdapter Adapter { get; } = new("replicate", Title, (endpoint, http, time) => new ReplicateProvider(endpoint, http, time))
    {
        BaseUrl = new Uri("https://api.replicate.com/v1"),
        ResultHosts = ["replicate.delivery", "*.replicate.delivery"],
        KeyVariables = ["REPLICATE_API_TOKEN"],
    };

    /// <inheritdoc/>
    public override string Name => endpoint.Name;

    /// <inheritdoc/>
    public override async Task<ProviderAnswer> StartAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken)
    {
        var uploaded = new Dictionary<InputImage, string>(ReferenceEqualityComparer.Instance);
        foreach (var image in request.InputImages.Append(request.Mask).OfType<InputImage>().Where(image => image.Bytes.Length > LargestInline))
        {
            var stored = await UploadAsync(image, call, cancellationToken);
            if (stored is not ProviderReply.Answered { Ok: true } file || file.Json.At("urls", "get").Text() is not { } address)
                return new ProviderAnswer.Failed(FaultOfUpload(stored));
            uploaded[image] = address;
        }
        var body = new JsonObject { ["input"] = InputTemplate.Fill(request, image => uploaded.GetValueOrDefault(image) ?? image.DataUrl) };
        if (call.Webhook is { Scheme: "https" } webhook)
        {
            body["webhook"] = webhook.AbsoluteUri;
            body["webhook_events_filter"] = new JsonArray("completed");
        }
        // A model of the community runs by its version, an official one by its name.
        var (path, version) = request.Model.Split(':') is [_, var pinned] ? ("/predictions", pinned) : ($"/models/{request.Model}/predictions", null);
        if (version is not null)
            body["version"] = version;
        using var message = Message(HttpMethod.Post, endpoint.At(path), call);
        message.Content = JsonContent.Create(body);
        var reply = await http.SendAsync(endpoint, message, cancellationToken: cancellationToken);
        return reply is ProviderReply.Answered { Ok: true } answered && answered.Json.At("id").Text() is { } id
            ? await ReadAsync(answered.Json, id, cancellationToken)
            : new ProviderAnswer.Failed(Fault(reply));
    }

    /// <inheritdoc/>
    public override async Task<ProviderAnswer> PollAsync(string externalId, PaintCall call, CancellationToken cancellationToken)
    {
        using var message = Message(HttpMethod.Get, endpoint.At($"/predictions/{Uri.EscapeDataString(externalId)}"), call);
        return await http.SendAsync(endpoint, message, cancellationToken: cancellationToken) switch
        {
            ProviderReply.Answered { Ok: true } answered when answered.Json.ValueKind == JsonValueKind.Object =>
                await ReadAsync(answered.Json, externalId, cancellationToken),
            // Only in its own words: whoever stands in between knows nothing of predictions, and a new one would be paid again.
            ProviderReply.Answered { Status: System.Net.HttpStatusCode.NotFound } gone when gone.Json.At("title").Text() == "Not found" =>
                new ProviderAnswer.Failed(Failures.Of(FailureKind.Retryable, Title, $"the prediction is gone: {gone.Text}")),
            ProviderReply.Answered { Ok: false } busy => new ProviderAnswer.Pending(externalId, RetryDelay.Of(busy, time.GetUtcNow())),
            _ => new ProviderAnswer.Pending(externalId),
        };
    }

    /// <inheritdoc/>
    public override async Task<bool> CancelAsync(string externalId, PaintCall call, CancellationToken cancellationToken)
    {
        using var message = Message(HttpMethod.Post, endpoint.At($"/predictions/{Uri.EscapeDataString(externalId)}/cancel"), call);
        return await http.SendAsync(endpoint, message, cancellationToken: cancellationToken) is ProviderReply.Answered { Ok: true };
    }

    /// <summary>
    /// Looks through the newest predictions for the one with our webhook address or, without one, with exactly our input. An input without a
    /// seed does not tell equal wishes apart, and after an hour Replicate forgets inputs: then nobody knows.
    /// </summary>
    public override async Task<ProviderLookup> FindAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken)
    {
        var input = InputTemplate.Fill(request, image => image.DataUrl);
        // Pictures that are uploaded first take their time before the start itself.
        var uploads = request.InputImages.Append(request.Mask).Count(image => image?.Bytes.Length > LargestInline);
        var (since, until) = (call.StartedAt - ClockDifference, call.StartedAt + uploads * endpoint.PaintLimit + endpoint.CallLimit + ClockDifference);
        var page = endpoint.At($"/predictions?created_after={Moment(since)}&created_before={Moment(until)}");
        var forgotten = false;
        for (var pages = 0; pages < MostPages; pages++)
        {
            if (await ListAsync(page, call, cancellationToken) is not { } answered)
                return new ProviderLookup.Unanswered();
            foreach (var prediction in answered.At("results").Items().Where(prediction => prediction.At("model").Text() == request.Model.Split(':')[0]))
            {
                if (IsOurs(prediction, input, call) && prediction.At("id").Text() is { } id)
                    return input.ContainsKey("seed") || IsAnnounced(prediction, call) ? new ProviderLookup.Found(id) : new ProviderLookup.Unknown();
                forgotten |= prediction.At("data_removed").ValueKind == JsonValueKind.True;
            }
            if (!Uri.TryCreate(answered.At("next").Text(), UriKind.Absolute, out var next))
                return forgotten ? new ProviderLookup.Unknown() : new ProviderLookup.Absent();
            page = next;
        }
        return new ProviderLookup.Unknown();
    }

    /// <inheritdoc/>
    public override async Task<KeyTest> TestAsync(PaintCall call, CancellationToken cancellationToken)
    {
        using var message = Message(HttpMethod.Get, endpoint.At("/account"), call);
        var reply = await http.SendAsync(endpoint, message, cancellationToken: cancellationToken);
        return KeyTest.Of(reply, Title, Fault(reply));
    }

    /// <summary>Checks the signature of a webhook: Standard Webhooks, no older than five minutes.</summary>
    public override bool? IsGenuine(WebhookMessage message, string? secret, DateTimeOffset now) =>
        secret is null ? null : StandardWebhook.IsGenuine(message, secret, now);

    private async Task<JsonElement?> ListAsync(Uri page, PaintCall call, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < TriesPerPage; tries++)
        {
            using var message = Message(HttpMethod.Get, page, call);
            if (await http.SendAsync(endpoint, message, cancellationToken: cancellationToken) is ProviderReply.Answered { Ok: true } answered
                && answered.Json.At("results").ValueKind == JsonValueKind.Array)
                return answered.Json;
        }
        return null;
    }

    private static string Moment(DateTimeOffset time) =>
        Uri.EscapeDataString(time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    private static bool IsOurs(JsonElement prediction, JsonObject input, PaintCall call) =>
        call.Webhook is { Scheme: "https" } && prediction.At("webhook").Text() is not null
            ? IsAnnounced(prediction, call)
            : prediction.At("input") is { ValueKind: JsonValueKind.Object } theirs && IsSame(input, JsonObject.Create(theirs));

    private static bool IsAnnounced(JsonElement prediction, PaintCall call) =>
        call.Webhook is { Scheme: "https" } webhook && prediction.At("webhook").Text() == webhook.AbsoluteUri;

    // A picture of ours may stand there under the address to which it was uploaded.
    private static bool IsSame(JsonNode? ours, JsonNode? theirs) => (ours, theirs) switch
    {
        (JsonObject mine, JsonObject other) => mine.Count == other.Count && mine.All(field => other.TryGetPropertyValue(field.Key, out var value) && IsSame(field.Value, value)),
        (JsonArray mine, JsonArray other) => mine.Count == other.Count && mine.Zip(other).All(pair => IsSame(pair.First, pair.Second)),
        (JsonValue mine, JsonValue other) when mine.TryGetValue<string>(out var text) && text.StartsWith("data:", StringComparison.Ordinal)
            && other.TryGetValue<string>(out var address) && address.StartsWith("http", StringComparison.Ordinal) => true,
        _ => JsonNode.DeepEquals(ours, theirs),
    };

    private async Task<ProviderAnswer> ReadAsync(JsonElement prediction, string id, CancellationToken cancellationToken)
    {
        switch (prediction.At("status").Text())
        {
            case "succeeded":
                return await FetchAsync(prediction, id, cancellationToken);
            case "failed":
                return new ProviderAnswer.Failed(FaultOf(prediction.At("error").Text() ?? "it failed without a reason"));
            case "canceled" or "aborted":
                return new ProviderAnswer.Failed(Failures.Of(FailureKind.Retryable, Title, "the prediction was canceled at Replicate"));
            default:
                return new ProviderAnswer.Pending(id, Progress: StepBar.FractionOf(prediction.At("logs").Text()));
        }
    }

    private async Task<ProviderAnswer> FetchAsync(JsonElement prediction, string id, CancellationToken cancellationToken)
    {
        var output = prediction.At("output");
        var addresses = output.ValueKind == JsonValueKind.Array ? [.. output.Items().Select(item => item.Text())] : new[] { output.Text() };
        if (prediction.At("data_removed").ValueKind == JsonValueKind.True || addresses.Length == 0 || Array.Exists(addresses, address => address is null))
            return new ProviderAnswer.Failed(Failures.Of(FailureKind.Retryable, Title, $"no output: {prediction.GetRawText()[..Math.Min(500, prediction.GetRawText().Length)]}") with { Painted = true });
        return await PictureFetch.AllAsync(http, endpoint, addresses!, id, Title, cancellationToken);
    }

    private async Task<ProviderReply> UploadAsync(InputImage image, PaintCall call, CancellationToken cancellationToken)
    {
        using var message = Message(HttpMethod.Post, endpoint.At("/files"), call);
        var content = new ReadOnlyMemoryContent(image.Bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(image.ContentType);
        message.Content = new MultipartFormDataContent { { content, "content", $"picture.{image.ContentType.Split('/')[^1]}" } };
        return await http.SendAsync(endpoint, message, endpoint.PaintLimit, cancellationToken);
    }

    // Nothing is started before its pictures are there, so that no outcome is unknown.
    private ProviderFailure FaultOfUpload(ProviderReply reply)
    {
        var failure = Fault(reply);
        return failure.Kind is FailureKind.OutcomeUnknown or FailureKind.RetiredModel
            ? Failures.Of(FailureKind.Retryable, Title, $"the picture was not taken: {failure.Details}", failure.RetryAfter)
            : failure;
    }

    private ProviderFailure Fault(ProviderReply reply)
    {
        var failure = Failures.OfStart(reply, Title, time.GetUtcNow());
        if (reply is not ProviderReply.Answered { Ok: false } answered || failure.Kind != FailureKind.BadInput)
            return failure;
        var detail = answered.Json.At("detail").Text();
        return answered.Json.At("title").Text() == "Invalid version or not permitted"
            ? Failures.Of(FailureKind.RetiredModel, Title, answered.Text)
            : Failures.Of(FailureKind.BadInput, Title, answered.Text, because: detail?.Replace("- input.", "", StringComparison.Ordinal));
    }

    private static ProviderFailure FaultOf(string error) =>
        Failures.Of(Unsafe().IsMatch(error) ? FailureKind.Refused : FailureKind.Retryable, Title, error);

    private static HttpRequestMessage Message(HttpMethod method, Uri address, PaintCall call)
    {
        var message = new HttpRequestMessage(method, address);
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", call.Key?.Secret);
        return message;
    }

    [GeneratedRegex(@"NSFW|\(E005\)|flagged as sensitive|content (moderation|policy|filter)|safety (checker|filter|system)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Unsafe();
}
