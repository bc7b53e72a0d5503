// fal's queue over HTTP (queue.fal.run, by its client 1.10 and its documents of 2026): submitted, then polled or announced by a webhook.
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Atelier.Providers.Fal;

/// <summary>
/// Paints through fal. Keeps no state; a request is known by its path under fal's address, so that the key goes to that address only,
/// whatever an answer says. fal offers no way to look for a request whose answer was lost.
/// </summary>
// Webhooks are signed with Ed25519, which .NET's own library cannot check: IsGenuine stays with "nobody knows", and a message, genuine or
// not, only brings forward a look that is made with the key.
public sealed class FalProvider(ProviderEndpoint endpoint, ProviderHttp http, TimeProvider time) : ImageProvider
{
    private const string Title = "fal";
    private const string Queue = "queue.fal.run";
    private const string Accounts = "rest.alpha.fal.ai";

    // An id longer than this would not be kept; fal's are a third of it.
    private const int LongestPath = 300;

    /// <summary>The kind.</summary>
    public static ProviderAdapter Adapter { get; } = new("fal", Title, (endpoint, http, time) => new FalProvider(endpoint, http, time))
    {
        BaseUrl = new Uri($"https://{Queue}"),
        SiblingHosts = [Queue, Accounts],
        ResultHosts = ["fal.media", "*.fal.media", "*.fal.ai"],
        KeyVariables = ["FAL_KEY"],
    };

    /// <inheritdoc/>
    public override string Name => endpoint.Name;

    /// <inheritdoc/>
    public override async Task<ProviderAnswer> StartAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken)
    {
        var announced = call.Webhook is { Scheme: "https" } webhook ? $"?fal_webhook={Uri.EscapeDataString(webhook.AbsoluteUri)}" : "";
        using var message = Message(HttpMethod.Post, endpoint.At($"/{request.Model}{announced}"), call);
        message.Content = JsonContent.Create(InputTemplate.Fill(request, image => image.DataUrl));
        var reply = await http.SendAsync(endpoint, message, cancellationToken: cancellationToken);
        if (reply is ProviderReply.Answered { Ok: true } answered && PathOf(answered.Json, request.Model) is { } path)
            return new ProviderAnswer.Pending(path);
        var usual = Failures.OfStart(reply, Title, time.GetUtcNow());
        return new ProviderAnswer.Failed(reply is ProviderReply.Answered { Ok: false } refused ? FalVerdict.Refine(refused, usual, Title) : usual);
    }

    /// <inheritdoc/>
    public override async Task<ProviderAnswer> PollAsync(string externalId, PaintCall call, CancellationToken cancellationToken)
    {
        using var message = Message(HttpMethod.Get, endpoint.At($"{externalId}/status?logs=1"), call);
        return await http.SendAsync(endpoint, message, cancellationToken: cancellationToken) switch
        {
            ProviderReply.Answered { Ok: true } answered when answered.Json.At("status").Text() == "COMPLETED" =>
                await ReadAsync(answered.Json, externalId, call, cancellationToken),
            ProviderReply.Answered { Ok: true } answered => new ProviderAnswer.Pending(externalId, Progress: ProgressOf(answered.Json)),
            // Only in its own words: whoever stands in between knows nothing of requests, and a new one would be paid again.
            ProviderReply.Answered { Status: HttpStatusCode.NotFound } gone when gone.Json.At("detail").Text() == "Request not found" =>
                new ProviderAnswer.Failed(Failures.Of(FailureKind.Retryable, Title, $"the request is gone: {gone.Text}")),
            ProviderReply.Answered busy => new ProviderAnswer.Pending(externalId, RetryDelay.Of(busy, time.GetUtcNow())),
            _ => new ProviderAnswer.Pending(externalId),
        };
    }

    /// <summary>Asks fal to stop: certain while the request waits, a wish when it runs.</summary>
    public override async Task<bool> CancelAsync(string externalId, PaintCall call, CancellationToken cancellationToken)
    {
        using var message = Message(HttpMethod.Put, endpoint.At($"{externalId}/cancel"), call);
        return await http.SendAsync(endpoint, message, cancellationToken: cancellationToken) is ProviderReply.Answered { Ok: true } answered
            && answered.Json.At("status").Text() is not ("ALREADY_COMPLETED" or "NOT_FOUND");
    }

    /// <summary>Asks for the account's balance, which lies beside the queue; a gateway is asked in its place.</summary>
    public override async Task<KeyTest> TestAsync(PaintCall call, CancellationToken cancellationToken)
    {
        const string Balance = "/billing/user_balance";
        var address = endpoint.BaseUrl.Host == Queue ? new Uri($"https://{Accounts}{Balance}") : endpoint.At(Balance);
        using var message = Message(HttpMethod.Get, address, call);
        var reply = await http.SendAsync(endpoint, message, cancellationToken: cancellationToken);
        var usual = Failures.OfStart(reply, Title, time.GetUtcNow());
        return KeyTest.Of(reply, Title, reply is ProviderReply.Answered { Ok: false } refused ? FalVerdict.Refine(refused, usual, Title) : usual);
    }

    // Where the request lives, as fal says; where it says nothing usable, by its rule: what follows the application's name is left out.
    private string? PathOf(JsonElement answer, string model)
    {
        const string Status = "/status";
        if (answer.At("request_id").Text() is not { Length: > 0 and < 100 } id)
            return null;
        var root = endpoint.BaseUrl.AbsolutePath.TrimEnd('/');
        if (Uri.TryCreate(answer.At("status_url").Text(), UriKind.Absolute, out var told) && OutboundGuard.IsOwn(endpoint, told) && told.AbsolutePath is { Length: < LongestPath } path
            && path.StartsWith($"{root}/", StringComparison.Ordinal) && path.EndsWith(Status, StringComparison.Ordinal))
            return path[root.Length..^Status.Length];
        var names = model.Split('/');
        return $"/{string.Join('/', names.Take(names[0] is "workflows" or "comfy" ? 3 : 2))}/requests/{Uri.EscapeDataString(id)}";
    }

    private async Task<ProviderAnswer> ReadAsync(JsonElement status, string externalId, PaintCall call, CancellationToken cancellationToken)
    {
        var address = Uri.TryCreate(status.At("response_url").Text(), UriKind.Absolute, out var told) && OutboundGuard.IsOwn(endpoint, told) ? told : endpoint.At(externalId);
        using var message = Message(HttpMethod.Get, address, call);
        switch (await http.SendAsync(endpoint, message, cancellationToken: cancellationToken))
        {
            case ProviderReply.Answered { Ok: true } answered when answered.Json.ValueKind == JsonValueKind.Object:
                return await FetchAsync(answered, externalId, cancellationToken);
            // The result is the engine's own answer with its status; what stands in between fails in the same statuses and is asked again.
            case ProviderReply.Answered { Ok: false } ended when status.At("error_type").Text() is not null || FalVerdict.IsOne(ended):
                return new ProviderAnswer.Failed(FalVerdict.Of(ended, Title, time.GetUtcNow()));
            case ProviderReply.Answered { Ok: false } busy:
                return new ProviderAnswer.Pending(externalId, RetryDelay.Of(busy, time.GetUtcNow()));
            default:
                return new ProviderAnswer.Pending(externalId);
        }
    }

    private async Task<ProviderAnswer> FetchAsync(ProviderReply.Answered answered, string externalId, CancellationToken cancellationToken)
    {
        var result = answered.Json;
        var addresses = result.At("images").Items().DefaultIfEmpty(result.At("image")).Select(file => file.At("url").Text()).ToArray();
        if (Array.Exists(addresses, address => address is null))
            return new ProviderAnswer.Failed(Failures.Of(FailureKind.Permanent, Title, $"no picture: {answered.Text}", because: "its answer holds no picture"));
        var fetched = await PictureFetch.AllAsync(http, endpoint, addresses!, externalId, Title, cancellationToken);
        if (fetched is not ProviderAnswer.Painted painted)
            return fetched;
        long? seed = result.At("seed") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var used) ? used : null;
        return painted with { Images = [.. painted.Images.Select(image => image with { Seed = seed })], Nsfw = NsfwOf(result) };
    }

    private static bool? NsfwOf(JsonElement result) =>
        result.At("has_nsfw_concepts") is { ValueKind: JsonValueKind.Array } marks ? marks.Items().Any(mark => mark.ValueKind == JsonValueKind.True) : null;

    private static double? ProgressOf(JsonElement status) =>
        StepBar.FractionOf(string.Join('\n', status.At("logs").Items().Select(line => line.At("message").Text())));

    private static HttpRequestMessage Message(HttpMethod method, Uri address, PaintCall call)
    {
        var message = new HttpRequestMessage(method, address);
        message.Headers.Authorization = new AuthenticationHeaderValue("Key", call.Key?.Secret);
        return message;
    }
}
