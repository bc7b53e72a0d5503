// Serves pictures: content-addressed and therefore cached for good, in ranges, only to those who may see their generation.
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Vips;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

internal static class PictureEndpoints
{
    private static readonly QueryParameter Download = new(
        "download", "1: as a file to keep, with a good name and, but for the original, with what it was made from inside.");

    private static readonly QueryParameter Format = new(
        "format", "png, jpeg, webp or avif: the file to keep in this format; absent for the one it has.") { Example = "png" };

    private static readonly Dictionary<string, ImageFormat> Formats = new(StringComparer.Ordinal)
    {
        ["png"] = ImageFormat.Png, ["jpeg"] = ImageFormat.Jpeg, ["webp"] = ImageFormat.Webp, ["avif"] = ImageFormat.Avif,
    };

    private static readonly string[] OtherTypes = ["image/png", "image/jpeg", "image/avif", PictureVariant.Svg];

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/generations/{id}/preview", PreviewAsync).Allow(Access.Reader).WithName("previewGeneration").WithTags("Generations")
            .WithSummary("See a generation while it is painted")
            .WithDescription("The latest picture of an unfinished state; 404 while there is none.")
            .Produces(StatusCodes.Status200OK, contentType: PictureVariant.Webp, additionalContentTypes: ["image/jpeg", "image/png"])
            .Refuses(400, 404);
        var group = api.MapGroup("/images/{id}").WithTags("Images").Allow(Access.Reader);
        foreach (var variant in PictureVariant.All)
            MapVariant(group, variant);
    }

    private static void MapVariant(RouteGroupBuilder group, PictureVariant variant)
    {
        foreach (var method in new[] { HttpMethods.Get, HttpMethods.Head })
        {
            group.MapMethods($"/{variant.Name}", [method],
                    (string id, HttpContext http, GenerationStore generations, PictureFiles files, CancellationToken cancellationToken) =>
                        ServeAsync(id, variant, http, generations, files, cancellationToken))
                .WithName($"{method.ToLowerInvariant()}{char.ToUpperInvariant(variant.Name[0])}{variant.Name[1..]}Image")
                .WithSummary($"Picture of a generation: {variant.Summary}")
                .WithMetadata(ParametersOf(variant))
                .Produces(StatusCodes.Status200OK, contentType: PictureVariant.Webp, additionalContentTypes: OtherTypes)
                .Produces(StatusCodes.Status206PartialContent, contentType: PictureVariant.Webp, additionalContentTypes: OtherTypes)
                .Produces(StatusCodes.Status304NotModified).Refuses(400, 404, 416);
        }
    }

    private static QueryParameters ParametersOf(PictureVariant variant) =>
        !variant.IsToKeep ? QueryParameters.None
        : variant == PictureVariant.Original ? new QueryParameters([Download])
        : new QueryParameters([Download, Format]);

    private static async Task<IResult> ServeAsync(
        string id, PictureVariant variant, HttpContext http, GenerationStore generations, PictureFiles files,
        CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Request.Query);
        var download = query.Flag(Download.Name);
        var format = query.Words(Format.Name, [.. Formats.Keys]).Take(1).Select(name => (ImageFormat?)Formats[name]).FirstOrDefault();
        if (query.Errors.Count > 0)
            return ProblemResult.InvalidParameters(query.Errors);
        if (await generations.FindVisibleAsync(id, http, cancellationToken) is not { } generation)
            return ProblemResult.NoGeneration(id);
        if (generation.Picture is not { } picture)
            return ProblemResult.Of(ProblemKind.NotFound, $"The generation is {StatusNames.Of(generation.Status)} and has no picture.");
        return download
            ? await files.DownloadAsync(http.Response, generation, picture, variant, format, cancellationToken)
            : await files.ShowAsync(http.Response, generation, picture, variant, cancellationToken);
    }

    private static async Task<IResult> PreviewAsync(
        string id, HttpContext http, GenerationStore generations, JobQueue queue, CancellationToken cancellationToken)
    {
        if (await generations.FindVisibleAsync(id, http, cancellationToken) is not { } generation)
            return ProblemResult.NoGeneration(id);
        var progress = generation is { IsFinished: false, JobId: { } job }
            ? await queue.ReadProgressAsync(new JobId(job), cancellationToken)
            : null;
        if (progress?.PreviewType is not { } type)
            return ProblemResult.Of(ProblemKind.NotFound, $"The generation is {StatusNames.Of(generation.Status)} and shows no preview now.");
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Bytes(progress.Preview, type);
    }
}
