// Judges the bytes of a picture: limits first, then the real format, then a whole decode; it keeps nothing, so a crash loses nothing.
using Atelier.Vips;

namespace Atelier.Imaging;

/// <summary>The gate that every picture from an engine or a user passes.</summary>
public static class ImageInspector
{
    /// <summary>An SVG smaller than this is drawn at this longest side, so that its previews are sharp. Pixels.</summary>
    private const int SvgDrawnSide = 1024;

    /// <summary>Inspects and decodes. Synchronous and CPU-bound: tens of milliseconds a megapixel; call it on a worker thread.</summary>
    /// <param name="bytes">The file as it came.</param>
    /// <param name="limits">What is allowed.</param>
    /// <returns>The decoded picture, which the caller disposes, or the reason of the refusal.</returns>
    /// <exception cref="VipsMissingException">libvips is not installed.</exception>
    public static Inspection Inspect(ReadOnlySpan<byte> bytes, ImageLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (bytes.IsEmpty)
            return Reject(RejectionCodes.Empty, "The image is empty.");
        if (bytes.Length > limits.MaxBytes)
            return Reject(RejectionCodes.TooManyBytes, $"The image has {bytes.Length} bytes; at most {limits.MaxBytes} are allowed.");
        if (ImageFormats.Sniff(bytes) is not { } format)
            return Reject(RejectionCodes.UnknownFormat, "The bytes are not a PNG, JPEG, WebP, AVIF or GIF image.");

        try
        {
            return format == ImageFormat.Svg ? InspectSvg(bytes, limits) : InspectRaster(bytes, format, limits);
        }
        catch (VipsException e)
        {
            return Reject(RejectionCodes.Unreadable, $"The {format.Extension()} image is truncated or damaged: {FirstLine(e.Message)}");
        }
    }

    private static Inspection InspectRaster(ReadOnlySpan<byte> bytes, ImageFormat format, ImageLimits limits)
    {
        var frames = 1;
        if (format == ImageFormat.Png)
        {
            var png = PngInspection.Inspect(bytes, limits.MaxMetadataBytes);
            if (png.Refusal is not null)
                return png.Refusal;
            if (TooManyPixels(png.Width, png.Height, limits) is { } tooMany)
                return tooMany;
            frames = png.Frames;
        }

        var header = VipsImage.ReadHeader(bytes, format);
        if (TooManyPixels(header.Width, header.Height, limits) is { } refusal)
            return refusal;

        var pages = Math.Max(frames, header.Pages);
        return Judge(VipsImage.FromEncoded(bytes, format), limits,
            image => new ImageFacts(format, format.ContentType(), image.Width, image.Height, pages, image.HasAlpha));
    }

    private static Inspection InspectSvg(ReadOnlySpan<byte> bytes, ImageLimits limits)
    {
        if (!limits.AllowSvg)
            return Reject(RejectionCodes.SvgNotAllowed, "SVG is not accepted here; send PNG, JPEG, WebP, AVIF or GIF.");
        if (SvgGuard.Check(bytes, limits) is { } unsafeSvg)
            return unsafeSvg;

        var own = VipsImage.ReadHeader(bytes, ImageFormat.Svg);
        if (TooManyPixels(own.Width, own.Height, limits) is { } refusal)
            return refusal;

        var scale = Math.Max(1, (double)SvgDrawnSide / Math.Max(own.Width, own.Height));
        var (width, height) = ((int)Math.Max(1, Math.Round(own.Width * scale)), (int)Math.Max(1, Math.Round(own.Height * scale)));
        return Judge(VipsImage.FromSvg(bytes, width, height), limits,
            _ => new ImageFacts(ImageFormat.Svg, ImageFormat.Svg.ContentType(), own.Width, own.Height, 1, HasAlpha: true));
    }

    private static Inspection.Rejected? TooManyPixels(long width, long height, ImageLimits limits)
    {
        if (width < 1 || height < 1)
            return Reject(RejectionCodes.Unreadable, $"The header announces {width}×{height} pixels.");
        return width > limits.MaxSide || height > limits.MaxSide || width * height > limits.MaxPixels
            ? Reject(RejectionCodes.TooManyPixels,
                $"The image is {width}×{height}; at most {limits.MaxPixels} pixels and {limits.MaxSide} a side are allowed.")
            : null;
    }

    private static Inspection Judge(VipsImage decoded, ImageLimits limits, Func<VipsImage, ImageFacts> facts)
    {
        if (!limits.RefuseBlank || !IsBlank(decoded, limits.BlankTolerance))
            return new Inspection.Accepted(decoded, facts(decoded));
        decoded.Dispose();
        return Reject(RejectionCodes.Blank, "The image is blank: all of one colour, or wholly transparent.");
    }

    // A shape cut out by transparency alone is a picture; one colour under one degree of transparency is none.
    private static bool IsBlank(VipsImage image, int tolerance)
    {
        var channels = image.Statistics();
        return (image.HasAlpha && channels[^1].Max == 0) || channels.All(c => c.Max - c.Min <= tolerance);
    }

    internal static Inspection.Rejected Reject(string code, string message) => new(code, message);

    private static string FirstLine(string text) => text.Split('\n', 2)[0];
}
