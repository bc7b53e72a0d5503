// Bare places: desert, snow, volcano, cave. Pure functions onto a view's layers.
namespace Atelier.Providers.Sketch;

/// <summary>Paints settings without much green.</summary>
internal static class Wilds
{
    public static void Desert(View v)
    {
        Sky.Paint(v, 0.3);
        Mesas(v);
        Land.Ridge(v, v.Far, "dune1", v.Horizon - v.Height * 0.02, v.Height * 0.05, 1.6, v.Palette.Far("#f0c88a", 0.6),
            v.Palette.Far("#dca766", 0.45));
        Land.Ridge(v, v.Far, "dune2", v.Horizon + v.Height * 0.02, v.Height * 0.04, 2.1, v.Palette.Far("#efbf7c", 0.35),
            v.Palette.Far("#d49a5a", 0.3));
        Land.Ground(v, Colour.Parse("#e9b873"), 0.03);
        var rng = v.Rng.Fork("desert");
        for (var i = 0; i < 9; i++)
        {
            double y = v.Horizon + (v.Height - v.Horizon) * rng.Between(0.25, 0.98), l = v.Width * rng.Between(0.12, 0.3),
                x = rng.Next() * v.Width;
            v.Near.Line($"M{Sheet.N(x)} {Sheet.N(y)}q{Sheet.N(l * 0.3)} {Sheet.N(-l * 0.05)} {Sheet.N(l * 0.5)} 0t{Sheet.N(l * 0.5)} 0",
                v.Palette.Far("#d09a58"), v.Unit * 3, 0.5);
        }

        if (!v.Scene.Subjects.Any(s => s.Symbol.Name == "cactus") && !v.Leaves("cactus"))
        {
            Cactus(v, v.Width * rng.Between(0.05, 0.16), v.Horizon + v.Height * 0.13, v.Unit * 190);
            Cactus(v, v.Width * rng.Between(0.82, 0.95), v.Horizon + v.Height * 0.07, v.Unit * 120);
        }

        Countryside.Rocks(v, 4, "#b98a66");
    }

    public static void Snow(View v)
    {
        Sky.Paint(v, 0.8);
        if (v.Light.Time == "night")
            Cosmos.Aurora(v);
        Land.Mountains(v, "ice", v.Horizon * 0.45, Colour.Parse("#8fa9cf"), 0.6, snow: true, 5);
        Land.Hills(v, Colour.Parse("#dfeaf4"), 2, 0.05);
        Countryside.PineLine(v, 0.5, 13);
        Land.Ground(v, Colour.Parse("#eaf2f8"));
        var rng = v.Rng.Fork("snowtrees");
        foreach (var x in (double[])[0.06, 0.17, 0.86, 0.95])
            Scenery.Pine(v, v.Near, rng, v.Width * (x + rng.Bell() * 0.02), v.Horizon + v.Height * rng.Between(0.06, 0.13),
                v.Unit * rng.Between(200, 330), 0.12);
        for (var i = 0; i < 26; i++)
            v.Near.Circle(rng.Next() * v.Width, v.Horizon + (v.Height - v.Horizon) * rng.Between(0.1, 1), v.Unit * rng.Between(1, 3),
                Fill.Of(Colour.White, 0.8));
        v.Front.Soft(0, v.Height, v.Width * 0.4, v.Height * 0.1, Colour.White, 0.5).Soft(v.Width, v.Height, v.Width * 0.36,
            v.Height * 0.08, Colour.White, 0.45);
    }

    public static void Volcano(View v)
    {
        Sky.Paint(v, 0.6, sun: false);
        double x = v.Width - v.SunX, ground = v.Horizon + v.Height * 0.04, h = v.Horizon * 0.6, w = h * 0.95;
        var rock = v.Palette.Far("#5f4a52", 0.25);
        string N(double value) => Sheet.N(value);
        v.Far.Soft(x, ground - h, h * 0.9, h * 0.7, Colour.Parse("#ff8a3c"), 0.55);
        var rng = v.Rng.Fork("smoke");
        for (var i = 0; i < 5; i++)
            Sky.Cloud(v.Far, v, x + rng.Bell() * h * 0.2, ground - h * (1.05 + 0.13 * i), h * (0.2 + 0.06 * i), rng, 0.75);
        v.Far.Path($"M{N(x - w)} {N(ground)}Q{N(x - w * 0.3)} {N(ground - h * 0.4)} {N(x - w * 0.14)} {N(ground - h)}" +
            $"q{N(w * 0.14)} {N(h * 0.06)} {N(w * 0.28)} 0Q{N(x + w * 0.3)} {N(ground - h * 0.4)} {N(x + w)} {N(ground)}Z", rock);
        v.Far.Path($"M{N(x - w * 0.12)} {N(ground - h * 0.99)}" +
            $"q{N(w * 0.12)} {N(h * 0.05)} {N(w * 0.24)} 0L{N(x + w * 0.16)} {N(ground - h * 0.55)}" +
            $"q{N(-w * 0.04)} {N(h * 0.12)} {N(-w * 0.08)} {N(-h * 0.02)}L{N(x + w * 0.02)} {N(ground - h * 0.3)}" +
            $"q{N(-w * 0.05)} {N(h * 0.1)} {N(-w * 0.09)} {N(-h * 0.08)}L{N(x - w * 0.1)} {N(ground - h * 0.6)}Z",
            v.Palette.Lit("#ff7a33"));
        v.Far.Path($"M{N(x - w * 0.05)} {N(ground - h * 0.97)}h{N(w * 0.1)}L{N(x + w * 0.03)} {N(ground - h * 0.45)}Z",
            v.Palette.Lit("#ffc04d"));
        Land.Hills(v, Colour.Parse("#6f7a52"), 2, 0.04);
        Land.Ground(v, Colour.Parse("#7f8a58"));
        Countryside.Rocks(v, 7, "#6a5a5c");
        Scenery.Meadow(v, Colour.Parse("#7f9a52"), 34, 0);
        Scenery.Frame(v, Colour.Parse("#5f7f4c"));
    }

    public static void Cave(View v)
    {
        var rock = Colour.Parse("#6a5f78");
        v.Sky.Rect(0, 0, v.Width, v.Height, v.Sky.Fade(0, v.Height, (0, v.Palette.Far("#3a3350"), 1), (1, v.Palette.Far("#594f6e"), 1)));
        v.Sky.Soft(v.Width * 0.5, v.Horizon * 0.75, v.Width * 0.45, v.Horizon * 0.7, v.Palette.Lit("#f8d79a"), 0.8);
        var rng = v.Rng.Fork("cave");
        for (var layer = 0; layer < 3; layer++)
        {
            var tone = v.Palette.Far(rock.Darker(0.05 + 0.06 * layer), 0.4 - 0.18 * layer);
            for (var i = 0; i < 12; i++)
            {
                double x = v.Width * (i + rng.Next()) / 12, edge = Math.Abs(x / v.Width - 0.5) * 2,
                    l = v.Height * (0.05 + 0.34 * Math.Pow(edge, 1.4)) * rng.Between(0.7, 1.1) * (1 - 0.16 * layer), w = v.Width * 0.09;
                v.Far.Path($"M{Sheet.N(x - w)} -5H{Sheet.N(x + w)}Q{Sheet.N(x + w * 0.25)} {Sheet.N(l * 0.5)} {Sheet.N(x)} {Sheet.N(l)}" +
                    $"Q{Sheet.N(x - w * 0.25)} {Sheet.N(l * 0.5)} {Sheet.N(x - w)} -5Z", tone);
            }
        }

        Land.Ground(v, Colour.Parse("#7a6d80"));
        Countryside.Rocks(v, 7, "#6a6078");
        foreach (var side in (double[])[0, 1])
            v.Front.Soft(side * v.Width, v.Height * 0.5, v.Width * 0.34, v.Height * 0.8, Colour.Parse("#17122a"), 0.75);
        Crystals(v, rng);
    }

    private static void Crystals(View v, Rng rng)
    {
        for (var i = 0; i < 6; i++)
        {
            double x = v.Width * (i % 2 == 0 ? rng.Between(0.03, 0.2) : rng.Between(0.8, 0.97)), y = v.Height * rng.Between(0.72, 0.95),
                h = v.Unit * rng.Between(60, 130), w = h * 0.22;
            var glow = v.Palette.Lit(i % 3 == 0 ? "#8fd6e8" : "#b7a4f0");
            v.Near.Soft(x, y - h * 0.5, h, h, glow, 0.35);
            v.Near.Path($"M{Sheet.N(x - w)} {Sheet.N(y)}L{Sheet.N(x - w * 0.6)} {Sheet.N(y - h * 0.8)}L{Sheet.N(x)} {Sheet.N(y - h)}" +
                $"L{Sheet.N(x + w * 0.7)} {Sheet.N(y - h * 0.75)}L{Sheet.N(x + w)} {Sheet.N(y)}Z", glow);
            v.Near.Path($"M{Sheet.N(x)} {Sheet.N(y - h)}L{Sheet.N(x + w * 0.7)} {Sheet.N(y - h * 0.75)}L{Sheet.N(x + w)} {Sheet.N(y)}" +
                $"H{Sheet.N(x + w * 0.1)}Z", Fill.Of(glow.Darker(0.12), 0.8));
        }
    }

    private static void Mesas(View v)
    {
        var rng = v.Rng.Fork("mesas");
        for (var i = 0; i < 3; i++)
        {
            double x = v.Width * rng.Next(), w = v.Unit * rng.Between(120, 260), h = v.Horizon * rng.Between(0.12, 0.26),
                y = v.Horizon + v.Height * 0.01;
            var rock = v.Palette.Far("#c4724f", 0.62 - 0.1 * i);
            v.Far.Path($"M{Sheet.N(x - w * 0.62)} {Sheet.N(y)}L{Sheet.N(x - w * 0.45)} {Sheet.N(y - h * 0.55)}" +
                $"L{Sheet.N(x - w * 0.4)} {Sheet.N(y - h)}H{Sheet.N(x + w * 0.38)}L{Sheet.N(x + w * 0.44)} {Sheet.N(y - h * 0.5)}" +
                $"L{Sheet.N(x + w * 0.62)} {Sheet.N(y)}Z", rock);
            v.Far.Rect(x - w * 0.41, y - h * 0.8, w * 0.82, h * 0.08, Fill.Of(rock.Darker(0.06), 0.7)).Rect(x - w * 0.44, y - h * 0.55,
                w * 0.88, h * 0.06, Fill.Of(rock.Lighter(0.05), 0.7));
        }
    }

    private static void Cactus(View v, double x, double y, double h)
    {
        var green = v.Palette.Far("#5a9a66", 0.1);
        double w = h * 0.16;
        string N(double value) => Sheet.N(value);
        v.Near.Soft(x, y, h * 0.3, h * 0.05, v.Light.Shadow, 0.35);
        v.Near.Line($"M{N(x)} {N(y)}V{N(y - h)}", green, w).Line($"M{N(x)} {N(y - h * 0.4)}h{N(-h * 0.24)}v{N(-h * 0.26)}", green,
            w * 0.72).Line($"M{N(x)} {N(y - h * 0.3)}h{N(h * 0.24)}v{N(-h * 0.3)}", green, w * 0.72);
        v.Near.Line($"M{N(x - w * 0.2)} {N(y)}V{N(y - h)}", green.Lighter(0.07), w * 0.16, 0.8);
        v.Near.Circle(x + w * 0.2, y - h - w * 0.4, w * 0.3, v.Palette.Far("#f0829a"));
    }
}
