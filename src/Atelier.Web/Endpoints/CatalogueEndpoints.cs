// The models and styles on offer.
using Atelier.Catalogue;
using Atelier.Client;
using Atelier.Submitting;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

internal static class CatalogueEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("").WithTags("Catalogue").Allow(Access.Reader);
        group.MapGet("/models", ModelsAsync).WithName("listModels").WithSummary("List the models")
            .WithDescription("What each can do and costs, and whether it can begin a picture now.").Produces<ModelList>().Refuses(400);
        group.MapGet("/styles", StylesAsync).WithName("listStyles").WithSummary("List the style presets")
            .WithDescription("Those of the catalogue, then the caller's own, whose ids begin with my:.").Produces<StyleList>().Refuses(400);
    }

    private static async Task<Ok<ModelList>> ModelsAsync(ModelRecords records, CancellationToken cancellationToken) =>
        TypedResults.Ok(new ModelList(await records.AllAsync(cancellationToken)));

    private static async Task<Ok<StyleList>> StylesAsync(HttpContext http, ModelCatalogue catalogue, OwnStyles styles, CancellationToken cancellationToken)
    {
        var own = await styles.ListAsync(CurrentUser.CallerOf(http).Id, cancellationToken);
        return TypedResults.Ok(new StyleList(
            [.. catalogue.Styles.Concat(own).Select(style => new StyleRecord(style.Id, style.Name, style.Prompt, style.NegativePrompt))]));
    }
}
