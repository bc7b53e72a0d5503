// A colour, thought in OKLCH (Ottosson's perceptual space) and written in sRGB: shading keeps the hue, mixing never turns muddy.
using System.Globalization;

namespace Atelier.Providers.Sketch;

/// <summary>An opaque colour with sRGB parts from 0 to 1.</summary>
internal readonly record struct Colour(double R, double G, double B)
{
    public static readonly Colour White = new(1, 1, 1);
    public static readonly Colour Ink = Parse("#2a2433");

    public string Hex => string.Create(CultureInfo.InvariantCulture, $"#{Part(R):x2}{Part(G):x2}{Part(B):x2}");

    /// <summary>How light the colour looks, 0 to 1.</summary>
    public double Lightness => ToLab().L;

    public double Chroma
    {
        get
        {
            var (_, a, b) = ToLab();
            return Math.Sqrt(a * a + b * b);
        }
    }

    /// <summary>The hue in degrees, 0 to 360.</summary>
    public double Hue
    {
        get
        {
            var (_, a, b) = ToLab();
            return (Math.Atan2(b, a) * 180 / Math.PI + 360) % 360;
        }
    }

    /// <summary>Reads #rgb or #rrggbb; anything else is a fault in our own data.</summary>
    public static Colour Parse(string hex)
    {
        var digits = hex.Length == 4 ? string.Concat(hex[1], hex[1], hex[2], hex[2], hex[3], hex[3]) : hex[1..7];
        var value = int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return new((value >> 16) / 255.0, ((value >> 8) & 255) / 255.0, (value & 255) / 255.0);
    }

    /// <summary>From OKLCH; chroma shrinks until the colour fits the screen.</summary>
    public static Colour FromLch(double lightness, double chroma, double hue)
    {
        lightness = Math.Clamp(lightness, 0, 1);
        var angle = hue * Math.PI / 180;
        for (var c = chroma; c > 0.004; c -= 0.006)
        {
            var colour = FromLab(lightness, c * Math.Cos(angle), c * Math.Sin(angle));
            if (colour.Fits)
                return colour.Clamped;
        }

        return FromLab(lightness, 0, 0).Clamped;
    }

    public Colour Mix(Colour other, double share)
    {
        var (l, a, b) = ToLab();
        var (m, c, d) = other.ToLab();
        return FromLab(l + (m - l) * share, a + (c - a) * share, b + (d - b) * share).Clamped;
    }

    public Colour Times(Colour light) => new(R * light.R, G * light.G, B * light.B);

    public Colour Lighter(double by) => FromLch(Lightness + by, Chroma * (by > 0 ? 0.92 : 1.0), Hue);

    public Colour Darker(double by) => Lighter(-by);

    public Colour Turned(double degrees) => FromLch(Lightness, Chroma, Hue + degrees);

    public Colour Saturated(double times) => FromLch(Lightness, Chroma * times, Hue);

    public double DistanceTo(Colour other)
    {
        var (l, a, b) = ToLab();
        var (m, c, d) = other.ToLab();
        return Math.Sqrt((l - m) * (l - m) + (a - c) * (a - c) + (b - d) * (b - d));
    }

    private bool Fits => R is > -0.002 and < 1.002 && G is > -0.002 and < 1.002 && B is > -0.002 and < 1.002;

    private Colour Clamped => new(Math.Clamp(R, 0, 1), Math.Clamp(G, 0, 1), Math.Clamp(B, 0, 1));

    private static int Part(double value) => (int)Math.Round(Math.Clamp(value, 0, 1) * 255);

    private (double L, double A, double B) ToLab()
    {
        double r = Linear(R), g = Linear(G), b = Linear(B);
        var l = Math.Cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
        var m = Math.Cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
        var s = Math.Cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
        return (0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s);
    }

    private static Colour FromLab(double lightness, double a, double b)
    {
        var l = Cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
        var m = Cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
        var s = Cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
        return new(
            Gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
            Gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
            Gamma(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s));
    }

    private static double Cube(double value) => value * value * value;

    private static double Linear(double value) => value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);

    private static double Gamma(double value) => value <= 0.0031308 ? value * 12.92 : 1.055 * Math.Pow(value, 1 / 2.4) - 0.055;
}
