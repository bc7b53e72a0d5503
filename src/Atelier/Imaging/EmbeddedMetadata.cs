// Writes how a picture was made into a copy of its file, at container level: pixels are never encoded again; pure functions.
using Atelier.Vips;

namespace Atelier.Imaging;

/// <summary>
/// Gives downloads and exports their metadata: the IPTC digital source type and the software's name always, the prompt and
/// parameters as the story allows. Where each part stands:
/// PNG: <c>iTXt</c> chunks (<c>parameters</c>, XMP). JPEG: XMP in APP1 (split past 64 KB), parameters in the Exif user comment.
/// WebP: the XMP and EXIF chunks. AVIF: an XMP item that describes the primary item. SVG: a <c>metadata</c> element with XMP.
/// Where a file already has Exif, or the text does not fit there, the parameters stand in XMP instead.
/// GIF and AVIF sequences cannot carry metadata here. A C2PA signature that the file may hold stays inside, but no longer
/// matches the changed copy: the untouched original is the one to verify.
/// </summary>
public static class EmbeddedMetadata
{
    /// <summary>A copy of the file with its story.</summary>
    /// <param name="bytes">A whole file that has passed <see cref="ImageInspector"/>.</param>
    /// <param name="format">Its real format.</param>
    /// <param name="story">What to write; text from users is cleaned of control characters and broken Unicode.</param>
    /// <returns>The copy, or null when this file cannot carry metadata: a GIF, an AVIF sequence, or a container out of order.</returns>
    public static byte[]? Embed(ReadOnlySpan<byte> bytes, ImageFormat format, PictureStory story)
    {
        ArgumentNullException.ThrowIfNull(story);
        return format switch
        {
            ImageFormat.Png => PngMetadata.Embed(bytes, story),
            ImageFormat.Jpeg => JpegMetadata.Embed(bytes, story),
            ImageFormat.Webp => WebpMetadata.Embed(bytes, story),
            ImageFormat.Avif => AvifMetadata.Embed(bytes, story),
            ImageFormat.Svg => SvgMetadata.Embed(bytes, story),
            _ => null,
        };
    }
}
