// What towns are made of: towers, rows of houses, pavement, lamps, stalls. Pure functions onto a view's layers.
namespace Atelier.Providers.Sketch;

/// <summary>Builds towns.</summary>
internal static class Masonry
{
    private static readonly string[] s_towers = ["#8aa3b8", "#a8a0b4", "#b9aaa0", "#7f95a8", "#c2b6a8"];
    private static readonly string[] s_awnings = ["#d9604f", "#e9a33f", "#4f9a8a", "#5a7fb8", "#b86a9a"];

    /// <summary>A row of towers; the share is the height of the tallest in the sky above the horizon.</summary>
    public static void Skyline(View v, Sheet s, string name, double share, double distance, int count, bool lit)
    {
        if (v.Leaves("building", "buildings", "skyscraper", "skyscrapers"))
            return;
        var rng = v.Rng.Fork("skyline" + name);
        var foot = v.Horizon + v.Height * 0.02;
        for (var i = 0; i < count; i++)
        {
            double w = v.Width / count * rng.Between(0.8, 1.3), h = v.Horizon * share * rng.Between(0.45, 1.1),
                x = v.Width * i / count + rng.Bell() * w * 0.2, y = foot - h;
            var wall = v.Palette.Far(rng.Pick(s_towers), distance);
            s.Rect(x, y, w, h, s.Slope(x, 0, x + w, 0, (0, wall.Lighter(v.SunX < x ? 0.03 : -0.04), 1),
                (1, wall.Lighter(v.SunX < x ? -0.04 : 0.03), 1)));
            if (rng.Chance(0.3))
                s.Path($"M{Sheet.N(x)} {Sheet.N(y + 1)}L{Sheet.N(x + w / 2)} {Sheet.N(y - w * rng.Between(0.25, 0.7))}" +
                    $"L{Sheet.N(x + w)} {Sheet.N(y + 1)}Z", wall);
            else if (rng.Chance(0.4))
                s.Rect(x + w * 0.2, y - w * 0.2, w * 0.5, w * 0.22, wall)
                    .Line($"M{Sheet.N(x + w * 0.45)} {Sheet.N(y)}v{Sheet.N(-w * 0.6)}", wall, w * 0.03);
            Windows(v, s, rng, x, y, w, h, wall, lit);
        }
    }

    /// <summary>A row of houses side by side.</summary>
    public static void Houses(View v, Sheet s, double y, int count, double distance, double tall = 1)
    {
        if (v.Leaves("house", "houses", "building", "buildings"))
            return;
        var rng = v.Rng.Fork("houses");
        for (var i = 0; i < count; i++)
            Sketch.Houses.Cottage(v, s, rng, v.Width * (i + rng.Between(0.3, 0.7)) / count, y, Math.Min(v.Unit * 160,
                v.Width / count * 0.9) * rng.Between(0.8, 1.15) * tall, distance);
    }

    public static void Windows(View v, Sheet s, Rng rng, double x, double y, double w, double h, Colour wall, bool lit)
    {
        var columns = Math.Max(2, (int)(w / (v.Unit * 24)));
        double step = w / (columns + 0.5), path = step * 1.25;
        var dark = wall.Darker(0.07);
        var bright = v.Palette.Lit("#ffdf98");
        for (var row = 0; row < Math.Min(26, (int)(h / path) - 1); row++)
        {
            for (var column = 0; column < columns; column++)
            {
                if (rng.Chance(0.35))
                    continue;
                var glow = lit && rng.Chance(0.5);
                s.Rect(x + step * (column + 0.45), y + path * (row + 0.6), step * 0.5, path * 0.5, glow ? Fill.Of(bright,
                    0.85) : Fill.Of(dark, 0.6));
            }
        }
    }

    public static void Pavement(View v, string hex)
    {
        double y = v.Horizon + v.Height * 0.015;
        v.Near.Rect(0, y, v.Width, v.Height - y, v.Near.Fade(y, v.Height, (0, v.Palette.Far(hex, 0.3), 1),
            (1, v.Palette.Far(Colour.Parse(hex).Darker(0.06)), 1)));
        for (var i = 1; i < 5; i++)
            v.Near.Rect(0, y + (v.Height - y) * i * i / 22.0, v.Width, v.Unit * (1 + 0.6 * i),
                Fill.Of(v.Palette.Far(Colour.Parse(hex).Darker(0.09)), 0.5));
        v.Near.Soft(v.SunX, y + v.Height * 0.05, v.Width * 0.5, v.Height * 0.3, v.Light.Sun, 0.22);
    }

    public static void Road(View v)
    {
        double top = v.Horizon + (v.Height - v.Horizon) * 0.34, bottom = v.Height * 1.01;
        v.Near.Rect(0, top - v.Unit * 8, v.Width, v.Unit * 10, v.Palette.Far("#a59d96"));
        v.Near.Rect(0, top, v.Width, bottom - top, v.Near.Fade(top, bottom, (0, v.Palette.Far("#6d6b78", 0.15), 1),
            (1, v.Palette.Far("#565463"), 1)));
        double middle = top + (bottom - top) * 0.48;
        for (double x = v.Unit * 20; x < v.Width; x += v.Unit * 150)
            v.Near.Path($"M{Sheet.N(x)} {Sheet.N(middle)}h{Sheet.N(v.Unit * 80)}l{Sheet.N(-v.Unit * 8)} {Sheet.N(v.Unit * 11)}" +
                $"h{Sheet.N(-v.Unit * 80)}Z", Fill.Of(v.Palette.Far("#f4ead0"), 0.85));
    }

    public static void Lamp(View v, Sheet s, double x, double y, double h)
    {
        var iron = v.Palette.Far("#3f4450");
        s.Soft(x, y, h * 0.12, h * 0.025, v.Light.Shadow, 0.4).Rect(x - h * 0.012, y - h, h * 0.024, h, iron).Rect(x - h * 0.03,
            y - h * 0.06, h * 0.06, h * 0.06, iron, h * 0.01);
        s.Path($"M{Sheet.N(x - h * 0.05)} {Sheet.N(y - h * 1.1)}h{Sheet.N(h * 0.1)}l{Sheet.N(-h * 0.02)} {Sheet.N(h * 0.11)}" +
            $"h{Sheet.N(-h * 0.06)}Z", v.Light.Dark ? v.Palette.Lit("#ffe3a0") : v.Palette.Far("#e6e0d0"));
        s.Path($"M{Sheet.N(x - h * 0.06)} {Sheet.N(y - h * 1.1)}L{Sheet.N(x)} {Sheet.N(y - h * 1.16)}" +
            $"L{Sheet.N(x + h * 0.06)} {Sheet.N(y - h * 1.1)}Z", iron);
        if (v.Light.Dark)
            s.Soft(x, y - h * 1.04, h * 0.5, h * 0.5, v.Palette.Lit("#ffd98a"), 0.6).Soft(x, y, h * 0.5, h * 0.1,
                v.Palette.Lit("#ffd98a"), 0.35);
    }

    public static void Stall(View v, Rng rng, double x, double y, double w, int index)
    {
        double h = w * 0.95;
        var cloth = Colour.Parse(s_awnings[(index + rng.Below(2)) % s_awnings.Length]);
        v.Near.Soft(x, y, w * 0.55, w * 0.07, v.Light.Shadow, 0.35).Rect(x - w * 0.42, y - h, w * 0.035, h, v.Palette.Far("#7a5a44",
            0.15)).Rect(x + w * 0.39, y - h, w * 0.035, h, v.Palette.Far("#7a5a44", 0.15));
        v.Near.Rect(x - w * 0.44, y - h * 0.42, w * 0.88, h * 0.42, v.Palette.Far("#b58a5f", 0.12)).Rect(x - w * 0.46, y - h * 0.45,
            w * 0.92, h * 0.06, v.Palette.Far("#d4aa78", 0.12));
        for (var i = 0; i < 9; i++)
            v.Near.Circle(x + w * (-0.36 + 0.09 * i), y - h * 0.48, w * 0.045,
                v.Palette.Far(s_awnings[(i * 2 + index) % s_awnings.Length], 0.1));
        for (var i = 0; i < 6; i++)
        {
            double sx = x - w * 0.48 + w * 0.16 * i, sy = y - h;
            v.Near.Path($"M{Sheet.N(sx)} {Sheet.N(sy)}h{Sheet.N(w * 0.16)}v{Sheet.N(h * 0.16)}" +
                $"a{Sheet.N(w * 0.08)} {Sheet.N(w * 0.07)} 0 0 1 {Sheet.N(-w * 0.16)} 0Z",
                v.Palette.Far(i % 2 == 0 ? cloth : Colour.Parse("#fbf3e4"), 0.1));
        }
    }

    public static void Bunting(View v)
    {
        double y = v.Height * 0.1, sag = v.Height * 0.06;
        v.Far.Line($"M-5 {Sheet.N(y)}Q{Sheet.N(v.Width / 2)} {Sheet.N(y + sag * 2)} {Sheet.N(v.Width + 5)} {Sheet.N(y)}",
            v.Palette.Far("#7a6a60"), v.Unit * 3);
        for (var i = 0; i < 15; i++)
        {
            double t = (i + 0.5) / 15, x = v.Width * t, fy = y + 4 * sag * t * (1 - t), w = v.Unit * 22;
            v.Far.Path($"M{Sheet.N(x - w)} {Sheet.N(fy)}h{Sheet.N(w * 2)}l{Sheet.N(-w)} {Sheet.N(w * 2)}Z",
                v.Palette.Far(s_awnings[i % s_awnings.Length]));
        }
    }

    public static void Keep(View v, double x, double y, double h)
    {
        var stone = v.Palette.Far("#b9b0b4", 0.35);
        var roof = v.Palette.Far("#7a5f9a", 0.3);
        v.Far.Rect(x - h * 0.42, y - h * 0.42, h * 0.84, h * 0.46, stone);
        foreach (var (dx, tall, w) in ((double, double, double)[])[(-0.42, 0.62, 0.16), (0.42, 0.66, 0.16), (-0.12, 0.86, 0.2),
            (0.18, 0.72, 0.15)])
        {
            double left = x + dx * h - w * h / 2, top = y - tall * h;
            v.Far.Rect(left, top, w * h, tall * h + h * 0.04, stone.Lighter(dx * 0.06))
                .Path($"M{Sheet.N(left - h * 0.02)} {Sheet.N(top)}L{Sheet.N(left + w * h / 2)} {Sheet.N(top - h * 0.26)}" +
                $"L{Sheet.N(left + w * h + h * 0.02)} {Sheet.N(top)}Z", roof);
            v.Far.Rect(left + w * h * 0.38, top + h * 0.1, w * h * 0.24, h * 0.09,
                v.Light.Dark ? v.Palette.Lit("#ffd98a") : stone.Darker(0.25), w * h * 0.12);
        }

        v.Far.Path($"M{Sheet.N(x - h * 0.07)} {Sheet.N(y + h * 0.04)}v{Sheet.N(-h * 0.16)}" +
            $"a{Sheet.N(h * 0.07)} {Sheet.N(h * 0.07)} 0 0 1 {Sheet.N(h * 0.14)} 0v{Sheet.N(h * 0.16)}Z", stone.Darker(0.28));
    }
}
