// Cultivated land: meadow, hills, mountains, farm, garden, park. Pure functions onto a view's layers.
namespace Atelier.Providers.Sketch;

/// <summary>Paints green settings.</summary>
internal static class Countryside
{
    private static readonly string[] s_petals = ["#f4f1ea", "#f3b6c6", "#f2cf5b", "#e98a7a", "#b9a3e0"];

    public static void Meadow(View v)
    {
        Sky.Paint(v);
        Land.Hills(v, v.Palette.Grass, 2);
        TreeLine(v, 0.7, 7, 90);
        Land.Ground(v, v.Palette.Grass);
        Scenery.Meadow(v, v.Palette.Grass, 46, 34, s_petals);
        Scenery.Frame(v, v.Palette.Grass, s_petals);
    }

    public static void Hills(View v)
    {
        Sky.Paint(v);
        if (v.Rng.Chance(0.5))
            Land.Mountains(v, "far", v.Height * 0.14, Colour.Parse("#7d8fb5"), 0.8, snow: false, 4);
        Land.Hills(v, v.Palette.Grass, 4, 0.085);
        TreeLine(v, 0.6, 6, 80);
        Land.Ground(v, v.Palette.Grass.Turned(-6), 0.03);
        Path(v);
        Scenery.Meadow(v, v.Palette.Grass, 34, 14, s_petals);
        Scenery.Frame(v, v.Palette.Grass);
    }

    public static void Mountains(View v)
    {
        Sky.Paint(v, 0.7);
        Land.Mountains(v, "back", v.Horizon * 0.55, Colour.Parse("#8896bd"), 0.72, snow: true, 4);
        Land.Mountains(v, "front", v.Horizon * 0.42, Colour.Parse("#6d7a9c"), 0.42, snow: true, 3);
        Land.Hills(v, Colour.Parse("#5f9a72"), 2, 0.04);
        PineLine(v, 0.4, 22);
        Land.Ground(v, v.Palette.Grass.Turned(8));
        Scenery.Meadow(v, v.Palette.Grass, 30, 12, s_petals);
        Rocks(v, 4);
        Scenery.Frame(v, v.Palette.Grass);
    }

    public static void Farm(View v)
    {
        Sky.Paint(v);
        Land.Hills(v, Colour.Parse("#a8bf5e"), 3);
        Fields(v);
        TreeLine(v, 0.55, 5, 90);
        if (!v.Leaves("barn", "house", "building", "buildings"))
            Houses.Barn(v, v.Far, v.Width - v.SunX, v.Horizon + v.Height * 0.045, v.Unit * 150);
        Land.Ground(v, Colour.Parse("#96b955"), 0.02);
        Houses.Fence(v, v.Near, v.Horizon + (v.Height - v.Horizon) * 0.2, v.Unit * 60);
        Scenery.Meadow(v, v.Palette.Grass, 40, 8, s_petals);
        Scenery.Frame(v, Colour.Parse("#c9b25a"));
    }

    public static void Garden(View v)
    {
        Sky.Paint(v);
        Land.Hills(v, v.Palette.Grass, 1);
        var rng = v.Rng.Fork("garden");
        Houses.Fence(v, v.Far, v.Horizon + v.Height * 0.03, v.Unit * 130);
        for (var i = 0; i < 9; i++)
            Scenery.Bush(v, v.Far, rng, v.Width * (i + rng.Next()) / 9, v.Horizon + v.Height * 0.035, v.Unit * rng.Between(48, 80), 0.3,
                Colour.Parse(rng.Pick(s_petals)));
        Scenery.RoundTree(v, v.Far, rng, v.Width - v.SunX, v.Horizon + v.Height * 0.05, v.Unit * 360, 0.18);
        Land.Ground(v, v.Palette.Grass.Lighter(0.02));
        Path(v);
        Scenery.Meadow(v, v.Palette.Grass, 30, 60, s_petals);
        Scenery.Frame(v, v.Palette.Grass, s_petals);
    }

    public static void Park(View v)
    {
        Sky.Paint(v);
        Masonry.Skyline(v, v.Far, "park", 0.2, 0.8, 14, lit: v.Light.Dark);
        Land.Hills(v, v.Palette.Grass, 1);
        var rng = v.Rng.Fork("park");
        for (var i = 0; i < 6; i++)
        {
            var x = v.Width * (i + rng.Next()) / 6;
            Scenery.RoundTree(v, v.Far, rng, x, v.Horizon + v.Height * 0.045, v.Unit * rng.Between(190, 300), 0.35);
        }

        Land.Ground(v, v.Palette.Grass);
        Path(v);
        Scenery.Meadow(v, v.Palette.Grass, 30, 10, s_petals);
        Scenery.Frame(v, v.Palette.Grass);
    }

    public static void TreeLine(View v, double distance, int count, double height)
    {
        var rng = v.Rng.Fork("treeline");
        var side = rng.Chance(0.5) ? 0.0 : 0.55;
        for (var i = 0; i < count; i++)
        {
            var x = v.Width * (side + 0.5 * (i + rng.Next()) / count);
            var h = v.Unit * height * rng.Between(0.7, 1.3);
            if (rng.Chance(0.3))
                Scenery.Pine(v, v.Far, rng, x, v.Horizon + v.Height * 0.025, h * 1.2, distance);
            else
                Scenery.RoundTree(v, v.Far, rng, x, v.Horizon + v.Height * 0.025, h, distance);
        }
    }

    public static void PineLine(View v, double distance, int count)
    {
        var rng = v.Rng.Fork("pineline");
        for (var i = 0; i < count; i++)
        {
            var x = v.Width * (i + rng.Next()) / count;
            Scenery.Pine(v, v.Far, rng, x, v.Horizon + v.Height * 0.03, v.Unit * rng.Between(70, 150), distance + rng.Between(-0.1, 0.1));
        }
    }

    public static void Rocks(View v, int count, string hex = "#8f8b88")
    {
        var rng = v.Rng.Fork("rocks");
        for (var i = 0; i < count; i++)
        {
            var y = v.Horizon + (v.Height - v.Horizon) * rng.Between(0.12, 0.85);
            var x = v.Width * (rng.Chance(0.5) ? rng.Between(0, 0.22) : rng.Between(0.78, 1));
            Scenery.Rock(v, v.Near, rng, x, y, v.Unit * 110 * v.Perspective(y), v.Distance(y) * 0.4, hex);
        }
    }

    /// <summary>A path that winds from the foreground towards the horizon.</summary>
    public static void Path(View v)
    {
        var rng = v.Rng.Fork("path");
        double h = v.Horizon + (v.Height - v.Horizon) * 0.05, x = v.Width * rng.Between(0.35, 0.65), foot = v.Width * rng.Between(0.3,
            0.7), bend = v.Width * rng.Between(-0.22, 0.22), m = (h + v.Height) / 2, w = v.Unit * 130;
        string N(double value) => Sheet.N(value);
        var sand = v.Palette.Far("#e3c99a");
        v.Near.Path($"M{N(x - w * 0.05)} {N(h)}" +
            $"C{N(x - bend)} {N(m * 0.92)} {N(foot + bend - w * 0.5)} {N(m)} {N(foot - w)} {N(v.Height + 4)}H{N(foot + w)}" +
            $"C{N(foot + bend + w * 0.4)} {N(m)} {N(x - bend + w * 0.22)} {N(m * 0.92)} {N(x + w * 0.06)} {N(h)}Z",
            v.Near.Fade(h, v.Height, (0, v.Palette.Far("#e8d6b0", 0.4), 0.85), (1, sand, 0.95)));
    }

    private static void Fields(View v)
    {
        var rng = v.Rng.Fork("fields");
        for (var i = 0; i < 9; i++)
        {
            double x = v.Width * (i - 1) / 8.0 + rng.Bell() * v.Unit * 30, y = v.Horizon + v.Height * 0.03;
            v.Far.Path($"M{Sheet.N(x)} {Sheet.N(y - v.Height * 0.02)}l{Sheet.N(v.Width * 0.06)} {Sheet.N(-v.Height * 0.012)}" +
                $"l{Sheet.N(v.Width * 0.05)} {Sheet.N(v.Height * 0.05)}h{Sheet.N(-v.Width * 0.1)}Z",
                Fill.Of(v.Palette.Far(rng.Chance(0.5) ? "#d9c15a" : "#8fae52", 0.45), 0.6));
        }
    }
}
