// Gives a stored picture to a browser to show, or to a person to keep. Reads only; the blobs are immutable.
using System.Security.Cryptography;
using Atelier.Generating;
using Atelier.Storage;
using Atelier.Vips;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Atelier.Web.Endpoints;

/// <summary>The files of pictures.</summary>
internal sealed class PictureFiles(BlobStore blobs, PictureDownload downloads)
{
    // A drawing is a document: opened by itself it may style itself, and do nothing else.
    private const string DrawingPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

    /// <summary>The stored bytes, to be cached for good: another picture has another address.</summary>
    public async Task<IResult> ShowAsync(
        HttpResponse response, Generation generation, Picture picture, PictureVariant variant, CancellationToken cancellationToken)
    {
        var content = await blobs.OpenAsync(BlobKey.Parse(variant.Key(picture)), cancellationToken) ?? throw Lost(generation);
        var type = variant.ContentType(picture);
        Guard(response, type);
        var isPublic = generation.IsShown;
        // Caches between us and many readers ask again every minute: what becomes private is gone there, too.
        response.Headers.CacheControl = isPublic ? "public, max-age=31536000, s-maxage=60, immutable" : "private, max-age=31536000, immutable";
        if (isPublic)
            response.Headers[SecurityHeaders.ResourcePolicy] = "cross-origin";
        return TypedResults.Stream(
            content.Stream, type, lastModified: picture.CreatedAt, entityTag: TagOf(variant.Key(picture)), enableRangeProcessing: true);
    }

    /// <summary>A file to keep: the picture tells how it was made; the engine's own file goes out untouched, only with a name.</summary>
    public async Task<IResult> DownloadAsync(
        HttpResponse response, Generation generation, Picture picture, PictureVariant variant, ImageFormat? wanted, CancellationToken cancellationToken)
    {
        var type = wanted is { } other && variant != PictureVariant.Original ? other.ContentType() : variant.ContentType(picture);
        var name = DownloadName.Of(generation, Enum.GetValues<ImageFormat>().First(format => format.ContentType() == type));
        if (variant == PictureVariant.Original)
        {
            var content = await blobs.OpenAsync(BlobKey.Parse(picture.OriginalKey), cancellationToken) ?? throw Lost(generation);
            Guard(response, type);
            return TypedResults.Stream(content.Stream, type, name, picture.CreatedAt, TagOf(picture.OriginalKey), enableRangeProcessing: true);
        }
        var bytes = await downloads.ReadAsync(generation, wanted, cancellationToken) ?? throw Lost(generation);
        Guard(response, type);
        // The story inside may be told differently by a later version: the copy is compared each time.
        response.Headers.CacheControl = "private, no-cache";
        return TypedResults.Bytes(bytes, type, name, enableRangeProcessing: true,
            entityTag: TagOf(Convert.ToHexStringLower(SHA256.HashData(bytes.Span))));
    }

    private static FileNotFoundException Lost(Generation generation) => new($"A blob of generation {generation.Id} is not in the store.");

    private static void Guard(HttpResponse response, string type)
    {
        if (type == PictureVariant.Svg)
            response.Headers.ContentSecurityPolicy = DrawingPolicy;
    }

    private static EntityTagHeaderValue TagOf(string hash) => new($"\"{hash}\"");
}
