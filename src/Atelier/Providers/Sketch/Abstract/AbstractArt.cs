// Generative pictures in the prompt's mood for what has no symbol: seven families, seeded by the words. Pure functions onto a view.
using System.Text;

namespace Atelier.Providers.Sketch;

/// <summary>Paints without things.</summary>
internal static class AbstractArt
{
    private static readonly Action<View, Colour[], Rng>[] s_families = [Ribbons, Tiles, Orbits, Blobs, Strata, Flow, Burst];

    public static View Paint(Scene scene, double aspect, Rng rng, Lexicon lexicon)
    {
        var v = new View(aspect, scene, new Palette(scene, lexicon, rng.Fork("palette")), rng);
        var colours = Colours(v, lexicon);
        v.Sky.Rect(0, 0, v.Width, v.Height, v.Sky.Slope(0, 0, v.Width * 0.3, v.Height, (0, colours[0].Lighter(0.03), 1),
            (1, colours[0].Darker(0.05), 1)));
        rng.Fork("family").Pick(s_families)(v, colours, rng.Fork("strokes"));
        v.Front.Rect(0, 0, v.Width, v.Height, v.Front.Glow(v.Width / 2, v.Height / 2, Math.Max(v.Width, v.Height) * 0.75,
            v.Height / v.Width, (0.6, colours[1], 0), (1, colours[1].Darker(0.2), 0.28)));
        return v;
    }

    /// <summary>Ground, dark, and four colours between, from the prompt's own colours or from mood and words.</summary>
    private static Colour[] Colours(View v, Lexicon lexicon)
    {
        var rng = v.Rng.Fork("hues");
        if (v.Palette.Own)
        {
            var own = v.Scene.Palette;
            var light = own.OrderByDescending(c => c.Lightness).First();
            return [light.Lightness > 0.75 ? light : Colour.FromLch(0.94, 0.02, own[0].Hue), own.OrderBy(c =>
                c.Lightness).First().Darker(0.05), .. Enumerable.Range(0, 4).Select(i =>
                own[i % own.Count].Lighter(i < own.Count ? 0 : 0.07))];
        }

        var mood = v.Scene.Mood is { } m ? lexicon.Entry("moods", m) : null;
        var hue = mood is null ? rng.Between(0, 360) : mood.Number("hue") + rng.Between(-25, 25);
        var chroma = 0.12 * (mood?.Number("chroma", 1) ?? 1);
        var spread = rng.Pick((double[])[35, 60, 120, 165]);
        var dark = v.Scene.Mood is "spooky" or "mysterious" or "dramatic" or "futuristic" || v.Light.Dark || rng.Chance(0.3);
        return
        [
            dark ? Colour.FromLch(0.26, 0.06, hue) : Colour.FromLch(0.94, 0.025, hue + 40),
            dark ? Colour.FromLch(0.93, 0.03, hue + 30) : Colour.FromLch(0.32, 0.07, hue),
            Colour.FromLch(0.62, chroma, hue),
            Colour.FromLch(0.76, chroma, hue + spread),
            Colour.FromLch(0.68, chroma * 1.1, hue + 180),
            Colour.FromLch(0.86, chroma * 0.7, hue + spread * 0.5),
        ];
    }

    private static void Ribbons(View v, Colour[] c, Rng rng)
    {
        var count = 9 + rng.Below(5);
        double p = rng.Next() * 6, f = rng.Between(0.7, 1.5);
        v.Sky.Soft(v.SunX, v.Height * 0.25, v.Unit * 320, v.Unit * 320, c[5], 0.8).Circle(v.SunX, v.Height * 0.25, v.Unit * 110,
            c[3].Lighter(0.05));
        for (var i = 0; i < count; i++)
        {
            double y = v.Height * (0.2 + 0.85 * i / count), swing = v.Height * rng.Between(0.06, 0.13);
            var path = new StringBuilder($"M-5 {N(y)}");
            for (var k = 0; k <= 40; k++)
                path.Append($"L{N(v.Width * k / 40)}" +
                    $" {N(y + swing * Math.Sin(k / 40.0 * 6 * f + p + i * 0.5) * Math.Cos(k / 40.0 * 2.3 + i * 0.21))}");
            var tone = c[2 + i % 4];
            v.Far.Path(path + $"V{N(v.Height + 5)}H-5Z", v.Far.Slope(0, y, v.Width, y, (0, tone.Lighter(0.05), 1), (0.5, tone, 1),
                (1, tone.Turned(18).Darker(0.05), 1)));
            v.Far.Line(path.ToString(), tone.Lighter(0.14), v.Unit * 2.5, 0.6);
        }
    }

    private static void Tiles(View v, Colour[] c, Rng rng)
    {
        var columns = Math.Max(2, (int)Math.Round(v.Width / (v.Unit * rng.Pick((double[])[167, 200, 250]))));
        var s = v.Width / columns;
        for (var row = 0; row * s < v.Height; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                double x = column * s, y = row * s;
                var ground = c[rng.Below(6)];
                var shape = c[(Array.IndexOf(c, ground) + 1 + rng.Below(4)) % 6];
                v.Far.Rect(x, y, s + 1, s + 1, ground);
                v.Far.Open($"transform=\"rotate({rng.Below(4) * 90} {N(x + s / 2)} {N(y + s / 2)})\"");
                Tile(v.Far, rng, x, y, s, shape, c[(Array.IndexOf(c, shape) + 2) % 6]);
                v.Far.Close();
            }
        }
    }

    private static void Tile(Sheet f, Rng rng, double x, double y, double s, Colour shape, Colour other)
    {
        switch (rng.Below(6))
        {
            case 0:
                f.Path($"M{N(x)} {N(y)}h{N(s)}A{N(s)} {N(s)} 0 0 1 {N(x)} {N(y + s)}Z", shape);
                break;
            case 1:
                f.Path($"M{N(x)} {N(y)}h{N(s)}a{N(s / 2)} {N(s / 2)} 0 0 1 {N(-s)} 0Z", shape).Circle(x + s / 2, y + s * 0.76, s * 0.14,
                    other);
                break;
            case 2:
                f.Circle(x + s / 2, y + s / 2, s * 0.4, shape).Circle(x + s / 2, y + s / 2, s * 0.2, other);
                break;
            case 3:
                f.Path($"M{N(x)} {N(y)}L{N(x + s)} {N(y + s)}H{N(x)}Z", shape);
                break;
            case 4:
                for (var i = 0; i < 4; i++)
                    f.Rect(x, y + s * i / 4, s, s / 8, shape);
                break;
            default:
                f.Path($"M{N(x)} {N(y + s)}A{N(s)} {N(s)} 0 0 1 {N(x + s)} {N(y)}V{N(y + s)}Z", shape)
                    .Path($"M{N(x + s / 2)} {N(y + s)}A{N(s / 2)} {N(s / 2)} 0 0 1 {N(x + s)} {N(y + s / 2)}V{N(y + s)}Z", other);
                break;
        }
    }

    private static void Orbits(View v, Colour[] c, Rng rng)
    {
        double cx = v.Width * rng.Between(0.35, 0.65), cy = v.Height * rng.Between(0.38, 0.62), most = Math.Max(v.Width, v.Height) * 0.62;
        v.Sky.Soft(cx, cy, most, most, c[3], 0.55);
        for (var i = 0; i < 11; i++)
        {
            double r = most * (i + 1.5) / 12, turn = rng.Between(0, 360);
            v.Far.Open($"transform=\"rotate({N(turn)} {N(cx)} {N(cy)})\"");
            v.Far.Line($"M{N(cx + r)} {N(cy)}A{N(r)} {N(r)} 0 {(rng.Chance(0.6) ? 1 : 0)} 1 {N(cx)} {N(cy - r)}", c[2 + i % 4],
                v.Unit * rng.Pick((double[])[3, 6, 16, 30]), 0.9);
            var size = v.Unit * rng.Between(9, 46);
            v.Far.Circle(cx + r, cy, size, c[2 + (i + 1) % 4]).Circle(cx + r - size * 0.25, cy - size * 0.25, size * 0.45,
                Fill.Of(c[5], 0.6));
            v.Far.Close();
        }

        v.Near.Circle(cx, cy, v.Unit * 96, v.Near.Glow(cx - v.Unit * 30, cy - v.Unit * 30, v.Unit * 150, 1, (0, c[5], 1),
            (0.6, c[4], 1), (1, c[4].Darker(0.16), 1)));
    }

    private static void Blobs(View v, Colour[] c, Rng rng)
    {
        for (var i = 0; i < 7; i++)
        {
            double x = v.Width * rng.Between(0.08, 0.92), y = v.Height * rng.Between(0.08, 0.92), r = v.Unit * rng.Between(150, 340);
            var colour = c[2 + i % 4];
            v.Far.Path(Blob(rng, x, y, r), v.Far.Slope(x - r, y - r, x + r, y + r, (0, colour.Lighter(0.06), 0.95),
                (1, colour.Turned(25).Darker(0.04), 0.85)));
        }

        for (var i = 0; i < 4; i++)
        {
            double x = v.Width * rng.Next(), y = v.Height * rng.Next();
            for (var k = 1; k < 6; k++)
                v.Near.Line(Blob(new Rng((ulong)(i + 7)), x, y, v.Unit * 34 * k), c[1], v.Unit * 2.2, 0.5);
        }

        for (var i = 0; i < 22; i++)
            v.Near.Circle(v.Width * rng.Next(), v.Height * rng.Next(), v.Unit * rng.Between(3, 13), c[rng.Chance(0.5) ? 1 : 5]);
    }

    private static void Strata(View v, Colour[] c, Rng rng)
    {
        double cx = v.Width * rng.Between(0.3, 0.7), r = v.Unit * rng.Between(130, 210), cy = v.Height * rng.Between(0.24, 0.36);
        v.Sky.Soft(cx, cy, r * 3, r * 3, c[5], 0.7).Circle(cx, cy, r, v.Sky.Fade(cy - r, cy + r, (0, c[4].Lighter(0.08), 1), (1, c[4], 1)));
        var count = 7 + rng.Below(4);
        for (var i = 0; i < count; i++)
        {
            var share = i / (count - 1.0);
            var tone = c[5].Mix(c[2], share).Mix(c[0].Lightness < 0.5 ? c[0] : c[1], share * share * 0.75).Turned(i * 7 - 20);
            Land.Ridge(v, v.Far, "strata" + i, v.Height * (0.38 + 0.58 * share), v.Height * rng.Between(0.03, 0.1), rng.Between(0.8,
                2.2), tone.Lighter(0.04), tone.Darker(0.06));
        }
    }

    private static void Flow(View v, Colour[] c, Rng rng)
    {
        double a = rng.Between(1.5, 3.5), b = rng.Between(1.5, 3.5), p = rng.Next() * 6;
        for (var i = 0; i < 320; i++)
        {
            double x = v.Width * rng.Next(), y = v.Height * rng.Next(), step = v.Unit * 15;
            var path = new StringBuilder($"M{N(x)} {N(y)}");
            for (var k = 0; k < 18; k++)
            {
                var angle = Math.Sin(x / v.Width * a * 2 + p) * 1.5 + Math.Cos(y / v.Height * b * 2 - p) * 1.5;
                x += Math.Cos(angle) * step;
                y += Math.Sin(angle) * step;
                path.Append($"L{N(x)} {N(y)}");
            }

            v.Far.Line(path.ToString(), c[i % 9 == 0 ? 1 : 2 + rng.Below(4)].Lighter(rng.Bell() * 0.05), v.Unit * rng.Pick((double[])[3,
                7, 12, 22]), rng.Between(0.6, 1));
        }
    }

    private static void Burst(View v, Colour[] c, Rng rng)
    {
        double cx = v.Width * rng.Between(0.42, 0.58), cy = v.Height * rng.Between(0.42, 0.62), far = v.Width + v.Height;
        var rays = 12 + 2 * rng.Below(8);
        for (var i = 0; i < rays; i += 2)
        {
            double t0 = i * Math.PI * 2 / rays, t1 = (i + 1) * Math.PI * 2 / rays;
            v.Sky.Path($"M{N(cx)} {N(cy)}L{N(cx + Math.Cos(t0) * far)} {N(cy + Math.Sin(t0) * far)}" +
                $"L{N(cx + Math.Cos(t1) * far)} {N(cy + Math.Sin(t1) * far)}Z", Fill.Of(c[5], 0.5));
        }

        for (var ring = 6; ring >= 1; ring--)
        {
            double r = v.Unit * 68 * ring;
            var petals = rays / 2 * (ring % 2 + 1);
            for (var i = 0; i < petals; i++)
                v.Far.Open($"transform=\"rotate({N(360.0 * i / petals + ring * 9)} {N(cx)} {N(cy)})\"")
                    .Path($"M{N(cx + r * 0.5)} {N(cy)}Q{N(cx + r * 0.85)} {N(cy - r * 1.5 / petals)} {N(cx + r * 1.08)} {N(cy)}" +
                    $"Q{N(cx + r * 0.85)} {N(cy + r * 1.5 / petals)} {N(cx + r * 0.5)} {N(cy)}Z", Fill.Of(c[2 + ring % 4], 0.94)).Close();
        }

        v.Near.Circle(cx, cy, v.Unit * 46, c[1]).Circle(cx, cy, v.Unit * 24, c[5]);
    }

    private static string Blob(Rng rng, double x, double y, double r)
    {
        var points = Enumerable.Range(0, 7).Select(i => (A: i * Math.PI * 2 / 7, R: r * rng.Between(0.72, 1.15)))
            .Select(p => (X: x + Math.Cos(p.A) * p.R, Y: y + Math.Sin(p.A) * p.R)).ToArray();
        var path = new StringBuilder();
        for (var i = 0; i < points.Length; i++)
        {
            var (p0, p1) = (points[i], points[(i + 1) % points.Length]);
            double mx = (p0.X + p1.X) / 2, my = (p0.Y + p1.Y) / 2;
            if (i == 0)
                path.Append($"M{N((points[^1].X + p0.X) / 2)} {N((points[^1].Y + p0.Y) / 2)}");
            path.Append($"Q{N(p0.X)} {N(p0.Y)} {N(mx)} {N(my)}");
        }

        return path.Append('Z').ToString();
    }

    private static string N(double value) => Sheet.N(value);
}
