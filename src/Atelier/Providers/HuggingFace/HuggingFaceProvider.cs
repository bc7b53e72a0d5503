// Hugging Face's router: its own engine answers with the picture itself, the providers behind it each in their own way, all under one account.
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Atelier.Providers.HuggingFace;

/// <summary>
/// Paints through Hugging Face's Inference Providers. The first part of a model's name at the provider chooses who paints it: hf-inference, fal-ai,
/// replicate, together or nscale. Keeps no state; a prediction is known by its path at the router.
/// </summary>
public sealed class HuggingFaceProvider(ProviderEndpoint endpoint, ProviderHttp http, TimeProvider time) : ImageProvider
{
    private const string Title = "Hugging Face";
    private const string Router = "router.huggingface.co";
    private const string Hub = "huggingface.co";
    private const string FalQuery = "?_subdomain=queue";

    /// <summary>The kind. Option: <c>bill_to</c>, the organisation to be charged instead of the key's owner.</summary>
    public static ProviderAdapter Adapter { get; } = new("huggingface", Title, (endpoint, http, time) => new HuggingFaceProvider(endpoint, http, time))
    {
        BaseUrl = new Uri($"https://{Router}"),
        ResultHosts = ["fal.media", "*.fal.media", "replicate.delivery", "*.replicate.delivery", "*.together.ai", "*.together.xyz"],
        SiblingHosts = [Router, Hub],
        KeyVariables = ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"],
    };

    /// <inheritdoc/>
    public override string Name => endpoint.Name;

    /// <inheritdoc/>
    public override async Task<ProviderAnswer> StartAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken)
    {
        if (Route.Find(request.Model) is not var (route, model))
        {
            return new ProviderAnswer.Failed(Failures.Of(
                FailureKind.Permanent, Title, $"{request.Model} begins with no known provider", because: "the catalogue does not say who paints this model"));
        }
        using var message = Message(HttpMethod.Post, route.Path(model), call);
        message.Content = JsonContent.Create(route.Wrap(request, model));
        if (route.Waits)
            message.Headers.TryAddWithoutValidation("Prefer", "wait");
        var reply = await http.SendAsync(endpoint, message, endpoint.PaintLimit, cancellationToken);
        return reply is ProviderReply.Answered { Ok: true } answered && await ReadStartAsync(answered, request, cancellationToken) is { } answer
            ? answer
            : new ProviderAnswer.Failed(Fault(reply));
    }

    /// <inheritdoc/>
    public override Task<ProviderAnswer> PollAsync(string externalId, PaintCall call, CancellationToken cancellationToken) =>
        externalId.StartsWith("/fal-ai/", StringComparison.Ordinal) ? PollFalAsync(externalId, call, cancellationToken)
        : externalId.StartsWith("/replicate/", StringComparison.Ordinal) ? PollReplicateAsync(externalId, call, cancellationToken)
        : ImagesAnswer.FetchAsync(http, endpoint, externalId, Title, cancellationToken);

    /// <inheritdoc/>
    public override async Task<bool> CancelAsync(string externalId, PaintCall call, CancellationToken cancellationToken)
    {
        if (!externalId.StartsWith('/'))
            return false;
        using var message = externalId.StartsWith("/fal-ai/", StringComparison.Ordinal)
            ? Message(HttpMethod.Put, $"{externalId}/cancel{FalQuery}", call)
            : Message(HttpMethod.Post, $"{externalId}/cancel", call);
        return await http.SendAsync(endpoint, message, cancellationToken: cancellationToken) is ProviderReply.Answered { Ok: true };
    }

    /// <summary>Asks the hub beside the router whose token it is; a gateway is asked in the hub's place.</summary>
    public override async Task<KeyTest> TestAsync(PaintCall call, CancellationToken cancellationToken)
    {
        const string WhoAmI = "/api/whoami-v2";
        using var message = Message(HttpMethod.Get, WhoAmI, call);
        if (endpoint.BaseUrl.Host == Router)
            message.RequestUri = new Uri($"https://{Hub}{WhoAmI}");
        var reply = await http.SendAsync(endpoint, message, cancellationToken: cancellationToken);
        return KeyTest.Of(reply, Title, Fault(reply));
    }

    // What an answer is shows in its shape; the shapes exclude each other.
    private async Task<ProviderAnswer?> ReadStartAsync(ProviderReply.Answered answered, PaintRequest request, CancellationToken cancellationToken)
    {
        if (answered.ContentType.StartsWith("image/", StringComparison.Ordinal))
            return answered.Body.IsEmpty ? null : new ProviderAnswer.Painted([new PaintedImage(answered.Body, answered.ContentType, Seed: null)]);
        var json = answered.Json;
        if (json.At("request_id").Text() is not null)
            return Uri.TryCreate(json.At("response_url").Text(), UriKind.Absolute, out var queued) ? new ProviderAnswer.Pending($"/fal-ai{queued.AbsolutePath}") : null;
        if (json.At("id").Text() is { } id && json.At("status").Text() is not null)
            return await ReadReplicateAsync(json, $"/replicate/v1/predictions/{Uri.EscapeDataString(id)}", cancellationToken);
        return await ImagesAnswer.ReadAsync(http, endpoint, json, request, Title, cancellationToken);
    }

    private async Task<ProviderAnswer> PollFalAsync(string path, PaintCall call, CancellationToken cancellationToken)
    {
        using var ask = Message(HttpMethod.Get, $"{path}/status{FalQuery}", call);
        var status = await http.SendAsync(endpoint, ask, cancellationToken: cancellationToken);
        if (status is not ProviderReply.Answered { Ok: true } told || told.Json.At("status").Text() != "COMPLETED")
            return Unseen(status, path);
        using var fetch = Message(HttpMethod.Get, path + FalQuery, call);
        var result = await http.SendAsync(endpoint, fetch, cancellationToken: cancellationToken);
        // A model's own failure comes as its result; nothing else answers with these two.
        if (result is ProviderReply.Answered { Status: HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest } failed)
            return new ProviderAnswer.Failed(Fault(failed));
        if (result is not ProviderReply.Answered { Ok: true } output || output.Json.At("images").ValueKind != JsonValueKind.Array)
            return Unseen(result, path);
        var addresses = output.Json.At("images").Items().Select(image => image.At("url").Text()).OfType<string>().ToList();
        if (addresses.Count == 0)
            return new ProviderAnswer.Failed(Failures.Of(FailureKind.Retryable, Title, $"no picture: {output.Text}"));
        var answer = await PictureFetch.AllAsync(http, endpoint, addresses, path, Title, cancellationToken);
        var marks = output.Json.At("has_nsfw_concepts").Items().Select(mark => mark.ValueKind == JsonValueKind.True).ToList();
        return answer is ProviderAnswer.Painted painted && marks.Count > 0 ? painted with { Nsfw = marks.Contains(true) } : answer;
    }

    private async Task<ProviderAnswer> PollReplicateAsync(string path, PaintCall call, CancellationToken cancellationToken)
    {
        using var message = Message(HttpMethod.Get, path, call);
        var reply = await http.SendAsync(endpoint, message, cancellationToken: cancellationToken);
        return reply is ProviderReply.Answered { Ok: true } answered && answered.Json.At("status").Text() is not null
            ? await ReadReplicateAsync(answered.Json, path, cancellationToken)
            : Unseen(reply, path);
    }

    private async Task<ProviderAnswer> ReadReplicateAsync(JsonElement prediction, string path, CancellationToken cancellationToken)
    {
        switch (prediction.At("status").Text())
        {
            case "succeeded":
                var output = prediction.At("output");
                var texts = output.ValueKind == JsonValueKind.Array ? output.Items().Select(item => item.Text()) : [output.Text()];
                var addresses = texts.OfType<string>().ToList();
                return addresses.Count > 0
                    ? await PictureFetch.AllAsync(http, endpoint, addresses, path, Title, cancellationToken)
                    : new ProviderAnswer.Failed(Failures.Of(FailureKind.Retryable, Title, "the prediction has no output"));
            case "failed" or "canceled" or "aborted":
                return new ProviderAnswer.Failed(ErrorBody.OfBody(prediction, Title, FailureKind.Retryable));
            default:
                return new ProviderAnswer.Pending(path);
        }
    }

    // A look that failed says nothing about the prediction, unless it is gone.
    private ProviderAnswer Unseen(ProviderReply reply, string path) => reply switch
    {
        ProviderReply.Answered { Status: HttpStatusCode.NotFound } gone =>
            new ProviderAnswer.Failed(Failures.Of(FailureKind.Retryable, Title, $"the prediction is gone: {gone.Text}")),
        ProviderReply.Answered { Ok: false } busy => new ProviderAnswer.Pending(path, RetryDelay.Of(busy, time.GetUtcNow())),
        _ => new ProviderAnswer.Pending(path),
    };

    // A model that is being loaded says for how long.
    private ProviderFailure Fault(ProviderReply reply)
    {
        var failure = ErrorBody.OfStart(reply, Title, time.GetUtcNow());
        return reply is ProviderReply.Answered { Status: HttpStatusCode.ServiceUnavailable } loading && loading.Json.At("estimated_time").Number() is { } seconds
            ? failure with { RetryAfter = TimeSpan.FromSeconds(Math.Clamp(seconds, 0, RetryDelay.Longest.TotalSeconds)) }
            : failure;
    }

    private HttpRequestMessage Message(HttpMethod method, string path, PaintCall call)
    {
        var message = new HttpRequestMessage(method, endpoint.At(path));
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", call.Key?.Secret);
        if (endpoint.Options.TryGetValue("bill_to", out var organisation))
            message.Headers.TryAddWithoutValidation("X-HF-Bill-To", organisation);
        return message;
    }
}
