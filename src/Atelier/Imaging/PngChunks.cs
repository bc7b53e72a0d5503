// Walks the chunks of a PNG file and writes new ones; pure functions over bytes.
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Atelier.Imaging;

/// <summary>One chunk: its four-letter type, where it starts (at its length field) and where its data lie.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PngChunk(uint Type, int Start, int DataStart, int DataLength)
{
    public int End => DataStart + DataLength + PngChunks.CrcBytes;

    public bool Is(ReadOnlySpan<byte> type) => BinaryPrimitives.ReadUInt32BigEndian(type) == Type;
}

internal static class PngChunks
{
    public const int SignatureBytes = 8;
    public const int CrcBytes = 4;
    private const int HeaderBytes = 8;

    private static readonly uint[] CrcTable = MakeCrcTable();

    /// <summary>All chunks up to and with IEND; null when the file ends before it, or a chunk overruns the file.</summary>
    public static List<PngChunk>? Read(ReadOnlySpan<byte> png)
    {
        var chunks = new List<PngChunk>();
        for (var at = SignatureBytes; at + HeaderBytes + CrcBytes <= png.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            if (length > png.Length - at - HeaderBytes - CrcBytes)
                return null;
            var chunk = new PngChunk(BinaryPrimitives.ReadUInt32BigEndian(png[(at + 4)..]), at, at + HeaderBytes, (int)length);
            chunks.Add(chunk);
            if (chunk.Is("IEND"u8))
                return chunks;
            at = chunk.End;
        }

        return null;
    }

    public static void Write(Stream output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        output.Write(word);
        output.Write(type);
        output.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, ~Crc(Crc(uint.MaxValue, type), data));
        output.Write(word);
    }

    /// <summary>CRC-32 as in PNG (ISO 3309), one step: starts from all ones, the caller inverts at the end.</summary>
    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (var value in data)
            crc = CrcTable[(crc ^ value) & 0xFF] ^ (crc >> 8);
        return crc;
    }

    private static uint[] MakeCrcTable()
    {
        const uint Polynomial = 0xEDB88320;
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? Polynomial ^ (value >> 1) : value >> 1;
            table[i] = value;
        }

        return table;
    }
}
