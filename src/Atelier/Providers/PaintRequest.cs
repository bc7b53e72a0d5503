// What an engine is asked to paint, and the circumstances of the call.
using System.Text.Json.Nodes;
using Atelier.Vips;

namespace Atelier.Providers;

/// <summary>What is to be painted, in terms the engine can honour: sizes are legal and parameters in range.</summary>
public sealed record PaintRequest
{
    /// <summary>The provider's own name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The engine's input with slots such as <c>{prompt}</c>, from the catalogue; see <see cref="InputTemplate"/>. Default: empty.</summary>
    public JsonObject Input { get; init; } = [];

    /// <summary>The prompt, wildcards expanded.</summary>
    public required string Prompt { get; init; }

    /// <summary>What must not appear.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>Width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>The shape as the engine names it, such as <c>16:9</c>, where it goes by shapes.</summary>
    public string? AspectRatio { get; init; }

    /// <summary>The size class as the engine names it, such as <c>2K</c>, where it goes by classes.</summary>
    public string? Resolution { get; init; }

    /// <summary>Seed, 0 to 4,294,967,295.</summary>
    public required long Seed { get; init; }

    /// <summary>Steps, or null for the model's own.</summary>
    public int? Steps { get; init; }

    /// <summary>Guidance scale, or null for the model's own.</summary>
    public double? Guidance { get; init; }

    /// <summary>How far to depart from the input image: 0 keeps it, 1 repaints it.</summary>
    public double? Strength { get; init; }

    /// <summary>Images to start from, inspected before they come here.</summary>
    public IReadOnlyList<InputImage> InputImages { get; init; } = [];

    /// <summary>Where to repaint the first input image: white is repainted, black is kept. Same size as that image.</summary>
    public InputImage? Mask { get; init; }

    /// <summary>Style preset for engines that draw it themselves.</summary>
    public string? Style { get; init; }

    /// <summary>The wanted format, one that the engine can deliver; it may answer in another, which is then converted.</summary>
    public required ImageFormat Format { get; init; }

    /// <summary>What a token costs, for engines that say how many they used; null where none is charged for.</summary>
    public TokenPrices? Prices { get; init; }
}

/// <summary>What one token costs, in US dollars.</summary>
/// <param name="TextIn">A token of the prompt.</param>
/// <param name="ImageIn">A token of an input image.</param>
/// <param name="Out">A token of the picture.</param>
public sealed record TokenPrices(decimal TextIn, decimal ImageIn, decimal Out);

/// <summary>An image given to an engine.</summary>
/// <param name="Bytes">The encoded file.</param>
/// <param name="ContentType">Its media type.</param>
public sealed record InputImage(ReadOnlyMemory<byte> Bytes, string ContentType)
{
    /// <summary>The file as base64.</summary>
    public string Base64 => Convert.ToBase64String(Bytes.Span);

    /// <summary>The file as a <c>data:</c> URL.</summary>
    public string DataUrl => $"data:{ContentType};base64,{Base64}";
}

/// <summary>The circumstances of one call to an engine.</summary>
public sealed record PaintCall
{
    /// <summary>The account to use; null for engines that need none.</summary>
    public ProviderKey? Key { get; init; }

    /// <summary>Our own name of this start, a lower-case UUID: the same for every look at it, another for every start. Default: empty.</summary>
    public string Reference { get; init; } = "";

    /// <summary>When this start was recorded, just before the engine was called.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Where the provider may tell that it is done; null where it cannot reach us.</summary>
    public Uri? Webhook { get; init; }

    /// <summary>Hears of progress; null when nobody listens.</summary>
    public IProgress<PaintProgress>? Progress { get; init; }

    /// <summary>No preview need come sooner after the one before: it would not be shown. Default: none is too soon.</summary>
    public TimeSpan PreviewInterval { get; init; }
}

/// <summary>How far a picture is.</summary>
/// <param name="Fraction">0 to 1, never falling.</param>
/// <param name="Preview">A small encoded picture of the state, or empty.</param>
/// <param name="PreviewType">The preview's media type, or null.</param>
public sealed record PaintProgress(double Fraction, ReadOnlyMemory<byte> Preview, string? PreviewType);

/// <summary>A key of a provider's account. Its secret reaches the provider's own hosts and nothing else.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Label">What the operator calls it, unique for the provider.</param>
/// <param name="Secret">The secret itself.</param>
public sealed record ProviderKey(string Provider, string Label, string Secret)
{
    /// <summary>Provider and label; never the secret.</summary>
    public override string ToString() => $"{Provider}/{Label}";
}
