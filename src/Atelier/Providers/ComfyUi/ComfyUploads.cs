// Puts the images of a request into ComfyUI's input folder before the run: under a name of this start, so that a repetition disturbs nothing.
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Atelier.Providers.ComfyUi;

internal sealed class ComfyUploads(ProviderEndpoint endpoint, ProviderHttp http, TimeProvider time)
{
    // All of ours lie in a folder of their own there.
    private const string Subfolder = "atelier";

    /// <summary>A mask of one white pixel.</summary>
    public static InputImage White { get; } = new(
        Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="), "image/png");

    /// <summary>Uploads what the workflow's slots ask for.</summary>
    public Task<Uploaded> SendAsync(PaintRequest request, JsonObject template, string reference, CancellationToken cancellationToken)
    {
        InputImage[] masks = template.ToJsonString().Contains("{mask}", StringComparison.Ordinal) ? [request.Mask ?? White] : [];
        return SendAsync(request.InputImages.Concat(masks), reference, cancellationToken);
    }

    /// <summary>Uploads images under names of a reference.</summary>
    public async Task<Uploaded> SendAsync(IEnumerable<InputImage> images, string reference, CancellationToken cancellationToken)
    {
        var names = new Dictionary<InputImage, string>();
        foreach (var image in images)
        {
            if (names.ContainsKey(image))
                continue;
            using var message = new HttpRequestMessage(HttpMethod.Post, endpoint.At("/upload/image"));
            message.Content = Form(image, $"{reference}-{names.Count + 1}.{image.ContentType.Split('/')[^1]}");
            var reply = await http.SendAsync(endpoint, message, cancellationToken: cancellationToken);
            if (reply is not ProviderReply.Answered { Ok: true } answered || answered.Json.At("name").Text() is not { Length: > 0 } name)
                return new Uploaded(names, Fault(reply));
            names[image] = answered.Json.At("subfolder").Text() is { Length: > 0 } folder ? $"{folder}/{name}" : name;
        }
        return new Uploaded(names, null);
    }

    private static MultipartFormDataContent Form(InputImage image, string name)
    {
        var file = new ReadOnlyMemoryContent(image.Bytes);
        file.Headers.ContentType = new MediaTypeHeaderValue(image.ContentType);
        return new MultipartFormDataContent
        {
            { file, "image", name },
            { new StringContent("input"), "type" },
            { new StringContent(Subfolder), "subfolder" },
            { new StringContent("false"), "overwrite" },
        };
    }

    // Nothing runs yet: an upload whose answer was lost is simply sent again.
    private ProviderFailure Fault(ProviderReply reply)
    {
        var failure = Failures.OfStart(reply, ComfyUiProvider.Title, time.GetUtcNow());
        return failure.Kind == FailureKind.OutcomeUnknown ? Failures.Of(FailureKind.Retryable, ComfyUiProvider.Title, $"upload: {failure.Details}") : failure;
    }

    /// <summary>The names of the images there.</summary>
    /// <param name="Names">By image.</param>
    /// <param name="Failure">Why some are missing.</param>
    public sealed record Uploaded(IReadOnlyDictionary<InputImage, string> Names, ProviderFailure? Failure)
    {
        /// <summary>What a slot becomes; empty for an image that no slot asks for.</summary>
        public string NameOf(InputImage image) => Names.GetValueOrDefault(image, "");
    }
}
