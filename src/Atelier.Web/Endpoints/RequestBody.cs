// Reads the body of a submission within its limits, as a JSON object with the files that came beside it. Keeps nothing on disk.
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Atelier.Web.Configuration;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Atelier.Web.Endpoints;

/// <summary>A body that was read: an object and files, or why not.</summary>
/// <param name="Root">The object; disposed with this.</param>
/// <param name="Files">Files of a form, in order.</param>
/// <param name="Problem">Why there is neither.</param>
internal sealed record RequestBody(JsonDocument? Root, IReadOnlyList<FormImage> Files, ProblemResult? Problem) : IDisposable
{
    private const int MaxDepth = 16;
    private const int BesidesImages = 1 << 20;

    /// <summary>Most bytes of a body: one input image of the largest size in base64, and 1 MiB besides.</summary>
    public static long MaxBytes(LimitsOptions limits) => (limits.MaxUploadBytes + 2) / 3 * 4 + BesidesImages;

    public static async Task<RequestBody> ReadAsync(HttpRequest request, LimitsOptions limits, CancellationToken cancellationToken)
    {
        var max = MaxBytes(limits);
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
            return Refused(ProblemKind.UnsupportedMediaType, "The header Content-Type is missing or wrong.");
        if (request.Headers.ContentEncoding.Count > 0)
            return Refused(ProblemKind.UnsupportedMediaType, "Compressed bodies are not understood.");
        if (request.ContentLength > max)
            return TooLarge(max);
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = max;
        if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            return await ReadFormAsync(request, max, cancellationToken);
        return type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) && IsUtf8(type)
            ? await ReadJsonAsync(request.Body, max, cancellationToken)
            : Refused(ProblemKind.UnsupportedMediaType, $"'{Shown.Short(request.ContentType!)}' is not understood.");
    }

    public void Dispose() => Root?.Dispose();

    private static bool IsUtf8(MediaTypeHeaderValue type) =>
        type.Charset.Length == 0 || type.Charset.Value!.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase);

    private static async Task<RequestBody> ReadJsonAsync(Stream body, long max, CancellationToken cancellationToken)
    {
        var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        while (await body.ReadAsync(chunk, cancellationToken) is var read and > 0)
        {
            if (buffer.Length + read > max)
                return TooLarge(max);
            buffer.Write(chunk, 0, read);
        }
        return Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), []);
    }

    private static async Task<RequestBody> ReadFormAsync(HttpRequest request, long max, CancellationToken cancellationToken)
    {
        try
        {
            var form = await new FormFeature(request, new FormOptions
            {
                BufferBody = false,
                BufferBodyLengthLimit = max,
                MemoryBufferThreshold = (int)Math.Min(max, int.MaxValue), // Nothing of a refused request may stay on a disk.
                MultipartBodyLengthLimit = max,
                ValueLengthLimit = BesidesImages,
                ValueCountLimit = 128,
                KeyLengthLimit = 128,
            }).ReadFormAsync(cancellationToken);
            var files = new List<FormImage>();
            foreach (var file in form.Files)
                files.Add(new FormImage(file.Name, await ReadFileAsync(file, cancellationToken)));
            return Parse(FormFields.ToJson(form), files);
        }
        catch (InvalidDataException e)
        {
            return Refused(ProblemKind.MalformedBody, $"The form cannot be read: {e.Message}");
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            return Refused(ProblemKind.MalformedBody, "The form ends before its last boundary.");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadFileAsync(IFormFile file, CancellationToken cancellationToken)
    {
        var bytes = new byte[file.Length];
        await using var stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private static RequestBody Parse(ReadOnlyMemory<byte> json, IReadOnlyList<FormImage> files)
    {
        if (json.Span.StartsWith("\uFEFF"u8))
            json = json[3..];
        if (!Utf8.IsValid(json.Span))
            return Refused(ProblemKind.MalformedBody, "The body is not UTF-8.");
        try
        {
            var root = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
            if (root.RootElement.ValueKind == JsonValueKind.Object)
                return new RequestBody(root, files, null);
            root.Dispose();
            return Refused(ProblemKind.MalformedBody, "The body must be a JSON object.");
        }
        catch (JsonException e)
        {
            return Refused(ProblemKind.MalformedBody,
                $"The body is not well-formed JSON, or nested more than {MaxDepth} deep: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");
        }
    }

    private static RequestBody TooLarge(long max) =>
        Refused(ProblemKind.TooLarge, $"A body may have at most {max.ToString("N0", CultureInfo.InvariantCulture)} bytes.");

    private static RequestBody Refused(ProblemKind kind, string detail) => new(null, [], ProblemResult.Of(kind, detail));
}

/// <summary>A file of a form.</summary>
/// <param name="Field">The field it came under.</param>
/// <param name="Bytes">Its content; not to be trusted, and its name and type are not even looked at.</param>
internal sealed record FormImage(string Field, ReadOnlyMemory<byte> Bytes);
