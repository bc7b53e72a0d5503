// Built places: city, street, village, castle, market, wall, temple, court. Pure functions onto a view's layers.
namespace Atelier.Providers.Sketch;

/// <summary>Paints towns and their squares.</summary>
internal static class Towns
{
    public static void City(View v)
    {
        Sky.Paint(v, 0.8);
        Masonry.Skyline(v, v.Far, "back", 0.62, 0.78, 17, v.Light.Dark);
        Masonry.Skyline(v, v.Far, "middle", 0.48, 0.5, 12, v.Light.Dark);
        Masonry.Skyline(v, v.Far, "front", 0.3, 0.22, 9, v.Light.Dark);
        Masonry.Pavement(v, "#b3aeb0");
        var rng = v.Rng.Fork("city");
        for (var i = 0; i < 6; i++)
            Scenery.RoundTree(v, v.Near, rng, v.Width * (i + 0.5 + rng.Bell() * 0.2) / 6, v.Horizon + v.Height * 0.03,
                v.Unit * rng.Between(90, 140), 0.15);
        foreach (var x in (double[])[0.12, 0.88])
            Masonry.Lamp(v, v.Near, v.Width * x, v.Horizon + v.Height * 0.09, v.Unit * 260);
    }

    public static void Street(View v)
    {
        Sky.Paint(v, 0.8);
        Masonry.Skyline(v, v.Far, "street", 0.34, 0.7, 14, v.Light.Dark);
        Masonry.Houses(v, v.Far, v.Horizon + v.Height * 0.045, 9, 0.22);
        var rng = v.Rng.Fork("street");
        for (var i = 0; i < 5; i++)
            Scenery.RoundTree(v, v.Far, rng, v.Width * (i + rng.Next()) / 5, v.Horizon + v.Height * 0.05, v.Unit * rng.Between(120,
                190), 0.18);
        Masonry.Pavement(v, "#c9c2b8");
        Masonry.Road(v);
        foreach (var x in (double[])[0.08, 0.92])
            Masonry.Lamp(v, v.Near, v.Width * x, v.Horizon + v.Height * 0.085, v.Unit * 280);
    }

    public static void Village(View v)
    {
        Sky.Paint(v);
        Land.Hills(v, v.Palette.Grass, 3, 0.07);
        Masonry.Houses(v, v.Far, v.Horizon + v.Height * 0.03, 7, 0.4);
        Countryside.TreeLine(v, 0.4, 6, 110);
        Land.Ground(v, v.Palette.Grass);
        Countryside.Path(v);
        Scenery.Meadow(v, v.Palette.Grass, 34, 22, "#f4f1ea", "#f2cf5b", "#e98a7a");
        Sketch.Houses.Fence(v, v.Near, v.Horizon + (v.Height - v.Horizon) * 0.14, v.Unit * 44);
        Scenery.Frame(v, v.Palette.Grass, "#f4f1ea", "#e98a7a");
    }

    public static void Castle(View v)
    {
        Sky.Paint(v);
        Land.Mountains(v, "castle", v.Horizon * 0.4, Colour.Parse("#8896b8"), 0.75, snow: true, 4);
        Land.Hills(v, v.Palette.Grass, 2, 0.06);
        if (!v.Scene.Subjects.Any(s => s.Symbol.Name.Contains("castle", StringComparison.Ordinal)) && !v.Leaves("castle"))
            Masonry.Keep(v, v.Width - v.SunX, v.Horizon + v.Height * 0.03, v.Unit * 300);
        Countryside.TreeLine(v, 0.5, 7, 80);
        Land.Ground(v, v.Palette.Grass);
        Countryside.Path(v);
        Scenery.Meadow(v, v.Palette.Grass, 34, 16, "#f4f1ea", "#b9a3e0");
        Scenery.Frame(v, v.Palette.Grass);
    }

    public static void Market(View v)
    {
        Sky.Paint(v, 0.7);
        Masonry.Houses(v, v.Far, v.Horizon + v.Height * 0.02, 8, 0.45, tall: 1.5);
        Masonry.Pavement(v, "#d8c6a8");
        var rng = v.Rng.Fork("market");
        for (var i = 0; i < 5; i++)
            Masonry.Stall(v, rng, v.Width * (i + 0.5) / 5, v.Horizon + v.Height * 0.075, v.Width / 5.6, i);
        Masonry.Bunting(v);
    }

    public static void BrickWall(View v)
    {
        var brick = Colour.Parse(v.Scene.Palette.Count > 0 ? v.Scene.Palette[0].Hex : "#b8624c");
        v.Sky.Rect(0, 0, v.Width, v.Height, v.Palette.Far(brick.Darker(0.12)));
        var rng = v.Rng.Fork("bricks");
        double h = v.Unit * 46, w = h * 2.3;
        for (var row = 0; row * h < v.Horizon; row++)
        {
            for (double x = row % 2 == 0 ? -w * 0.1 : -w * 0.6; x < v.Width; x += w)
                v.Sky.Rect(x, row * h, w - v.Unit * 5, h - v.Unit * 5,
                    v.Palette.Far(brick.Lighter(rng.Bell() * 0.035).Turned(rng.Bell() * 6)), v.Unit * 3);
        }

        v.Far.Soft(v.SunX, v.Horizon * 0.4, v.Width * 0.6, v.Horizon * 0.8, v.Light.Sun, 0.28);
        v.Far.Rect(0, v.Horizon - v.Height * 0.06, v.Width, v.Height * 0.06, v.Far.Fade(v.Horizon - v.Height * 0.06, v.Horizon,
            (0, v.Light.Shadow, 0), (1, v.Light.Shadow, 0.4)));
        Masonry.Pavement(v, "#b9b2aa");
        for (var i = 0; i < 14; i++)
            Scenery.Tuft(v, v.Near, rng, rng.Next() * v.Width, v.Horizon + v.Height * rng.Between(0.005, 0.02), v.Unit * rng.Between(26,
                52), v.Palette.Far("#5f9a56"));
    }

    public static void Temple(View v)
    {
        Sky.Paint(v, 0.6);
        Land.Hills(v, Colour.Parse("#9aa86a"), 2, 0.05);
        Masonry.Pavement(v, "#dccdb0");
        var stone = v.Palette.Far("#e6d8bd", 0.15);
        double top = v.Horizon * 0.42, foot = v.Horizon + v.Height * 0.03;
        v.Far.Path($"M{Sheet.N(-v.Width * 0.02)} {Sheet.N(top)}L{Sheet.N(v.Width / 2)} {Sheet.N(top - v.Horizon * 0.24)}" +
            $"L{Sheet.N(v.Width * 1.02)} {Sheet.N(top)}Z", stone).Rect(-5, top, v.Width + 10, v.Horizon * 0.1, stone.Darker(0.05));
        v.Far.Rect(0, top + v.Horizon * 0.1, v.Width, foot - top, Fill.Of(v.Palette.Far("#8a6f6a", 0.3), 0.55));
        for (var i = 0; i < 6; i++)
        {
            double x = v.Width * (i + 0.5) / 6, w = v.Width * 0.065;
            v.Far.Rect(x - w / 2, top + v.Horizon * 0.13, w, foot - top - v.Horizon * 0.13, v.Far.Slope(x - w / 2, 0, x + w / 2, 0,
                (0, stone.Darker(0.1), 1), (0.45, stone.Lighter(0.04), 1), (1, stone.Darker(0.06), 1)));
            v.Far.Rect(x - w * 0.7, top + v.Horizon * 0.1, w * 1.4, v.Horizon * 0.04, stone).Rect(x - w * 0.7, foot - v.Height * 0.015,
                w * 1.4, v.Height * 0.02, stone);
        }
    }

    public static void Court(View v)
    {
        Sky.Paint(v);
        Countryside.TreeLine(v, 0.55, 9, 110);
        Land.Hills(v, v.Palette.Grass.Turned(8), 1);
        var court = v.Palette.Far(v.Rng.Chance(0.5) ? "#c9744f" : "#4f8fae");
        double top = v.Horizon + v.Height * 0.05;
        v.Near.Rect(0, top - v.Height * 0.02, v.Width, v.Height, v.Palette.Far("#6fae6a"));
        double cx = v.Width / 2, n = v.Width * 0.3, f = v.Width * 0.75;
        v.Near.Path($"M{Sheet.N(cx - n)} {Sheet.N(top)}H{Sheet.N(cx + n)}L{Sheet.N(cx + f)} {Sheet.N(v.Height)}H{Sheet.N(cx - f)}Z", court);
        v.Near.Line($"M{Sheet.N(cx - n * 0.9)} {Sheet.N(top + 4)}H{Sheet.N(cx + n * 0.9)}" +
            $"L{Sheet.N(cx + f * 0.85)} {Sheet.N(v.Height + 9)}M{Sheet.N(cx - n * 0.9)} {Sheet.N(top + 4)}" +
            $"L{Sheet.N(cx - f * 0.85)} {Sheet.N(v.Height + 9)}M{Sheet.N(cx)} {Sheet.N(top)}V{Sheet.N(v.Height)}",
            v.Palette.Far("#fbf6ee"), v.Unit * 7);
        double net = top + (v.Height - top) * 0.12, h = v.Height * 0.07;
        v.Near.Rect(0, net - h, v.Width, h, Fill.Of(v.Light.Shadow, 0.25)).Rect(0, net - h, v.Width, v.Unit * 9, v.Palette.Far("#fbf6ee"));
    }
}
