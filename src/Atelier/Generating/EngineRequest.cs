// From a recorded generation to what an engine is asked: the style's words where the engine has none of its own, its names of the size, its mask.
using Atelier.Catalogue;
using Atelier.Providers;

namespace Atelier.Generating;

internal static class EngineRequest
{
    public static PaintRequest For(Generation generation, Model model, StylePreset? style, IReadOnlyList<InputImage> inputImages, InputImage? mask = null)
    {
        var spelledOut = style is not null && !model.Parameters.NativeStyles;
        var edit = inputImages.Count > 0 ? model.Edit : null;
        var size = PlanFor(generation, model).Paint;
        var (ratio, resolution) = SizePlan.NamesOf(model.Sizes, size);
        return new PaintRequest
        {
            Model = edit is { ProviderModel.Length: > 0 } ? edit.ProviderModel : model.ProviderModel,
            Input = edit is { Input.Count: > 0 } ? edit.Input : model.Input,
            Prompt = spelledOut ? $"{generation.Prompt}, {style!.Prompt}" : generation.Prompt,
            NegativePrompt = spelledOut && model.Parameters.NegativePrompt
                ? string.Join(", ", new[] { generation.NegativePrompt, style!.NegativePrompt }.Where(text => !string.IsNullOrEmpty(text)))
                : generation.NegativePrompt,
            Width = size.Width,
            Height = size.Height,
            AspectRatio = ratio,
            Resolution = resolution,
            Seed = generation.Seed,
            Steps = (int?)Own(generation.Steps, model.Parameters.Steps),
            Guidance = Own(generation.Guidance, model.Parameters.Guidance),
            Strength = Own(generation.Strength, model.Parameters.Strength),
            InputImages = inputImages,
            Mask = mask,
            TokenPrices = model.Price.Tokens,
            Style = spelledOut ? null : style?.Id,
            // What the engine cannot deliver is converted afterwards from what it delivers best.
            Format = OutputFormats.Parse(model.Formats.Contains(generation.OutputFormat) ? generation.OutputFormat : model.Formats[0]),
        };
    }

    // A model that stands in for another keeps its own defaults where those of the other are not its range.
    private static double? Own(double? value, NumberRange? range) =>
        range is null || value is null ? null : value >= range.Min && value <= range.Max ? value : range.Default;

    /// <summary>What a model paints of a generation and what is delivered: its own size for the shape, or exactly the size that was asked for.</summary>
    public static PlannedSize PlanFor(Generation generation, Model model)
    {
        if (AspectRatio.TryParse(generation.AspectRatio, out var ratio))
            return SizePlan.For(model.Sizes, ratio, generation.Quality);
        var size = new PixelSize(generation.Width, generation.Height);
        return new PlannedSize(size, size);
    }

    /// <summary>What a picture is expected to cost, in US dollars.</summary>
    public static decimal CostOf(Generation generation, Model model)
    {
        var quality = SizePlan.OwnQuality(model.Sizes, generation.Quality);
        return model.Price.Estimate(PlanFor(generation, model).Paint, generation.Steps, model.TypicalSeconds, quality);
    }
}
