// Styles that repaint a render in cells: pixel art, low poly, stained glass, oil strokes. Each takes colours from pixels and gives shapes
// back.
using System.Text;

namespace Atelier.Providers.Sketch;

/// <summary>Repaints pixels as shapes.</summary>
internal static class Cells
{
    private const double LeadWidth = 4.2;
    private const string Lead = "#1d1a22";

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
                body.Append($"<rect x=\"{N(x * w)}\" y=\"{N(y * h)}\" width=\"{N(run * w + 0.3)}\" height=\"{N(h + 0.3)}\" " +
                    $"fill=\"{colour}\"/>");
                x += run;
            }
        }

        return picture with { Definitions = "", Layers = [body.Append("</g>").ToString()] };
    }

    public static Picture LowPoly(Picture picture, Raster pixels, Rng rng)
    {
        var points = Points(picture, pixels, rng, 2300);
        var body = new StringBuilder();
        foreach (var t in Delaunay.Of(points, Math.Max(picture.Width, picture.Height)))
        {
            var (a, b, c) = (points[t.A], points[t.B], points[t.C]);
            var colour = pixels.Around((a.X + b.X + c.X) / 3 / picture.Width, (a.Y + b.Y + c.Y) / 3 / picture.Height).Saturated(1.12)
                .Lighter(rng.Bell() * 0.018).Hex;
            body.Append($"<path d=\"M{N(a.X)} {N(a.Y)}L{N(b.X)} {N(b.Y)}L{N(c.X)} {N(c.Y)}" +
                $"Z\" fill=\"{colour}\" stroke=\"{colour}\" stroke-width=\"0.9\"/>");
        }

        return picture with { Definitions = "", Layers = [body.ToString()] };
    }

    /// <summary>Cells of glass for the ground; things, where given, stand whole in it with their own leads.</summary>
    public static Picture StainedGlass(Picture picture, Raster pixels, Rng rng, Picture? things = null)
    {
        var sheet = new Sheet("g");
        var points = Points(picture, pixels, rng, things is null ? 900 : 430);
        foreach (var (i, path) in Voronoi(points, picture))
        {
            var glass = pixels.Around(points[i].X / picture.Width, points[i].Y / picture.Height, 3).Saturated(1.4)
                .Lighter(rng.Bell() * 0.04);
            sheet.Raw($"<path d=\"M{path}Z\" fill=\"{glass.Hex}\" stroke=\"{Lead}\" stroke-width=\"{N(LeadWidth)}\" " +
                $"stroke-linejoin=\"round\"/>");
        }

        if (things is not null)
        {
            sheet.Raw(new Markup(things.Definitions).Map(things.Layers[Picture.Things], ink => ink.Soft || ink.FillOpacity < 0.4 ? null
                : ink with { Fill = ink.Fill?.Saturated(1.3), Stroke = ink.Fill is null ? ink.Stroke : Colour.Parse(Lead),
                    Width = ink.Fill is null ? ink.Width : LeadWidth }));
        }

        sheet.Soft(picture.Width * 0.5, picture.Height * 0.4, picture.Width * 0.7, picture.Height * 0.7, Colour.Parse("#fff6d8"), 0.3);
        sheet.Raw($"<rect x=\"4\" y=\"4\" width=\"{N(picture.Width - 8)}\" height=\"{N(picture.Height - 8)}\" " +
            $"fill=\"none\" stroke=\"{Lead}\" stroke-width=\"16\"/><rect x=\"11\" y=\"11\" width=\"{N(picture.Width - 22)}\" " +
            $"height=\"{N(picture.Height - 22)}\" fill=\"none\" stroke=\"#6a6570\" stroke-width=\"2\"/>");
        return picture with { Definitions = sheet.Definitions, Layers = [sheet.Body] };
    }

    /// <summary>Each point with the outline of all that is nearer to it than to any other.</summary>
    private static IEnumerable<(int Index, string Path)> Voronoi(List<(double X, double Y)> points, Picture picture)
    {
        var size = Math.Max(picture.Width, picture.Height);
        var rim = Enumerable.Range(0, 24).Select(i => (picture.Width / 2 + Math.Cos(i * Math.PI / 12) * size * 1.6,
            picture.Height / 2 + Math.Sin(i * Math.PI / 12) * size * 1.6));
        var corners = new List<(double X, double Y)>[points.Count + 24];
        foreach (var t in Delaunay.Of([.. points, .. rim], size))
        {
            foreach (var p in (int[])[t.A, t.B, t.C])
                (corners[p] ??= []).Add((t.X, t.Y));
        }

        for (var i = 0; i < points.Count; i++)
        {
            var (px, py) = points[i];
            if (corners[i] is { Count: > 2 } around)
                yield return (i, string.Join('L', around.OrderBy(c => Math.Atan2(c.Y - py, c.X - px)).Select(c => $"{N(c.X)} {N(c.Y)}")));
        }
    }

    /// <summary>Brush strokes along the edges: the ground coarse, then the things, then fine strokes over all that has detail.</summary>
    public static Picture Oil(Picture picture, Raster pixels, Rng rng, Picture? things = null, Raster? ground = null)
    {
        var layers = new List<string> { $"<rect width=\"{N(picture.Width)}\" height=\"{N(picture.Height)}\" " +
            $"fill=\"{pixels.Around(0.5, 0.5, Math.Max(pixels.Width, pixels.Height) / 8).Hex}\"/>" };
        layers.Add(Strokes(picture, ground ?? pixels, rng, 900, 90, 34, 0));
        layers.Add(Strokes(picture, ground ?? pixels, rng, 1900, 52, 17, 0.015));
        if (things is not null)
            layers.Add(things.Layers[Picture.Things]);
        layers.Add(Strokes(picture, pixels, rng, things is null ? 5200 : 3600, 27, things is null ? 7.5 : 6, 0.05));
        return picture with { Definitions = things?.Definitions ?? "", Layers = layers };
    }

    private static string Strokes(Picture picture, Raster pixels, Rng rng, int count, double length, double width, double least)
    {
        var body = new StringBuilder("<g fill=\"none\" stroke-linecap=\"round\">");
        for (var i = 0; i < count; i++)
        {
            double u = rng.Next(), v = rng.Next();
            var (sx, sy) = pixels.Slope(u, v, 2);
            var detail = Math.Sqrt(sx * sx + sy * sy);
            if (detail < least && !rng.Chance(least > 0.02 ? 0.1 : 0.45))
                continue;
            var angle = detail > 0.02 ? Math.Atan2(sx, -sy) : Math.Sin(u * 5 + v * 3) * 0.5 + rng.Bell() * 0.3;
            var reach = length * (detail > 0.12 ? 0.45 : 1) * rng.Between(0.6, 1.1);
            double x = u * picture.Width, y = v * picture.Height, dx = Math.Cos(angle) * reach / 2, dy = Math.Sin(angle) * reach / 2;
            var colour = pixels.Around(u, v, width > 20 ? 2 : 0).Lighter(rng.Bell() * 0.03).Saturated(1.08);
            body.Append($"<path d=\"M{N(x - dx)} {N(y - dy)}" +
                $"Q{N(x + dy * 0.2)} {N(y - dx * 0.2)} {N(x + dx)} {N(y + dy)}\" stroke=\"{colour.Hex}\" " +
                    $"stroke-width=\"{N(width * rng.Between(0.7, 1.15))}\" stroke-opacity=\"{(least > 0.02 ? "0.75" : "0.92")}\"/>");
        }

        return body.Append("</g>").ToString();
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
            if (rng.Next() < 0.025 + Math.Min(1, Math.Sqrt(sx * sx + sy * sy) * 4))
                points.Add((u * picture.Width, v * picture.Height));
        }

        return points;
    }

    private static string Quantised(Colour colour, int x, int y)
    {
        // Ordered dither: two by two, so that gradients keep their shape with few colours.
        var nudge = ((x & 1) * 2 + ((x ^ y) & 1) * 3 - 2.5) / 260;
        double Step(double part) => Math.Round(Math.Clamp(part + nudge, 0, 1) * 11) / 11;
        return new Colour(Step(colour.R), Step(colour.G), Step(colour.B)).Hex;
    }

    private static string N(double value) => Sheet.N(value);
}
