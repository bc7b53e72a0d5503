// The two ends of an inspection: a decoded picture with its facts, or a refusal with its reason; plain data.
using Atelier.Vips;

namespace Atelier.Imaging;

/// <summary>What the bytes of a picture turned out to be.</summary>
/// <param name="Format">The real format, by its content.</param>
/// <param name="ContentType">The media type of that format.</param>
/// <param name="Width">Width in pixels as shown, after the rotation that the file asks for; an SVG's own width.</param>
/// <param name="Height">Height in pixels as shown; an SVG's own height.</param>
/// <param name="Pages">Frames or pages in the file, of which the first was decoded; 1 for a plain picture.</param>
/// <param name="HasAlpha">Whether there is a transparency channel.</param>
public sealed record ImageFacts(ImageFormat Format, string ContentType, int Width, int Height, int Pages, bool HasAlpha);

/// <summary>The outcome of <see cref="ImageInspector.Inspect"/>: <see cref="Accepted"/> or <see cref="Rejected"/>, nothing else.</summary>
public abstract record Inspection
{
    private Inspection()
    {
    }

    /// <summary>The picture is whole and within limits. Disposing frees the decoded pixels.</summary>
    /// <param name="Decoded">The first frame, decoded, upright, in sRGB.</param>
    /// <param name="Facts">What the file is.</param>
    public sealed record Accepted(VipsImage Decoded, ImageFacts Facts) : Inspection, IDisposable
    {
        /// <summary>Frees the decoded pixels.</summary>
        public void Dispose() => Decoded.Dispose();
    }

    /// <summary>The picture is refused.</summary>
    /// <param name="Code">One of <see cref="RejectionCodes"/>.</param>
    /// <param name="Message">One sentence for people.</param>
    public sealed record Rejected(string Code, string Message) : Inspection;
}

/// <summary>Why a picture is refused; stable words for programs.</summary>
public static class RejectionCodes
{
    /// <summary>There are no bytes.</summary>
    public const string Empty = "image_empty";

    /// <summary>The file has too many bytes.</summary>
    public const string TooManyBytes = "image_too_large";

    /// <summary>The bytes are none of the formats that are accepted.</summary>
    public const string UnknownFormat = "image_format_unknown";

    /// <summary>The header announces too many pixels or too long a side.</summary>
    public const string TooManyPixels = "image_too_many_pixels";

    /// <summary>Text or profiles inside the file unpack to too much.</summary>
    public const string MetadataBomb = "image_metadata_too_large";

    /// <summary>The file is truncated or damaged.</summary>
    public const string Unreadable = "image_unreadable";

    /// <summary>The picture is of one colour, or wholly transparent.</summary>
    public const string Blank = "image_blank";

    /// <summary>An SVG came where only pixels are accepted.</summary>
    public const string SvgNotAllowed = "svg_not_allowed";

    /// <summary>The SVG holds scripts, outside references or other things that are not a still picture.</summary>
    public const string SvgUnsafe = "svg_unsafe";

    /// <summary>The SVG is too large, too deep or draws too many elements.</summary>
    public const string SvgTooComplex = "svg_too_complex";
}
