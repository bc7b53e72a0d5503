// What the API tells about the catalogue.
namespace Atelier.Client;

/// <summary>All models.</summary>
/// <param name="Items">The models; the first is the default.</param>
public sealed record ModelList(IReadOnlyList<ModelRecord> Items);

/// <summary>A model that a generation can name.</summary>
public sealed record ModelRecord
{
    /// <summary>The name to give as <c>model</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Other names that mean the same model.</summary>
    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>The name for people.</summary>
    public required string Name { get; init; }

    /// <summary>What it is good for, and what it is.</summary>
    public required string Description { get; init; }

    /// <summary>The provider that paints it.</summary>
    public required string Provider { get; init; }

    /// <summary>Whether that provider is set up here, so that the model can be used.</summary>
    public required bool Available { get; init; }

    /// <summary><c>trained</c> for generative models, <c>algorithmic</c> for programs without training data.</summary>
    public required string Kind { get; init; }

    /// <summary>Output formats, the default first.</summary>
    public required IReadOnlyList<string> OutputFormats { get; init; }

    /// <summary>Qualities, the default first.</summary>
    public required IReadOnlyList<string> Qualities { get; init; }

    /// <summary>The sizes it paints.</summary>
    public required ModelSizes Sizes { get; init; }

    /// <summary>The parameters it understands.</summary>
    public required ModelParameters Parameters { get; init; }

    /// <summary>What one picture costs the operator, in US dollars.</summary>
    public required decimal PricePerImage { get; init; }

    /// <summary>How long a picture takes, in seconds: as observed lately, or as usual before that.</summary>
    public required double TypicalSeconds { get; init; }
}

/// <summary>The sizes that a model paints.</summary>
/// <param name="Exact">The only legal sizes as <c>1024x768</c>; empty where every size within the bounds is legal.</param>
/// <param name="MultipleOf">Each side is a multiple of this many pixels.</param>
/// <param name="Min">Smallest side in pixels.</param>
/// <param name="Max">Largest side in pixels.</param>
/// <param name="MaxPixels">Largest area in pixels.</param>
/// <param name="AspectRatios">Common shapes to offer; others between 1:4 and 4:1 are legal too.</param>
public sealed record ModelSizes(
    IReadOnlyList<string> Exact, int MultipleOf, int Min, int Max, long MaxPixels, IReadOnlyList<string> AspectRatios);

/// <summary>The parameters that a model understands.</summary>
/// <param name="MaxPrompt">Longest prompt in characters.</param>
/// <param name="NegativePrompt">Whether a negative prompt is understood.</param>
/// <param name="Seed">Whether a seed makes pictures reproducible.</param>
/// <param name="MaxInputImages">How many images it can start from.</param>
/// <param name="Steps">Steps; null where the model has none.</param>
/// <param name="Guidance">Guidance; null where the model has none.</param>
/// <param name="Strength">Strength of the change to an input image; null where none is taken.</param>
public sealed record ModelParameters(
    int MaxPrompt, bool NegativePrompt, bool Seed, int MaxInputImages, NumberRange? Steps, NumberRange? Guidance, NumberRange? Strength);

/// <summary>A number's inclusive range.</summary>
/// <param name="Min">Smallest value.</param>
/// <param name="Max">Largest value.</param>
/// <param name="Default">The value when none is given.</param>
public sealed record NumberRange(double Min, double Max, double Default);

/// <summary>All style presets.</summary>
/// <param name="Items">The presets.</param>
public sealed record StyleList(IReadOnlyList<StyleRecord> Items);

/// <summary>A style preset.</summary>
/// <param name="Id">The name to give as <c>style</c>.</param>
/// <param name="Name">The name for people.</param>
/// <param name="Prompt">The words it adds for models that do not draw the style by themselves.</param>
/// <param name="NegativePrompt">The words it adds to the negative prompt; may be empty.</param>
public sealed record StyleRecord(string Id, string Name, string Prompt, string NegativePrompt);

/// <summary>Whether the service is well.</summary>
/// <param name="Status"><c>ok</c> or <c>unavailable</c>.</param>
/// <param name="Checks">Each thing that was looked at, with <c>ok</c> or what is wrong.</param>
public sealed record HealthRecord(string Status, IReadOnlyDictionary<string, string> Checks);
