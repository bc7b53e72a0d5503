// Reads out of a file what it says about its own making, in the words of A1111's "parameters" text and XMP; pure functions that believe nothing.
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Xml;
using Atelier.Vips;

namespace Atelier.Imaging;

/// <summary>The settings that a picture's file tells; a part that it does not tell is null.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="NegativePrompt">What was to be left out.</param>
/// <param name="Model">The model, by whatever name its maker gave it.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Steps">Sampling steps.</param>
/// <param name="Guidance">Guidance scale.</param>
public sealed record PictureSettings(
    string? Prompt, string? NegativePrompt, string? Model, int? Width, int? Height, long? Seed, int? Steps, double? Guidance);

/// <summary>Reads PNG (text chunks), JPEG and WebP (Exif user comment), and XMP in each of them: what <see cref="EmbeddedMetadata"/> and other tools write.</summary>
public static class EmbeddedSettings
{
    private const int MaxText = 256 * 1024;
    private const ushort ExifDirectory = 0x8769, UserComment = 0x9286;

    /// <summary>The settings in a file, or null where it tells none.</summary>
    /// <param name="bytes">A whole file that has passed <see cref="ImageInspector"/>.</param>
    /// <param name="format">Its real format.</param>
    public static PictureSettings? Read(ReadOnlySpan<byte> bytes, ImageFormat format)
    {
        var (parameters, packet) = format switch
        {
            ImageFormat.Png => OfPng(bytes),
            ImageFormat.Jpeg => OfJpeg(bytes),
            ImageFormat.Webp => OfWebp(bytes),
            _ => (null, null),
        };
        var (description, comment) = packet is null ? (null, null) : OfXmp(packet);
        if ((parameters ?? comment) is { Length: > 0 } text)
            return ParametersText.Read(text);
        return description is { Length: > 0 } ? new PictureSettings(description, null, null, null, null, null, null, null) : null;
    }

    private static (string? Parameters, string? Packet) OfPng(ReadOnlySpan<byte> png)
    {
        string? parameters = null, packet = null;
        foreach (var chunk in PngChunks.Read(png) ?? [])
        {
            var data = png.Slice(chunk.DataStart, chunk.DataLength);
            if (data.StartsWith("parameters\0"u8))
                parameters ??= TextOf(chunk, data);
            else if (data.StartsWith("XML:com.adobe.xmp\0"u8))
                packet ??= TextOf(chunk, data);
        }
        return (parameters, packet);
    }

    // tEXt: keyword 0 text. zTXt: keyword 0 method packed. iTXt: keyword 0 packed? method language 0 translated 0 text.
    private static string? TextOf(PngChunk chunk, ReadOnlySpan<byte> data)
    {
        var rest = data[(data.IndexOf((byte)0) + 1)..];
        if (chunk.Is("tEXt"u8))
            return Latin(rest);
        if (chunk.Is("zTXt"u8) && rest.Length > 1)
            return Unpack(rest[1..]) is { } plain ? Latin(plain) : null;
        if (!chunk.Is("iTXt"u8) || rest.Length < 2)
            return null;
        var packed = rest[0] == 1;
        rest = rest[2..];
        for (var skip = 0; skip < 2; skip++)
        {
            var end = rest.IndexOf((byte)0);
            if (end < 0)
                return null;
            rest = rest[(end + 1)..];
        }
        return packed ? Unpack(rest) is { } text ? Utf8(text) : null : Utf8(rest);
    }

    private static (string? Parameters, string? Packet) OfJpeg(ReadOnlySpan<byte> jpeg)
    {
        string? parameters = null, packet = null;
        for (var at = 2; at + 4 <= jpeg.Length && jpeg[at] == 0xFF && jpeg[at + 1] != 0xDA;)
        {
            if (jpeg[at + 1] == 0xFF)
            {
                at++;
                continue;
            }
            var end = at + 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]);
            if (end > jpeg.Length || end < at + 4)
                break;
            var data = jpeg[(at + 4)..end];
            if (jpeg[at + 1] == 0xE1 && data.StartsWith("Exif\0\0"u8))
                parameters ??= OfExif(data[6..]);
            else if (jpeg[at + 1] == 0xE1 && data.StartsWith("http://ns.adobe.com/xap/1.0/\0"u8))
                packet ??= Utf8(data[29..]);
            at = end;
        }
        return (parameters, packet);
    }

    private static (string? Parameters, string? Packet) OfWebp(ReadOnlySpan<byte> webp)
    {
        string? parameters = null, packet = null;
        for (var at = 12; at + 8 <= webp.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(webp[(at + 4)..]);
            if (length > webp.Length - at - 8)
                break;
            var data = webp.Slice(at + 8, (int)length);
            if (webp[at..].StartsWith("EXIF"u8))
                parameters ??= OfExif(data.StartsWith("Exif\0\0"u8) ? data[6..] : data);
            else if (webp[at..].StartsWith("XMP "u8))
                packet ??= Utf8(data);
            at += 8 + (int)length + ((int)length & 1);
        }
        return (parameters, packet);
    }

    private static string? OfExif(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8 || !(tiff.StartsWith("MM"u8) || tiff.StartsWith("II"u8)))
            return null;
        var big = tiff[0] == (byte)'M';
        if (Find(tiff, Word(tiff[4..], big), ExifDirectory, big) is not { } directory || Find(tiff, directory.Value, UserComment, big) is not { } comment)
            return null;
        if (comment.Count < 8 || comment.Count > MaxText || comment.Value > tiff.Length || comment.Count > tiff.Length - comment.Value)
            return null;
        var text = tiff.Slice((int)comment.Value, (int)comment.Count);
        if (!text.StartsWith("UNICODE\0"u8))
            return Utf8(text[8..]).Trim('\0', ' ');
        // The standard leaves the order of the bytes open: Latin letters have their zero first or second.
        text = text[8..];
        var zerosFirst = 0;
        for (var i = 0; i + 1 < text.Length; i += 2)
            zerosFirst += text[i] == 0 ? 1 : text[i + 1] == 0 ? -1 : 0;
        return (zerosFirst > 0 || (zerosFirst == 0 && big) ? Encoding.BigEndianUnicode : Encoding.Unicode).GetString(text).Trim('\0', ' ');
    }

    private static (uint Count, uint Value)? Find(ReadOnlySpan<byte> tiff, uint directory, ushort tag, bool big)
    {
        if (directory > tiff.Length - 2)
            return null;
        var entries = tiff[(int)directory..];
        var count = Half(entries, big);
        for (var i = 0; i < count && 2 + (12 * (i + 1)) <= entries.Length; i++)
        {
            var entry = entries.Slice(2 + (12 * i), 12);
            if (Half(entry, big) == tag)
                return (Word(entry[4..], big), Word(entry[8..], big));
        }
        return null;
    }

    private static ushort Half(ReadOnlySpan<byte> data, bool big) => big ? BinaryPrimitives.ReadUInt16BigEndian(data) : BinaryPrimitives.ReadUInt16LittleEndian(data);

    private static uint Word(ReadOnlySpan<byte> data, bool big) => big ? BinaryPrimitives.ReadUInt32BigEndian(data) : BinaryPrimitives.ReadUInt32LittleEndian(data);

    private static (string? Description, string? Comment) OfXmp(string packet)
    {
        string? description = null, comment = null;
        try
        {
            using var xml = XmlReader.Create(new StringReader(packet), new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxText, ConformanceLevel = ConformanceLevel.Fragment,
            });
            var within = "";
            while (xml.Read())
            {
                if (xml.NodeType == XmlNodeType.Element && xml.LocalName is "description" or "UserComment")
                    within = xml.LocalName;
                else if (xml.NodeType == XmlNodeType.EndElement && xml.LocalName == within)
                    within = "";
                else if (xml.NodeType == XmlNodeType.Text && within == "description")
                    description ??= xml.Value;
                else if (xml.NodeType == XmlNodeType.Text && within == "UserComment")
                    comment ??= xml.Value;
            }
        }
        catch (XmlException)
        {
            // What was read before the packet breaks off still holds.
            return (description, comment);
        }
        return (description, comment);
    }

    private static byte[]? Unpack(ReadOnlySpan<byte> packed)
    {
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
            var plain = new byte[MaxText];
            return plain[..zlib.ReadAtLeast(plain, plain.Length, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static string Latin(ReadOnlySpan<byte> text)
    {
        var most = text[..Math.Min(text.Length, MaxText)];
        // The standard says Latin-1; most tools write UTF-8 all the same.
        return Utf8(most) is var utf8 && utf8.Contains('\uFFFD', StringComparison.Ordinal) ? Encoding.Latin1.GetString(most) : utf8;
    }

    private static string Utf8(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text[..Math.Min(text.Length, MaxText)]);
}
