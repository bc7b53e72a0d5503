// How a picture came to be, as far as its file may tell; plain data.
namespace Atelier.Imaging;

/// <summary>The kind of maker, as the IPTC's digital source types tell them apart.</summary>
public enum SourceType
{
    /// <summary>A trained model made it: <c>trainedAlgorithmicMedia</c>.</summary>
    TrainedModel,

    /// <summary>A plain algorithm made it, the built-in painter: <c>algorithmicMedia</c>.</summary>
    Algorithm,
}

/// <summary>What is written into a file about its making.</summary>
/// <param name="Prompt">The prompt; null when the owner keeps it to himself.</param>
/// <param name="NegativePrompt">What was to be left out; null when there is none or the owner keeps it to himself.</param>
/// <param name="Model">The model's name in the catalogue.</param>
/// <param name="Provider">The provider's name.</param>
/// <param name="Width">Width asked for, in pixels.</param>
/// <param name="Height">Height asked for, in pixels.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Steps">Sampling steps; null where the model has none.</param>
/// <param name="Guidance">Guidance scale; null where the model has none.</param>
/// <param name="SourceType">What kind of maker it was: the mark that always stays.</param>
/// <param name="SoftwareVersion">Atelier's own version, such as 0.1.</param>
public sealed record PictureStory(
    string? Prompt,
    string? NegativePrompt,
    string Model,
    string Provider,
    int Width,
    int Height,
    long Seed,
    int? Steps,
    double? Guidance,
    SourceType SourceType,
    string SoftwareVersion)
{
    /// <summary>The software's name and version, such as <c>Atelier 0.1</c>.</summary>
    public string Software => $"Atelier {SafeText.OneLine(SoftwareVersion)}";
}
