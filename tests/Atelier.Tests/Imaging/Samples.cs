// Pictures for the tests, drawn on the spot: no binary files in the tree.
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Atelier.Imaging;
using Atelier.Vips;

namespace Atelier.Tests.Imaging;

internal static class Samples
{
    public const string SvgText =
        "<svg xmlns='http://www.w3.org/2000/svg' width='640' height='480' viewBox='0 0 64 48'><defs><linearGradient id='sky'>" +
        "<stop offset='0' stop-color='#ffb040'/><stop offset='1' stop-color='#203080'/></linearGradient></defs>" +
        "<rect width='64' height='48' fill='url(#sky)'/><circle cx='20' cy='20' r='9' fill='#e02020'/></svg>";

    public static byte[] Svg => Encoding.UTF8.GetBytes(SvgText);

    public static VipsImage Picture(int width = 320, int height = 240) => VipsImage.FromSvg(Svg, width, height);

    /// <summary>A picture with grain, so that its files are as long as those of a photograph.</summary>
    public static VipsImage Photograph(int width, int height)
    {
        using var smooth = Picture(width, height);
        var pixels = smooth.ToPixels();
        var random = new Random(42);
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = i % 4 == 3 ? (byte)255 : (byte)Math.Clamp(pixels[i] + random.Next(-8, 9), 0, 255);
        using var grainy = VipsImage.FromPixels(pixels, width, height);
        return grainy.Flatten();
    }

    public static byte[] File(ImageFormat format, int width = 320, int height = 240)
    {
        if (format == ImageFormat.Svg)
            return Svg;
        using var picture = Photograph(width, height);
        return ImageConverter.Encode(picture, format);
    }

    public static byte[] Uniform(byte red, byte green, byte blue, byte alpha)
    {
        var pixels = new byte[64 * 64 * 4];
        for (var i = 0; i < pixels.Length; i += 4)
            (pixels[i], pixels[i + 1], pixels[i + 2], pixels[i + 3]) = (red, green, blue, alpha);
        using var image = VipsImage.FromPixels(pixels, 64, 64);
        return image.EncodePng();
    }

    /// <summary>A PNG that announces this size and holds almost nothing.</summary>
    public static byte[] PngHeader(int width, int height)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 6);
        return Png(("IHDR", header), ("IDAT", Deflate(new byte[64])), ("IEND", []));
    }

    public static byte[] WithPngChunk(byte[] png, string type, byte[] data)
    {
        const int AfterHeader = 33;
        using var output = new MemoryStream();
        output.Write(png.AsSpan(0, AfterHeader));
        PngChunks.Write(output, Encoding.ASCII.GetBytes(type), data);
        output.Write(png.AsSpan(AfterHeader));
        return output.ToArray();
    }

    public static byte[] Deflate(byte[] data)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize))
            zlib.Write(data);
        return packed.ToArray();
    }

    private static byte[] Png(params (string Type, byte[] Data)[] chunks)
    {
        using var output = new MemoryStream();
        output.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        foreach (var (type, data) in chunks)
            PngChunks.Write(output, Encoding.ASCII.GetBytes(type), data);
        return output.ToArray();
    }
}
