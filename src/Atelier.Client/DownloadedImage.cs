// A picture on its way from the server.
namespace Atelier.Client;

/// <summary>A file that is being downloaded.</summary>
public sealed class DownloadedImage : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;

    internal DownloadedImage(HttpResponseMessage response, Stream content) => (_response, Content) = (response, content);

    /// <summary>Its bytes, read once.</summary>
    public Stream Content { get; }

    /// <summary>Its media type.</summary>
    public string ContentType => _response.Content.Headers.ContentType?.MediaType ?? "application/octet-stream";

    /// <summary>The name that the server suggests, without any folder.</summary>
    public string FileName =>
        Path.GetFileName(_response.Content.Headers.ContentDisposition is { } disposition
            ? (disposition.FileNameStar ?? disposition.FileName ?? "image").Trim('"')
            : "image");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Content.DisposeAsync();
        _response.Dispose();
    }
}
