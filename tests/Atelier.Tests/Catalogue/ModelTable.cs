// Writes docs/models.md from the catalogue that ships: every model by its provider, and what the contract tries of them.
using System.Globalization;
using System.Text;
using Atelier.Catalogue;
using Atelier.Doubles;
using Atelier.Providers;
using Atelier.Tests.Providers;

namespace Atelier.Tests.Catalogue;

internal static class ModelTable
{
    private const string Intro =
        """
        # Models

        What ships inside. A file of your own adds models and changes these, field by field; which of them are on offer depends on the providers that
        are set up. Models of one name at several providers stand in for each other.

        - **price**: US dollars for a square picture of standard quality, as the provider published it in 2026; 0 where it runs on your own machine.
        - **seconds**: what a picture usually takes, until durations have been observed.
        - **from**: what it paints from. "1 image" may be left out unless it says "needs".
        - **own sizes**: what it paints itself; shapes and qualities beyond that are painted in the nearest size and scaled up.
        - **seed**: whether the same seed gives the same picture. **negative**: whether it understands a negative prompt.
        - **steps**, **guidance**: the range, and in brackets what is used when nobody says.

        """;

    public static string Write(ModelCatalogue catalogue)
    {
        var text = new StringBuilder(Intro);
        foreach (var models in catalogue.Models.GroupBy(model => model.Provider))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {ProviderAdapter.Find(models.Key)!.Title}\n\n");
            text.Append("| id | also called | price | seconds | from | own sizes | formats | seed | negative | steps | guidance |\n");
            text.Append("| --- | --- | ---: | ---: | --- | --- | --- | --- | --- | --- | --- |\n");
            foreach (var model in models)
                text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", Row(model))} |\n");
        }
        WriteCoverage(text, catalogue);
        return text.ToString();
    }

    /// <summary>The providers whose models the contract tries.</summary>
    public static IReadOnlyList<string> Covered()
    {
        var tested = typeof(ModelTable).Assembly.GetTypes().Where(type => !type.IsAbstract && type.BaseType is { IsGenericType: true } parent
            && parent.GetGenericTypeDefinition() == typeof(ProviderContract<>)).Select(type => type.BaseType!.GenericTypeArguments[0]).ToHashSet();
        return [.. ProviderDouble.All(new PictureShelf(new DoubleSettings())).Where(provider => tested.Contains(provider.GetType())).Select(provider => provider.Name)];
    }

    private static IEnumerable<string> Row(Model model)
    {
        yield return $"`{model.Id}`";
        yield return string.Join(", ", model.Aliases.Select(alias => $"`{alias}`"));
        yield return Number((double)Math.Round(model.PricePerImage, 4));
        yield return Number(model.TypicalSeconds);
        yield return From(model.Parameters);
        yield return Sizes(model.Sizes);
        yield return string.Join(", ", model.Formats);
        yield return model.Parameters.Seed ? "yes" : "";
        yield return model.Parameters.NegativePrompt ? "yes" : "";
        yield return Range(model.Parameters.Steps);
        yield return Range(model.Parameters.Guidance);
    }

    private static string From(ModelParameters parameters)
    {
        var images = parameters.MaxInputImages switch { 0 => null, 1 => "1 image", var most => $"{most} images" };
        var mask = parameters.Mask == MaskPolarity.None ? null : "mask";
        return string.Join(", ", new[] { "text", parameters.NeedsInputImage ? $"needs {images}" : images, parameters.NeedsMask ? $"needs {mask}" : mask }.OfType<string>());
    }

    private static string Sizes(ModelSizes sizes)
    {
        var own = sizes.Ratios.Count > 0 ? $"{sizes.Ratios.Count} shapes"
            : sizes.Exact.Count > 0 ? $"{sizes.Exact.Count} sizes, {sizes.Exact.MinBy(size => size.Pixels)} to {sizes.Exact.MaxBy(size => size.Pixels)}"
            : $"{sizes.Min}–{sizes.Max} by {sizes.MultipleOf}";
        return $"{own}; {string.Join(", ", SizePlan.Qualities.Keys.Where(sizes.Qualities.ContainsKey))}";
    }

    private static void WriteCoverage(StringBuilder text, ModelCatalogue catalogue)
    {
        var requests = Covered().Select(provider => (provider, models: catalogue.Models.Where(model => model.Provider == provider).ToList())).Where(pair => pair.models.Count > 0)
            .Select(pair => (pair.provider, pair.models, tried: pair.models.SelectMany(ContractRequests.Of).ToList())).ToList();
        var (models, all) = (requests.Sum(pair => pair.models.Count), requests.Sum(pair => pair.tried.Count));
        text.Append(CultureInfo.InvariantCulture,
            $"""

             ## What is tried

             Each run of the tests asks for each of {models} models in {AspectRatio.Common.Count} shapes and {SizePlan.Qualities.Count} qualities, from text and, where it takes them, from one image and from the most:
             {all:N0} requests, every one validated by a double against the fields that its provider publishes, and accepted. The built-in painter has
             tests of its own.

             | provider | models | from text | with images | requests |
             | --- | ---: | ---: | ---: | ---: |

             """);
        foreach (var (provider, own, tried) in requests)
            text.Append(CultureInfo.InvariantCulture, $"| {ProviderAdapter.Find(provider)!.Title} | {own.Count} | {tried.Count(each => each.Images == 0):N0} | {tried.Count(each => each.Images > 0):N0} | {tried.Count:N0} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| all | {models} | {requests.Sum(pair => pair.tried.Count(each => each.Images == 0)):N0} | {requests.Sum(pair => pair.tried.Count(each => each.Images > 0)):N0} | {all:N0} |\n");
    }

    private static string Range(NumberRange? range) => range is null ? "" : $"{Number(range.Min)}–{Number(range.Max)} ({Number(range.Default)})";

    private static string Number(double number) => number.ToString("0.####", CultureInfo.InvariantCulture);
}
