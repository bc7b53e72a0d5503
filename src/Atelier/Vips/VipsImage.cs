// A picture in memory as 8-bit sRGB with or without alpha; it lives until disposed and never touches the disk.
namespace Atelier.Vips;

/// <summary>Facts that a file's header states, read without decoding pixels.</summary>
/// <param name="Width">Width in pixels, before any rotation that the file asks for.</param>
/// <param name="Height">Height in pixels, before any rotation that the file asks for.</param>
/// <param name="Pages">Frames or pages; 1 for a plain picture.</param>
/// <param name="HasAlpha">Whether there is a transparency channel.</param>
public sealed record VipsHeader(int Width, int Height, int Pages, bool HasAlpha);

/// <summary>What one channel of a picture holds, 0 to 255.</summary>
public sealed record ChannelStatistics(double Min, double Max, double Mean, double Deviation);

/// <summary>
/// A picture, always sRGB with 8 bits a channel. Operations are synchronous, deterministic, leave the picture unchanged and return
/// a new one; each must be disposed. Failures are <see cref="VipsException"/>; a missing library is <see cref="VipsMissingException"/>.
/// </summary>
public sealed unsafe partial class VipsImage : IDisposable
{
    private const int MaxSide = 65_535;
    private const int UnsignedByte = 0;

    private readonly VipsHandle handle;

    private VipsImage(VipsHandle handle) => this.handle = handle;

    /// <summary>Width in pixels.</summary>
    public int Width => NativeMethods.Width(handle);

    /// <summary>Height in pixels.</summary>
    public int Height => NativeMethods.Height(handle);

    /// <summary>Channels: 3 (RGB) or 4 (RGBA).</summary>
    public int Channels => NativeMethods.Bands(handle);

    /// <summary>Whether there is a transparency channel.</summary>
    public bool HasAlpha => NativeMethods.HasAlpha(handle) != 0;

    /// <summary>Reads the header alone.</summary>
    public static VipsHeader ReadHeader(ReadOnlySpan<byte> bytes, ImageFormat format)
    {
        fixed (byte* data = bytes)
        {
            using var image = Load(data, bytes.Length, format);
            var (width, height) = (NativeMethods.Width(image), NativeMethods.Height(image));
            return new VipsHeader(width, height, NativeMethods.Pages(image), NativeMethods.HasAlpha(image) != 0);
        }
    }

    /// <summary>Decodes the whole first frame of a raster format, told by its first bytes; truncated data is an error.</summary>
    public static VipsImage FromEncoded(ReadOnlySpan<byte> bytes) => ImageFormats.Sniff(bytes) switch
    {
        null => throw new VipsException("These bytes are not an image of a known format."),
        ImageFormat.Svg => throw new VipsException("An SVG has no pixels of its own; rasterise it at a size."),
        { } format => FromEncoded(bytes, format),
    };

    /// <summary>Decodes the whole first frame with the loader of one format and no other; truncated data is an error.</summary>
    public static VipsImage FromEncoded(ReadOnlySpan<byte> bytes, ImageFormat format)
    {
        fixed (byte* data = bytes)
        {
            using var loaded = Load(data, bytes.Length, format);
            return new VipsImage(Normalise(loaded));
        }
    }

    /// <summary>Draws an SVG to exactly this size, 1 to 65535 pixels a side. The result has alpha.</summary>
    public static VipsImage FromSvg(ReadOnlySpan<byte> svg, int width, int height)
    {
        RequireSide(width);
        RequireSide(height);
        fixed (byte* data = svg)
        {
            // A document that states the wanted size is read only once; nothing is drawn before pixels are asked for.
            using var stated = Load(data, svg.Length, ImageFormat.Svg);
            var (ownWidth, ownHeight) = (NativeMethods.Width(stated), NativeMethods.Height(stated));
            if (ownWidth == width && ownHeight == height)
                return new VipsImage(Normalise(stated));
            using var scaled = Load(data, svg.Length, ImageFormat.Svg, Math.Max((double)width / ownWidth, (double)height / ownHeight));
            var drawn = new VipsImage(Normalise(scaled));
            if (drawn.Width == width && drawn.Height == height)
                return drawn;
            using (drawn)
                return drawn.Resize(width, height);
        }
    }

    /// <summary>Takes a copy of RGBA pixels, 4 bytes each, row by row, alpha not premultiplied.</summary>
    /// <exception cref="ArgumentException">The length is not width × height × 4.</exception>
    public static VipsImage FromPixels(ReadOnlySpan<byte> rgba, int width, int height)
    {
        RequireSide(width);
        RequireSide(height);
        var expected = (long)width * height * 4;
        if (rgba.Length != expected)
            throw new ArgumentException($"Expected {expected} bytes for {width}×{height} RGBA, got {rgba.Length}.", nameof(rgba));
        VipsRuntime.Start();
        fixed (byte* data = rgba)
        {
            using var raw = Owned(NativeMethods.NewImageFromMemory(data, (nuint)rgba.Length, width, height, 4, UnsignedByte));
            using var copy = new VipsOperation("copy");
            return new VipsImage(copy.Set("in", raw).Set("interpretation", "srgb").RunToImage());
        }
    }

    /// <summary>The pixels as RGBA, 4 bytes each, row by row, alpha not premultiplied (255 where the picture has none).</summary>
    public byte[] ToPixels()
    {
        using var opaque = HasAlpha ? null : AddAlpha();
        using var memory = Owned(NativeMethods.CopyToMemory((opaque ?? this).handle));
        return Data(memory, checked(Width * Height * 4)).ToArray();
    }

    private VipsImage AddAlpha()
    {
        using var join = new VipsOperation("bandjoin_const");
        return new VipsImage(join.Set("in", handle).Set("c", "255").RunToImage());
    }

    private static VipsHandle Load(byte* data, int length, ImageFormat format, double scale = 1)
    {
        using var load = new VipsOperation(format.Loader());
        load.Lend("buffer", data, length).Set("access", "sequential").Set("fail_on", "truncated");
        if (format == ImageFormat.Svg)
            load.Set("scale", scale);
        return load.RunToImage();
    }

    // Upright, sRGB, 8 bits: the shape that everything after the decode may rely on.
    private static VipsHandle Normalise(VipsHandle loaded)
    {
        using var upright = NativeMethods.Orientation(loaded) > 1 ? TurnUpright(loaded) : null;
        using var profiled = ApplyProfile(upright ?? loaded);
        using var toSrgb = new VipsOperation("colourspace");
        using var srgb = toSrgb.Set("in", profiled ?? upright ?? loaded).Set("space", "srgb").RunToImage();
        using var toBytes = new VipsOperation("cast");
        using var bytes = toBytes.Set("in", srgb).Set("format", "uchar").RunToImage();
        return Owned(NativeMethods.CopyToMemory(bytes));
    }

    // Rotation reads pixels out of order, which a sequential loader cannot give: decode first.
    private static VipsHandle TurnUpright(VipsHandle loaded)
    {
        using var memory = Owned(NativeMethods.CopyToMemory(loaded));
        using var rotate = new VipsOperation("autorot");
        return rotate.Set("in", memory).RunToImage();
    }

    private static VipsHandle? ApplyProfile(VipsHandle image)
    {
        if (NativeMethods.TypeOfField(image, "icc-profile-data") == 0)
            return null;
        using var transform = new VipsOperation("icc_transform");
        transform.Set("in", image).Set("output-profile", "srgb").Set("embedded", true);
        try
        {
            return transform.RunToImage();
        }
        catch (VipsException)
        {
            return null; // a profile that does not fit its picture: the colours are then what the format says, as in browsers
        }
    }

    private static ReadOnlySpan<byte> Data(VipsHandle memory, int length)
    {
        var pixels = NativeMethods.Pixels(memory);
        return pixels == null ? throw new VipsException(VipsRuntime.TakeError()) : new ReadOnlySpan<byte>(pixels, length);
    }

    private static VipsHandle Owned(nint image) => image == 0 ? throw new VipsException(VipsRuntime.TakeError()) : new VipsHandle(image);

    private static void RequireSide(int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(side, MaxSide);
    }

    /// <summary>Frees the pixels.</summary>
    public void Dispose() => handle.Dispose();
}
