// Adds EXIF and XMP chunks to a WebP file, with the extended header they need, and leaves the coded picture as it is; a pure function.
using System.Buffers.Binary;

namespace Atelier.Imaging;

internal static class WebpMetadata
{
    private const int RiffHeaderBytes = 12;
    private const int ChunkHeaderBytes = 8;
    private const byte AlphaFlag = 0x10;
    private const byte ExifFlag = 0x08;
    private const byte XmpFlag = 0x04;

    public static byte[]? Embed(ReadOnlySpan<byte> webp, PictureStory story)
    {
        if (webp.Length < RiffHeaderBytes || ReadChunks(webp) is not { Count: > 0 } chunks
            || ExtendedHeader(webp, chunks) is not { } header)
            return null;
        var parameters = ParametersText.Of(story);
        var hasExif = (header[0] & ExifFlag) != 0;
        var exif = hasExif ? null : ExifBlock.Of(parameters, Read24(header.AsSpan(4)) + 1, Read24(header.AsSpan(7)) + 1);
        header[0] |= (byte)(XmpFlag | (exif is null ? 0 : ExifFlag));

        using var output = new MemoryStream(webp.Length + 8192);
        output.Write(webp[..RiffHeaderBytes]);
        Write(output, "VP8X"u8, header);
        foreach (var chunk in chunks)
        {
            var type = webp.Slice(chunk.Start.Value, 4);
            if (!type.SequenceEqual("VP8X"u8) && !type.SequenceEqual("XMP "u8))
                Write(output, type, webp[chunk][ChunkHeaderBytes..]);
        }

        if (exif is not null)
            Write(output, "EXIF"u8, exif);
        Write(output, "XMP "u8, XmpPacket.Of(story, exif is null ? parameters : null).ToBytes());
        var file = output.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        return file;
    }

    // Each chunk with its header and without its padding; null when one overruns the file.
    private static List<Range>? ReadChunks(ReadOnlySpan<byte> webp)
    {
        var end = Math.Min(webp.Length, BinaryPrimitives.ReadUInt32LittleEndian(webp[4..]) + 8L);
        var chunks = new List<Range>();
        for (var at = RiffHeaderBytes; at + ChunkHeaderBytes <= end;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(webp[(at + 4)..]);
            if (length > end - at - ChunkHeaderBytes)
                return null;
            var next = at + ChunkHeaderBytes + (int)length;
            chunks.Add(at..next);
            at = next + ((int)length & 1);
        }

        return chunks;
    }

    // The ten bytes of VP8X: the file's own, or made from the header of its one coded picture. Null when there is neither.
    private static byte[]? ExtendedHeader(ReadOnlySpan<byte> webp, List<Range> chunks)
    {
        var first = webp[chunks[0]];
        var data = first[ChunkHeaderBytes..];
        if (first.StartsWith("VP8X"u8) && data.Length >= 10)
            return data[..10].ToArray();

        int width, height;
        var alpha = false;
        if (first.StartsWith("VP8L"u8) && data.Length >= 5 && data[0] == 0x2F)
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
            (width, height, alpha) = ((int)(bits & 0x3FFF) + 1, (int)((bits >> 14) & 0x3FFF) + 1, ((bits >> 28) & 1) != 0);
        }
        else if (first.StartsWith("VP8 "u8) && data.Length >= 10 && data[3..6].SequenceEqual((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]))
        {
            width = BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF;
            height = BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF;
        }
        else
        {
            return null;
        }

        var header = new byte[10];
        header[0] = alpha ? AlphaFlag : (byte)0;
        Write24(header.AsSpan(4), width - 1);
        Write24(header.AsSpan(7), height - 1);
        return header;
    }

    private static int Read24(ReadOnlySpan<byte> at) => at[0] | (at[1] << 8) | (at[2] << 16);

    private static void Write24(Span<byte> at, int value) => (at[0], at[1], at[2]) = ((byte)value, (byte)(value >> 8), (byte)(value >> 16));

    private static void Write(MemoryStream output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, data.Length);
        output.Write(type);
        output.Write(length);
        output.Write(data);
        if ((data.Length & 1) != 0)
            output.WriteByte(0);
    }
}
