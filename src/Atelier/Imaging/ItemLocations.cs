// The table in an AVIF file that says where each item's bytes lie; immutable.
namespace Atelier.Imaging;

/// <summary>The <c>iloc</c> box. Addresses are absolute, or relative to the <c>idat</c> box for method 1.</summary>
internal sealed class ItemLocations
{
    private const int InFile = 0;
    private const int InItemData = 1;

    private readonly IReadOnlyList<Location> locations;

    private ItemLocations(IReadOnlyList<Location> locations) => this.locations = locations;

    /// <summary>Reads versions 0 to 2; null when the box is broken, or an item is built from others or numbered past 65535.</summary>
    public static ItemLocations? Read(ReadOnlySpan<byte> box)
    {
        var reader = new Fields(box[8..]);
        var version = (int)reader.Next(1);
        reader.Next(3);
        var sizes = (int)reader.Next(2);
        var (offsetSize, lengthSize, baseSize) = (sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15);
        var indexSize = version == 0 ? 0 : sizes & 15;
        var read = new List<Location>();
        var idSize = version < 2 ? 2 : 4;
        for (var items = reader.Next(idSize); items > 0 && !reader.Failed; items--)
        {
            var item = (uint)reader.Next(idSize);
            var method = version == 0 ? InFile : (int)reader.Next(2) & 15;
            var otherFile = reader.Next(2);
            var start = reader.Next(baseSize);
            if (method is not (InFile or InItemData) || otherFile != 0 || item > ushort.MaxValue)
                return null;
            var extents = new List<(long Offset, long Length)>();
            for (var count = reader.Next(2); count > 0 && !reader.Failed; count--)
            {
                reader.Next(indexSize);
                extents.Add((start + reader.Next(offsetSize), reader.Next(lengthSize)));
            }

            read.Add(new Location(item, method, extents));
        }

        return version > 2 || reader.Failed ? null : new ItemLocations(read);
    }

    public uint LargestId => locations.Select(l => l.Item).DefaultIfEmpty(0u).Max();

    public ItemLocations Moved(int from, int by) => new([.. locations.Select(l => l.Method == InFile ? l.Moved(from, by) : l)]);

    public ItemLocations With(uint item, int offset, int length) =>
        new([.. locations.Where(l => l.Item != item), new Location(item, InFile, [(offset, length)])]);

    /// <summary>Always version 1 with 32-bit addresses.</summary>
    public byte[] ToBox()
    {
        using var body = new MemoryStream();
        body.Write([1, 0, 0, 0, 0x44, 0x00]);
        Write(body, locations.Count, 2);
        foreach (var location in locations)
        {
            Write(body, location.Item, 2);
            Write(body, location.Method, 2);
            Write(body, 0, 2);
            Write(body, location.Extents.Count, 2);
            foreach (var (offset, length) in location.Extents)
            {
                Write(body, offset, 4);
                Write(body, length, 4);
            }
        }

        return IsoBoxes.Box("iloc"u8, body.ToArray());
    }

    private static void Write(MemoryStream output, long value, int bytes)
    {
        for (var shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
            output.WriteByte((byte)(value >> shift));
    }

    private sealed record Location(uint Item, int Method, List<(long Offset, long Length)> Extents)
    {
        public Location Moved(int from, int by) =>
            this with { Extents = [.. Extents.Select(e => (e.Offset >= from ? e.Offset + by : e.Offset, e.Length))] };
    }

    // Big-endian fields of 0, 1, 2, 3, 4 or 8 bytes, one after the other; remembers when they run past the end.
    private ref struct Fields(ReadOnlySpan<byte> data)
    {
        private ReadOnlySpan<byte> rest = data;

        public bool Failed { get; private set; }

        public long Next(int bytes)
        {
            if (bytes > rest.Length)
            {
                Failed = true;
                return 0;
            }

            long value = 0;
            foreach (var part in rest[..bytes])
                value = (value << 8) | part;
            rest = rest[bytes..];
            return value;
        }
    }
}
