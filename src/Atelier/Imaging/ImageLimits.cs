// What a picture from outside may cost at most; plain data.
using System.ComponentModel.DataAnnotations;

namespace Atelier.Imaging;

/// <summary>Limits that are checked before, or instead of, decoding a picture from an engine or a user.</summary>
public sealed record ImageLimits
{
    /// <summary>Default of <see cref="MaxBytes"/>: 50 MiB.</summary>
    public const int DefaultMaxBytes = 50 << 20;

    /// <summary>Default of <see cref="MaxPixels"/>: 50 megapixels.</summary>
    public const long DefaultMaxPixels = 50_000_000;

    /// <summary>Largest file, in bytes: 1 KiB to 1 GiB.</summary>
    [Range(1 << 10, 1 << 30)]
    public int MaxBytes { get; init; } = DefaultMaxBytes;

    /// <summary>Most pixels (width × height) of one frame: 1 to 268,435,456 (16384²).</summary>
    [Range(1L, 268_435_456L)]
    public long MaxPixels { get; init; } = DefaultMaxPixels;

    /// <summary>Longest side, in pixels: 1 to 65535; 16384 by default.</summary>
    [Range(1, 65_535)]
    public int MaxSide { get; init; } = 16_384;

    /// <summary>Most bytes that compressed text and colour profiles of a PNG may unpack to: 64 KiB to 64 MiB; 4 MiB by default.</summary>
    [Range(64 << 10, 64 << 20)]
    public int MaxMetadataBytes { get; init; } = 4 << 20;

    /// <summary>Whether an SVG is accepted at all; false by default. Meant for results of engines, never for uploads.</summary>
    public bool AllowSvg { get; init; }

    /// <summary>Largest SVG, in bytes: 1 KiB to 64 MiB; 8 MiB by default.</summary>
    [Range(1 << 10, 64 << 20)]
    public int MaxSvgBytes { get; init; } = 8 << 20;

    /// <summary>
    /// Most elements that an SVG may draw, each reference counted as a copy of its target: 1 to 10,000,000; 500,000 by default.
    /// </summary>
    [Range(1, 10_000_000)]
    public int MaxSvgElements { get; init; } = 500_000;

    /// <summary>Whether a picture of one colour, or a fully transparent one, is refused; true by default.</summary>
    public bool RefuseBlank { get; init; } = true;

    /// <summary>How far apart, of 255, the values of a channel may lie for the picture to count as blank: 0 to 32; 2 by default.</summary>
    [Range(0, 32)]
    public int BlankTolerance { get; init; } = 2;
}
