// What floats on and grows by the water. Pure functions onto a view's layers.
namespace Atelier.Providers.Sketch;

/// <summary>Furnishes shores.</summary>
internal static class Waterside
{
    public static void Shells(View v, Rng rng, double shore)
    {
        for (var i = 0; i < 5; i++)
        {
            double x = v.Width * (i % 2 == 0 ? rng.Between(0.03, 0.3) : rng.Between(0.7, 0.97)), y = Math.Min(v.Height * 0.97,
                shore + v.Height * rng.Between(0.2, 0.55)), r = v.Unit * rng.Between(9, 16);
            v.Near.Soft(x, y + r * 0.7, r * 1.4, r * 0.4, v.Light.Shadow, 0.3)
                .Path($"M{Sheet.N(x)} {Sheet.N(y + r)}L{Sheet.N(x - r)} {Sheet.N(y - r * 0.2)}" +
                $"Q{Sheet.N(x)} {Sheet.N(y - r * 1.5)} {Sheet.N(x + r)} {Sheet.N(y - r * 0.2)}Z",
                v.Palette.Far(i % 2 == 0 ? "#f3b0a0" : "#f7e3d0"));
        }
    }

    public static void LilyPads(View v, Rng rng)
    {
        if (v.Leaves("lily", "lily pads"))
            return;
        for (var i = 0; i < 11; i++)
        {
            double y = v.Horizon + (v.Height - v.Horizon) * rng.Between(0.45, 0.95), s = v.Unit * 54 * v.Perspective(y),
                x = v.Width * (i % 2 == 0 ? rng.Between(0.02, 0.3) : rng.Between(0.7, 0.98));
            v.Near.Ellipse(x, y + s * 0.06, s, s * 0.3, Fill.Of(v.Light.Shadow, 0.3))
                .Path($"M{Sheet.N(x)} {Sheet.N(y)}L{Sheet.N(x + s * 0.95)} {Sheet.N(y - s * 0.1)}" +
                $"A{Sheet.N(s)} {Sheet.N(s * 0.3)} 0 1 0 {Sheet.N(x + s * 0.95)} {Sheet.N(y + s * 0.1)}Z",
                v.Palette.Far(i % 2 == 0 ? "#5fa866" : "#7fbf6a"));
            if (i % 4 == 0)
                v.Near.Circle(x - s * 0.2, y - s * 0.14, s * 0.17, v.Palette.Far("#f6b7cb")).Circle(x - s * 0.32, y - s * 0.1, s * 0.12,
                    v.Palette.Far("#f9d3de")).Circle(x - s * 0.08, y - s * 0.1, s * 0.12, v.Palette.Far("#f9d3de"));
        }
    }

    public static void Reeds(View v, Rng rng)
    {
        for (var i = 0; i < 14; i++)
        {
            double x = v.Width * (i % 2 == 0 ? rng.Between(0, 0.12) : rng.Between(0.88, 1)), h = v.Unit * rng.Between(110, 230),
                lean = rng.Bell() * h * 0.12, y = v.Height + 4;
            v.Front.Line($"M{Sheet.N(x)} {Sheet.N(y)}Q{Sheet.N(x)} {Sheet.N(y - h * 0.6)} {Sheet.N(x + lean)} {Sheet.N(y - h)}",
                v.Palette.Far("#4f7f4c"), v.Unit * 5);
            if (i % 3 == 0)
                v.Front.Line($"M{Sheet.N(x + lean * 0.8)} {Sheet.N(y - h * 0.86)}L{Sheet.N(x + lean)} {Sheet.N(y - h)}",
                    v.Palette.Far("#7a4f36"), v.Unit * 13);
        }
    }

    public static void Sail(View v, Sheet s, double x, double y, double h, Rng rng)
    {
        if (v.Leaves("boat", "boats"))
            return;
        string N(double value) => Sheet.N(value);
        var hull = v.Palette.Far(rng.Chance(0.5) ? "#b8504a" : "#3f6a8a", 0.2);
        s.Ellipse(x, y + h * 0.05, h * 0.42, h * 0.06, Fill.Of(v.Light.Shadow, 0.3));
        s.Path($"M{N(x - h * 0.36)} {N(y - h * 0.14)}H{N(x + h * 0.4)}" +
            $"Q{N(x + h * 0.32)} {N(y + h * 0.04)} {N(x + h * 0.2)} {N(y + h * 0.04)}H{N(x - h * 0.22)}Z", hull);
        s.Line($"M{N(x)} {N(y - h * 0.1)}V{N(y - h)}", v.Palette.Far("#6a4f3f", 0.2), h * 0.025);
        s.Path($"M{N(x + h * 0.03)} {N(y - h * 0.98)}Q{N(x + h * 0.34)} {N(y - h * 0.5)} {N(x + h * 0.34)} {N(y - h * 0.22)}" +
            $"H{N(x + h * 0.03)}Z", v.Palette.Far("#fbf4e6", 0.1))
            .Path($"M{N(x - h * 0.03)} {N(y - h * 0.86)}Q{N(x - h * 0.2)} {N(y - h * 0.4)} {N(x - h * 0.26)} {N(y - h * 0.22)}" +
            $"H{N(x - h * 0.03)}Z", v.Palette.Far("#f0c98a", 0.1));
    }

    public static void Dock(View v)
    {
        double y = v.Height * 0.93;
        var plank = v.Palette.Far("#9a7454");
        for (var i = 0; i < 7; i++)
            v.Front.Rect(v.Width * (0.03 + 0.155 * i), y - v.Unit * 26, v.Unit * 20, v.Height * 0.15, plank.Darker(0.14), v.Unit * 6);
        v.Front.Rect(-5, y, v.Width + 10, v.Height * 0.09, v.Front.Fade(y, v.Height, (0, plank.Lighter(0.05), 1),
            (1, plank.Darker(0.08), 1)));
        for (double x = 0; x < v.Width; x += v.Unit * 74)
            v.Front.Rect(x, y, v.Unit * 4, v.Height * 0.09, Fill.Of(plank.Darker(0.16), 0.7));
    }
}
