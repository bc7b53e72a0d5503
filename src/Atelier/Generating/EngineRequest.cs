// From a recorded generation to what an engine is asked: the style's words where the engine has none of its own, its names of the size, its mask.
using Atelier.Catalogue;
using Atelier.Providers;

namespace Atelier.Generating;

internal static class EngineRequest
{
    public static PaintRequest For(Generation generation, Model model, StylePreset? style, IReadOnlyList<InputImage> inputImages)
    {
        var spelledOut = style is not null && !model.Parameters.NativeStyles;
        var edit = inputImages.Count > 0 ? model.Edit : null;
        var size = new PixelSize(generation.Width, generation.Height);
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
            Steps = generation.Steps,
            Guidance = generation.Guidance,
            Strength = generation.Strength,
            InputImages = inputImages,
            Style = spelledOut ? null : style?.Id,
            Prices = model.Price.Per == PriceUnit.Token ? new TokenPrices(model.Price.TextToken, model.Price.ImageToken, model.Price.Usd) : null,
            // What the engine cannot deliver is converted afterwards from what it delivers best.
            Format = OutputFormats.Parse(model.Formats.Contains(generation.OutputFormat) ? generation.OutputFormat : model.Formats[0]),
        };
    }
}
