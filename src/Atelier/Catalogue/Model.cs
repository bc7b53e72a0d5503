// One entry of the catalogue: what a model can paint, in which sizes, with which parameters. Pure data; nothing here survives or needs to survive a crash.
using System.Text.Json.Nodes;

namespace Atelier.Catalogue;

/// <summary>How a model's pictures come about, as IPTC's DigitalSourceType tells them apart.</summary>
public enum ModelKind
{
    /// <summary>A trained generative model (<c>trainedAlgorithmicMedia</c>).</summary>
    Trained,

    /// <summary>A program without training data, such as the built-in painter (<c>algorithmicMedia</c>).</summary>
    Algorithmic,
}

/// <summary>What a provider does about pictures that are not safe for work.</summary>
public enum NsfwPolicy
{
    /// <summary>Nobody says.</summary>
    Unknown,

    /// <summary>It paints them.</summary>
    Allowed,

    /// <summary>It paints them and marks them.</summary>
    Flagged,

    /// <summary>It refuses them.</summary>
    Refused,
}

/// <summary>How a model is told where to repaint.</summary>
public enum MaskPolarity
{
    /// <summary>It takes no mask.</summary>
    None,

    /// <summary>White is repainted, black is kept.</summary>
    White,

    /// <summary>Black is repainted, white is kept.</summary>
    Black,

    /// <summary>What is transparent is repainted.</summary>
    Transparent,
}

/// <summary>A model that a generation can name.</summary>
public sealed record Model
{
    /// <summary>The name callers use, lower case, unique with all aliases in the catalogue.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// Other names under which it is found. Several models may share one: the cheapest that is set up here and can honour the request paints it,
    /// the others stand in for it.
    /// </summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The name shown to people.</summary>
    public required string Name { get; init; }

    /// <summary>One or two honest sentences on what it is good for.</summary>
    public required string Description { get; init; }

    /// <summary>The provider that paints it, such as <c>sketch</c>; its lane in the queue has the same name.</summary>
    public required string Provider { get; init; }

    /// <summary>The provider's own name of the model.</summary>
    public required string ProviderModel { get; init; }

    /// <summary>How its pictures come about. Default: trained.</summary>
    public ModelKind Kind { get; init; } = ModelKind.Trained;

    /// <summary>The parameters it understands and their ranges.</summary>
    public required ModelParameters Parameters { get; init; }

    /// <summary>The sizes it can legally paint.</summary>
    public required ModelSizes Sizes { get; init; }

    /// <summary>Output formats it delivers, the default first: webp, png, jpeg, avif or svg.</summary>
    public required IReadOnlyList<string> Formats { get; init; }

    /// <summary>What a picture costs the operator. Default: nothing.</summary>
    public ModelPrice Price { get; init; } = ModelPrice.Free;

    /// <summary>What a picture of standard or HD quality costs its owner in credits; null for what follows from the dollars.</summary>
    public long? Credits { get; init; }

    /// <summary>What one picture of standard quality costs the operator, in US dollars.</summary>
    public decimal PricePerImage => PriceOf(SizePlan.StandardQuality);

    /// <summary>What one square picture of a quality costs the operator, in US dollars.</summary>
    /// <param name="quality">A key of <see cref="SizePlan.Qualities"/>.</param>
    public decimal PriceOf(string quality) => Price.Estimate(
        SizePlan.For(Sizes, new AspectRatio(1, 1), quality).Paint, Parameters.Steps?.Default, TypicalSeconds, SizePlan.OwnQuality(Sizes, quality));

    /// <summary>Whether it is offered. Default: yes.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>What the licence allows to do with the pictures, in a few words; empty where nothing is known.</summary>
    public string Licence { get; init; } = "";

    /// <summary>What the provider does about pictures that are not safe for work.</summary>
    public NsfwPolicy NsfwPolicy { get; init; }

    /// <summary>The engine's input with slots such as <c>{prompt}</c>; empty for engines that need none.</summary>
    public JsonObject Input { get; init; } = [];

    /// <summary>What changes when an input image is given; null where nothing does.</summary>
    public ModelEdit? Edit { get; init; }

    /// <summary>How long a picture usually takes, in seconds, until durations have been observed. Default: 10.</summary>
    public double TypicalSeconds { get; init; } = 10;
}

/// <summary>How a model is asked to start from an image, where that differs.</summary>
/// <param name="ProviderModel">The provider's own name for it; empty for the same.</param>
/// <param name="Input">The engine's input with slots; empty for the same.</param>
public sealed record ModelEdit(string ProviderModel, JsonObject Input);

/// <summary>Which parameters a model understands. A parameter that is absent is reported back to the caller as unsupported.</summary>
public sealed record ModelParameters
{
    /// <summary>Longest prompt in characters. Default: 2,000.</summary>
    public int MaxPrompt { get; init; } = 2_000;

    /// <summary>Whether a negative prompt is understood.</summary>
    public bool NegativePrompt { get; init; }

    /// <summary>Whether a seed makes pictures reproducible.</summary>
    public bool Seed { get; init; }

    /// <summary>Whether the model draws style presets itself; otherwise a preset's words are added to the prompt.</summary>
    public bool NativeStyles { get; init; }

    /// <summary>Steps with their range and default; absent where the model has none.</summary>
    public NumberRange? Steps { get; init; }

    /// <summary>Guidance scale; absent where the model has none.</summary>
    public NumberRange? Guidance { get; init; }

    /// <summary>Strength of the change to an input image, 0 (keep) to 1 (repaint); absent where no image is taken.</summary>
    public NumberRange? Strength { get; init; }

    /// <summary>How many input images it takes. Default: 0.</summary>
    public int MaxInputImages { get; init; }

    /// <summary>Whether it paints from an input image only. Default: no.</summary>
    public bool NeedsInputImage { get; init; }

    /// <summary>How it is told where to repaint an input image; none where it takes no mask.</summary>
    public MaskPolarity Mask { get; init; }

    /// <summary>Whether an input image must come with a mask. Default: no.</summary>
    public bool NeedsMask { get; init; }
}

/// <summary>A number's inclusive range and its default.</summary>
/// <param name="Min">Smallest allowed value.</param>
/// <param name="Max">Largest allowed value.</param>
/// <param name="Default">The value used when the caller names none; within the range.</param>
public sealed record NumberRange(double Min, double Max, double Default);

/// <summary>The sizes a model can paint: either a list, or every size within bounds.</summary>
public sealed record ModelSizes
{
    /// <summary>The shapes that the engine goes by; its sizes are then these shapes in every quality.</summary>
    public IReadOnlyList<AspectRatio> Ratios { get; init; } = [];

    /// <summary>What the engine calls the size of a quality, such as <c>2K</c>; empty where it goes by pixels.</summary>
    public IReadOnlyDictionary<string, string> Resolutions { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Exact sizes as <c>1024x768</c>; when given, nothing else is legal.</summary>
    public IReadOnlyList<PixelSize> Exact { get; init; } = [];

    /// <summary>Width and height are multiples of this many pixels. Default: 1.</summary>
    public int MultipleOf { get; init; } = 1;

    /// <summary>Smallest width and height in pixels. Default: 64.</summary>
    public int Min { get; init; } = 64;

    /// <summary>Largest width and height in pixels. Default: 2,048.</summary>
    public int Max { get; init; } = 2_048;

    /// <summary>Smallest area in pixels. Default: 0.</summary>
    public long MinPixels { get; init; }

    /// <summary>The most extreme shape, long side divided by short side. Default: 4.</summary>
    public double MaxRatio { get; init; } = AspectRatio.Extreme;

    /// <summary>Largest area in pixels. Default: 2048 × 2048.</summary>
    public long MaxPixels { get; init; } = 2_048L * 2_048;

    /// <summary>Area in pixels that the model itself paints for a quality; <c>standard</c> is always present, what is absent is reached by an upscale step.</summary>
    public required IReadOnlyDictionary<string, long> Qualities { get; init; }
}

/// <summary>A width and a height in pixels.</summary>
/// <param name="Width">Pixels across.</param>
/// <param name="Height">Pixels down.</param>
public readonly record struct PixelSize(int Width, int Height)
{
    /// <summary>Width times height.</summary>
    public long Pixels => (long)Width * Height;

    /// <inheritdoc/>
    public override string ToString() => $"{Width}x{Height}";
}
