// Places at, on and under the water: beach, island, ocean, lake, harbour, river, underwater. Pure functions onto a view's layers.
namespace Atelier.Providers.Sketch;

/// <summary>Paints settings with water.</summary>
internal static class Shores
{
    private static readonly string[] s_petals = ["#f4f1ea", "#f3b6c6", "#f2cf5b"];

    public static void Beach(View v)
    {
        Sky.Paint(v);
        var shore = v.Horizon + (v.Height - v.Horizon) * 0.3;
        Headland(v, 0.6);
        Land.Water(v, v.Far, v.Horizon, shore + v.Height * 0.06, 0.8);
        Surf(v, shore);
        var rng = v.Rng.Fork("beach");
        foreach (var side in v.SunX > v.Width / 2 ? (double[])[0.04, 0.13] : [0.96, 0.88])
            Scenery.Palm(v, v.Near, rng, v.Width * side, shore + v.Height * rng.Between(0.1, 0.16), v.Unit * rng.Between(420, 560), 0.05);
        for (var i = 0; i < 40; i++)
            v.Near.Circle(rng.Next() * v.Width, shore + v.Height * rng.Between(0.08, 0.6), v.Unit * rng.Between(1, 2.6),
                Fill.Of(v.Palette.Far("#c9a06a"), 0.6));
        Waterside.Shells(v, rng, shore);
    }

    public static void Island(View v)
    {
        Sky.Paint(v);
        Headland(v, 0.75);
        Land.Water(v, v.Far, v.Horizon, v.Height);
        double cx = v.Width * 0.5, cy = v.Height * 0.86;
        v.Near.Soft(cx, cy + v.Height * 0.05, v.Width * 0.52, v.Height * 0.17, Colour.Parse("#bff0e6"), 0.6);
        v.Near.Ellipse(cx, cy + v.Height * 0.012, v.Width * 0.43, v.Height * 0.115, v.Palette.Far("#d9b27c"));
        v.Near.Ellipse(cx, cy, v.Width * 0.42, v.Height * 0.1, v.Palette.Far("#f2d9a4"));
        var rng = v.Rng.Fork("island");
        foreach (var x in (double[])[0.2, 0.28, 0.77])
            Scenery.Palm(v, v.Near, rng, v.Width * x, cy - v.Height * 0.02, v.Unit * rng.Between(330, 480), 0.05);
        for (var i = 0; i < 5; i++)
            Scenery.Tuft(v, v.Near, rng, v.Width * rng.Between(0.16, 0.84), cy + v.Height * rng.Between(-0.03, 0.05), v.Unit * 36,
                v.Palette.Far("#5a9a56"));
    }

    public static void Ocean(View v)
    {
        Sky.Paint(v, 1.2);
        if (v.Rng.Chance(0.5))
            Headland(v, 0.8);
        Land.Water(v, v.Far, v.Horizon, v.Height, 1.6);
        var waves = v.Scene.Subjects.Any(s => s.Symbol.Stands is Stand.Ground or Stand.Floor) ? 1 : 3;
        for (var i = 0; i < waves; i++)
        {
            var y = v.Horizon + (v.Height - v.Horizon) * (0.42 + 0.24 * i);
            var deep = v.Palette.Far("#2a7f9e").Mix(v.Light.Sky[0], 0.3);
            Wave(v, i == 2 ? v.Front : v.Near, y, v.Height * (0.014 + 0.012 * i), deep.Lighter(0.05 - 0.03 * i), i);
        }
    }

    public static void Lake(View v)
    {
        Sky.Paint(v, 0.8);
        Land.Mountains(v, "lake", v.Horizon * 0.42, Colour.Parse("#7d8fb8"), 0.68, snow: true, 4);
        Land.Hills(v, v.Palette.Grass.Turned(12), 2, 0.05);
        Countryside.PineLine(v, 0.5, 17);
        var shore = v.Horizon + v.Height * 0.03;
        Land.Water(v, v.Near, shore, v.Height, 0.3);
        v.Near.Rect(0, shore, v.Width, v.Height * 0.12, v.Near.Fade(shore, shore + v.Height * 0.12, (0, v.Palette.Far("#3f7a6a", 0.4),
            0.55), (1, v.Palette.Far("#3f7a6a", 0.4), 0)));
        var rng = v.Rng.Fork("lake");
        Waterside.LilyPads(v, rng);
        Waterside.Reeds(v, rng);
        Scenery.Frame(v, v.Palette.Grass, s_petals);
    }

    public static void Harbor(View v)
    {
        Sky.Paint(v);
        Land.Hills(v, v.Palette.Grass.Turned(10), 1, 0.05);
        Masonry.Houses(v, v.Far, v.Horizon + v.Height * 0.02, 11, 0.35);
        Land.Water(v, v.Near, v.Horizon + v.Height * 0.02, v.Height, 0.4);
        var rng = v.Rng.Fork("harbor");
        v.Near.Rect(0, v.Horizon + v.Height * 0.015, v.Width, v.Height * 0.022, v.Palette.Far("#8a7f86", 0.3));
        foreach (var x in (double[])[0.1, 0.24, 0.8, 0.92])
            Waterside.Sail(v, v.Near, v.Width * (x + rng.Bell() * 0.03), v.Horizon + v.Height * rng.Between(0.06, 0.11),
                v.Unit * rng.Between(80,
                130), rng);
        Waterside.Dock(v);
    }

    public static void River(View v)
    {
        Sky.Paint(v);
        Land.Hills(v, v.Palette.Grass, 3);
        Countryside.TreeLine(v, 0.6, 8, 100);
        Land.Ground(v, v.Palette.Grass);
        Stream(v);
        Scenery.Meadow(v, v.Palette.Grass, 26, 16, s_petals);
        Countryside.Rocks(v, 5);
        Waterside.Reeds(v, v.Rng.Fork("reeds"));
        Scenery.Frame(v, v.Palette.Grass, s_petals);
    }

    public static void Underwater(View v)
    {
        Sea.Water(v);
        Sea.Rays(v);
        var rng = v.Rng.Fork("reef");
        Land.Ridge(v, v.Far, "reef1", v.Horizon - v.Height * 0.06, v.Height * 0.08, 2.2, Sea.Tone(v, "#3f8fae", 0.75),
            Sea.Tone(v, "#2f7594", 0.7));
        Land.Ridge(v, v.Far, "reef2", v.Horizon + v.Height * 0.02, v.Height * 0.05, 3.1, Sea.Tone(v, "#4f9aa8", 0.5),
            Sea.Tone(v, "#33708a", 0.5));
        Land.Ridge(v, v.Near, "sand", v.Horizon + v.Height * 0.09, v.Height * 0.025, 2.6, Sea.Tone(v, "#e8d9ae", 0.28),
            Sea.Tone(v, "#b9a98a", 0.3));
        for (var i = 0; i < 9; i++)
        {
            var edge = rng.Chance(0.5) ? Math.Pow(rng.Next(), 1.5) * 0.36 : 1 - Math.Pow(rng.Next(), 1.5) * 0.36;
            Sea.Coral(v, v.Near, rng, v.Width * edge, v.Horizon + v.Height * rng.Between(0.1, 0.22), v.Unit * rng.Between(70, 150));
        }

        Sea.Weed(v, rng);
        Sea.Bubbles(v, rng);
        Sea.SmallFish(v, rng);
    }

    private static void Surf(View v, double shore)
    {
        string N(double value) => Sheet.N(value);
        string Edge(double y) => $"M-5 {N(y)}" +
            $"c{N(v.Width * 0.16)} {N(-v.Height * 0.03)} {N(v.Width * 0.26)} {N(v.Height * 0.03)} {N(v.Width * 0.42)}" +
                $" {N(v.Height * 0.008)}s{N(v.Width * 0.3)} {N(-v.Height * 0.03)} {N(v.Width * 0.62)} {N(v.Height * 0.012)}" +
                $"V{N(v.Height + 5)}H-5Z";
        v.Near.Path(Edge(shore - v.Height * 0.012), Fill.Of(v.Palette.Far("#ffffff"), 0.85));
        v.Near.Path(Edge(shore), Fill.Of(v.Palette.Far("#9fd6d6"), 0.75));
        v.Near.Path(Edge(shore + v.Height * 0.018), Fill.Of(v.Palette.Far("#ffffff"), 0.75));
        v.Near.Path(Edge(shore + v.Height * 0.028), v.Palette.Far("#d9b98a"));
        v.Near.Path(Edge(shore + v.Height * 0.06), v.Near.Fade(shore, v.Height, (0, v.Palette.Far("#f3dcae"), 1),
            (1, v.Palette.Far("#e6c287"), 1)));
    }

    private static void Headland(View v, double distance)
    {
        double x = v.Width - v.SunX, w = v.Width * 0.3, h = v.Height * 0.06;
        v.Far.Path($"M{Sheet.N(x - w)} {Sheet.N(v.Horizon + 1)}" +
            $"Q{Sheet.N(x - w * 0.5)} {Sheet.N(v.Horizon - h)} {Sheet.N(x - w * 0.1)} {Sheet.N(v.Horizon - h * 0.8)}" +
            $"Q{Sheet.N(x + w * 0.3)} {Sheet.N(v.Horizon - h * 1.7)} {Sheet.N(x + w)} {Sheet.N(v.Horizon + 1)}Z",
            v.Palette.Far("#5f8f82", distance));
    }

    private static void Wave(View v, Sheet sheet, double y, double swing, Colour colour, int index)
    {
        var rng = v.Rng.Fork("wave" + index);
        var path = $"M{Sheet.N(-v.Width * 0.2 * rng.Next() - 10)} {Sheet.N(y)}";
        var crest = path;
        var step = v.Unit * (70 + 42 * index);
        for (double x = 0; x < v.Width * 1.3; x += step)
            crest += $"q{Sheet.N(step * 0.5)} {Sheet.N(-swing * 1.7)} {Sheet.N(step)} 0";
        sheet.Path($"{crest}V{Sheet.N(v.Height + 5)}H-400Z", sheet.Fade(y - swing, v.Height, (0, colour, 0.92), (1, colour.Darker(0.1),
            0.96)));
        sheet.Line(crest, v.Light.CloudLit, v.Unit * 3.4, 0.55);
    }

    private static void Stream(View v)
    {
        var rng = v.Rng.Fork("stream");
        double top = v.Horizon + v.Height * 0.015, x = v.Width * rng.Between(0.4, 0.6), a = v.Width * rng.Between(-0.2, 0.2),
            m = (top + v.Height) / 2, w = v.Width * 0.3;
        string N(double value) => Sheet.N(value);
        var body = $"M{N(x - w * 0.03)} {N(top)}" +
            $"C{N(x + a)} {N(top + (m - top) * 0.5)} {N(x - a - w * 0.5)} {N(m)} {N(x - w)} {N(v.Height + 5)}H{N(x + w)}" +
            $"C{N(x - a * 0.6 + w * 0.4)} {N(m)} {N(x + a + w * 0.24)} {N(top + (m - top) * 0.5)} {N(x + w * 0.05)} {N(top)}Z";
        var deep = v.Palette.Far("#3f93b0").Mix(v.Light.Sky[0], 0.35);
        v.Near.Line(body, v.Palette.Far("#c9b184"), v.Unit * 16, 0.8);
        v.Near.Path(body, v.Near.Fade(top, v.Height, (0, v.Light.Sky[^1].Mix(deep, 0.2), 1), (0.4, v.Light.Sky[^2].Mix(deep, 0.5), 1),
            (1, deep, 1)));
        for (var i = 0; i < 16; i++)
        {
            double t = rng.Next(), y = top + (v.Height - top) * (0.12 + 0.85 * t), l = v.Unit * (20 + 90 * t),
                cx = x + rng.Bell() * w * 0.36 * t - l / 2;
            v.Near.Line($"M{N(cx)} {N(y)}q{N(l * 0.25)} {N(-l * 0.08)} {N(l * 0.5)} 0t{N(l * 0.5)} 0", v.Light.CloudLit,
                v.Unit * (1.5 + 2.5 * t), 0.5);
        }
    }
}
