// The models and styles on offer.
using Atelier.Catalogue;
using Atelier.Client;
using Atelier.Generating;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Contract = Atelier.Client;

namespace Atelier.Web.Endpoints;

internal static class CatalogueEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("").WithTags("Catalogue");
        group.MapGet("/models", ModelsAsync).WithName("listModels").WithSummary("List the models").Produces<ModelList>().Refuses(400);
        group.MapGet("/styles", Styles).WithName("listStyles").WithSummary("List the style presets").Produces<StyleList>().Refuses(400);
    }

    private static async Task<Ok<ModelList>> ModelsAsync(
        ModelCatalogue catalogue, ProviderRouter router, DurationEstimates estimates, CancellationToken cancellationToken)
    {
        var records = new List<ModelRecord>();
        foreach (var model in catalogue.Models)
            records.Add(RecordOf(model, router.Find(model) is not null, await estimates.SecondsAsync(model.Id, cancellationToken)));
        return TypedResults.Ok(new ModelList(records));
    }

    private static Ok<StyleList> Styles(ModelCatalogue catalogue) => TypedResults.Ok(new StyleList(
        [.. catalogue.Styles.Select(style => new StyleRecord(style.Id, style.Name, style.Prompt, style.NegativePrompt))]));

    private static ModelRecord RecordOf(Model model, bool available, double seconds) => new()
    {
        Id = model.Id,
        Aliases = model.Aliases,
        Name = model.Name,
        Description = model.Description,
        Provider = model.Provider,
        Available = available,
        Kind = model.Kind == ModelKind.Trained ? "trained" : "algorithmic",
        OutputFormats = model.Formats,
        Qualities = [.. model.Sizes.Qualities.Keys.OrderBy(quality => quality != SizePlan.StandardQuality)],
        Sizes = new Contract.ModelSizes(
            [.. model.Sizes.Exact.Select(size => size.ToString())],
            model.Sizes.MultipleOf, model.Sizes.Min, model.Sizes.Max, model.Sizes.MaxPixels,
            [.. AspectRatio.Common.Select(ratio => ratio.ToString())]),
        Parameters = new Contract.ModelParameters(
            model.Parameters.MaxPrompt, model.Parameters.NegativePrompt, model.Parameters.Seed, model.Parameters.MaxInputImages,
            RangeOf(model.Parameters.Steps), RangeOf(model.Parameters.Guidance), RangeOf(model.Parameters.Strength)),
        PricePerImage = model.PricePerImage,
        TypicalSeconds = Math.Round(seconds, 2),
    };

    private static Contract.NumberRange? RangeOf(Catalogue.NumberRange? range) =>
        range is null ? null : new Contract.NumberRange(range.Min, range.Max, range.Default);
}
