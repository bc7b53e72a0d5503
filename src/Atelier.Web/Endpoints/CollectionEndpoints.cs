// Collections over the API: begin, read, change, delete, and what is in them in which order.
using Atelier.Client;
using Atelier.Gallery;
using Atelier.Submitting;
using Atelier.Web.Configuration;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

internal static class CollectionEndpoints
{
    private static readonly QueryParameters ListParameters = new([GalleryEndpoints.Limit, GalleryEndpoints.Cursor]);
    private static readonly string[] Fields = ["name", "description", "visibility"], PlaceFields = ["before"];

    public static void Map(RouteGroupBuilder api)
    {
        var all = api.MapGroup("/collections").WithTags("Collections");
        all.MapGet("", ListAsync).Allow(Access.Read).WithName("listCollections").WithSummary("List your collections").WithMetadata(ListParameters)
            .Produces<CollectionRecordPage>().Refuses(400);
        all.MapPost("", CreateAsync).Allow(Access.Write).WithName("createCollection").WithSummary("Begin a collection")
            .Accepts<CollectionRequest>("application/json").Produces<CollectionRecord>(StatusCodes.Status201Created).Refuses(400, 403, 409, 413, 415, 422);
        var one = all.MapGroup("/{id}");
        one.MapGet("", GetAsync).Allow(Access.Reader).WithName("getCollection").WithSummary("Read a collection").Produces<CollectionRecord>().Refuses(400, 404);
        one.MapPatch("", ChangeAsync).Allow(Access.Write).WithName("changeCollection").WithSummary("Change a collection's name, description, visibility")
            .Accepts<CollectionRequest>("application/json").Produces<CollectionRecord>().Refuses(400, 403, 404, 413, 415, 422);
        one.MapDelete("", DeleteAsync).Allow(Access.Write).WithName("deleteCollection").WithSummary("Delete a collection; its pictures stay")
            .Produces(StatusCodes.Status204NoContent).Refuses(400, 403, 404);
        one.MapGet("/generations", PicturesAsync).Allow(Access.Reader).WithName("listCollectionGenerations").WithSummary("List what is in a collection, in its order")
            .WithMetadata(ListParameters).Produces<GalleryRecordPage>().Refuses(400, 404);
        one.MapPut("/generations/{generation}", PutAsync).Allow(Access.Write).WithName("addToCollection").WithSummary("Put a picture into a collection, or to another place in it")
            .Accepts<CollectionPlaceRequest>(isOptional: true, "application/json").Produces(StatusCodes.Status204NoContent).Refuses(400, 403, 404, 409, 413, 415, 422);
        one.MapDelete("/generations/{generation}", RemoveAsync).Allow(Access.Write).WithName("removeFromCollection").WithSummary("Take a picture out of a collection")
            .Produces(StatusCodes.Status204NoContent).Refuses(400, 403, 404);
    }

    private static async Task<IResult> ListAsync(HttpContext http, Collections collections, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Request.Query);
        var limit = query.WholeNumber(GalleryEndpoints.Limit);
        var after = query.Parsed(GalleryEndpoints.Cursor.Name, text => GalleryRecords.ParseCursor(text) is var (at, last) ? new CollectionPlace(at, last) : null, "must be the next_cursor of a page.");
        if (query.Errors.Count > 0)
            return ProblemResult.InvalidParameters(query.Errors);
        var reader = CurrentUser.CallerOf(http).Id;
        var listed = await collections.ListAsync(reader, reader, after, limit + 1, cancellationToken);
        return TypedResults.Ok(new CollectionRecordPage([.. listed.Take(limit).Select(GalleryRecords.Of)], listed.Count > limit ? GalleryRecords.Cursor(listed[limit - 1].Position, listed[limit - 1].Id) : null));
    }

    private static async Task<IResult> CreateAsync(HttpContext http, Collections collections, AtelierSettings settings, CancellationToken cancellationToken)
    {
        var (request, problem) = await ReadAsync(http, settings, isNew: true, cancellationToken);
        if (problem is not null)
            return problem;
        var created = await collections.CreateAsync(
            CurrentUser.CallerOf(http).Id, request.Name!, request.Description ?? "", request.Visibility == "public", cancellationToken);
        return created is null
            ? ProblemResult.Of(ProblemKind.WrongState, $"An account may have {Collections.MaxPerAccount} collections, and yours does.")
            : TypedResults.Created($"{ApiRoutes.Root}/collections/{created.Id}", GalleryRecords.Of(created));
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, Collections collections, CancellationToken cancellationToken) =>
        await FindAsync(id, http, collections, cancellationToken) is { } collection ? TypedResults.Ok(GalleryRecords.Of(collection)) : NoCollection(id);

    private static async Task<IResult> ChangeAsync(
        string id, HttpContext http, Collections collections, AtelierSettings settings, CancellationToken cancellationToken)
    {
        var (request, problem) = await ReadAsync(http, settings, isNew: false, cancellationToken);
        if (problem is not null)
            return problem;
        var result = await collections.ChangeAsync(Legal(id), CurrentUser.CallerOf(http).Id, request.Name, request.Description,
            request.Visibility is null ? null : request.Visibility == "public", cancellationToken);
        return result == CollectionResult.Done ? await GetAsync(id, http, collections, cancellationToken) : NoCollection(id);
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext http, Collections collections, CancellationToken cancellationToken) =>
        Answer(id, await collections.DeleteAsync(Legal(id), CurrentUser.CallerOf(http).Id, cancellationToken));

    private static async Task<IResult> PicturesAsync(string id, HttpContext http, Collections collections, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Request.Query);
        var limit = query.WholeNumber(GalleryEndpoints.Limit);
        var after = query.Parsed(GalleryEndpoints.Cursor.Name, text => GalleryRecords.ParseCursor(text) is var (at, last) ? new CollectionPlace(at, last) : null, "must be the next_cursor of a page.");
        if (query.Errors.Count > 0)
            return ProblemResult.InvalidParameters(query.Errors);
        if (await FindAsync(id, http, collections, cancellationToken) is null)
            return NoCollection(id);
        var page = await collections.PicturesAsync(id, CurrentUser.CallerOf(http).Id, after, limit, cancellationToken);
        return TypedResults.Ok(GalleryRecords.Of(page.Pictures, page.Next is { } next ? GalleryRecords.Cursor(next.Position, next.Id) : null));
    }

    private static async Task<IResult> PutAsync(
        string id, string generation, HttpContext http, Collections collections, AtelierSettings settings, CancellationToken cancellationToken)
    {
        var before = (string?)null;
        var moves = http.Request.ContentLength > 0;
        if (moves)
        {
            using var body = await RequestBody.ReadAsync(http.Request, settings.Limits, cancellationToken);
            if (body.Problem is not null)
                return body.Problem;
            var errors = new List<FieldError>();
            before = new JsonFields(body.Root!.RootElement, PlaceFields, errors).Text("before");
            if (before is not null && !GenerationIds.IsLegal(before))
                errors.Add(new FieldError("before", Shown.Short(before), "before must be the id of a generation: 32 hex digits."));
            if (errors.Count > 0)
                return ProblemResult.InvalidFields(errors);
        }
        var owner = CurrentUser.CallerOf(http).Id;
        var result = await collections.AddAsync(Legal(id), owner, [Legal(generation)], cancellationToken);
        if (result == CollectionResult.Done && moves)
            result = await collections.MoveAsync(id, owner, generation, before, cancellationToken);
        return Answer(id, result);
    }

    private static async Task<IResult> RemoveAsync(
        string id, string generation, HttpContext http, Collections collections, CancellationToken cancellationToken) =>
        Answer(id, await collections.RemoveAsync(Legal(id), CurrentUser.CallerOf(http).Id, Legal(generation), cancellationToken));

    private static async Task<(CollectionRequest Request, IResult? Problem)> ReadAsync(
        HttpContext http, AtelierSettings settings, bool isNew, CancellationToken cancellationToken)
    {
        using var body = await RequestBody.ReadAsync(http.Request, settings.Limits, cancellationToken);
        if (body.Problem is not null)
            return (new CollectionRequest(), body.Problem);
        var errors = new List<FieldError>();
        var fields = new JsonFields(body.Root!.RootElement, Fields, errors);
        var request = new CollectionRequest
        {
            Name = Plain(fields, "name", Collections.MaxName, errors), Description = Plain(fields, "description", Collections.MaxDescription, errors),
            Visibility = GalleryEndpoints.VisibilityOf(fields, errors),
        };
        if (errors.Count == 0 && ((isNew && request.Name is null) || request.Name is { Length: 0 }))
            errors.Add(new FieldError("name", request.Name, "name is required."));
        return (request, errors.Count > 0 ? ProblemResult.InvalidFields(errors) : null);
    }

    private static string? Plain(JsonFields fields, string name, int longest, List<FieldError> errors)
    {
        var text = fields.Text(name)?.Trim();
        if (text is null || (text.Length <= longest && !text.Any(letter => char.IsControl(letter) && letter != '\n')))
            return text;
        errors.Add(new FieldError(name, Shown.Short(text), $"{name} must be plain text of at most {longest} characters."));
        return null;
    }

    private static async Task<Collection?> FindAsync(string id, HttpContext http, Collections collections, CancellationToken cancellationToken) =>
        GenerationIds.IsLegal(id) ? await collections.FindAsync(id, CurrentUser.CallerOf(http).Id, cancellationToken) : null;

    // An illegal id is nobody's; it does not reach the database, which could not even take every text.
    private static string Legal(string id) => GenerationIds.IsLegal(id) ? id : "";

    private static IResult Answer(string id, CollectionResult result) => result switch
    {
        CollectionResult.Done => TypedResults.NoContent(),
        CollectionResult.Full => ProblemResult.Of(ProblemKind.WrongState, $"A collection holds {Collections.MaxSize} pictures at most."),
        _ => NoCollection(id),
    };

    private static ProblemResult NoCollection(string id) => ProblemResult.Of(
        ProblemKind.NotFound, $"There is no collection '{Shown.Short(id)}' that you may see or change so, or no such picture.");
}
