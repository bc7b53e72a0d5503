// Paints small honest PNG files and serves them for a while under addresses that expire.
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Compression;

namespace Atelier.Doubles;

/// <summary>Where doubles keep their pictures.</summary>
public sealed class PictureShelf(DoubleSettings settings)
{
    private readonly ConcurrentDictionary<(int, int, int), byte[]> _painted = new();
    private readonly ConcurrentDictionary<string, (byte[] Bytes, string Type, long Until)> _shelf = new();

    /// <summary>The server's address.</summary>
    public string Root { get; set; } = "";

    public DoubleSettings Settings => settings;

    /// <summary>A PNG of a size; another seed gives another picture.</summary>
    public byte[] Paint(int width, int height, long seed = 0)
    {
        var shrink = Math.Min(1.0, (double)settings.LongestSide / Math.Max(width, height));
        var (w, h) = (Math.Max(1, (int)(width * shrink)), Math.Max(1, (int)(height * shrink)));
        return _painted.GetOrAdd((w, h, (int)(Math.Abs(seed) % 5)), key => Png(key.Item1, key.Item2, key.Item3));
    }

    /// <summary>Puts a file on the shelf and gives its address.</summary>
    public string Put(byte[] bytes, string type = "image/png")
    {
        var name = Guid.NewGuid().ToString("N");
        _shelf[name] = (bytes, type, Environment.TickCount64 + (long)settings.PictureLife.TotalMilliseconds);
        return $"{Root}/pictures/{name}";
    }

    internal void Map(IEndpointRouteBuilder routes) => routes.MapGet("/pictures/{name}", (string name) =>
        _shelf.TryGetValue(name, out var file) && file.Until > Environment.TickCount64 ? Results.Bytes(file.Bytes, file.Type) : Results.StatusCode(403));

    private static byte[] Png(int width, int height, int seed)
    {
        using var pixels = new MemoryStream();
        using (var zip = new ZLibStream(pixels, CompressionLevel.Fastest, leaveOpen: true))
        {
            var row = new byte[1 + width * 3];
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    row[1 + x * 3] = (byte)(x * 255 / width);
                    row[2 + x * 3] = (byte)(y * 255 / height);
                    row[3 + x * 3] = (byte)(seed * 50 + ((x / 64 + y / 64) % 2 * 40));
                }
                zip.Write(row);
            }
        }
        using var file = new MemoryStream();
        file.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        Chunk(file, "IHDR"u8, header);
        Chunk(file, "IDAT"u8, pixels.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        byte[] body = [.. type, .. data];
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(body));
        file.Write(number);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var next in bytes)
        {
            crc ^= next;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
