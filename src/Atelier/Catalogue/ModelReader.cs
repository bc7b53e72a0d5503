// Turns an entry of a catalogue file into a model, noting everything that is wrong with it.
using System.Globalization;

namespace Atelier.Catalogue;

internal static class ModelReader
{
    private const int LongestSide = 16_384;
    private const long MostCredits = 100_000;

    // Where an entry is silent about its steps' default: the product's own.
    private const int SilentSteps = 30;

    private static readonly string[] TokenKinds = ["text_in", "image_in", "text_out", "image_out"];

    public static Model Read(CatalogueSection entry)
    {
        var model = new Model
        {
            Id = entry.Text("id").ToLowerInvariant(),
            Aliases = entry.Texts("aliases"),
            Name = entry.Text("name"),
            Description = entry.Text("description"),
            Provider = entry.Text("provider"),
            ProviderModel = entry.Text("provider_model"),
            Kind = entry.Choice("kind", ModelKind.Trained),
            Enabled = entry.Switch("enabled", true),
            Licence = entry.Text("licence", ""),
            NsfwPolicy = entry.Choice("nsfw", NsfwPolicy.Unknown),
            Price = ReadPrice(entry.Section("price")),
            Credits = entry.Has("credits") ? entry.Whole("credits", 0, 0, MostCredits) : null,
            TypicalSeconds = entry.Number("typical_seconds", 10, 0.01, 86_400),
            Formats = ReadFormats(entry),
            Parameters = ReadParameters(entry.Section("parameters")),
            Sizes = ReadSizes(entry),
            Input = entry.Json("input"),
            Edit = ReadEdit(entry.Section("edit")),
        };
        entry.EndOfFields();
        return model;
    }

    public static StylePreset ReadStyle(CatalogueSection entry)
    {
        var style = new StylePreset(entry.Text("id"), entry.Text("name"), entry.Text("prompt"), entry.Text("negative_prompt", ""));
        entry.EndOfFields();
        return style;
    }

    private static IReadOnlyList<string> ReadFormats(CatalogueSection entry)
    {
        var formats = entry.Texts("formats", required: true);
        foreach (var unknown in formats.Where(format => format is not ("webp" or "png" or "jpeg" or "avif" or "svg")))
            entry.Note($"formats: {unknown} is unknown; known are webp, png, jpeg, avif, svg");
        return formats.Count == 0 ? ["png"] : formats;
    }

    private static ModelEdit? ReadEdit(CatalogueSection? section)
    {
        if (section is null)
            return null;
        var edit = new ModelEdit(section.Text("provider_model", ""), section.Json("input"));
        section.EndOfFields();
        return edit;
    }

    private static ModelPrice ReadPrice(CatalogueSection? section)
    {
        if (section is null)
            return ModelPrice.Free;
        var price = new ModelPrice(
            section.Choice("per", PriceUnit.Image), (decimal)section.Number("usd", 0, 0, 1_000), section.Number("typical", 1, 0.001, 1e9))
        {
            Base = (decimal)section.Number("base", 0, 0, 1_000),
            ByQuality = ReadPrices(section, "by_quality", "a quality", SizePlan.Qualities.Keys),
            Tokens = ReadPrices(section, "tokens", "a kind of token", TokenKinds),
        };
        section.EndOfFields();
        return price;
    }

    private static Dictionary<string, decimal> ReadPrices(CatalogueSection section, string field, string what, IEnumerable<string> names)
    {
        var prices = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var (name, text, node) in section.Pairs(field))
        {
            if (names.Contains(name) && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var usd) && usd >= 0)
                prices[name] = usd;
            else
                section.Note(node, $"{section.Name}: {field} names {what} ({string.Join(", ", names)}) and a price in dollars");
        }
        return prices;
    }

    private static ModelParameters ReadParameters(CatalogueSection? section)
    {
        if (section is null)
            return new ModelParameters();
        var parameters = new ModelParameters
        {
            MaxPrompt = (int)section.Whole("max_prompt", 2_000, 1, 100_000),
            NegativePrompt = section.Switch("negative_prompt", false),
            Seed = section.Switch("seed", false),
            NativeStyles = section.Switch("native_styles", false),
            Steps = ReadRange(section.Section("steps"), SilentSteps),
            Guidance = ReadRange(section.Section("guidance"), fallback: null),
            Strength = ReadRange(section.Section("strength"), fallback: null),
            MaxInputImages = (int)section.Whole("max_input_images", 0, 0, 16),
            NeedsInputImage = section.Switch("needs_input_image", false),
            Mask = section.Choice("mask", MaskPolarity.None),
            NeedsMask = section.Switch("needs_mask", false),
        };
        if ((parameters.NeedsInputImage || parameters.Mask != MaskPolarity.None || parameters.Strength is not null) && parameters.MaxInputImages == 0)
            section.Note("strength, mask and needs_input_image go with max_input_images of at least 1");
        if (parameters.NeedsMask && parameters.Mask == MaskPolarity.None)
            section.Note("needs_mask goes with mask");
        section.EndOfFields();
        return parameters;
    }

    private static NumberRange? ReadRange(CatalogueSection? section, double? fallback)
    {
        if (section is null)
            return null;
        var (min, max) = (section.Number("min", 0, -1e6, 1e6), section.Number("max", 100, -1e6, 1e6));
        if (fallback is null && !section.Has("default"))
            section.Note("default is missing");
        var value = section.Number("default", Math.Clamp(fallback ?? min, Math.Min(min, max), Math.Max(min, max)), -1e6, 1e6);
        if (!(min <= value && value <= max))
            section.Note(string.Create(CultureInfo.InvariantCulture, $"the default {value} must lie within {min} to {max}"));
        section.EndOfFields();
        return new NumberRange(min, max, value);
    }

    private static ModelSizes ReadSizes(CatalogueSection entry)
    {
        var section = entry.Section("sizes");
        if (section is null)
        {
            entry.Note("sizes is missing");
            return new ModelSizes { Qualities = SizePlan.Qualities };
        }
        var sizes = new ModelSizes
        {
            MultipleOf = (int)section.Whole("multiple_of", 1, 1, 1_024),
            Min = (int)section.Whole("min", 64, 1, LongestSide),
            Max = (int)section.Whole("max", 2_048, 1, LongestSide),
            MinPixels = section.Whole("min_pixels", 0, 0, 1L << 30),
            MaxPixels = section.Whole("max_pixels", 2_048L * 2_048, 1, 1L << 30),
            MaxRatio = section.Number("max_ratio", AspectRatio.Extreme, 1, 100),
            Qualities = ReadQualities(section),
            Resolutions = section.Pairs("resolutions").ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal),
            Ratios = [.. section.Texts("ratios").Select(text => ReadRatio(section, text)).OfType<AspectRatio>()],
            Exact = [.. section.Texts("exact").Select(text => ReadSize(section, text)).OfType<PixelSize>()],
        };
        if (sizes.Exact.Count > 0 && sizes.Ratios.Count > 0)
            section.Note("exact and ratios exclude each other");
        foreach (var unknown in sizes.Resolutions.Keys.Except(sizes.Qualities.Keys))
            section.Note($"resolutions: {unknown} is none of the qualities");
        section.EndOfFields();
        return sizes.Ratios.Count == 0 ? sizes : sizes with { Exact = SizePlan.SizesOfRatios(sizes) };
    }

    private static Dictionary<string, long> ReadQualities(CatalogueSection section)
    {
        var qualities = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (quality, text, node) in section.Pairs("qualities"))
        {
            if (SizePlan.Qualities.ContainsKey(quality) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var area) && area > 0)
                qualities[quality] = area;
            else
                section.Note(node, $"{section.Name}: qualities names {string.Join(", ", SizePlan.Qualities.Keys)}, each with its area in pixels");
        }
        if (!qualities.ContainsKey(SizePlan.StandardQuality))
        {
            section.Note($"qualities must contain '{SizePlan.StandardQuality}'");
            qualities[SizePlan.StandardQuality] = SizePlan.Qualities[SizePlan.StandardQuality];
        }
        return qualities;
    }

    private static AspectRatio? ReadRatio(CatalogueSection section, string text)
    {
        if (AspectRatio.TryParse(text, out var ratio))
            return ratio;
        section.Note($"ratios: '{text}' is not of the form 16:9, between 1:4 and 4:1");
        return null;
    }

    private static PixelSize? ReadSize(CatalogueSection section, string text)
    {
        if (text.Split('x') is [var first, var second] && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var width)
            && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var height) && width is > 0 and <= LongestSide && height is > 0 and <= LongestSide)
            return new PixelSize(width, height);
        section.Note($"exact: '{text}' is not of the form 1024x768");
        return null;
    }
}
