// Whether one model can paint what was asked of another, with everything that was asked.
using Atelier.Catalogue;

namespace Atelier.Generating;

internal static class StandIn
{
    public static bool CanHonour(Model model, Generation generation)
    {
        var parameters = model.Parameters;
        return generation.Prompt.Length <= parameters.MaxPrompt
            && (string.IsNullOrEmpty(generation.NegativePrompt) || parameters.NegativePrompt)
            && Within(generation.Steps, parameters.Steps) && Within(generation.Guidance, parameters.Guidance) && Within(generation.Strength, parameters.Strength)
            && generation.InputImages.Count <= parameters.MaxInputImages && (generation.InputImages.Count > 0 || !parameters.NeedsInputImage)
            && (generation.Mask is null ? !parameters.NeedsMask || generation.InputImages.Count == 0 : parameters.Mask != MaskPolarity.None)
            && (generation.OutputFormat == "svg" == model.Formats.Contains("svg"))
            && (generation.AspectRatio is not null || SizePlan.WhyIllegal(model.Sizes, new PixelSize(generation.Width, generation.Height)) is null);
    }

    private static bool Within(double? value, NumberRange? range) => value is null || (range is not null && value >= range.Min && value <= range.Max);
}
