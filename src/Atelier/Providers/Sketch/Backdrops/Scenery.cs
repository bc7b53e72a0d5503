// Small scenery that fills a landscape: trees, bushes, grass, flowers, stones. Each stands on the point it is given.
using System.Text;

namespace Atelier.Providers.Sketch;

/// <summary>Paints plants and stones at a distance from 0 (here) to 1 (horizon).</summary>
internal static class Scenery
{
    public static void RoundTree(View v, Sheet s, Rng rng, double x, double y, double h, double distance)
    {
        if (v.Leaves("tree", "trees"))
            return;
        var leaf = v.Palette.Foliage(rng);
        var trunk = v.Palette.Far("#7a5540", distance);
        s.Soft(x, y, h * 0.34, h * 0.05, v.Light.Shadow, 0.3);
        s.Path($"M{N(x - h * 0.035)} {N(y)}Q{N(x - h * 0.01)} {N(y - h * 0.3)} {N(x - h * 0.02)} {N(y - h * 0.6)}h{N(h * 0.045)}" +
            $"Q{N(x + h * 0.01)} {N(y - h * 0.3)} {N(x + h * 0.04)} {N(y)}Z", trunk);
        var light = v.SunX > x ? 1 : -1;
        var crown = new StringBuilder();
        var lit = new StringBuilder();
        for (var i = 0; i < 7; i++)
        {
            var angle = i * Math.PI * 2 / 7 + rng.Next() * 0.5;
            double r = h * rng.Between(0.15, 0.2), cx = x + Math.Cos(angle) * h * 0.15, cy = y - h * 0.66 + Math.Sin(angle) * h * 0.17;
            crown.Append(Sky.Disc(cx, cy, r));
            if (Math.Sin(angle) < 0.3)
                lit.Append(Sky.Disc(cx + light * h * 0.035, cy - h * 0.04, r * 0.74));
        }

        crown.Append(Sky.Disc(x, y - h * 0.66, h * 0.2));
        s.Path(crown.ToString(), v.Palette.Far(leaf.Darker(0.03), distance)).Path(lit.ToString(), v.Palette.Far(leaf.Lighter(0.055),
            distance));
    }

    public static void Pine(View v, Sheet s, Rng rng, double x, double y, double h, double distance)
    {
        if (v.Leaves("tree", "trees"))
            return;
        var snowy = v.Palette.Season == "winter" || v.Scene.Setting == "snow field";
        var leaf = Colour.Parse(snowy ? "#5f8f8c" : rng.Chance(0.5) ? "#2f6f5c" : "#3f7f58");
        s.Rect(x - h * 0.03, y - h * 0.16, h * 0.06, h * 0.16, v.Palette.Far("#6a4a3a", distance));
        for (var i = 0; i < 3; i++)
        {
            double bottom = y - h * (0.1 + 0.25 * i), top = y - h * (0.52 + 0.24 * i), w = h * (0.24 - 0.055 * i);
            s.Path($"M{N(x)} {N(top)}L{N(x + w)} {N(bottom)}Q{N(x)} {N(bottom + h * 0.05)} {N(x - w)} {N(bottom)}Z",
                v.Palette.Far(leaf.Lighter(0.025 * i), distance));
            var side = v.SunX > x ? -1 : 1;
            s.Path($"M{N(x)} {N(top)}L{N(x + side * w)} {N(bottom)}" +
                $"Q{N(x + side * w * 0.4)} {N(bottom + h * 0.035)} {N(x)} {N(bottom + h * 0.026)}Z",
                Fill.Of(v.Palette.Far(leaf.Darker(0.08), distance), 0.6));
            if (snowy)
                s.Path($"M{N(x)} {N(top)}L{N(x + w * 0.5)} {N(top + (bottom - top) * 0.5)}" +
                    $"q{N(-w * 0.3)} {N(h * 0.05)} {N(-w * 0.5)} 0q{N(-w * 0.2)} {N(h * 0.05)} {N(-w * 0.5)} 0Z",
                    v.Palette.Far("#f6fafc", distance * 0.7));
        }
    }

    public static void Palm(View v, Sheet s, Rng rng, double x, double y, double h, double distance)
    {
        if (v.Leaves("tree", "trees", "palm tree"))
            return;
        double lean = h * rng.Between(0.1, 0.24) * (rng.Chance(0.5) ? 1 : -1), tx = x + lean, ty = y - h;
        s.Soft(x, y, h * 0.18, h * 0.03, v.Light.Shadow, 0.3);
        s.Path($"M{N(x - h * 0.03)} {N(y)}Q{N(x - h * 0.01 + lean * 0.15)} {N(y - h * 0.6)} {N(tx - h * 0.014)} {N(ty)}h{N(h * 0.03)}" +
            $"Q{N(x + h * 0.03 + lean * 0.2)} {N(y - h * 0.55)} {N(x + h * 0.035)} {N(y)}Z", v.Palette.Far("#9a6f4c", distance));
        for (var i = 0; i < 8; i++)
        {
            double a = Math.PI * (-0.08 - 0.84 * i / 7), l = h * rng.Between(0.32, 0.42), ex = tx + Math.Cos(a) * l,
                ey = ty + Math.Sin(a) * l * 0.42 + l * 0.36;
            double mx = tx + Math.Cos(a) * l * 0.55, my = ty + Math.Sin(a) * l * 0.6;
            s.Path($"M{N(tx)} {N(ty)}Q{N(mx)} {N(my - l * 0.16)} {N(ex)} {N(ey)}Q{N(mx)} {N(my + l * 0.12)} {N(tx)} {N(ty)}Z",
                v.Palette.Far(i % 2 == 0 ? "#3f8f5c" : "#5aa862", distance));
        }

        s.Circle(tx - h * 0.02, ty + h * 0.02, h * 0.025, v.Palette.Far("#6a4630", distance)).Circle(tx + h * 0.025, ty + h * 0.028,
            h * 0.022, v.Palette.Far("#7a5238", distance));
    }

    public static void Bush(View v, Sheet s, Rng rng, double x, double y, double h, double distance, Colour? flowers = null)
    {
        var leaf = v.Palette.Foliage(rng);
        var body = $"{Sky.Disc(x - h * 0.6, y - h * 0.32, h * 0.42)}{Sky.Disc(x, y - h * 0.48, h * 0.55)}" +
            $"{Sky.Disc(x + h * 0.62, y - h * 0.3, h * 0.4)}";
        s.Soft(x, y, h * 1.2, h * 0.16, v.Light.Shadow, 0.3);
        s.Path(body + $"M{N(x - h)} {N(y - h * 0.3)}h{N(h * 2)}v{N(h * 0.2)}q0 {N(h * 0.12)} {N(-h * 0.2)} {N(h * 0.12)}h{N(-h * 1.6)}" +
            $"q{N(-h * 0.2)} 0 {N(-h * 0.2)} {N(-h * 0.12)}Z", v.Palette.Far(leaf.Darker(0.05), distance));
        s.Path($"{Sky.Disc(x - h * 0.55, y - h * 0.42, h * 0.28)}{Sky.Disc(x + h * 0.05, y - h * 0.62, h * 0.36)}" +
            $"{Sky.Disc(x + h * 0.6, y - h * 0.4, h * 0.26)}", Fill.Of(v.Palette.Far(leaf.Lighter(0.04), distance), 0.9));
        for (var i = 0; flowers is { } colour && i < 8; i++)
            s.Circle(x + rng.Between(-0.8, 0.8) * h, y - h * rng.Between(0.2, 0.85), h * 0.06,
                v.Palette.Far(colour.Lighter(rng.Between(-0.04, 0.06)), distance));
    }

    public static void Tuft(View v, Sheet s, Rng rng, double x, double y, double h, Colour colour)
    {
        var path = new StringBuilder();
        for (var i = -2; i <= 2; i++)
        {
            double bend = i * h * 0.22 + rng.Bell() * h * 0.08, tall = h * rng.Between(0.65, 1);
            path.Append($"M{N(x + i * h * 0.09 - h * 0.045)} {N(y)}Q{N(x + i * h * 0.1)} {N(y - tall * 0.6)} {N(x + bend)} {N(y - tall)}" +
                $"Q{N(x + i * h * 0.1 + h * 0.06)} {N(y - tall * 0.5)} {N(x + i * h * 0.09 + h * 0.045)} {N(y)}Z");
        }

        s.Path(path.ToString(), colour);
    }

    public static void Flower(View v, Sheet s, Rng rng, double x, double y, double h, Colour petals)
    {
        if (v.Leaves("flower", "flowers"))
            return;
        double top = y - h, r = h * 0.17, lean = rng.Bell() * h * 0.08;
        s.Line($"M{N(x)} {N(y)}Q{N(x)} {N(y - h * 0.5)} {N(x + lean)} {N(top)}", v.Palette.Far("#4f8f50"), Math.Max(1, h * 0.045));
        for (var i = 0; i < 5; i++)
        {
            var a = i * Math.PI * 0.4 + 0.3;
            s.Circle(x + lean + Math.Cos(a) * r * 0.9, top + Math.Sin(a) * r * 0.8, r * 0.68, petals);
        }

        s.Circle(x + lean, top, r * 0.55, v.Palette.Far("#f4c445"));
    }

    public static void Rock(View v, Sheet s, Rng rng, double x, double y, double w, double distance, string hex = "#8f8b88")
    {
        double h = w * rng.Between(0.5, 0.75);
        var stone = v.Palette.Far(hex, distance);
        s.Soft(x, y, w * 0.7, w * 0.1, v.Light.Shadow, 0.35);
        s.Path($"M{N(x - w * 0.5)} {N(y)}Q{N(x - w * 0.52)} {N(y - h * 0.6)} {N(x - w * 0.2)} {N(y - h * 0.9)}" +
            $"Q{N(x + w * 0.1)} {N(y - h * 1.1)} {N(x + w * 0.32)} {N(y - h * 0.65)}" +
            $"Q{N(x + w * 0.55)} {N(y - h * 0.35)} {N(x + w * 0.5)} {N(y)}Z", stone);
        s.Path($"M{N(x - w * 0.36)} {N(y - h * 0.5)}Q{N(x - w * 0.3)} {N(y - h * 0.85)} {N(x)} {N(y - h * 0.9)}" +
            $"Q{N(x - w * 0.1)} {N(y - h * 0.6)} {N(x - w * 0.36)} {N(y - h * 0.5)}Z", Fill.Of(stone.Lighter(0.08), 0.9));
    }

    /// <summary>Grass and flowers scattered over the ground, larger towards the viewer.</summary>
    public static void Meadow(View v, Colour grass, int tufts, int flowers, params string[] petals)
    {
        var rng = v.Rng.Fork("meadow");
        var points = Enumerable.Range(0, tufts + flowers)
            .Select(i => (Y: v.Horizon + (v.Height - v.Horizon) * (0.08 + 0.9 * Math.Pow(rng.Next(), 0.8)), Flower: i >= tufts))
            .OrderBy(p => p.Y).ToArray();
        foreach (var (y, flower) in points)
        {
            double x = rng.Next() * v.Width, scale = v.Perspective(y) * v.Unit;
            if (flower && petals.Length > 0)
                Flower(v, v.Near, rng, x, y, scale * rng.Between(34, 58), v.Palette.Far(rng.Pick(petals)));
            else
                Tuft(v, v.Near, rng, x, y, scale * rng.Between(22, 40),
                    v.Palette.Far(rng.Chance(0.5) ? grass.Darker(0.07) : grass.Lighter(0.05), 0.3 * v.Distance(y)));
        }
    }

    /// <summary>Grass and leaves so near that they frame the picture from below.</summary>
    public static void Frame(View v, Colour grass, params string[] petals)
    {
        var rng = v.Rng.Fork("frame");
        var dark = v.Palette.Far(grass.Darker(0.16));
        foreach (var side in (double[])[0, 1])
        {
            for (var i = 0; i < 9; i++)
            {
                var x = side * v.Width + (side == 0 ? 1 : -1) * v.Width * Math.Pow(rng.Next(), 1.6) * 0.3;
                Tuft(v, v.Front, rng, x, v.Height + v.Unit * 12, v.Unit * rng.Between(70, 150) * (1 - Math.Abs(x / v.Width - side)),
                    rng.Chance(0.5) ? dark : dark.Lighter(0.05));
                if (petals.Length > 0 && rng.Chance(0.4))
                    Flower(v, v.Front, rng, x, v.Height + v.Unit * 5, v.Unit * rng.Between(80, 130), v.Palette.Far(rng.Pick(petals)));
            }
        }
    }

    private static string N(double value) => Sheet.N(value);
}
