// Walls, windows, floors and what stands in rooms. Pure functions onto a view's layers.
namespace Atelier.Providers.Sketch;

/// <summary>Furnishes rooms.</summary>
internal static class Furnishing
{
    private static readonly string[] s_walls = ["#e9d8c3", "#cfdcd2", "#e7c9bd", "#c9d3e2", "#e3d3e0", "#d7c7a4"];

    public static void Window(View v, double x, double y, double h)
    {
        if (v.Leaves("window", "windows"))
            return;
        double w = h * 0.82, left = x - w / 2, top = y - h / 2;
        var frame = v.Palette.Far("#f8f1e4");
        var sky = v.Light.Sky;
        v.Far.Rect(left - w * 0.06, top - w * 0.06, w * 1.12, h + w * 0.12, frame.Darker(0.05), v.Unit * 4);
        v.Far.Rect(left, top, w, h, v.Far.Fade(top, top + h, (0, sky[0], 1), (0.6, sky[2], 1), (1, sky[3], 1)));
        if (v.Light.Dark)
            v.Far.Circle(left + w * 0.7, top + h * 0.25, w * 0.07, v.Light.Sun).Soft(left + w * 0.7, top + h * 0.25, w * 0.25, w * 0.25,
                v.Light.Sun, 0.5);
        var hill = v.Palette.Far(v.Palette.Grass, 0.55);
        v.Far.Path($"M{Sheet.N(left)} {Sheet.N(top + h * 0.74)}" +
            $"Q{Sheet.N(left + w * 0.3)} {Sheet.N(top + h * 0.58)} {Sheet.N(left + w * 0.6)} {Sheet.N(top + h * 0.74)}" +
            $"T{Sheet.N(left + w)} {Sheet.N(top + h * 0.7)}V{Sheet.N(top + h)}H{Sheet.N(left)}Z", hill);
        v.Far.Path($"M{Sheet.N(left)} {Sheet.N(top + h * 0.86)}" +
            $"Q{Sheet.N(left + w * 0.5)} {Sheet.N(top + h * 0.74)} {Sheet.N(left + w)} {Sheet.N(top + h * 0.88)}V{Sheet.N(top + h)}" +
            $"H{Sheet.N(left)}Z", hill.Darker(0.08));
        v.Far.Rect(left + w * 0.485, top, w * 0.03, h, frame).Rect(left, top + h * 0.48, w, h * 0.025, frame).Rect(left - w * 0.1,
            top + h + w * 0.03, w * 1.2, h * 0.05, frame);
        var cloth = v.Palette.Far(v.Palette.Accent(1), 0.1).Lighter(0.04);
        foreach (var side in (double[])[-1, 1])
        {
            double e = x + side * w * 0.72, i = x + side * w * 0.36;
            v.Far.Path($"M{Sheet.N(e)} {Sheet.N(top - w * 0.1)}H{Sheet.N(i)}" +
                $"Q{Sheet.N(i + side * w * 0.02)} {Sheet.N(top + h * 0.6)} {Sheet.N(e - side * w * 0.1)} {Sheet.N(top + h * 1.12)}" +
                $"H{Sheet.N(e + side * w * 0.02)}Z", Fill.Of(cloth, 0.94));
            v.Far.Line($"M{Sheet.N((e + i) / 2)} {Sheet.N(top - w * 0.06)}" +
                $"Q{Sheet.N((e + i) / 2)} {Sheet.N(top + h * 0.5)} {Sheet.N(e - side * w * 0.02)} {Sheet.N(top + h * 1.05)}",
                cloth.Darker(0.08), v.Unit * 4, 0.7);
        }

        v.Far.Line($"M{Sheet.N(x - w * 0.8)} {Sheet.N(top - w * 0.1)}H{Sheet.N(x + w * 0.8)}", v.Palette.Far("#8a6248"), v.Unit * 9);
        if (!v.Light.Dark)
            v.Near.Path($"M{Sheet.N(left + w * 0.1)} {Sheet.N(v.Horizon + v.Height * 0.05)}h{Sheet.N(w * 0.8)}" +
                $"l{Sheet.N((v.Width / 2 - x) * 0.5)} {Sheet.N(v.Height * 0.22)}h{Sheet.N(-w * 1.1)}Z", Fill.Of(v.Light.Sun, 0.2));
    }

    public static Colour Wall(View v)
    {
        var wall = v.Palette.Far(v.Palette.Own ? v.Palette.Accent(0) : Colour.Parse(v.Rng.Fork("wall").Pick(s_walls)));
        v.Sky.Rect(0, 0, v.Width, v.Height, v.Sky.Fade(0, v.Horizon, (0, wall.Darker(0.035), 1), (1, wall.Lighter(0.03), 1)));
        if (v.Rng.Fork("paper").Chance(0.5))
        {
            for (double x = 0; x < v.Width; x += v.Unit * 58)
                v.Sky.Rect(x, 0, v.Unit * 24, v.Horizon, Fill.Of(wall.Darker(0.035), 0.6));
        }

        v.Sky.Soft(v.SunX, v.Horizon * 0.4, v.Width * 0.5, v.Horizon * 0.8, v.Palette.Lit("#ffe9bf"), v.Light.Dark ? 0.3 : 0.45);
        v.Far.Rect(0, v.Horizon - v.Height * 0.022, v.Width, v.Height * 0.024, v.Palette.Far("#f6eee0"));
        return wall;
    }

    public static void Frames(View v, double x, Colour wall)
    {
        if (v.Leaves("painting", "picture"))
            return;
        var rng = v.Rng.Fork("frames");
        foreach (var (dx, dy, w, h) in ((double, double, double, double)[])[(-90, -60, 120, 150), (60, -95, 110, 90), (60, 25, 110, 110)])
        {
            double left = x + v.Unit * (dx - w / 2), top = v.Horizon * 0.42 + v.Unit * (dy - h / 2);
            v.Far.Rect(left, top, v.Unit * w, v.Unit * h, v.Palette.Far(rng.Chance(0.5) ? "#8a6248" : "#f8f1e4"), v.Unit * 3)
                .Rect(left + v.Unit * 9, top + v.Unit * 9, v.Unit * (w - 18), v.Unit * (h - 18),
                v.Palette.Far(v.Palette.Accent(rng.Below(4)), 0.2));
            v.Far.Circle(left + v.Unit * w * 0.6, top + v.Unit * h * 0.4, v.Unit * 18, Fill.Of(wall.Lighter(0.1), 0.9));
        }
    }

    public static void Floor(View v, string hex)
    {
        var wood = Colour.Parse(hex);
        v.Near.Rect(0, v.Horizon, v.Width, v.Height - v.Horizon, v.Near.Fade(v.Horizon, v.Height, (0, v.Palette.Far(wood.Lighter(0.03)),
            1), (1, v.Palette.Far(wood.Darker(0.07)), 1)));
        for (var i = -9; i <= 9; i++)
            v.Near.Line($"M{Sheet.N(v.Width * (0.5 + i * 0.07))} {Sheet.N(v.Horizon)}" +
                $"L{Sheet.N(v.Width * (0.5 + i * 0.17))} {Sheet.N(v.Height)}", v.Palette.Far(wood.Darker(0.1)), v.Unit * 2, 0.5);
        v.Near.Rect(0, v.Horizon, v.Width, v.Height * 0.03, v.Near.Fade(v.Horizon, v.Horizon + v.Height * 0.03, (0, v.Light.Shadow,
            0.3), (1, v.Light.Shadow, 0)));
    }

    public static void Rug(View v)
    {
        var cloth = v.Palette.Far(v.Palette.Accent(2));
        double y = v.Horizon + (v.Height - v.Horizon) * 0.58, rx = v.Width * 0.4, ry = (v.Height - v.Horizon) * 0.34;
        v.Near.Ellipse(v.Width / 2, y + v.Unit * 6, rx, ry, Fill.Of(v.Light.Shadow, 0.25)).Ellipse(v.Width / 2, y, rx, ry, cloth)
            .Ellipse(v.Width / 2, y, rx * 0.9, ry * 0.88, cloth.Lighter(0.08)).Ellipse(v.Width / 2, y, rx * 0.8, ry * 0.76,
            cloth.Lighter(0.02));
    }

    public static void Corner(View v) => Corner(v, v.Width * (v.SunX > v.Width / 2 ? 0.06 : 0.94), v.Horizon + v.Height * 0.06);

    /// <summary>A plant in a pot.</summary>
    public static void Corner(View v, double x, double y)
    {
        if (v.Leaves("plant", "plants"))
            return;
        double h = v.Unit * 250;
        v.Near.Soft(x, y, h * 0.2, h * 0.04, v.Light.Shadow, 0.4);
        var green = v.Palette.Far("#4f8a62");
        for (var i = 0; i < 9; i++)
        {
            double turn = -90 + (i - 4) * 21, l = h * (0.72 - 0.05 * Math.Abs(i - 4));
            v.Near.Open($"transform=\"translate({Sheet.N(x)} {Sheet.N(y - h * 0.28)}) rotate({Sheet.N(turn)})\"")
                .Path($"M0 0Q{Sheet.N(l * 0.6)} {Sheet.N(-l * 0.16)} {Sheet.N(l)} 0Q{Sheet.N(l * 0.6)} {Sheet.N(l * 0.16)} 0 0Z",
                i % 2 == 0 ? green : green.Lighter(0.06)).Close();
        }

        v.Near.Path($"M{Sheet.N(x - h * 0.16)} {Sheet.N(y - h * 0.3)}h{Sheet.N(h * 0.32)}l{Sheet.N(-h * 0.05)} {Sheet.N(h * 0.3)}" +
            $"h{Sheet.N(-h * 0.22)}Z", v.Palette.Far("#cf7f58"));
    }

    public static void Tiles(View v)
    {
        var tile = v.Palette.Far("#f4ede0");
        double s = v.Unit * 52, top = v.Horizon - s * 3.2;
        for (var row = 0; row < 3; row++)
        {
            for (double x = row % 2 * -s / 2; x < v.Width; x += s)
                v.Sky.Rect(x + 2, top + row * s + 2, s - 4, s - 4, Fill.Of(tile, 0.75), v.Unit * 4);
        }
    }

    public static void Shelf(View v, double x, double y)
    {
        double w = v.Unit * 330, left = Math.Clamp(x - w / 2, v.Unit * 20, v.Width - w - v.Unit * 20);
        v.Far.Rect(left, y, w, v.Unit * 16, v.Palette.Far("#9a6f4c"), v.Unit * 3).Rect(left + v.Unit * 6, y + v.Unit * 16, w,
            v.Unit * 10, Fill.Of(v.Light.Shadow, 0.16));
        var rng = v.Rng.Fork("shelf");
        for (var i = 0; i < 5; i++)
        {
            double jw = v.Unit * rng.Between(34, 52), jh = v.Unit * rng.Between(50, 92), jx = left + w * (i + 0.2) / 5;
            v.Far.Rect(jx, y - jh, jw, jh, v.Palette.Far(v.Palette.Accent(i), 0.15), v.Unit * 9).Rect(jx + jw * 0.1,
                y - jh - v.Unit * 8, jw * 0.8, v.Unit * 12, v.Palette.Far("#8a6248"), v.Unit * 3);
        }
    }

    public static void Counter(View v, string hex)
    {
        var wood = Colour.Parse(hex);
        v.Near.Rect(0, v.Horizon, v.Width, v.Height - v.Horizon, v.Near.Fade(v.Horizon, v.Height, (0, v.Palette.Far(wood.Lighter(0.06)),
            1), (1, v.Palette.Far(wood.Darker(0.06)), 1)));
        v.Near.Rect(0, v.Horizon, v.Width, v.Unit * 6, Fill.Of(v.Palette.Far(wood.Lighter(0.14)), 0.8));
        var rng = v.Rng.Fork("grain");
        for (var i = 0; i < 16; i++)
        {
            double y = v.Horizon + (v.Height - v.Horizon) * Math.Pow(rng.Next(), 0.8), x = rng.Between(-0.2, 0.9) * v.Width,
                l = v.Width * rng.Between(0.15, 0.5);
            v.Near.Line($"M{Sheet.N(x)} {Sheet.N(y)}q{Sheet.N(l * 0.5)} {Sheet.N(rng.Bell() * v.Unit * 9)} {Sheet.N(l)} 0",
                v.Palette.Far(wood.Darker(0.07)), v.Unit * 2.4, 0.45);
        }

        v.Near.Soft(v.SunX, v.Horizon + v.Height * 0.06, v.Width * 0.5, v.Height * 0.2, v.Palette.Lit("#fff0cf"), 0.4);
        var cloth = v.Palette.Far(v.Palette.Accent(1)).Lighter(0.05);
        v.Near.Path($"M{Sheet.N(v.Width * 0.2)} {Sheet.N(v.Height * 0.99 + 9)}" +
            $"L{Sheet.N(v.Width * 0.26)} {Sheet.N(v.Horizon + (v.Height - v.Horizon) * 0.28)}H{Sheet.N(v.Width * 0.74)}" +
            $"L{Sheet.N(v.Width * 0.8)} {Sheet.N(v.Height * 0.99 + 9)}Z", Fill.Of(cloth, 0.9));
    }

    public static void Curtains(View v, Colour cloth)
    {
        foreach (var side in (double[])[0, 1])
        {
            double d = side == 0 ? 1 : -1;
            for (var i = 0; i < 5; i++)
            {
                double x = side * v.Width + d * v.Width * 0.036 * i, w = v.Width * 0.05;
                v.Front.Path($"M{Sheet.N(x)} -5h{Sheet.N(d * w)}" +
                    $"Q{Sheet.N(x + d * w * 1.1)} {Sheet.N(v.Height * 0.5)} {Sheet.N(x + d * w * (0.86 - 0.1 * i))} {Sheet.N(v.Height * 0.95)}H{Sheet.N(x - d * w * 0.3)}Z", v.Front.Slope(x, 0, x + d * w, 0, (0, cloth.Darker(0.1), 1), (0.5, cloth.Lighter(0.03), 1), (1, cloth.Darker(0.1), 1)));
            }
        }

        var count = Math.Max(4, (int)(v.Width / (v.Unit * 170)));
        for (var i = 0; i < count; i++)
        {
            double w = v.Width / count, x = i * w;
            v.Front.Path($"M{Sheet.N(x - 2)} -5h{Sheet.N(w + 4)}v{Sheet.N(v.Height * 0.05)}" +
                $"q{Sheet.N(-w / 2)} {Sheet.N(v.Height * 0.07)} {Sheet.N(-w - 4)} 0Z", v.Front.Fade(0, v.Height * 0.09,
                (0, cloth.Darker(0.06), 1), (1, cloth.Lighter(0.04), 1)));
            v.Front.Line($"M{Sheet.N(x)} {Sheet.N(v.Height * 0.045)}q{Sheet.N(w / 2)} {Sheet.N(v.Height * 0.07)} {Sheet.N(w)} 0",
                v.Palette.Lit("#e9bd5c"), v.Unit * 6);
        }
    }

    public static void Sprig(View v, double x, double y, double h, Colour leaf, int lean)
    {
        v.Far.Line($"M{Sheet.N(x)} {Sheet.N(y)}Q{Sheet.N(x)} {Sheet.N(y - h * 0.6)} {Sheet.N(x + lean * h * 0.2)} {Sheet.N(y - h)}",
            leaf, v.Unit * 6);
        for (var i = 1; i < 8; i++)
        {
            double t = i / 8.0, px = x + lean * h * 0.2 * t * t, py = y - h * t, l = h * 0.24 * (1.1 - t * 0.6);
            foreach (var side in (double[])[-1, 1])
                v.Far.Open($"transform=\"translate({Sheet.N(px)} {Sheet.N(py)}) rotate({Sheet.N(-90 + side * 52 + lean * 8)})\"")
                    .Path($"M0 0Q{Sheet.N(l * 0.5)} {Sheet.N(-l * 0.28)} {Sheet.N(l)} 0Q{Sheet.N(l * 0.5)} {Sheet.N(l * 0.28)} 0 0Z",
                    side > 0 ? leaf : leaf.Lighter(0.05)).Close();
        }
    }
}
