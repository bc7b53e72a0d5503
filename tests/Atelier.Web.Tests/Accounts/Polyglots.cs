// Pictures that are something else besides, such as a script, a page or an archive, and files that lie about being pictures.
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Atelier.Vips;
using Atelier.Web.Tests.Api;

namespace Atelier.Web.Tests.Accounts;

internal static class Polyglots
{
    private const string Mark = "xyzzy", Script = $"*/=1;alert('{Mark}')//", Page = $"<html><script>alert('{Mark}')</script></html>";

    /// <summary>What each is called, its file, the type that it is said to be, its bytes, and whether it is a picture too.</summary>
    public static IEnumerable<(string Name, string File, string Type, byte[] Bytes, bool IsPicture)> All()
    {
        byte[] png = Images.Png(300, 200), zip = Zip(), gif = Gif();
        return
        [
            ("a GIF that is a script", "picture.gif", "image/gif", gif, true),
            ("a script that claims to be a PNG and is a GIF", "picture.png", "image/png", gif, true),
            ("a GIF behind which a page comes", "page.html", "text/html", [.. gif, .. Encoding.UTF8.GetBytes(Page)], true),
            ("a JPEG with a page in its EXIF and its comment", "picture.jpg", "image/jpeg", Jpeg(), true),
            ("a JPEG that is called a page", "picture.html", "text/html", Jpeg(), true),
            ("a PNG with a page in its text", "picture.png", "image/png", [.. png[..33], .. Chunk("tEXt", Encoding.Latin1.GetBytes($"Comment\0{Page}")), .. png[33..]], true),
            ("a PNG that is an archive", "picture.zip", "application/zip", [.. png, .. zip], true),
            ("a PNG behind which a page comes", "picture.png", "image/png", [.. png, .. Encoding.UTF8.GetBytes(Page)], true),
            ("a page that is called a PNG", "picture.png", "image/png", Encoding.UTF8.GetBytes(Page), false),
            ("an archive that is called a PNG", "picture.png", "image/png", zip, false),
            ("an SVG with a script", "picture.svg", "image/svg+xml", Svg(), false),
            ("an SVG that is called a PNG", "picture.png", "image/png", Svg(), false),
            ("the head of a PNG and then a page", "picture.png", "image/png", [.. png[..33], .. Encoding.UTF8.GetBytes(Page)], false),
            ("a small PNG that becomes four hundred million pixels", "picture.png", "image/png", Bomb(20_000, 20_000), false),
            ("a small PNG with a text that becomes very long", "picture.png", "image/png", [.. png[..33], .. Chunk("zTXt", [.. "a\0\0"u8, .. Deflated(64 << 20)]), .. png[33..]], false),
            ("a GIF that announces more pixels than there are", "picture.gif", "image/gif", Gif(60_000), false),
        ];
    }

    /// <summary>A WebP of pixels, and nothing of what was sent.</summary>
    public static void ShouldBePixelsOnly(byte[] bytes, string what)
    {
        var text = Encoding.Latin1.GetString(bytes);
        foreach (var foreign in new[] { Mark, "<html", "PK\u0003\u0004", "GIF8", "JFIF", "IHDR" })
            text.ShouldNotContain(foreign, Case.Sensitive, what);
        text.ShouldStartWith("RIFF", Case.Sensitive, what);
        BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4)).ShouldBe((uint)bytes.Length - 8, what);
        for (var at = 12; at < bytes.Length; at += 8 + (int)((BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 4)) + 1) & ~1u))
            text.Substring(at, 4).ShouldBeOneOf(["VP8 ", "VP8L", "VP8X", "ALPH"], what);
    }

    // Its width reads "/*" as text, so that everything up to the comment's end is none of the script's.
    private static byte[] Gif(int side = 10) =>
    [
        .. "GIF89a/*"u8, 0x0A, 0x00, 0x91, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0x00, 0x00, 0x00,
        0x21, 0xFE, (byte)Script.Length, .. Encoding.ASCII.GetBytes(Script), 0x00,
        0x2C, 0x00, 0x00, 0x00, 0x00, (byte)side, (byte)(side >> 8), (byte)side, (byte)(side >> 8), 0x00, 0x02, 0x16, 0x8C, 0x2D, 0x99, 0x87, 0x2A, 0x1C, 0xDC, 0x33, 0xA0, 0x02, 0x75, 0xEC,
        0x95, 0xFA, 0xA8, 0xDE, 0x60, 0x8C, 0x04, 0x91, 0x4C, 0x01, 0x00, 0x3B,
    ];

    private static byte[] Jpeg()
    {
        using var picture = VipsImage.FromEncoded(Images.Png(300, 200));
        var bytes = picture.EncodeJpeg();
        // One entry of EXIF: ImageDescription, whose text follows.
        byte[] page = Encoding.ASCII.GetBytes(Page + '\0'), length = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)page.Length);
        byte[] exif = [.. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x0E, 0, 2, .. length, 0, 0, 0, 26, 0, 0, 0, 0, .. page];
        return [.. bytes[..2], .. Segment(0xE1, exif), .. Segment(0xFE, page), .. bytes[2..]];
    }

    private static byte[] Svg() => Encoding.UTF8.GetBytes($"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><script>alert('{Mark}')</script><rect width='5' height='5'/></svg>");

    private static byte[] Zip()
    {
        var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        using (var entry = archive.CreateEntry("page.html", CompressionLevel.NoCompression).Open())
            entry.Write(Encoding.UTF8.GetBytes(Page));
        return bytes.ToArray();
    }

    // One bit for a pixel.
    private static byte[] Bomb(int width, int height)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 1;
        return [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. Chunk("IHDR", header), .. Chunk("IDAT", Deflated(height * (1 + (width + 7) / 8))), .. Chunk("IEND", [])];
    }

    private static byte[] Deflated(int zeros)
    {
        var bytes = new MemoryStream();
        using (var zlib = new ZLibStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(new byte[zeros]);
        return bytes.ToArray();
    }

    private static byte[] Segment(byte marker, byte[] content) => [0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content];

    private static byte[] Chunk(string type, byte[] content)
    {
        var bytes = new byte[12 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, content.Length);
        Encoding.ASCII.GetBytes(type).CopyTo(bytes, 4);
        content.CopyTo(bytes, 8);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8 + content.Length), Crc(bytes.AsSpan(4, 4 + content.Length)));
        return bytes;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
