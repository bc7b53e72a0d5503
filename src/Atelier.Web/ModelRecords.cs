// Translates what the catalogue and the providers know into what people are told about models, the same by HTTP and on the command line.
using Atelier.Catalogue;
using Atelier.Client;
using Atelier.Credits;
using Atelier.Gallery;
using Atelier.Generating;
using Atelier.Web.Endpoints;
using Contract = Atelier.Client;

namespace Atelier.Web;

/// <summary>The contract's view of the models.</summary>
public sealed class ModelRecords(ModelCatalogue catalogue, ProviderRouter router, PriceList prices, DurationEstimates estimates, ModelSamples samples)
{
    /// <summary>Every model on offer, the default first.</summary>
    public async Task<IReadOnlyList<ModelRecord>> AllAsync(CancellationToken cancellationToken = default)
    {
        var painted = await samples.AllAsync(cancellationToken);
        var records = new List<ModelRecord>();
        foreach (var model in catalogue.Models)
            records.Add(await OfAsync(model, painted, cancellationToken));
        return records;
    }

    /// <summary>One model.</summary>
    public async Task<ModelRecord> OfAsync(Model model, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        return await OfAsync(model, await samples.AllAsync(cancellationToken), cancellationToken);
    }

    private async Task<ModelRecord> OfAsync(Model model, IReadOnlyDictionary<string, string> painted, CancellationToken cancellationToken)
    {
        var (because, until) = await WhyNotNowAsync(model, cancellationToken);
        return new ModelRecord
        {
            Id = model.Id,
            Aliases = model.Aliases,
            SharedAliases = [.. model.Aliases.Where(alias => catalogue.FindAll(alias).Count > 1)],
            Name = model.Name,
            Description = model.Description,
            Provider = model.Provider,
            Available = because is null,
            UnavailableBecause = because,
            AvailableAt = until,
            Kind = model.Kind == ModelKind.Trained ? "trained" : "algorithmic",
            OutputFormats = model.Formats,
            Qualities = [.. SizePlan.Qualities.Keys.Select(quality => QualityOf(model, quality))],
            Sizes = new Contract.ModelSizes(
                [.. model.Sizes.Exact.Select(size => size.ToString())],
                model.Sizes.MultipleOf, model.Sizes.Min, model.Sizes.Max, model.Sizes.MaxPixels,
                [.. AspectRatio.Common.Select(ratio => ratio.ToString())]),
            Parameters = new Contract.ModelParameters(
                model.Parameters.MaxPrompt, model.Parameters.NegativePrompt, model.Parameters.Seed, model.Parameters.MaxInputImages,
                model.Parameters.NeedsInputImage, model.Parameters.Mask != MaskPolarity.None,
                RangeOf(model.Parameters.Steps), RangeOf(model.Parameters.Guidance), RangeOf(model.Parameters.Strength)),
            PricePerImage = model.PricePerImage,
            Price = new PriceRecord(NameOf(model.Price.Per), model.Price.Usd, model.Price.Typical, model.Price.Base, model.Price.ByQuality),
            Licence = model.Licence,
            NsfwPolicy = NameOf(model.NsfwPolicy),
            SampleUrl = painted.TryGetValue(model.Id, out var sample) ? $"{ApiRoutes.Images}/{sample}/thumbnail" : null,
            TypicalSeconds = Math.Round(await estimates.SecondsAsync(model.Id, cancellationToken), 2),
        };
    }

    private async Task<(string? Because, DateTimeOffset? Until)> WhyNotNowAsync(Model model, CancellationToken cancellationToken)
    {
        if (await router.WhyNotHereAsync(model, cancellationToken) is { } missing)
            return (missing, null);
        return await router.LookAsync(model, cancellationToken) switch
        {
            Route.Wait wait => (wait.Reason, wait.Until),
            Route.Nowhere nowhere => (nowhere.Message, null),
            _ => (null, null),
        };
    }

    private QualityRecord QualityOf(Model model, string quality)
    {
        var plan = SizePlan.For(model.Sizes, new AspectRatio(1, 1), quality);
        return new QualityRecord(quality, plan.Upscaled, plan.Paint.ToString(), plan.Final.ToString(), model.PriceOf(quality),
            prices.Enabled ? prices.PriceOf(model, quality) : 0);
    }

    private static Contract.NumberRange? RangeOf(Catalogue.NumberRange? range) =>
        range is null ? null : new Contract.NumberRange(range.Min, range.Max, range.Default);

    private static string NameOf<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
