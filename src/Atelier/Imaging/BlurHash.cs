// Turns a picture into the few letters of a BlurHash; a pure function.
// Algorithm: https://github.com/woltapp/blurhash/blob/master/Algorithm.md
using System.Text;
using Atelier.Vips;

namespace Atelier.Imaging;

/// <summary>A picture's coarsest colours as a short text, which a page shows blurred until the picture is there.</summary>
public static class BlurHash
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";

    /// <summary>The hash needs only the lowest frequencies: a picture of this many pixels a side says it all.</summary>
    private const int SampleSide = 32;

    /// <summary>The hash of a picture: 4×3 components for a wide or square one, 3×4 for a tall one; 28 characters of ASCII.</summary>
    public static string Of(VipsImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var (across, down) = image.Width >= image.Height ? (4, 3) : (3, 4);
        using var flat = image.Flatten();
        using var small = flat.Resize(SampleSide, SampleSide);
        return Encode(small.ToPixels(), SampleSide, SampleSide, across, down);
    }

    internal static string Encode(ReadOnlySpan<byte> rgba, int width, int height, int across, int down)
    {
        var linear = ToLinear(rgba);
        var factors = new (double R, double G, double B)[across * down];
        for (var i = 0; i < factors.Length; i++)
            factors[i] = Factor(linear, width, height, i % across, i / across);

        var hash = new StringBuilder(4 + (2 * factors.Length));
        Append(hash, across - 1 + ((down - 1) * 9), 1);
        var largest = factors.Skip(1).Select(f => Math.Max(Math.Abs(f.R), Math.Max(Math.Abs(f.G), Math.Abs(f.B)))).DefaultIfEmpty(0).Max();
        var quantised = factors.Length > 1 ? Math.Clamp((int)Math.Floor((largest * 166) - 0.5), 0, 82) : 0;
        Append(hash, quantised, 1);
        Append(hash, (ToSrgb(factors[0].R) << 16) + (ToSrgb(factors[0].G) << 8) + ToSrgb(factors[0].B), 4);
        var scale = factors.Length > 1 ? (quantised + 1) / 166.0 : 1;
        foreach (var (r, g, b) in factors.Skip(1))
            Append(hash, (Quantise(r / scale) * 19 * 19) + (Quantise(g / scale) * 19) + Quantise(b / scale), 2);
        return hash.ToString();
    }

    private static double[] ToLinear(ReadOnlySpan<byte> rgba)
    {
        var linear = new double[rgba.Length / 4 * 3];
        for (var i = 0; i < linear.Length; i++)
        {
            var value = rgba[(i / 3 * 4) + (i % 3)] / 255.0;
            linear[i] = value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return linear;
    }

    private static (double R, double G, double B) Factor(double[] linear, int width, int height, int i, int j)
    {
        double r = 0, g = 0, b = 0;
        for (var y = 0; y < height; y++)
        {
            var vertical = Math.Cos(Math.PI * j * y / height);
            for (var x = 0; x < width; x++)
            {
                var basis = vertical * Math.Cos(Math.PI * i * x / width);
                var at = ((y * width) + x) * 3;
                r += basis * linear[at];
                g += basis * linear[at + 1];
                b += basis * linear[at + 2];
            }
        }

        var scale = (i == 0 && j == 0 ? 1.0 : 2.0) / (width * height);
        return (r * scale, g * scale, b * scale);
    }

    private static int ToSrgb(double linear)
    {
        var value = Math.Clamp(linear, 0, 1);
        return (int)(((value <= 0.0031308 ? value * 12.92 : (1.055 * Math.Pow(value, 1 / 2.4)) - 0.055) * 255) + 0.5);
    }

    private static int Quantise(double value) =>
        Math.Clamp((int)Math.Floor((Math.CopySign(Math.Sqrt(Math.Abs(value)), value) * 9) + 9.5), 0, 18);

    private static void Append(StringBuilder hash, int value, int length)
    {
        for (var i = length - 1; i >= 0; i--)
            hash.Append(Digits[value / (int)Math.Pow(Digits.Length, i) % Digits.Length]);
    }
}
