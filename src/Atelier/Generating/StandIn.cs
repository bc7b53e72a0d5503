// Whether one model can paint what was asked of another, with everything that was asked.
using Atelier.Catalogue;

namespace Atelier.Generating;

internal static class StandIn
{
    public static bool CanHonour(Model model, Generation generation, Model meant)
    {
        var parameters = model.Parameters;
        return generation.Prompt.Length <= parameters.MaxPrompt
            && (string.IsNullOrEmpty(generation.NegativePrompt) || parameters.NegativePrompt)
            && Suits(generation.Steps, meant.Parameters.Steps, parameters.Steps)
            && Suits(generation.Guidance, meant.Parameters.Guidance, parameters.Guidance)
            && Suits(generation.Strength, meant.Parameters.Strength, parameters.Strength)
            && generation.InputImages.Count <= parameters.MaxInputImages && (generation.InputImages.Count > 0 || !parameters.NeedsInputImage)
            && (generation.Mask is null ? !parameters.NeedsMask || generation.InputImages.Count == 0 : parameters.Mask != MaskPolarity.None)
            && (generation.OutputFormat == "svg" == model.Formats.Contains("svg"))
            && (generation.AspectRatio is not null || SizePlan.WhyIllegal(model.Sizes, new PixelSize(generation.Width, generation.Height)) is null);
    }

    // What is the meant model's own default, nobody asked for: another has its own.
    private static bool Suits(double? value, NumberRange? meant, NumberRange? range) =>
        value is null || value == meant?.Default || (range is not null && value >= range.Min && value <= range.Max);
}
