// Puts APP1 segments behind a JPEG's own headers and leaves the coded picture as it is; a pure function.
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Atelier.Imaging;

internal static class JpegMetadata
{
    private const int MaxSegmentData = 65_533;
    private const int MaxExtensionPart = 65_000;
    private const byte App0 = 0xE0;
    private const byte App1 = 0xE1;
    private const byte StartOfScan = 0xDA;

    private static ReadOnlySpan<byte> XmpHeader => "http://ns.adobe.com/xap/1.0/\0"u8;

    private static ReadOnlySpan<byte> ExtensionHeader => "http://ns.adobe.com/xmp/extension/\0"u8;

    private static ReadOnlySpan<byte> ExifHeader => "Exif\0\0"u8;

    public static byte[]? Embed(ReadOnlySpan<byte> jpeg, PictureStory story)
    {
        if (ReadHeaders(jpeg) is not { } segments)
            return null;
        var hasExif = false;
        var (width, height) = (0, 0);
        foreach (var (marker, range) in segments)
        {
            var data = Data(jpeg, range);
            hasExif |= marker == App1 && data.StartsWith(ExifHeader);
            if (IsFrame(marker) && data.Length >= 5)
                (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(data[1..]), BinaryPrimitives.ReadUInt16BigEndian(data[3..]));
        }

        var parameters = ParametersText.Of(story);
        var exif = hasExif ? null : ExifBlock.Of(parameters, width, height);
        using var output = new MemoryStream(jpeg.Length + 8192);
        output.Write(jpeg[..2]);
        foreach (var (marker, range) in segments)
        {
            if (IsLeading(marker, Data(jpeg, range)))
                output.Write(jpeg[range]);
        }

        if (exif is not null)
            WriteSegment(output, [.. ExifHeader, .. exif]);
        WriteXmp(output, XmpPacket.Of(story, exif is null ? parameters : null));
        foreach (var (marker, range) in segments)
        {
            if (!IsLeading(marker, Data(jpeg, range)) && !IsXmp(marker, Data(jpeg, range)))
                output.Write(jpeg[range]);
        }

        output.Write(jpeg[(segments.Count == 0 ? 2 : segments[^1].Range.End.Value)..]);
        return output.ToArray();
    }

    // All segments before the first scan, each with its marker; null when they do not follow one another.
    private static List<(byte Marker, Range Range)>? ReadHeaders(ReadOnlySpan<byte> jpeg)
    {
        var segments = new List<(byte, Range)>();
        for (var at = 2; at + 4 <= jpeg.Length;)
        {
            if (jpeg[at] != 0xFF)
                return null;
            while (at + 4 < jpeg.Length && jpeg[at + 1] == 0xFF) // any number of fill bytes may stand before a marker
                at++;
            if (jpeg[at + 1] == StartOfScan)
                return segments;
            var end = at + 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]);
            if (end > jpeg.Length || end < at + 4)
                return null;
            segments.Add((jpeg[at + 1], at..end));
            at = end;
        }

        return null;
    }

    private static ReadOnlySpan<byte> Data(ReadOnlySpan<byte> jpeg, Range segment) => jpeg[segment][4..];

    // Start of frame, of any coding: it states the size. Three markers of the same range mean tables.
    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    private static bool IsLeading(byte marker, ReadOnlySpan<byte> data) =>
        marker == App0 || (marker == App1 && data.StartsWith(ExifHeader));

    private static bool IsXmp(byte marker, ReadOnlySpan<byte> data) =>
        marker == App1 && (data.StartsWith(XmpHeader) || data.StartsWith(ExtensionHeader));

    // A packet past one segment is split as the XMP specification has it: the mark in the main packet, the long texts in the extension.
    private static void WriteXmp(MemoryStream output, XmpPacket packet)
    {
        var whole = packet.ToBytes();
        if (XmpHeader.Length + whole.Length <= MaxSegmentData)
        {
            WriteSegment(output, [.. XmpHeader, .. whole]);
            return;
        }

        var texts = new XmpPacket { Description = packet.Description, UserComment = packet.UserComment };
        var extension = Encoding.UTF8.GetBytes(texts.ToXml());
        var guid = Digest(extension);
        WriteSegment(output, [.. XmpHeader, .. (packet with { Description = null, UserComment = null, ExtendedBy = guid }).ToBytes()]);
        Span<byte> place = stackalloc byte[8];
        BinaryPrimitives.WriteInt32BigEndian(place, extension.Length);
        for (var at = 0; at < extension.Length; at += MaxExtensionPart)
        {
            BinaryPrimitives.WriteInt32BigEndian(place[4..], at);
            var part = extension.AsSpan(at, Math.Min(MaxExtensionPart, extension.Length - at));
            WriteSegment(output, [.. ExtensionHeader, .. Encoding.ASCII.GetBytes(guid), .. place, .. part]);
        }
    }

    [SuppressMessage("Security", "CA5351", Justification = "XMP names the extension by its MD5; nothing is secured by it.")]
    private static string Digest(byte[] extension) => Convert.ToHexString(MD5.HashData(extension));

    private static void WriteSegment(MemoryStream output, ReadOnlySpan<byte> data)
    {
        Span<byte> head = [0xFF, App1, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)(data.Length + 2));
        output.Write(head);
        output.Write(data);
    }
}
