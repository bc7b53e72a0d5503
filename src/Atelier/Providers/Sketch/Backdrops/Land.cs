// The bones of landscapes: ridges, mountains, dunes, ground and water. Pure functions onto a view's layers.
using System.Text;

namespace Atelier.Providers.Sketch;

/// <summary>Paints land and water.</summary>
internal static class Land
{
    /// <summary>A hill line across the whole width, lit from above; returns the height of the line at each share of the width.</summary>
    public static Func<double, double> Ridge(View v, Sheet sheet, string name, double y, double swing, double waves, Colour top,
        Colour bottom, double? depth = null)
    {
        var rng = v.Rng.Fork("ridge" + name);
        double p = rng.Next() * 7, q = rng.Next() * 7, r = rng.Next() * 7;
        double Line(double t) => y - swing * (0.55 * Math.Sin(waves * t * 2 + p) + 0.3 * Math.Sin(waves * t * 4.3 + q) + 0.15
            * Math.Sin(waves * t * 9.1 + r));
        sheet.Path(Closed(v, Line, 48), sheet.Fade(y - swing, Math.Min(v.Height, y + (depth ?? v.Height * 0.25)), (0, top, 1),
            (1, bottom, 1)));
        return Line;
    }

    /// <summary>Rolling hills from the haze to the foreground.</summary>
    public static Func<double, double> Hills(View v, Colour colour, int count, double swing = 0.06)
    {
        Func<double, double> line = _ => v.Horizon;
        for (var i = 0; i < count; i++)
        {
            var distance = 0.95 - 0.75 * i / count;
            var y = v.Horizon - v.Height * 0.07 + (v.Height * 0.13) * i / count;
            var own = colour.Turned(-14 + 9 * i);
            line = Ridge(v, v.Far, "hill" + i, y, v.Height * swing * (1 - 0.4 * i / count), 2.2 + 0.7 * i,
                v.Palette.Far(own.Lighter(0.05), distance), v.Palette.Far(own.Darker(0.04), distance * 0.8));
        }

        return line;
    }

    /// <summary>A mountain range with lit and shaded faces and, where high enough, snow.</summary>
    public static void Mountains(View v, string name, double peak, Colour rock, double distance, bool snow, int peaks)
    {
        var rng = v.Rng.Fork("mountains" + name);
        var ground = v.Horizon + v.Height * 0.04;
        var centres = Enumerable.Range(0, peaks).Select(i => (X: v.Width * ((i + rng.Between(0.2, 0.8)) / peaks),
            H: peak * rng.Between(0.55, 1))).OrderBy(m => m.H).ToArray();
        foreach (var (x, h) in centres)
            Mountain(v, rng, x, ground, h, h * rng.Between(0.85, 1.25), v.Palette.Far(rock, distance), snow ? v.Palette.Far("#f6f8fb",
                distance * 0.6) : null);
        var haze = v.Light.Haze;
        v.Far.Rect(0, ground - peak * 0.55, v.Width, peak * 0.55 + 2, v.Far.Fade(ground - peak * 0.55, ground, (0, haze, 0),
            (1, haze, 0.75)));
    }

    /// <summary>The ground from the horizon to the bottom edge, darker towards the viewer.</summary>
    public static void Ground(View v, Colour colour, double edge = 0.012)
    {
        var near = v.Near;
        Ridge(v, near, "ground", v.Horizon + v.Height * edge, v.Height * edge, 2.4, v.Palette.Far(colour.Lighter(0.06), 0.42),
            v.Palette.Far(colour.Darker(0.06)), v.Height - v.Horizon);
        var rng = v.Rng.Fork("folds");
        for (var i = 0; i < 3; i++)
        {
            var y = v.Horizon + (v.Height - v.Horizon) * (0.22 + 0.24 * i);
            var tone = i % 2 == 0 ? colour.Darker(0.045) : colour.Lighter(0.04);
            Ridge(v, near, "fold" + i, y, (v.Height - v.Horizon) * 0.07, 1.3 + rng.Next(), v.Palette.Far(tone, 0.26 - 0.09 * i),
                v.Palette.Far(colour.Darker(0.05 + 0.02 * i)), v.Height - y);
        }

        var glow = v.Light.Sun;
        near.Soft(v.SunX, v.Horizon + v.Height * 0.03, v.Width * 0.5, (v.Height - v.Horizon) * 0.6, glow, v.Light.Dark ? 0.12 : 0.24);
    }

    /// <summary>A bank before the water, for things that cannot swim.</summary>
    public static void Bank(View v, double y)
    {
        var soil = v.Scene.Setting == "ocean" ? Colour.Parse("#ecd6a6") : v.Palette.Grass;
        v.Near.Rect(0, y - v.Unit * 3, v.Width, v.Unit * 8, Fill.Of(v.Light.CloudLit, 0.35));
        Ridge(v, v.Near, "bank", y, v.Height * 0.014, 1.4, v.Palette.Far(soil.Lighter(0.03), 0.15), v.Palette.Far(soil.Darker(0.07)),
            v.Height - y);
        var rng = v.Rng.Fork("bank");
        for (var i = 0; i < 22; i++)
            Scenery.Tuft(v, v.Near, rng, rng.Next() * v.Width, y + (v.Height - y) * rng.Between(0.1, 1), v.Unit * rng.Between(20, 38),
                v.Palette.Far(soil.Darker(0.08)));
    }

    /// <summary>Still or moving water from the given height down, with the sky in it.</summary>
    public static void Water(View v, Sheet sheet, double top, double bottom, double motion = 0.5)
    {
        var rng = v.Rng.Fork("water");
        var sky = v.Light.Sky;
        var deep = v.Palette.Far("#2a7f9e").Mix(sky[0], 0.35);
        sheet.Rect(0, top, v.Width, bottom - top, sheet.Fade(top, bottom, (0, sky[^1].Mix(deep, 0.25), 1),
            (0.25, sky[^2].Mix(deep, 0.45), 1), (1, deep.Darker(0.06), 1)));
        sheet.Rect(0, top, v.Width, v.Unit * 2.5, Fill.Of(v.Light.CloudLit, 0.6));
        if (!v.Scene.Weather.Any(w => w is "storm" or "rain" or "fog"))
            Glitter(v, sheet, top, bottom, rng);
        var count = (int)(34 * Math.Clamp(v.Width / v.Height, 0.7, 2));
        for (var i = 0; i < count; i++)
        {
            var t = Math.Pow(rng.Next(), 1.5);
            double y = top + (bottom - top) * t, l = v.Unit * (24 + 170 * t) * rng.Between(0.5, 1.2), x = rng.Between(-0.1,
                1) * v.Width, lift = l * 0.06 * motion;
            var tone = rng.Chance(0.6) ? deep.Lighter(0.12) : deep.Darker(0.06);
            sheet.Line($"M{Sheet.N(x)} {Sheet.N(y)}q{Sheet.N(l * 0.25)} {Sheet.N(-lift * 2)} {Sheet.N(l * 0.5)} 0t{Sheet.N(l * 0.5)} 0",
                tone, v.Unit * (1.2 + 4 * t), 0.5);
        }
    }

    private static void Glitter(View v, Sheet sheet, double top, double bottom, Rng rng)
    {
        for (var i = 0; i < 26; i++)
        {
            var t = (i + rng.Next()) / 26;
            double y = top + (bottom - top) * t * t * 0.9, w = v.Unit * (16 + 62 * t) * rng.Between(0.4, 1),
                x = v.SunX + rng.Bell() * v.Unit * (18 + 60 * t);
            sheet.Rect(x - w / 2, y, w, v.Unit * (1.6 + 4 * t), Fill.Of(v.Light.Sun, 0.55 - 0.3 * t), v.Unit * 3);
        }
    }

    private static void Mountain(View v, Rng rng, double x, double ground, double height, double half, Colour rock, Colour? snow)
    {
        double top = ground - height;
        string P(double px, double py) => $"{Sheet.N(px)} {Sheet.N(py)}";
        double jag = height * 0.05;
        var light = v.SunX > x ? 1 : -1;
        var left = $"M{P(x, top)}L{P(x - half * 0.28, top + height * 0.3 + jag)}L{P(x - half * 0.42, top + height * 0.42)}" +
            $"L{P(x - half, ground)}";
        var right = $"L{P(x + half, ground)}L{P(x + half * 0.5, top + height * 0.46)}L{P(x + half * 0.3, top + height * 0.27 + jag)}Z";
        v.Far.Path(left + right, rock);
        double kink = half * rng.Between(0.02, 0.14) * light;
        var shade = $"M{P(x, top)}L{P(x - light * half * 0.28, top + height * 0.3 + jag)}" +
            $"L{P(x - light * half * 0.46, top + height * 0.44)}L{P(x - light * half, ground)}L{P(x - kink, ground)}" +
            $"L{P(x + kink * 1.4, top + height * 0.62)}L{P(x - kink, top + height * 0.36)}Z";
        v.Far.Path(shade, Fill.Of(rock.Darker(0.09), 0.85));
        if (snow is not { } white)
            return;
        double s = 0.27, w = half * 0.26;
        v.Far.Path($"M{P(x, top)}L{P(x - w, top + height * s)}l{P(w * 0.4, -height * 0.04)}l{P(w * 0.28, height * 0.07)}" +
            $"l{P(w * 0.36, -height * 0.06)}l{P(w * 0.3, height * 0.05)}l{P(w * 0.3, -height * 0.06)}" +
            $"L{P(x + w * 1.05, top + height * s * 0.95)}Z", white);
        v.Far.Path($"M{P(x, top)}L{P(x - light * w, top + height * s)}L{P(x - light * w * 0.3, top + height * 0.22)}Z",
            Fill.Of(white.Mix(rock, 0.4), 0.6));
    }

    private static string Closed(View v, Func<double, double> line, int steps)
    {
        var path = new StringBuilder($"M0 {Sheet.N(line(0))}");
        for (var i = 1; i <= steps; i++)
            path.Append('L').Append(Sheet.N(v.Width * i / steps)).Append(' ').Append(Sheet.N(line(i / (double)steps)));
        return path.Append('V').Append(Sheet.N(v.Height + 5)).Append("H0Z").ToString();
    }
}
