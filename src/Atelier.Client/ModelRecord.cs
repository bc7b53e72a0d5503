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

    /// <summary>Those of the other names that it shares with further models, which stand in for it while it cannot paint.</summary>
    public required IReadOnlyList<string> SharedAliases { get; init; }

    /// <summary>The name for people.</summary>
    public required string Name { get; init; }

    /// <summary>What it is good for, and what it is.</summary>
    public required string Description { get; init; }

    /// <summary>The provider that paints it.</summary>
    public required string Provider { get; init; }

    /// <summary>Whether it can begin a picture now.</summary>
    public required bool Available { get; init; }

    /// <summary>Why it cannot; null where it can.</summary>
    public required string? UnavailableBecause { get; init; }

    /// <summary>
    /// When it can again by itself: until then it takes requests, and they wait. Null where it can now, and where it takes none because its
    /// provider or a key is missing.
    /// </summary>
    public required DateTimeOffset? AvailableAt { get; init; }

    /// <summary><c>trained</c> for generative models, <c>algorithmic</c> for programs without training data.</summary>
    public required string Kind { get; init; }

    /// <summary>Output formats, the default first.</summary>
    public required IReadOnlyList<string> OutputFormats { get; init; }

    /// <summary>Every quality, the default first.</summary>
    public required IReadOnlyList<QualityRecord> Qualities { get; init; }

    /// <summary>The sizes it paints.</summary>
    public required ModelSizes Sizes { get; init; }

    /// <summary>The parameters it understands.</summary>
    public required ModelParameters Parameters { get; init; }

    /// <summary>What one picture of standard quality costs the operator, in US dollars.</summary>
    public required decimal PricePerImage { get; init; }

    /// <summary>How the provider counts.</summary>
    public required PriceRecord Price { get; init; }

    /// <summary>What the licence allows to do with the pictures, in a few words; empty where nothing is known.</summary>
    public required string Licence { get; init; }

    /// <summary>What the provider does about pictures that are not safe for work: <c>unknown</c>, <c>allowed</c>, <c>flagged</c> or <c>refused</c>.</summary>
    public required string NsfwPolicy { get; init; }

    /// <summary>How long a picture takes, in seconds: as observed lately, or as usual before that.</summary>
    public required double TypicalSeconds { get; init; }

    /// <summary>A small copy of a public picture that it has painted here; null where there is none that is safe for work.</summary>
    public string? SampleUrl { get; init; }
}

/// <summary>A quality that can be asked for.</summary>
/// <param name="Name">The name to give as <c>quality</c>.</param>
/// <param name="Upscaled">Whether the model paints something smaller for it, which is then upscaled.</param>
/// <param name="Painted">What the model paints of a square, as <c>1024x1024</c>.</param>
/// <param name="Delivered">What is delivered of a square.</param>
/// <param name="Price">What one square picture costs the operator, in US dollars.</param>
/// <param name="Credits">What one picture costs its owner, in credits; 0 where pictures cost none.</param>
public sealed record QualityRecord(string Name, bool Upscaled, string Painted, string Delivered, decimal Price, long Credits);

/// <summary>How a provider counts what a picture costs.</summary>
/// <param name="Per"><c>image</c>, <c>megapixel</c>, <c>step</c>, <c>token</c> or <c>second</c>.</param>
/// <param name="Usd">US dollars for one of these.</param>
/// <param name="Typical">How many of them a picture usually takes, where that does not follow from the request.</param>
/// <param name="Base">US dollars for a picture before the first of them.</param>
/// <param name="ByQuality">US dollars for a picture of a quality, where that holds instead.</param>
public sealed record PriceRecord(string Per, decimal Usd, double Typical, decimal Base, IReadOnlyDictionary<string, decimal> ByQuality);

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
/// <param name="NeedsInputImage">Whether it paints from an image only.</param>
/// <param name="Mask">Whether it can be told where to repaint an image.</param>
/// <param name="Steps">Steps; null where the model has none.</param>
/// <param name="Guidance">Guidance; null where the model has none.</param>
/// <param name="Strength">Strength of the change to an input image; null where none is taken.</param>
public sealed record ModelParameters(
    int MaxPrompt, bool NegativePrompt, bool Seed, int MaxInputImages, bool NeedsInputImage, bool Mask, NumberRange? Steps,
    NumberRange? Guidance, NumberRange? Strength);

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
