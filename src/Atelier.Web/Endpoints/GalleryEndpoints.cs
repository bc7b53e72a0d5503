// Explore, search, likes: everybody's public pictures over the API.
using Atelier.Client;
using Atelier.Gallery;
using Atelier.Generating;
using Atelier.Submitting;
using Atelier.Web.Components.Pages;
using Atelier.Web.Configuration;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

internal static class GalleryEndpoints
{
    private const int MaxTags = 16, MaxTagLength = 40;
    private static readonly string[] ChangeFields = ["visibility", "nsfw", "tags"];

    public static readonly QueryParameter Limit = new("limit", "How many.") { Min = 1, Max = GalleryStore.MaxPage, Default = 40 };
    public static readonly QueryParameter Cursor = new("cursor", "The next_cursor of the page before.");
    private static readonly QueryParameter Nsfw = new("nsfw", "1: pictures that are not safe for work come too.");

    private static readonly QueryParameters ExploreParameters = new(
    [
        Limit, Cursor, Nsfw,
        new("sort", "new, day, week, month, all (the most liked of that time) or following.") { Example = "week" },
        new("model", "Only of this model, by catalogue id."), new("aspect", "square, portrait or landscape."),
        new("style", "Only with this style preset."), new("tag", "Only with this tag."),
    ]);

    private static readonly QueryParameters SearchParameters = new(
        [Limit, Cursor, Nsfw, new("q", "Words, \"words side by side\", -without; the last word may be the beginning of one.") { Example = "fox -snow" }]);

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/explore", ExploreAsync).Allow(Access.Reader).WithName("explore").WithTags("Gallery").WithSummary("List public pictures")
            .WithMetadata(ExploreParameters).Produces<GalleryRecordPage>().Refuses(400, 401);
        api.MapGet("/search", SearchAsync).Allow(Access.Reader).WithName("search").WithTags("Gallery").WithSummary("Find public pictures by their prompts")
            .WithMetadata(SearchParameters).Produces<GalleryRecordPage>().Refuses(400);
        var one = api.MapGroup("/generations/{id}").WithTags("Gallery").Allow(Access.Write);
        one.MapPut("/like", (string id, HttpContext http, Likes likes, CancellationToken ends) => LikeAsync(id, http, likes, liked: true, ends))
            .WithName("likeGeneration").WithSummary("Like a picture").Produces<LikeRecord>().Refuses(400, 403, 404);
        one.MapDelete("/like", (string id, HttpContext http, Likes likes, CancellationToken ends) => LikeAsync(id, http, likes, liked: false, ends))
            .WithName("unlikeGeneration").WithSummary("Like a picture no longer").Produces<LikeRecord>().Refuses(400, 403, 404);
        one.MapPatch("", ChangeAsync).WithName("changeGeneration").WithSummary("Change who may see a generation, whether it is safe for work, its tags")
            .Accepts<GenerationChangeRequest>("application/json").Produces<GenerationRecord>().Refuses(400, 403, 404, 413, 415, 422);
    }

    private static async Task<IResult> ExploreAsync(HttpContext http, GalleryStore gallery, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Request.Query);
        var sorts = ExploreQuery.Sorts.Select(sort => sort.Value).ToList();
        var (limit, after, nsfw) = (query.WholeNumber(Limit), query.Parsed(Cursor.Name, GalleryPlace.Parse, "must be the next_cursor of a page."), query.Flag(Nsfw.Name));
        var sort = query.Words("sort", sorts).FirstOrDefault() ?? "new";
        var filter = new GalleryFilter
        {
            Model = query.Text("model"), Aspect = query.Words("aspect", GalleryFilter.Aspects).FirstOrDefault(), Style = query.Text("style"), Tag = query.Text("tag"), Nsfw = nsfw,
        };
        if (query.Errors.Count > 0)
            return ProblemResult.InvalidParameters(query.Errors);
        var reader = CurrentUser.CallerOf(http);
        if (sort == "following" && !reader.IsKnown)
            return SignInFirst.Answer(http);
        var page = await gallery.ExploreAsync(ExploreQuery.Sorts.First(known => known.Value == sort).Order, filter, reader.Id, after, limit, cancellationToken);
        return TypedResults.Ok(GalleryRecords.Of(page.Pictures, page.Next?.ToString()));
    }

    private static async Task<IResult> SearchAsync(HttpContext http, GallerySearch search, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Request.Query);
        var (limit, after, nsfw) = (query.WholeNumber(Limit), query.Parsed(Cursor.Name, GalleryPlace.Parse, "must be the next_cursor of a page."), query.Flag(Nsfw.Name));
        var words = SearchQuery.Parse(query.Text("q"));
        if (query.Errors.Count > 0)
            return ProblemResult.InvalidParameters(query.Errors);
        if (words is null)
            return TypedResults.Ok(new GalleryRecordPage([], NextCursor: null));
        var page = await search.FindAsync(words, new SearchScope(CurrentUser.CallerOf(http).Id, Nsfw: nsfw), after, limit, cancellationToken);
        return TypedResults.Ok(GalleryRecords.Of(page.Pictures, page.Next?.ToString()));
    }

    private static async Task<IResult> LikeAsync(string id, HttpContext http, Likes likes, bool liked, CancellationToken cancellationToken) =>
        GenerationIds.IsLegal(id) && await likes.SetAsync(id, CurrentUser.CallerOf(http).Id, liked, cancellationToken) is { } state
            ? TypedResults.Ok(new LikeRecord(state.Liked, state.Likes))
            : ProblemResult.NoGeneration(id);

    private static async Task<IResult> ChangeAsync(
        string id, HttpContext http, GenerationCommands commands, GenerationStore generations, GenerationRecords records, AtelierSettings settings,
        CancellationToken cancellationToken)
    {
        using var body = await RequestBody.ReadAsync(http.Request, settings.Limits, cancellationToken);
        if (body.Problem is not null)
            return body.Problem;
        var errors = new List<FieldError>();
        var fields = new JsonFields(body.Root!.RootElement, ChangeFields, errors);
        var (visibility, nsfw) = (VisibilityOf(fields, errors), fields.Flag("nsfw"));
        var tags = fields.Has("tags") ? fields.Texts("tags", MaxTags) : null;
        foreach (var tag in (tags ?? []).Where(tag => string.IsNullOrWhiteSpace(tag) || tag.Length > MaxTagLength || tag.Any(char.IsControl)).Take(1))
            errors.Add(new FieldError("tags", Shown.Short(tag), $"tags must have 1 to {MaxTagLength} characters of plain text each."));
        if (errors.Count > 0)
            return ProblemResult.InvalidFields(errors);
        var change = new GenerationChange(visibility is null ? null : StatusNames.ParseVisibility(visibility), nsfw, tags);
        return GenerationIds.IsLegal(id) && await commands.ChangeAsync(id, CurrentUser.Of(http).Owner, change, cancellationToken) == CommandResult.Done
            && await generations.FindAsync(id, cancellationToken) is { } generation
            ? TypedResults.Ok(await records.OfAsync(generation, cancellationToken))
            : ProblemResult.NoGeneration(id);
    }

    /// <summary>The field visibility: private, public or null.</summary>
    public static string? VisibilityOf(JsonFields fields, List<FieldError> errors)
    {
        string[] allowed = ["private", "public"];
        var visibility = fields.Text("visibility");
        if (visibility is null || allowed.Contains(visibility))
            return visibility;
        errors.Add(new FieldError("visibility", Shown.Short(visibility), "visibility must be private or public.", allowed));
        return null;
    }
}
