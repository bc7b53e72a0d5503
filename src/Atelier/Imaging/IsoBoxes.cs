// Boxes of the ISO base media format, in which AVIF is kept; pure functions over bytes.
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Atelier.Imaging;

[StructLayout(LayoutKind.Auto)]
internal readonly record struct IsoBox(int Start, int End)
{
    public bool Is(ReadOnlySpan<byte> type, ReadOnlySpan<byte> file) => file.Slice(Start + 4, 4).SequenceEqual(type);
}

internal static class IsoBoxes
{
    /// <summary>The boxes between two positions; null when they do not fill the space. Boxes of 64-bit length are not read.</summary>
    public static List<IsoBox>? Read(ReadOnlySpan<byte> file, int start, int end)
    {
        var boxes = new List<IsoBox>();
        for (var at = start; at < end;)
        {
            if (at + 8 > end)
                return null;
            var length = (long)BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (length == 0)
                length = end - at;
            if (length < 8 || length > end - at)
                return null;
            boxes.Add(new IsoBox(at, at + (int)length));
            at += (int)length;
        }

        return boxes;
    }

    public static IsoBox? Find(this List<IsoBox> boxes, ReadOnlySpan<byte> type, ReadOnlySpan<byte> file)
    {
        foreach (var box in boxes)
        {
            if (box.Is(type, file))
                return box;
        }

        return null;
    }

    public static byte[] Box(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        var box = new byte[8 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(box, box.Length);
        type.CopyTo(box.AsSpan(4));
        data.CopyTo(box.AsSpan(8));
        return box;
    }
}
