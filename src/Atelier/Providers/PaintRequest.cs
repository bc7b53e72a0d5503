// What one picture shall be: plain data handed to a provider, recorded elsewhere, so a crash loses nothing here.
namespace Atelier.Providers;

/// <summary>The file format of a painted picture.</summary>
public enum OutputFormat
{
    /// <summary>WebP, the default.</summary>
    Webp,

    /// <summary>PNG, lossless.</summary>
    Png,

    /// <summary>JPEG.</summary>
    Jpeg,

    /// <summary>AVIF.</summary>
    Avif,

    /// <summary>SVG, from models that paint vectors.</summary>
    Svg,
}

/// <summary>One picture to paint.</summary>
public sealed record PaintRequest
{
    /// <summary>The engine's own name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>What to paint.</summary>
    public required string Prompt { get; init; }

    /// <summary>What to leave out; null for nothing.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>Width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>The seed: the same request with the same seed asks for the same picture.</summary>
    public required long Seed { get; init; }

    /// <summary>Number of steps; null for the model's own.</summary>
    public int? Steps { get; init; }

    /// <summary>How strictly the prompt is followed; null for the model's own.</summary>
    public double? Guidance { get; init; }

    /// <summary>How far to leave the input image, 0 (keep it) to 1 (ignore it); null for the model's own.</summary>
    public double? Strength { get; init; }

    /// <summary>Images to start from; empty for none.</summary>
    public IReadOnlyList<InputImage> InputImages { get; init; } = [];

    /// <summary>A style preset's name; null for none.</summary>
    public string? Style { get; init; }

    /// <summary>The wanted file format.</summary>
    public OutputFormat Format { get; init; } = OutputFormat.Webp;
}

/// <summary>An image to start from.</summary>
/// <param name="Bytes">The encoded image.</param>
/// <param name="ContentType">Its media type, as inspected.</param>
public sealed record InputImage(ReadOnlyMemory<byte> Bytes, string ContentType);

/// <summary>What surrounds one call to a provider.</summary>
public sealed record PaintCall
{
    /// <summary>Hears of progress and previews; null when nobody listens, so that none is made.</summary>
    public IProgress<PaintProgress>? Progress { get; init; }
}

/// <summary>How far a picture is.</summary>
/// <param name="Fraction">0 to 1, never falling.</param>
/// <param name="Preview">A small encoded picture, or empty.</param>
/// <param name="PreviewType">Media type of the preview; null without one.</param>
public sealed record PaintProgress(double Fraction, ReadOnlyMemory<byte> Preview, string? PreviewType);
