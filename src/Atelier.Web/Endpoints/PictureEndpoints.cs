// Serves pictures: content-addressed and therefore cached for good, in ranges, only to those who may see their generation.
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Atelier.Web.Endpoints;

internal static class PictureEndpoints
{
    private const string Webp = "image/webp";

    // A drawing is a document: opened by itself it may style itself, and do nothing else.
    private const string DrawingPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

    private static readonly QueryParameter Download = new("download", "1: as a file to keep, with a good name and what it was made from inside.");

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/generations/{id}/preview", PreviewAsync).WithName("previewGeneration").WithTags("Generations")
            .WithSummary("See a generation while it is painted").WithDescription("The latest picture of an unfinished state; 404 while there is none.")
            .Produces(StatusCodes.Status200OK, contentType: Webp, additionalContentTypes: ["image/jpeg", "image/png"]).Refuses(400, 404);
        var group = api.MapGroup("/images/{id}").WithTags("Images");
        MapVariant(group, "full", "the picture in the format asked for", picture => (picture.FullKey, picture.ContentType));
        MapVariant(group, "preview", "a WebP fit for a screen", picture => (picture.PreviewKey, Webp));
        MapVariant(group, "thumbnail", "a small WebP for lists", picture => (picture.ThumbnailKey, Webp));
        MapVariant(group, "original", "the engine's own file, untouched", picture => (picture.OriginalKey, picture.OriginalType));
    }

    private static void MapVariant(RouteGroupBuilder group, string name, string summary, Func<Picture, (string Key, string Type)> variant)
    {
        foreach (var method in new[] { HttpMethods.Get, HttpMethods.Head })
        {
            group.MapMethods($"/{name}", [method], (string id, HttpContext http, GenerationStore generations, BlobStore blobs, CancellationToken cancellationToken) =>
                    ServeAsync(id, variant, http, generations, blobs, cancellationToken))
                .WithName($"{method.ToLowerInvariant()}{char.ToUpperInvariant(name[0])}{name[1..]}Image")
                .WithSummary($"Picture of a generation: {summary}")
                .WithMetadata(new QueryParameters([Download]))
                .Produces(StatusCodes.Status200OK, contentType: Webp, additionalContentTypes: ["image/png", "image/jpeg", "image/avif", "image/svg+xml"])
                .Produces(StatusCodes.Status206PartialContent).Produces(StatusCodes.Status304NotModified).Refuses(400, 404, 416);
        }
    }

    private static async Task<IResult> ServeAsync(
        string id, Func<Picture, (string Key, string Type)> variant, HttpContext http, GenerationStore generations, BlobStore blobs,
        CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Request.Query);
        var download = query.Flag(Download.Name);
        if (query.Errors.Count > 0)
            return ProblemResult.InvalidParameters(query.Errors);
        if (await generations.FindVisibleAsync(id, http, cancellationToken) is not { } generation)
            return ProblemResult.NoGeneration(id);
        if (generation.Picture is not { } picture)
            return ProblemResult.Of(ProblemKind.NotFound, $"The generation is {StatusNames.Of(generation.Status)} and has no picture.");
        var (key, type) = variant(picture);
        if (await blobs.OpenAsync(BlobKey.Parse(key), cancellationToken) is not { } blob)
            throw new FileNotFoundException($"The blob {key} of generation {id} is not in the store.");
        if (type == "image/svg+xml")
            http.Response.Headers.ContentSecurityPolicy = DrawingPolicy;
        http.Response.Headers.CacheControl =
            $"{(generation.Visibility == Visibility.Public ? "public" : "private")}, max-age=31536000, immutable";
        return TypedResults.Stream(blob.Stream, type, entityTag: new EntityTagHeaderValue($"\"{key}\""), lastModified: picture.CreatedAt, enableRangeProcessing: true,
            fileDownloadName: download ? DownloadName.Of(generation, type) : null);
    }

    private static async Task<IResult> PreviewAsync(
        string id, HttpContext http, GenerationStore generations, JobQueue queue, CancellationToken cancellationToken)
    {
        if (await generations.FindVisibleAsync(id, http, cancellationToken) is not { } generation)
            return ProblemResult.NoGeneration(id);
        var progress = generation is { IsFinished: false, JobId: { } job } ? await queue.ReadProgressAsync(new JobId(job), cancellationToken) : null;
        if (progress?.PreviewType is not { } type)
            return ProblemResult.Of(ProblemKind.NotFound, $"The generation is {StatusNames.Of(generation.Status)} and shows no preview at the moment.");
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Bytes(progress.Preview, type);
    }
}
