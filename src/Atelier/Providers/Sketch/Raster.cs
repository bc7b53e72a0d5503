// A small picture of pixels to take colours from: a render of our own or a decoded input image. Immutable.
using Atelier.Vips;

namespace Atelier.Providers.Sketch;

/// <summary>Pixels with positions given as shares of width and height.</summary>
internal sealed class Raster(byte[] rgba, int width, int height)
{
    public int Width => width;
    public int Height => height;

    /// <summary>The pixels, four bytes each, row by row.</summary>
    public byte[] Rgba => rgba;

    public static Raster Of(Picture picture, int longest)
    {
        var (w, h) = Fit(picture.Width, picture.Height, longest);
        using var image = picture.ToPixels(w, h);
        return new Raster(image.ToPixels(), w, h);
    }

    /// <summary>An input image, decoded and scaled to the picture's shape; what does not fit the shape is cut off evenly.</summary>
    public static Raster Of(VipsImage image, double width, double height, int longest)
    {
        var (w, h) = Fit(width, height, longest);
        var scale = Math.Max(w / (double)image.Width, h / (double)image.Height);
        int rw = Math.Max(w, (int)Math.Ceiling(image.Width * scale)), rh = Math.Max(h, (int)Math.Ceiling(image.Height * scale));
        using var resized = image.Resize(rw, rh);
        using var cropped = resized.Crop((rw - w) / 2, (rh - h) / 2, w, h);
        using var flat = cropped.Flatten();
        return new Raster(flat.ToPixels(), w, h);
    }

    public static (int Width, int Height) Fit(double width, double height, int longest)
    {
        var scale = longest / Math.Max(width, height);
        return (Math.Max(1, (int)Math.Round(width * scale)), Math.Max(1, (int)Math.Round(height * scale)));
    }

    /// <summary>The same picture with fewer pixels, each the mean of those it covers.</summary>
    public Raster Shrunk(int longest)
    {
        var (w, h) = Fit(width, height, longest);
        var small = new byte[w * h * 4];
        for (var i = 0; i < w * h; i++)
        {
            var c = Around((i % w + 0.5) / w, (i / w + 0.5) / h, Math.Max(1, width / w / 2));
            (small[i * 4], small[i * 4 + 1], small[i * 4 + 2], small[i * 4 + 3]) = ((byte)(c.R * 255), (byte)(c.G * 255),
                (byte)(c.B * 255), 255);
        }

        return new Raster(small, w, h);
    }

    public Colour At(int x, int y)
    {
        var i = (Math.Clamp(y, 0, height - 1) * width + Math.Clamp(x, 0, width - 1)) * 4;
        return new(rgba[i] / 255.0, rgba[i + 1] / 255.0, rgba[i + 2] / 255.0);
    }

    /// <summary>The mean colour around a point, both given as shares from 0 to 1.</summary>
    public Colour Around(double u, double v, int radius = 1)
    {
        int cx = (int)(u * width), cy = (int)(v * height), n = 0;
        double r = 0, g = 0, b = 0;
        for (var y = cy - radius; y <= cy + radius; y++)
        {
            for (var x = cx - radius; x <= cx + radius; x++)
            {
                var c = At(x, y);
                (r, g, b, n) = (r + c.R, g + c.G, b + c.B, n + 1);
            }
        }

        return new(r / n, g / n, b / n);
    }

    /// <summary>How much the brightness changes at a point: its slope in both directions.</summary>
    public (double X, double Y) Slope(double u, double v, int reach = 1)
    {
        int x = (int)(u * width), y = (int)(v * height);
        return (Grey(x + reach, y) - Grey(x - reach, y), Grey(x, y + reach) - Grey(x, y - reach));
    }

    private double Grey(int x, int y)
    {
        var c = At(x, y);
        return 0.3 * c.R + 0.59 * c.G + 0.11 * c.B;
    }
}
