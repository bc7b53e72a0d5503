// stable-diffusion.cpp's sd-server on the operator's own machine, over its native jobs (/sdcpp/v1, its source of August 2026): queued, then polled.
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Atelier.Providers.SdServer;

/// <summary>Paints through sd-server. Keeps no state; a job is known by the server's own id and its result kept there for ten minutes.</summary>
public sealed class SdServerProvider(ProviderEndpoint endpoint, ProviderHttp http, TimeProvider time) : ImageProvider
{
    private const string Title = "stable-diffusion.cpp";

    /// <summary>The kind.</summary>
    public static ProviderAdapter Adapter { get; } = new("sd-server", Title, (endpoint, http, time) => new SdServerProvider(endpoint, http, time))
    {
        BaseUrl = new Uri("http://127.0.0.1:1234"),
        NeedsKey = false,
        Paid = false,
    };

    /// <inheritdoc/>
    public override string Name => endpoint.Name;

    /// <inheritdoc/>
    public override async Task<ProviderAnswer> StartAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, endpoint.At("/sdcpp/v1/img_gen"))
        {
            Content = JsonContent.Create(InputTemplate.Fill(request, image => image.Base64)),
        };
        var reply = await http.SendAsync(endpoint, message, cancellationToken: cancellationToken);
        return reply is ProviderReply.Answered { Ok: true } answered && answered.Json.At("id").Text() is { Length: > 0 } id
            ? new ProviderAnswer.Pending(id)
            : new ProviderAnswer.Failed(Fault(reply));
    }

    /// <inheritdoc/>
    public override async Task<ProviderAnswer> PollAsync(string externalId, PaintCall call, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, JobAt(externalId));
        return await http.SendAsync(endpoint, message, cancellationToken: cancellationToken) switch
        {
            ProviderReply.Answered { Ok: true } answered => Read(answered.Json, externalId),
            // It forgets its jobs when it is started again, and their pictures after ten minutes.
            ProviderReply.Answered { Status: HttpStatusCode.NotFound or HttpStatusCode.Gone } gone =>
                new ProviderAnswer.Failed(Failures.Of(FailureKind.Retryable, Title, $"the job is gone: {gone.Text}")),
            // The picture comes with the look, and what is too large once is so always.
            ProviderReply.TooLarge large =>
                new ProviderAnswer.Failed(Failures.Of(FailureKind.Permanent, Title, $"the answer is larger than {large.Limit} bytes", because: "its picture is too large")),
            ProviderReply.Answered { Ok: false } busy => new ProviderAnswer.Pending(externalId, RetryDelay.Of(busy, time.GetUtcNow())),
            _ => new ProviderAnswer.Pending(externalId),
        };
    }

    /// <summary>Takes a job that waits out of its queue. One that is being painted cannot be stopped: false.</summary>
    public override async Task<bool> CancelAsync(string externalId, PaintCall call, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(JobAt(externalId).AbsoluteUri + "/cancel"));
        return await http.SendAsync(endpoint, message, cancellationToken: cancellationToken) is ProviderReply.Answered { Ok: true };
    }

    /// <inheritdoc/>
    public override async Task<KeyTest> TestAsync(PaintCall call, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, endpoint.At("/sdcpp/v1/capabilities"));
        var reply = await http.SendAsync(endpoint, message, cancellationToken: cancellationToken);
        return KeyTest.Of(reply, Title, Fault(reply));
    }

    private Uri JobAt(string id) => endpoint.At($"/sdcpp/v1/jobs/{Uri.EscapeDataString(id)}");

    private static ProviderAnswer Read(JsonElement job, string id)
    {
        switch (job.At("status").Text())
        {
            case "completed":
                return PicturesOf(job.At("result")) is { Count: > 0 } pictures
                    ? new ProviderAnswer.Painted(pictures)
                    : new ProviderAnswer.Failed(Failures.Of(FailureKind.Retryable, Title, "the job is completed but its pictures are missing or broken"));
            case "failed":
                return new ProviderAnswer.Failed(Failures.Of(FailureKind.Retryable, Title, $"{job.At("error", "code").Text()}: {job.At("error", "message").Text()}"));
            case "cancelled":
                return new ProviderAnswer.Failed(Failures.Of(FailureKind.Retryable, Title, "the job was cancelled at the server"));
            default:
                return new ProviderAnswer.Pending(id);
        }
    }

    private static List<PaintedImage>? PicturesOf(JsonElement result)
    {
        var pictures = new List<PaintedImage>();
        foreach (var image in result.At("images").Items())
        {
            if (image.At("b64_json").Text() is not { } text || !DataUrl.TryDecode(text, out var bytes))
                return null;
            pictures.Add(new PaintedImage(bytes, $"image/{result.At("output_format").Text() ?? "png"}", Seed: null));
        }
        return pictures;
    }

    private ProviderFailure Fault(ProviderReply reply)
    {
        var failure = Failures.OfStart(reply, Title, time.GetUtcNow());
        if (reply is not ProviderReply.Answered { Ok: false } answered || failure.Kind != FailureKind.BadInput)
            return failure;
        return Failures.Of(FailureKind.BadInput, Title, answered.Text, because: answered.Json.At("message").Text() ?? answered.Json.At("error").Text());
    }
}
