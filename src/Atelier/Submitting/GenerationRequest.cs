// What somebody asks for, before anything has been checked.
using System.Text.Json.Serialization;

namespace Atelier.Submitting;

/// <summary>A wish for one to four images. Absent values take the model's defaults.</summary>
public sealed record GenerationRequest
{
    /// <summary>What to paint; may hold wildcards such as <c>{red|blue}</c>. Required.</summary>
    public string? Prompt { get; init; }

    /// <summary>What must not appear.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>A model's id or alias. Default: the catalogue's first.</summary>
    public string? Model { get; init; }

    /// <summary>Shape as W:H; not together with width and height. Default: 1:1.</summary>
    public string? AspectRatio { get; init; }

    /// <summary>Width in pixels; only together with <see cref="Height"/>.</summary>
    public int? Width { get; init; }

    /// <summary>Height in pixels; only together with <see cref="Width"/>.</summary>
    public int? Height { get; init; }

    /// <summary>standard, hd, hd+ or 4k; beyond what the model paints itself, its picture is upscaled. Default: standard.</summary>
    public string? Quality { get; init; }

    /// <summary>How many images, 1 to 4. Default: 1.</summary>
    public int? Count { get; init; }

    /// <summary>0 to 4,294,967,295; the second image of a batch takes the next one. Default: random.</summary>
    public long? Seed { get; init; }

    /// <summary>Steps within the model's range.</summary>
    public int? Steps { get; init; }

    /// <summary>Guidance within the model's range.</summary>
    public double? Guidance { get; init; }

    /// <summary>How far to depart from the input image, 0 to 1.</summary>
    public double? Strength { get; init; }

    /// <summary>Images to start from.</summary>
    public IReadOnlyList<InputSource> InputImages { get; init; } = [];

    /// <summary>Where the first input image is repainted: white is, black is not. Needs an input image.</summary>
    public InputSource? Mask { get; init; }

    /// <summary>A style preset's id.</summary>
    public string? Style { get; init; }

    /// <summary>webp, png, jpeg or avif, and svg where the model draws it. Default: the model's first.</summary>
    public string? OutputFormat { get; init; }

    /// <summary>private or public. Default: private.</summary>
    public string? Visibility { get; init; }

    /// <summary>Whether the result is not safe for work. Default: no.</summary>
    public bool Nsfw { get; init; }

    /// <summary>-10 to 10; above 0 needs a role that allows it. Default: 0.</summary>
    public int? Priority { get; init; }

    /// <summary>The caller's own keys and values: at most 16, keys to 64 and values to 500 characters.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The caller's own tags: at most 16 of 1 to 40 characters.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The generation that it is made from, which the submitter must be able to see; null where it begins with a prompt alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Parent? Parent { get; init; }
}

/// <summary>What a generation is made from.</summary>
/// <param name="Id">The other generation.</param>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
public sealed record Parent(string Id, string Kind)
{
    /// <summary>Its words and settings were taken up.</summary>
    public const string Remix = "remix";

    /// <summary>More of the same kind.</summary>
    public const string Variation = "variation";

    /// <summary>Its picture was the input image.</summary>
    public const string Reference = "reference";

    /// <summary>The same picture, larger.</summary>
    public const string Upscale = "upscale";

    /// <summary>The kinds there are.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [Remix, Variation, Reference, Upscale];
}

/// <summary>Where an input image comes from: a closed set.</summary>
public abstract record InputSource
{
    private InputSource() { }

    /// <summary>The file itself.</summary>
    /// <param name="Bytes">An encoded image; not to be trusted.</param>
    public sealed record Upload(ReadOnlyMemory<byte> Bytes) : InputSource;

    /// <summary>The picture of another generation that the submitter may see.</summary>
    /// <param name="GenerationId">Its id.</param>
    public sealed record OfGeneration(string GenerationId) : InputSource;
}

/// <summary>Something wrong with one field of a request.</summary>
/// <param name="Field">The field's name as in the API.</param>
/// <param name="Value">The value given, shortened; null where it is missing.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
/// <param name="Allowed">The allowed values, where they can be listed.</param>
public sealed record FieldError(string Field, string? Value, string Message, IReadOnlyList<string>? Allowed = null);

/// <summary>Who submits.</summary>
/// <param name="Owner">The user's id.</param>
/// <param name="MaxPriority">The highest priority the user's role allows. Default: 10 in single-user mode.</param>
public sealed record Submitter(string Owner, int MaxPriority = Submitter.HighestPriority)
{
    /// <summary>The highest priority there is.</summary>
    public const int HighestPriority = 10;

    /// <summary>The one user of a single-user installation.</summary>
    public static Submitter Local { get; } = new("local");
}

/// <summary>Bounds that hold for every model.</summary>
public sealed record SubmissionLimits
{
    /// <summary>Most images of one request. Default: 4. Range: 1–16.</summary>
    public int MaxCount { get; init; } = 4;

    /// <summary>Longest prompt in characters, whatever the model allows. Default: 4,000. Range: 1–32,000.</summary>
    public int MaxPrompt { get; init; } = 4_000;

    /// <summary>Largest width in pixels, whatever the model allows. Default: 4,096. Range: 64–16,384.</summary>
    public int MaxWidth { get; init; } = 4_096;

    /// <summary>Largest height in pixels, whatever the model allows. Default: 4,096. Range: 64–16,384.</summary>
    public int MaxHeight { get; init; } = 4_096;

    /// <summary>Most unfinished generations of one user. Default: 20,000. Range: 1–1,000,000.</summary>
    public int MaxUnfinished { get; init; } = 20_000;
}
