// The image formats that Atelier knows, told apart by their first bytes; pure functions.
namespace Atelier.Vips;

/// <summary>A file format of an image.</summary>
public enum ImageFormat
{
    /// <summary>Portable Network Graphics.</summary>
    Png,

    /// <summary>JPEG (JFIF or Exif).</summary>
    Jpeg,

    /// <summary>WebP, lossy or lossless.</summary>
    Webp,

    /// <summary>AV1 Image File Format.</summary>
    Avif,

    /// <summary>GIF: read only.</summary>
    Gif,

    /// <summary>Scalable Vector Graphics: rasterised when read, never written.</summary>
    Svg,
}

/// <summary>What follows from a format: its type, its extension, how it is recognised.</summary>
public static class ImageFormats
{
    /// <summary>The media type, such as <c>image/png</c>.</summary>
    public static string ContentType(this ImageFormat format) => format switch
    {
        ImageFormat.Png => "image/png",
        ImageFormat.Jpeg => "image/jpeg",
        ImageFormat.Webp => "image/webp",
        ImageFormat.Avif => "image/avif",
        ImageFormat.Gif => "image/gif",
        ImageFormat.Svg => "image/svg+xml",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, message: null),
    };

    /// <summary>The file extension without a dot, such as <c>jpg</c>.</summary>
    public static string Extension(this ImageFormat format) => format switch
    {
        ImageFormat.Png => "png",
        ImageFormat.Jpeg => "jpg",
        ImageFormat.Webp => "webp",
        ImageFormat.Avif => "avif",
        ImageFormat.Gif => "gif",
        ImageFormat.Svg => "svg",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, message: null),
    };

    /// <summary>The real format by the first bytes, whatever a name or header claims; null when it is none of ours.</summary>
    public static ImageFormat? Sniff(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
            return ImageFormat.Png;
        if (bytes.Length >= 3 && bytes[0] == 0xFF && bytes[1] == 0xD8 && bytes[2] == 0xFF)
            return ImageFormat.Jpeg;
        if (bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..12].SequenceEqual("WEBP"u8))
            return ImageFormat.Webp;
        if (bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8))
            return ImageFormat.Gif;
        if (IsAvif(bytes))
            return ImageFormat.Avif;
        return LooksLikeSvg(bytes) ? ImageFormat.Svg : null;
    }

    internal static string Loader(this ImageFormat format) => format switch
    {
        ImageFormat.Png => "pngload_buffer",
        ImageFormat.Jpeg => "jpegload_buffer",
        ImageFormat.Webp => "webpload_buffer",
        ImageFormat.Avif => "heifload_buffer",
        ImageFormat.Gif => "gifload_buffer",
        ImageFormat.Svg => "svgload_buffer",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, message: null),
    };

    internal static string? Saver(this ImageFormat format) => format switch
    {
        ImageFormat.Png => "pngsave_buffer",
        ImageFormat.Jpeg => "jpegsave_buffer",
        ImageFormat.Webp => "webpsave_buffer",
        ImageFormat.Avif => "heifsave_buffer",
        _ => null,
    };

    // ISO base media: the first box is ftyp, and its major or a compatible brand is avif (a still) or avis (a sequence).
    private static bool IsAvif(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 16 || !bytes[4..8].SequenceEqual("ftyp"u8))
            return false;
        var end = (int)Math.Min((uint)bytes.Length, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes));
        for (var at = 8; at + 4 <= end; at += 4)
        {
            var brand = bytes.Slice(at, 4);
            if (at != 12 && (brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8)))
                return true;
        }

        return false;
    }

    // XML may open with a byte order mark, blanks, a declaration and comments; the root element must come early.
    private static bool LooksLikeSvg(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("\uFEFF"u8))
            bytes = bytes[3..];
        bytes = bytes.TrimStart(" \t\r\n"u8);
        return bytes.StartsWith("<"u8) && bytes[..Math.Min(bytes.Length, 4096)].IndexOf("<svg"u8) >= 0;
    }
}
