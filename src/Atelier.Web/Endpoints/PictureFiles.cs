// Gives a stored picture to a browser to show, or to a person to keep. Reads only; the blobs are immutable.
using System.Security.Cryptography;
using Atelier.Catalogue;
using Atelier.Generating;
using Atelier.Imaging;
using Atelier.Storage;
using Atelier.Vips;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Atelier.Web.Endpoints;

/// <summary>The files of pictures.</summary>
internal sealed class PictureFiles(BlobStore blobs, ModelCatalogue catalogue)
{
    // A drawing is a document: opened by itself it may style itself, and do nothing else.
    private const string DrawingPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

    private static readonly string Version = typeof(PictureFiles).Assembly.GetName().Version!.ToString(fieldCount: 3);

    /// <summary>The stored bytes, to be cached for good: another picture has another address.</summary>
    public async Task<IResult> ShowAsync(
        HttpResponse response, Generation generation, Picture picture, PictureVariant variant, CancellationToken cancellationToken)
    {
        var content = await OpenAsync(generation, variant.Key(picture), cancellationToken);
        var type = variant.ContentType(picture);
        Guard(response, type);
        response.Headers.CacheControl =
            $"{(generation.Visibility == Visibility.Public ? "public" : "private")}, max-age=31536000, immutable";
        return TypedResults.Stream(content.Stream, type, lastModified: picture.CreatedAt, entityTag: TagOf(variant.Key(picture)), enableRangeProcessing: true);
    }

    /// <summary>A copy that tells how it was made; the engine's own file goes out untouched, only with a name.</summary>
    public async Task<IResult> DownloadAsync(
        HttpResponse response, Generation generation, Picture picture, PictureVariant variant, CancellationToken cancellationToken)
    {
        await using var content = await OpenAsync(generation, variant.Key(picture), cancellationToken);
        var bytes = new byte[content.Length];
        await content.Stream.ReadExactlyAsync(bytes, cancellationToken);
        var type = variant.ContentType(picture);
        if (variant != PictureVariant.Original && FormatOf(type) is { } format)
            bytes = EmbeddedMetadata.Embed(bytes, format, StoryOf(generation)) ?? bytes;
        Guard(response, type);
        // The story inside may be told differently by a later version: the copy is compared each time.
        response.Headers.CacheControl = "private, no-cache";
        return TypedResults.Bytes(bytes, type, DownloadName.Of(generation, FormatOf(type)), enableRangeProcessing: true,
            entityTag: TagOf(Convert.ToHexStringLower(SHA256.HashData(bytes))));
    }

    private async Task<BlobContent> OpenAsync(Generation generation, string key, CancellationToken cancellationToken) =>
        await blobs.OpenAsync(BlobKey.Parse(key), cancellationToken)
        ?? throw new FileNotFoundException($"The blob {key} of generation {generation.Id} is not in the store.");

    private PictureStory StoryOf(Generation generation) => new(
        generation.Prompt, generation.NegativePrompt, generation.Model, generation.Provider ?? "", generation.Width, generation.Height,
        generation.Seed, generation.Steps, generation.Guidance,
        // A model that has left the catalogue counts as trained: the stronger mark is the safe one.
        catalogue.Find(generation.Model)?.Kind == ModelKind.Algorithmic ? SourceType.Algorithm : SourceType.TrainedModel, Version);

    private static void Guard(HttpResponse response, string type)
    {
        if (type == PictureVariant.Svg)
            response.Headers.ContentSecurityPolicy = DrawingPolicy;
    }

    private static EntityTagHeaderValue TagOf(string hash) => new($"\"{hash}\"");

    private static ImageFormat? FormatOf(string type) =>
        Enum.GetValues<ImageFormat>().Cast<ImageFormat?>().FirstOrDefault(format => format!.Value.ContentType() == type);
}
