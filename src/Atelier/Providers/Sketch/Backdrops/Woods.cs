// Forest and jungle: layers of trunks and leaves with light falling between them. Pure functions onto a view's layers.
namespace Atelier.Providers.Sketch;

/// <summary>Paints settings under trees.</summary>
internal static class Woods
{
    private static readonly string[] s_mushrooms = ["#f4f1ea", "#e9d27a", "#f3b6c6"];
    private static readonly string[] s_blossoms = ["#ef6f6c", "#f2a63f", "#e85d9a"];

    public static void Forest(View v)
    {
        Sky.Paint(v, 0.4);
        var rng = v.Rng.Fork("forest");
        v.Far.Rect(0, 0, v.Width, v.Height, v.Far.Fade(0, v.Horizon, (0, v.Palette.Far("#4f8f74", 0.5), 0.55), (1, v.Light.Haze, 0.65)));
        for (var layer = 0; layer < 3; layer++)
        {
            var distance = 0.82 - 0.28 * layer;
            var count = 13 - 3 * layer;
            for (var i = 0; i < count; i++)
            {
                double x = v.Width * (i + rng.Next()) / count, h = v.Unit * (330 + 190 * layer) * rng.Between(0.8, 1.2),
                    y = v.Horizon + v.Height * (0.015 + 0.025 * layer);
                if (layer == 2 && Math.Abs(x - v.Width / 2) < v.Width * 0.22)
                    continue;
                if (v.Palette.Season is "autumn" or "spring" && rng.Chance(0.6))
                    Scenery.RoundTree(v, v.Far, rng, x, y, h, distance);
                else
                    Scenery.Pine(v, v.Far, rng, x, y, h, distance);
            }
        }

        Beams(v);
        Land.Ground(v, v.Palette.Grass.Turned(6).Darker(0.06));
        Countryside.Path(v);
        Scenery.Meadow(v, v.Palette.Grass.Darker(0.05), 52, 14, s_mushrooms);
        Countryside.Rocks(v, 3);
        Trunks(v);
        Scenery.Frame(v, v.Palette.Grass.Darker(0.08));
    }

    public static void Jungle(View v)
    {
        Sky.Paint(v, 0.3);
        var rng = v.Rng.Fork("jungle");
        v.Far.Rect(0, 0, v.Width, v.Height, v.Far.Fade(0, v.Horizon, (0, v.Palette.Far("#2f8f6c", 0.45), 0.7),
            (1, v.Palette.Far("#bfe0a0", 0.6), 0.8)));
        for (var layer = 0; layer < 2; layer++)
        {
            for (var i = 0; i < 8; i++)
            {
                double x = v.Width * (i + rng.Next()) / 8, y = v.Horizon + v.Height * (0.02 + 0.03 * layer);
                if (rng.Chance(0.55))
                    Scenery.Palm(v, v.Far, rng, x, y, v.Unit * rng.Between(330, 560), 0.66 - 0.36 * layer);
                else
                    Scenery.RoundTree(v, v.Far, rng, x, y, v.Unit * rng.Between(300, 480), 0.66 - 0.36 * layer);
            }
        }

        Beams(v);
        Land.Ground(v, Colour.Parse("#4f9a52"));
        for (var i = 0; i < 10; i++)
            Scenery.Bush(v, v.Near, rng, v.Width * (i + rng.Next()) / 10, v.Horizon + v.Height * 0.05, v.Unit * rng.Between(44, 76),
                0.25, rng.Chance(0.5) ? Colour.Parse(rng.Pick(s_blossoms)) : null);
        Scenery.Meadow(v, Colour.Parse("#3f8a4c"), 50, 10, s_blossoms);
        Leaves(v);
    }

    /// <summary>Slanting light between the trees.</summary>
    public static void Beams(View v)
    {
        if (v.Light.Time == "night")
            return;
        var rng = v.Rng.Fork("beams");
        for (var i = 0; i < 5; i++)
        {
            double x = v.SunX + v.Width * rng.Between(-0.25, 0.25), w = v.Unit * rng.Between(20, 70),
                lean = (v.Width / 2 - v.SunX) * rng.Between(0.5, 1.1), end = v.Horizon + v.Height * 0.12;
            v.Far.Path($"M{Sheet.N(x)} 0h{Sheet.N(w)}L{Sheet.N(x + lean + w * 2.6)} {Sheet.N(end)}H{Sheet.N(x + lean)}Z",
                v.Far.Fade(0, end, (0, v.Light.Sun, 0.34), (1, v.Light.Sun, 0)));
        }
    }

    private static void Trunks(View v)
    {
        if (v.Leaves("tree", "trees"))
            return;
        var rng = v.Rng.Fork("trunks");
        foreach (var x in (double[])[rng.Between(-0.02, 0.06), rng.Between(0.94, 1.02)])
        {
            double cx = x * v.Width, w = v.Unit * rng.Between(46, 74), foot = v.Height * rng.Between(0.86, 0.97);
            var bark = v.Palette.Far("#4f3b38");
            v.Front.Path($"M{Sheet.N(cx - w * 0.5)} -5L{Sheet.N(cx - w * 0.6)} {Sheet.N(foot - w)}" +
                $"Q{Sheet.N(cx - w * 0.7)} {Sheet.N(foot)} {Sheet.N(cx - w * 1.3)} {Sheet.N(foot + w * 0.3)}H{Sheet.N(cx + w * 1.3)}" +
                $"Q{Sheet.N(cx + w * 0.7)} {Sheet.N(foot)} {Sheet.N(cx + w * 0.55)} {Sheet.N(foot - w)}L{Sheet.N(cx + w * 0.5)} -5Z", bark);
            var lit = v.SunX > cx ? 0.12 : -0.5;
            v.Front.Rect(cx + w * lit, -5, w * 0.3, foot - w * 0.7, Fill.Of(bark.Lighter(0.06), 0.8));
        }
    }

    private static void Leaves(View v)
    {
        var rng = v.Rng.Fork("leaves");
        for (var i = 0; i < 16; i++)
        {
            var left = i % 2 == 0;
            double x = left ? rng.Between(-0.04, 0.16) * v.Width : rng.Between(0.84, 1.04) * v.Width, y = i < 8 ? rng.Between(-0.02,
                0.12) * v.Height : v.Height * rng.Between(0.93, 1.04), l = v.Unit * rng.Between(130, 240),
                turn = (i < 8 ? 90 : -90) + rng.Bell() * 55 + (left ? -25 : 25);
            var green = v.Palette.Far(rng.Chance(0.5) ? "#1f5f48" : "#2f7a50");
            v.Front.Open($"transform=\"translate({Sheet.N(x)} {Sheet.N(y)}) rotate({Sheet.N(turn)})\"")
                .Path($"M0 0Q{Sheet.N(l * 0.4)} {Sheet.N(-l * 0.3)} {Sheet.N(l)} 0Q{Sheet.N(l * 0.4)} {Sheet.N(l * 0.3)} 0 0Z", green)
                .Line($"M0 0L{Sheet.N(l * 0.92)} 0", green.Lighter(0.08), v.Unit * 3).Close();
        }
    }
}
