// Looks through a PNG's chunks before any native code sees it: size, frames, and packed text that would unpack to too much.
using System.Buffers.Binary;
using System.IO.Compression;

namespace Atelier.Imaging;

internal sealed record PngInspection(long Width, long Height, int Frames, Inspection.Rejected? Refusal)
{
    public static PngInspection Inspect(ReadOnlySpan<byte> png, int maxMetadataBytes)
    {
        if (PngChunks.Read(png) is not { } chunks)
            return Refuse(RejectionCodes.Unreadable, "The png image is truncated.");
        if (!chunks[0].Is("IHDR"u8) || chunks[0].DataLength != 13)
            return Refuse(RejectionCodes.Unreadable, "The png image does not start with its header.");

        var frames = 1;
        long unpacked = 0;
        foreach (var chunk in chunks)
        {
            var data = png.Slice(chunk.DataStart, chunk.DataLength);
            if (chunk.Is("acTL"u8) && data.Length >= 4)
                frames = (int)Math.Clamp(BinaryPrimitives.ReadUInt32BigEndian(data), 1, int.MaxValue);
            unpacked += UnpackedLength(chunk, data, maxMetadataBytes);
            if (unpacked > maxMetadataBytes)
                return Refuse(RejectionCodes.MetadataBomb,
                    $"Text or profiles in the png image unpack to more than {maxMetadataBytes} bytes.");
        }

        var header = png[chunks[0].DataStart..];
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(header), BinaryPrimitives.ReadUInt32BigEndian(header[4..]));
        return new PngInspection(width, height, frames, Refusal: null);
    }

    private static PngInspection Refuse(string code, string message) => new(0, 0, 0, ImageInspector.Reject(code, message));

    // How long a text or profile chunk is once unpacked; counting stops soon after the limit.
    private static long UnpackedLength(PngChunk chunk, ReadOnlySpan<byte> data, int limit)
    {
        var keyword = data.IndexOf((byte)0);
        if (chunk.Is("tEXt"u8))
            return data.Length;
        if (keyword < 0)
            return 0;
        if (chunk.Is("zTXt"u8) || chunk.Is("iCCP"u8))
            return Inflate(data[Math.Min(data.Length, keyword + 2)..], limit);
        if (!chunk.Is("iTXt"u8))
            return 0;

        // keyword 0, compressed?, method, language 0, translated keyword 0, text
        var rest = data[Math.Min(data.Length, keyword + 1)..];
        if (rest.Length < 2 || rest[0] == 0)
            return data.Length;
        rest = AfterZero(AfterZero(rest[2..]));
        return Inflate(rest, limit);
    }

    private static ReadOnlySpan<byte> AfterZero(ReadOnlySpan<byte> data) => data[(data.IndexOf((byte)0) + 1)..];

    private static long Inflate(ReadOnlySpan<byte> packed, int limit)
    {
        using var zlib = new ZLibStream(new MemoryStream(packed.ToArray(), writable: false), CompressionMode.Decompress);
        Span<byte> block = stackalloc byte[8192];
        long total = 0;
        try
        {
            while (total <= limit)
            {
                var read = zlib.Read(block);
                if (read == 0)
                    break;
                total += read;
            }
        }
        catch (InvalidDataException)
        {
            // Broken text does not spoil the picture; what it unpacked to so far still counts, and the decoder ignores the rest.
            return total;
        }

        return total;
    }
}
