// What can be done with a picture in memory, and the four formats it can be written in; nothing here touches the disk.
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Atelier.Vips;

public sealed partial class VipsImage
{
    private static readonly Version KeepReplacedStrip = new(8, 15);

    /// <summary>Scales to exactly this size (Lanczos 3), stretching where the aspect differs.</summary>
    public VipsImage Resize(int width, int height)
    {
        RequireSide(width);
        RequireSide(height);
        return Scale(width, height, "force");
    }

    /// <summary>Scales down (Lanczos 3) until the longest side is at most this many pixels; a smaller picture stays as it is.</summary>
    public VipsImage Thumbnail(int longestSide)
    {
        RequireSide(longestSide);
        return Scale(longestSide, longestSide, "down");
    }

    private VipsImage Scale(int width, int height, string size)
    {
        using var scale = new VipsOperation("thumbnail_image");
        scale.Set("in", handle).Set("width", width).Set("height", height).Set("size", size);
        return Run(scale);
    }

    /// <summary>Cuts out a rectangle, which must lie inside the picture.</summary>
    public VipsImage Crop(int left, int top, int width, int height)
    {
        using var crop = new VipsOperation("extract_area");
        return Run(crop.Set("input", handle).Set("left", left).Set("top", top).Set("width", width).Set("height", height));
    }

    /// <summary>Lays the picture on an opaque colour; a picture without alpha stays as it is.</summary>
    public VipsImage Flatten(byte red = 255, byte green = 255, byte blue = 255)
    {
        using var flatten = new VipsOperation(HasAlpha ? "flatten" : "copy");
        flatten.Set("in", handle);
        return Run(HasAlpha ? flatten.Set("background", $"{red} {green} {blue}") : flatten);
    }

    /// <summary>The negative: white becomes black; transparency is dropped on black first.</summary>
    public VipsImage Invert()
    {
        using var opaque = Flatten(0, 0, 0);
        using var invert = new VipsOperation("invert");
        return Run(invert.Set("in", opaque.handle));
    }

    /// <summary>Gaussian blur; <paramref name="sigma"/> is its standard deviation in pixels, 0.1 to 500.</summary>
    public VipsImage Blur(double sigma)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sigma, 0.1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sigma, 500);
        using var blur = new VipsOperation("gaussblur");
        return Run(blur.Set("in", handle).Set("sigma", sigma));
    }

    /// <summary>Lays another picture over this one with its top left corner at (<paramref name="left"/>, <paramref name="top"/>).</summary>
    /// <param name="overlay">The picture on top.</param>
    /// <param name="left">Horizontal position in pixels.</param>
    /// <param name="top">Vertical position in pixels.</param>
    /// <param name="mode">A libvips blend mode: <c>over</c> (the default), <c>multiply</c>, <c>screen</c>, <c>soft-light</c> …</param>
    public VipsImage Composite(VipsImage overlay, int left = 0, int top = 0, string mode = "over")
    {
        ArgumentNullException.ThrowIfNull(overlay);
        using var composite = new VipsOperation("composite2");
        composite.Set("base", handle).Set("overlay", overlay.handle).Set("mode", mode).Set("x", left).Set("y", top);
        using var blended = composite.RunToImage();
        using var cast = new VipsOperation("cast");
        return Run(cast.Set("in", blended).Set("format", "uchar"));
    }

    /// <summary>Smallest, largest and mean value and standard deviation of each channel, in the order R, G, B, alpha.</summary>
    public IReadOnlyList<ChannelStatistics> Statistics()
    {
        const int Columns = 10;
        const int MeanColumn = 4;
        const int DeviationColumn = 5;
        using var stats = new VipsOperation("stats");
        using var table = stats.Set("in", handle).RunToImage();
        using var memory = Owned(NativeMethods.CopyToMemory(table));
        var values = MemoryMarshal.Cast<byte, double>(Data(memory, Columns * (Channels + 1) * sizeof(double)));
        var channels = new ChannelStatistics[Channels];
        for (var i = 0; i < channels.Length; i++)
        {
            var row = values.Slice((i + 1) * Columns, Columns); // row 0 is for all channels together
            channels[i] = new ChannelStatistics(row[0], row[1], row[MeanColumn], row[DeviationColumn]);
        }

        return channels;
    }

    /// <summary>Writes PNG, lossless. <paramref name="compression"/> is 0 (none) to 9 (smallest), 6 by default.</summary>
    public byte[] EncodePng(int compression = 6)
    {
        RequireRange(compression, 0, 9);
        using var save = Saver(ImageFormat.Png);
        return save.Set("in", handle).Set("compression", compression).RunToBytes();
    }

    /// <summary>Writes WebP. Quality 1 to 100, 80 by default; effort 0 (quick) to 6 (small), 4 by default.</summary>
    public byte[] EncodeWebp(int quality = 80, int effort = 4)
    {
        RequireRange(quality, 1, 100);
        RequireRange(effort, 0, 6);
        using var save = Saver(ImageFormat.Webp);
        return WithoutExif(save.Set("in", handle).Set("Q", quality).Set("effort", effort).RunToBytes());
    }

    // libvips 8.14 writes an Exif chunk of its own, always last, even when it is told to write no metadata.
    private static byte[] WithoutExif(byte[] webp)
    {
        const int FirstChunk = 12;
        const int ChunkHeader = 8;
        const byte ExifFlag = 0x08;
        if (!webp.AsSpan(FirstChunk).StartsWith("VP8X"u8) || (webp[FirstChunk + ChunkHeader] & ExifFlag) == 0)
            return webp;
        var at = FirstChunk;
        while (at + ChunkHeader <= webp.Length && !webp.AsSpan(at).StartsWith("EXIF"u8))
            at += ChunkHeader + ((BinaryPrimitives.ReadInt32LittleEndian(webp.AsSpan(at + 4)) + 1) & ~1);
        var kept = webp[..Math.Min(at, webp.Length)];
        kept[FirstChunk + ChunkHeader] &= unchecked((byte)~ExifFlag);
        BinaryPrimitives.WriteInt32LittleEndian(kept.AsSpan(4), kept.Length - ChunkHeader);
        return kept;
    }

    /// <summary>Writes JPEG, on white where the picture is transparent. Quality 1 to 100, 90 by default.</summary>
    public byte[] EncodeJpeg(int quality = 90)
    {
        RequireRange(quality, 1, 100);
        using var flat = Flatten();
        using var save = Saver(ImageFormat.Jpeg);
        return save.Set("in", flat.handle).Set("Q", quality).Set("optimize-coding", true).RunToBytes();
    }

    /// <summary>Writes AVIF. Quality 1 to 100, 60 by default; effort 0 (quick) to 9 (small, many seconds), 1 by default.</summary>
    public byte[] EncodeAvif(int quality = 60, int effort = 1)
    {
        RequireRange(quality, 1, 100);
        RequireRange(effort, 0, 9);
        using var save = Saver(ImageFormat.Avif);
        return save.Set("in", handle).Set("compression", "av1").Set("Q", quality).Set("effort", effort).RunToBytes();
    }

    // No metadata travels from an input into a file that we write: what belongs into it is added at container level.
    private static VipsOperation Saver(ImageFormat format)
    {
        var save = new VipsOperation(format.Saver()!);
        return VipsRuntime.Start().Version >= KeepReplacedStrip ? save.Set("keep", "none") : save.Set("strip", true);
    }

    // Results are computed at once, so that a failure surfaces here and no chain of pending work holds its inputs in memory.
    private static VipsImage Run(VipsOperation operation)
    {
        using var pending = operation.RunToImage();
        return new VipsImage(Owned(NativeMethods.CopyToMemory(pending)));
    }

    private static void RequireRange(int value, int min, int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, min);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, max);
    }
}
