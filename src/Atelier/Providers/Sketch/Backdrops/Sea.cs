// The parts of an underwater scene: water, light from above, coral, weed, bubbles, fish. Pure functions onto a view's layers.
namespace Atelier.Providers.Sketch;

/// <summary>Paints what is under the surface.</summary>
internal static class Sea
{
    private static readonly string[] s_corals = ["#f08a7a", "#f2b25e", "#e57fae", "#b68ad6", "#f4d06a"];

    public static void Water(View v)
    {
        var (top, middle, deep) = v.Light.Dark ? ("#1f6f9a", "#154a7c", "#0b2450") : v.Light.Time == "golden hour" ? ("#f0d9a0",
            "#4fb0b0", "#1d5a80") : ("#8fe0e0", "#36a3c4", "#155a8c");
        v.Sky.Rect(0, 0, v.Width, v.Height, v.Sky.Fade(0, v.Height, (0, v.Palette.Lit(top), 1), (0.45, v.Palette.Lit(middle), 1),
            (1, v.Palette.Lit(deep), 1)));
        v.Sky.Soft(v.SunX, -v.Height * 0.05, v.Width * 0.55, v.Height * 0.55, Colour.Parse("#f4fff0"), v.Light.Dark ? 0.3 : 0.7);
    }

    /// <summary>A colour as it looks through water.</summary>
    public static Colour Tone(View v, string hex, double distance) => v.Palette.Lit(hex)
        .Mix(v.Palette.Lit(v.Light.Dark ? "#154a7c" : "#36a3c4"), distance).Darker(v.Light.Dark ? 0.1 : 0);

    public static void Rays(View v)
    {
        var rng = v.Rng.Fork("rays");
        for (var i = 0; i < 7; i++)
        {
            double x = v.SunX + v.Width * rng.Between(-0.35, 0.35), w = v.Unit * rng.Between(24, 80), lean = v.Width * rng.Between(-0.1,
                0.1) + (x - v.SunX) * 0.6, end = v.Height * rng.Between(0.6, 0.9);
            v.Sky.Path($"M{Sheet.N(x)} -5h{Sheet.N(w)}L{Sheet.N(x + lean + w * 2.4)} {Sheet.N(end)}H{Sheet.N(x + lean)}Z",
                v.Sky.Fade(0, end, (0, Colour.Parse("#f4fff0"), 0.3), (1, Colour.Parse("#f4fff0"), 0)));
        }
    }

    public static void Coral(View v, Sheet s, Rng rng, double x, double y, double h)
    {
        if (v.Leaves("coral"))
            return;
        var colour = Tone(v, rng.Pick(s_corals), 0.15);
        switch (rng.Below(3))
        {
            case 0:
                for (var i = -2; i <= 2; i++)
                {
                    double lean = i * h * 0.22, tall = h * (1 - Math.Abs(i) * 0.16);
                    s.Line($"M{Sheet.N(x + i * h * 0.06)} {Sheet.N(y)}" +
                        $"Q{Sheet.N(x + lean * 0.4)} {Sheet.N(y - tall * 0.5)} {Sheet.N(x + lean)} {Sheet.N(y - tall)}",
                        i % 2 == 0 ? colour : colour.Darker(0.05), h * 0.13);
                }

                break;
            case 1:
                s.Path($"M{Sheet.N(x - h * 0.6)} {Sheet.N(y)}" +
                    $"A{Sheet.N(h * 0.6)} {Sheet.N(h * 0.55)} 0 0 1 {Sheet.N(x + h * 0.6)} {Sheet.N(y)}Z", colour);
                for (var i = 0; i < 9; i++)
                    s.Circle(x + rng.Between(-0.42, 0.42) * h, y - rng.Between(0.06, 0.38) * h, h * 0.045, Fill.Of(colour.Lighter(0.1),
                        0.8));
                break;
            default:
                foreach (var (dx, tall) in ((double, double)[])[(-0.22, 0.6), (0.22, 0.72), (0, 1)])
                    s.Rect(x + dx * h - h * 0.11, y - tall * h, h * 0.22, tall * h, colour.Lighter(dx * 0.2), h * 0.11)
                        .Ellipse(x + dx * h, y - tall * h + h * 0.09, h * 0.065, h * 0.045, colour.Darker(0.2));
                break;
        }
    }

    public static void Weed(View v, Rng rng)
    {
        for (var i = 0; i < 18; i++)
        {
            double x = v.Width * (i % 2 == 0 ? Math.Pow(rng.Next(), 1.4) * 0.26 : 1 - Math.Pow(rng.Next(), 1.4) * 0.26),
                h = v.Height * rng.Between(0.16, 0.42), y = v.Height + 5, sway = v.Unit * rng.Between(16, 36) * (rng.Chance(0.5) ? 1 : -1);
            var path = $"M{Sheet.N(x)} {Sheet.N(y)}";
            for (var k = 0; k < 4; k++)
                path += $"q{Sheet.N(k % 2 == 0 ? sway : -sway)} {Sheet.N(-h / 8)} 0 {Sheet.N(-h / 4)}";
            (i < 10 ? v.Front : v.Near).Line(path, Tone(v, i % 3 == 0 ? "#3f9a6c" : "#2a7a5c", 0.2), v.Unit * rng.Between(9, 17));
        }
    }

    public static void Bubbles(View v, Rng rng)
    {
        for (var i = 0; i < 26; i++)
        {
            double x = rng.Next() * v.Width, y = rng.Next() * v.Height * 0.9, r = v.Unit * (3 + 11 * Math.Pow(rng.Next(), 2.5));
            v.Near.Circle(x, y, r, Fill.Of(Colour.White, 0.22)).Circle(x - r * 0.3, y - r * 0.3, r * 0.3, Fill.Of(Colour.White, 0.7));
        }
    }

    /// <summary>A far shoal that gives depth behind the subjects.</summary>
    public static void SmallFish(View v, Rng rng)
    {
        if (v.Leaves("fish"))
            return;
        double cx = v.Width * rng.Between(0.2, 0.8), cy = v.Height * rng.Between(0.15, 0.35);
        for (var i = 0; i < 12; i++)
        {
            double x = cx + rng.Bell() * v.Width * 0.14, y = cy + rng.Bell() * v.Height * 0.07, s = v.Unit * rng.Between(10, 17);
            v.Far.Path($"M{Sheet.N(x - s)} {Sheet.N(y)}Q{Sheet.N(x)} {Sheet.N(y - s * 0.8)} {Sheet.N(x + s)} {Sheet.N(y)}" +
                $"Q{Sheet.N(x)} {Sheet.N(y + s * 0.8)} {Sheet.N(x - s)} {Sheet.N(y)}l{Sheet.N(-s * 0.6)} {Sheet.N(-s * 0.45)}" +
                $"v{Sheet.N(s * 0.9)}Z", Fill.Of(Tone(v, "#1d5a80", 0.5), 0.7));
        }
    }
}
