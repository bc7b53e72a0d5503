// Styles that repaint a render in cells: pixel art, low poly, stained glass, oil strokes. Each takes colours from pixels and gives shapes back.
using System.Text;

namespace Atelier.Providers.Sketch;

/// <summary>Repaints pixels as shapes.</summary>
internal static class Cells
{
    private const double LeadWidth = 4.2;

    public static Picture PixelArt(Picture picture, Raster pixels)
    {
        int columns = pixels.Width, rows = pixels.Height;
        double w = picture.Width / columns, h = picture.Height / rows;
        var body = new StringBuilder("<g shape-rendering=\"crispEdges\">");
        for (var y = 0; y < rows; y++)
        {
            for (var x = 0; x < columns;)
            {
                var colour = Quantised(pixels.At(x, y), x, y);
                var run = 1;
                while (x + run < columns && Quantised(pixels.At(x + run, y), x + run, y) == colour)
                    run++;
                body.Append($"<rect x=\"{N(x * w)}\" y=\"{N(y * h)}\" width=\"{N(run * w + 0.3)}\" height=\"{N(h + 0.3)}\" fill=\"{colour}\"/>");
                x += run;
            }
        }

        return picture with { Definitions = "", Layers = [body.Append("</g>").ToString()] };
    }

    public static Picture LowPoly(Picture picture, Raster pixels, Rng rng)
    {
        var points = Points(picture, pixels, rng, 1500);
        var body = new StringBuilder();
        foreach (var t in Delaunay.Of(points, Math.Max(picture.Width, picture.Height)))
        {
            var (a, b, c) = (points[t.A], points[t.B], points[t.C]);
            var colour = pixels.Around((a.X + b.X + c.X) / 3 / picture.Width, (a.Y + b.Y + c.Y) / 3 / picture.Height).Saturated(1.12).Lighter(rng.Bell() * 0.018).Hex;
            body.Append($"<path d=\"M{N(a.X)} {N(a.Y)}L{N(b.X)} {N(b.Y)}L{N(c.X)} {N(c.Y)}Z\" fill=\"{colour}\" stroke=\"{colour}\" stroke-width=\"0.9\"/>");
        }

        return picture with { Definitions = "", Layers = [body.ToString()] };
    }

    public static Picture StainedGlass(Picture picture, Raster pixels, Rng rng)
    {
        var sheet = new Sheet("g");
        var points = Points(picture, pixels, rng, 760);
        var size = Math.Max(picture.Width, picture.Height);
        var inner = points.Count;
        for (var i = 0; i < 24; i++)
            points.Add((picture.Width / 2 + Math.Cos(i * Math.PI / 12) * size * 1.6, picture.Height / 2 + Math.Sin(i * Math.PI / 12) * size * 1.6));
        var corners = new List<(double X, double Y)>[points.Count];
        foreach (var t in Delaunay.Of(points, size))
        {
            foreach (var p in (int[])[t.A, t.B, t.C])
                (corners[p] ??= []).Add((t.X, t.Y));
        }

        for (var i = 0; i < inner; i++)
        {
            if (corners[i] is not { Count: > 2 } around)
                continue;
            var (px, py) = points[i];
            var path = string.Join('L', around.OrderBy(c => Math.Atan2(c.Y - py, c.X - px)).Select(c => $"{N(c.X)} {N(c.Y)}"));
            var glass = pixels.Around(px / picture.Width, py / picture.Height, 2).Saturated(1.35).Lighter(rng.Bell() * 0.03);
            sheet.Raw($"<path d=\"M{path}Z\" fill=\"{glass.Hex}\" stroke=\"#1d1a22\" stroke-width=\"{N(LeadWidth)}\" stroke-linejoin=\"round\"/>");
        }

        sheet.Soft(picture.Width * 0.5, picture.Height * 0.4, picture.Width * 0.7, picture.Height * 0.7, Colour.Parse("#fff6d8"), 0.28);
        sheet.Raw($"<rect x=\"4\" y=\"4\" width=\"{N(picture.Width - 8)}\" height=\"{N(picture.Height - 8)}\" fill=\"none\" stroke=\"#1d1a22\" stroke-width=\"16\"/><rect x=\"11\" y=\"11\" width=\"{N(picture.Width - 22)}\" height=\"{N(picture.Height - 22)}\" fill=\"none\" stroke=\"#6a6570\" stroke-width=\"2\"/>");
        return picture with { Definitions = sheet.Definitions, Layers = [sheet.Body] };
    }

    /// <summary>Brush strokes along the edges, coarse first, fine where the picture has detail.</summary>
    public static Picture Oil(Picture picture, Raster pixels, Rng rng)
    {
        var layers = new List<string>();
        foreach (var (count, length, width) in ((int, double, double)[])[(900, 90, 34), (1900, 52, 17), (3000, 30, 8.5)])
        {
            var body = new StringBuilder("<g fill=\"none\" stroke-linecap=\"round\">");
            for (var i = 0; i < count; i++)
            {
                double u = rng.Next(), v = rng.Next();
                var (sx, sy) = pixels.Slope(u, v, 2);
                var detail = Math.Sqrt(sx * sx + sy * sy);
                if (width < 20 && detail < (width < 10 ? 0.05 : 0.015) && !rng.Chance(width < 10 ? 0.12 : 0.45))
                    continue;
                var angle = detail > 0.02 ? Math.Atan2(sx, -sy) : Math.Sin(u * 5 + v * 3) * 0.5 + rng.Bell() * 0.3;
                var reach = length * (detail > 0.12 ? 0.45 : 1) * rng.Between(0.6, 1.1);
                double x = u * picture.Width, y = v * picture.Height, dx = Math.Cos(angle) * reach / 2, dy = Math.Sin(angle) * reach / 2;
                var colour = pixels.Around(u, v, width > 20 ? 2 : 1).Lighter(rng.Bell() * 0.025).Saturated(1.08);
                body.Append($"<path d=\"M{N(x - dx)} {N(y - dy)}Q{N(x + dy * 0.2)} {N(y - dx * 0.2)} {N(x + dx)} {N(y + dy)}\" stroke=\"{colour.Hex}\" stroke-width=\"{N(width * rng.Between(0.7, 1.15))}\" stroke-opacity=\"0.92\"/>");
            }

            layers.Add(body.Append("</g>").ToString());
        }

        var ground = pixels.Around(0.5, 0.5, Math.Max(pixels.Width, pixels.Height) / 8).Hex;
        layers.Insert(0, $"<rect width=\"{N(picture.Width)}\" height=\"{N(picture.Height)}\" fill=\"{ground}\"/>");
        return picture with { Definitions = "", Layers = layers };
    }

    /// <summary>Points that crowd where the picture has edges, and a rim that closes the frame.</summary>
    private static List<(double X, double Y)> Points(Picture picture, Raster pixels, Rng rng, int count)
    {
        var points = new List<(double X, double Y)>();
        for (var i = 0; i <= 14; i++)
        {
            double t = i / 14.0, w = picture.Width, h = picture.Height;
            points.AddRange([(w * t, -0.5 - i * 0.01), (w * t, h + 0.5 + i * 0.01)]);
            if (i is > 0 and < 14)
                points.AddRange([(-0.5 - i * 0.01, h * t), (w + 0.5 + i * 0.01, h * t)]);
        }

        for (var tries = 0; points.Count < count && tries < count * 40; tries++)
        {
            double u = rng.Next(), v = rng.Next();
            var (sx, sy) = pixels.Slope(u, v);
            if (rng.Next() < 0.035 + Math.Min(1, Math.Sqrt(sx * sx + sy * sy) * 4))
                points.Add((u * picture.Width, v * picture.Height));
        }

        return points;
    }

    private static string Quantised(Colour colour, int x, int y)
    {
        // Ordered dither: two by two, so that gradients keep their shape with few colours.
        var nudge = ((x & 1) * 2 + ((x ^ y) & 1) * 3 - 2.5) / 190;
        double Step(double part) => Math.Round(Math.Clamp(part + nudge, 0, 1) * 14) / 14;
        return new Colour(Step(colour.R), Step(colour.G), Step(colour.B)).Hex;
    }

    private static string N(double value) => Sheet.N(value);
}
