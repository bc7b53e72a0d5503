// Read one generation, list many.
using Atelier.Catalogue;
using Atelier.Client;
using Atelier.Generating;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

internal static class GenerationEndpoints
{
    private static readonly QueryParameter Limit =
        new("limit", "How many, newest first.") { Min = 1, Max = GenerationStore.MaxPage, Default = 50 };

    private static readonly QueryParameters ListParameters = new(
    [
        Limit,
        new("cursor", "The next_cursor of the page before."),
        new("status", "Only of these statuses, separated by commas.") { Example = "queued,processing" },
        new("model", "Only of this model, by id or alias."),
        new("batch", "Only of this batch."),
        new("tag", "Only with this tag."),
        new("q", "Only those whose prompt contains this text; case is ignored."),
    ]);

    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("/generations").WithTags("Generations");
        group.MapGet("", ListAsync).Allow(Access.Read).WithName("listGenerations").WithSummary("List your generations").WithMetadata(ListParameters)
            .Produces<GenerationPage>().Refuses(400);
        group.MapGet("/{id}", GetAsync).Allow(Access.Reader).WithName("getGeneration").WithSummary("Read a generation")
            .Produces<GenerationRecord>().Refuses(400, 404);
    }

    private static async Task<IResult> ListAsync(
        HttpContext http, GenerationStore generations, ModelCatalogue catalogue, GenerationRecords records,
        CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Request.Query);
        var limit = query.WholeNumber(Limit);
        var before = query.Parsed("cursor", PageCursor.Parse, "must be the next_cursor of a page.");
        var model = query.Text("model");
        var filter = new GenerationFilter
        {
            Owner = CurrentUser.Of(http).Owner,
            Statuses = [.. query.Words("status", StatusNames.Statuses).Select(StatusNames.ParseStatus)],
            BatchId = query.Parsed("batch", text => GenerationIds.IsLegal(text) ? text : null, "must be the id of a batch: 32 hex digits."),
            Model = model is null ? null : catalogue.Find(model)?.Id ?? model,
            Tag = query.Text("tag"),
            Text = query.Text("q"),
        };
        if (query.Errors.Count > 0)
            return ProblemResult.InvalidParameters(query.Errors);
        var page = await generations.ListAsync(filter, before, limit, cancellationToken);
        var isLast = page.Count < limit || (await generations.ListAsync(filter, page[^1].Id, limit: 1, cancellationToken)).Count == 0;
        return TypedResults.Ok(new GenerationPage(
            await records.OfManyAsync(page, cancellationToken), isLast ? null : PageCursor.After(page[^1])));
    }

    private static async Task<IResult> GetAsync(
        string id, HttpContext http, GenerationStore generations, GenerationRecords records, CancellationToken cancellationToken) =>
        await generations.FindVisibleAsync(id, http, cancellationToken) is { } generation
            ? TypedResults.Ok(await records.OfAsync(generation, cancellationToken))
            : ProblemResult.NoGeneration(id);
}
