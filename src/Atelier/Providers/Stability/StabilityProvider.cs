// Stability AI's stable-image engines over HTTP (api.stability.ai/v2beta): a form goes in, the picture comes back while the call lasts.
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Providers.Stability;

/// <summary>Paints through Stability AI. Keeps no state; there are no predictions, and none can be looked up.</summary>
public sealed class StabilityProvider(ProviderEndpoint endpoint, ProviderHttp http, TimeProvider time) : ImageProvider
{
    private const string Title = "Stability AI";
    private const string EnginesPath = "/v2beta/stable-image";

    // The largest seed; 0 stands for a random one, so that our own 0 has to be another.
    private const long MostSeed = 4_294_967_294;

    // Who asks too often is shut out for a minute.
    private static readonly TimeSpan TimeOut = TimeSpan.FromMinutes(1);

    /// <summary>The kind.</summary>
    public static ProviderAdapter Adapter { get; } = new("stability", Title, (endpoint, http, time) => new StabilityProvider(endpoint, http, time))
    {
        BaseUrl = new Uri("https://api.stability.ai" + EnginesPath),
        KeyVariables = ["STABILITY_API_KEY"],
    };

    /// <inheritdoc/>
    public override string Name => endpoint.Name;

    /// <inheritdoc/>
    public override async Task<ProviderAnswer> StartAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, endpoint.At($"/{request.Model}"));
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", call.Key?.Secret);
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        message.Content = Form(request with { Seed = SeedOf(request.Seed) });
        var reply = await http.SendAsync(endpoint, message, endpoint.PaintLimit, cancellationToken);
        // The picture that comes with it is blurred.
        if (reply is ProviderReply.Answered { Ok: true } filtered && filtered.Json.At("finish_reason").Text() == "CONTENT_FILTERED")
            return new ProviderAnswer.Failed(Failures.Of(FailureKind.Refused, Title, "finish_reason: CONTENT_FILTERED"));
        if (reply is not ProviderReply.Answered { Ok: true } answered || answered.Json.At("image").Text() is not { } image)
            return new ProviderAnswer.Failed(Fault(reply));
        if (!DataUrl.TryDecode(image, out var bytes))
            return new ProviderAnswer.Failed(Failures.Of(FailureKind.OutcomeUnknown, Title, "its picture is not base64"));
        return new ProviderAnswer.Painted([new PaintedImage(bytes, $"image/{FormatOf(request)}", SeedUsed(answered.Json) ?? SeedOf(request.Seed))]);
    }

    /// <summary>Asks for the account's balance, which lies beside the engines; a gateway is asked for it under its own address.</summary>
    public override async Task<KeyTest> TestAsync(PaintCall call, CancellationToken cancellationToken)
    {
        var engines = endpoint.BaseUrl.AbsoluteUri.TrimEnd('/');
        var root = engines.EndsWith(EnginesPath, StringComparison.Ordinal) ? engines[..^EnginesPath.Length] : engines;
        using var message = new HttpRequestMessage(HttpMethod.Get, new Uri($"{root}/v1/user/balance"));
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", call.Key?.Secret);
        var reply = await http.SendAsync(endpoint, message, cancellationToken: cancellationToken);
        return KeyTest.Of(reply, Title, Fault(reply));
    }

    private static long SeedOf(long seed) => seed is 0 or > MostSeed ? 1 : seed;

    private static long? SeedUsed(JsonElement json) => json.At("seed").Number() is { } seed and > 0 and <= MostSeed ? (long)seed : null;

    private static string FormatOf(PaintRequest request) => request.Format.ToString().ToLowerInvariant();

    // Every field of the template is a part of the form: images as files, the rest as text.
    private static MultipartFormDataContent Form(PaintRequest request)
    {
        var files = new Dictionary<string, InputImage>(StringComparer.Ordinal);
        var input = InputTemplate.Fill(request, image =>
        {
            // A name that nothing a person types can be taken for.
            var name = Guid.NewGuid().ToString("N");
            files.Add(name, image);
            return name;
        });
        var boundary = Guid.NewGuid().ToString("N");
        var form = new MultipartFormDataContent(boundary);
        // Some servers do not know a boundary in quotes.
        form.Headers.Remove("Content-Type");
        form.Headers.TryAddWithoutValidation("Content-Type", $"multipart/form-data; boundary={boundary}");
        foreach (var (field, value) in input)
        {
            var text = value is JsonValue plain && plain.TryGetValue<string>(out var written) ? written : value?.ToJsonString() ?? "";
            form.Add(files.TryGetValue(text, out var image) ? FilePart(field, image) : TextPart(field, text));
        }
        return form;
    }

    private static StringContent TextPart(string field, string text)
    {
        var part = new StringContent(text);
        part.Headers.ContentType = null;
        part.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = $"\"{field}\"" };
        return part;
    }

    private static ReadOnlyMemoryContent FilePart(string field, InputImage image)
    {
        var part = new ReadOnlyMemoryContent(image.Bytes);
        part.Headers.ContentType = new MediaTypeHeaderValue(image.ContentType);
        part.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = $"\"{field}\"", FileName = $"\"{field}.{image.ContentType.Split('/')[^1]}\"" };
        return part;
    }

    private ProviderFailure Fault(ProviderReply reply)
    {
        var failure = Failures.OfStart(reply, Title, time.GetUtcNow());
        if (reply is not ProviderReply.Answered { Ok: false } answered)
            return failure;
        if (answered.Json.At("name").Text() == "content_moderation")
            return Failures.Of(FailureKind.Refused, Title, answered.Text);
        return failure.Kind switch
        {
            FailureKind.BadInput when answered.Status == HttpStatusCode.RequestEntityTooLarge =>
                Failures.Of(FailureKind.BadInput, Title, answered.Text, because: "the images are too large"),
            FailureKind.BadInput => Failures.Of(FailureKind.BadInput, Title, answered.Text, because: Complaint(answered.Json.At("errors"))),
            FailureKind.RateLimited => failure with { RetryAfter = failure.RetryAfter ?? TimeOut },
            _ => failure,
        };
    }

    private static string? Complaint(JsonElement errors)
    {
        var complaints = errors.Items().Select(error => error.Text()).OfType<string>().ToList();
        return complaints.Count == 0 ? null : string.Join("; ", complaints);
    }
}
