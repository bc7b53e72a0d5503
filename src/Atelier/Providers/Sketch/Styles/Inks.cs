// Styles made of lines: line art, comic, neon, pencil. Pure functions from picture to picture.
using System.Text;

namespace Atelier.Providers.Sketch;

/// <summary>Draws pictures in line.</summary>
internal static class Inks
{
    private static readonly Colour s_paper = Colour.Parse("#fbf7ee");

    private static readonly Colour s_sketchPaper = Colour.Parse("#f6f2e8");

    /// <summary>Line widths of the layers from back to front.</summary>
    private static readonly double[] s_widths = [1.5, 1.7, 1.9, 3.4, 2.2];

    public static Picture LineArt(Picture picture) => Outlined(picture, s_paper, Colour.Parse("#2b2833"), 0.0);

    public static Picture Comic(Picture picture)
    {
        var markup = new Markup(picture.Definitions);
        var layers = picture.Layers.Select((layer, depth) => markup.Map(layer, ink => Bold(ink, depth))).ToList();
        var halftone = Halftone(picture);
        layers[0] += halftone;
        layers[^1] += $"<rect x=\"7\" y=\"7\" width=\"{N(picture.Width - 14)}\" height=\"{N(picture.Height - 14)}\" " +
            $"fill=\"none\" stroke=\"#fffdf6\" stroke-width=\"26\"/><rect x=\"19\" y=\"19\" width=\"{N(picture.Width - 38)}\" " +
            $"height=\"{N(picture.Height - 38)}\" fill=\"none\" stroke=\"#17141f\" stroke-width=\"7\"/>";
        return picture with { Definitions = Markup.Recoloured(picture.Definitions, c => c.Saturated(1.3)), Layers = layers };
    }

    /// <summary>Dots that grow towards the top, as old prints shade a sky.</summary>
    private static string Halftone(Picture picture)
    {
        const double step = 15;
        var dots = new StringBuilder("<path d=\"");
        for (var row = 0; row * step < picture.Height * 0.62; row++)
        {
            var r = step * 0.42 * (1 - row * step / (picture.Height * 0.62));
            for (var x = row % 2 * step / 2; x < picture.Width + step; x += step)
                dots.Append(Sky.Disc(x, row * step, r));
        }

        return dots.Append("\" fill=\"#1d2350\" fill-opacity=\"0.2\"/>").ToString();
    }

    public static Picture Neon(Picture picture)
    {
        var markup = new Markup(picture.Definitions);
        var sheet = new Sheet("e");
        var glow = sheet.Define(id => $"<filter id=\"{id}\" " +
            $"x=\"-5%\" y=\"-5%\" width=\"110%\" height=\"110%\"><feGaussianBlur stdDeviation=\"7\" result=\"b\"/><feMerge>" +
                $"<feMergeNode in=\"b\"/><feMergeNode in=\"b\"/><feMergeNode in=\"SourceGraphic\"/></feMerge></filter>");
        var night = new Sheet("d");
        night.Rect(0, 0, picture.Width, picture.Height, night.Fade(0, picture.Height, (0, Colour.Parse("#0a0820"), 1),
            (0.55, Colour.Parse("#221048"), 1), (0.62, Colour.Parse("#3a1458"), 1), (1, Colour.Parse("#0c0a24"), 1)));
        var layers = picture.Layers.Select((layer, depth) => markup.Map(layer, ink => Lit(ink, depth))).ToList();
        for (var i = 1; i < layers.Count; i++)
            layers[i] = $"<g filter=\"url(#{glow})\">{layers[i]}</g>";
        layers[0] = night.Body + layers[0];
        return picture with { Definitions = picture.Definitions + sheet.Definitions + night.Definitions, Layers = layers };
    }

    public static Picture Pencil(Picture picture, Raster pixels, Rng rng)
    {
        var drawn = Outlined(picture, s_sketchPaper, Colour.Parse("#4a4850"), 0.0);
        return drawn with { Layers = [.. drawn.Layers, Hatch(picture, pixels, rng)] };
    }

    /// <summary>Pixels as pencil strokes alone, dense where it is dark.</summary>
    public static Picture Hatched(Picture frame, Raster pixels, Rng rng) => frame with
    {
        Definitions = "",
        Layers = [$"<rect width=\"{N(frame.Width)}\" height=\"{N(frame.Height)}\" fill=\"{s_sketchPaper.Hex}\"/>", Hatch(frame, pixels,
            rng.Fork("first")) + Hatch(frame, pixels, rng.Fork("second"))],
    };

    private static string Hatch(Picture picture, Raster pixels, Rng rng)
    {
        var hatch = new StringBuilder("<g fill=\"none\" stroke=\"#46434c\" stroke-linecap=\"round\">");
        for (var i = 0; i < 3600 * 3; i++)
        {
            var pass = i / 3600;
            var lean = pass == 1 ? -0.9 : -0.72 + pass * 0.05;
            double u = rng.Next(), v = rng.Next(), dark = 1 - pixels.Around(u, v, 0).Lightness;
            if (rng.Next() > Math.Pow(Math.Max(0, dark * 1.55 - 0.24 * pass), 1.2) * 1.5)
                continue;
            double length = rng.Between(11, 26), x = u * picture.Width, y = v * picture.Height, dx = Math.Cos(lean) * length / 2,
                dy = Math.Sin(lean) * length / 2;
            hatch.Append($"<path d=\"M{N(x - dx)} {N(y - dy)}" +
                $"Q{N(x + rng.Bell() * 2)} {N(y + rng.Bell() * 2)} {N(x + dx)} {N(y + dy)}\" " +
                    $"stroke-width=\"{N(rng.Between(0.9, 2.2))}\" stroke-opacity=\"{N(rng.Between(0.25, 0.6))}\"/>");
        }

        return hatch.Append("</g>").ToString();
    }

    private static Picture Outlined(Picture picture, Colour paper, Colour line, double tint)
    {
        var markup = new Markup(picture.Definitions);
        var layers = picture.Layers.Select((layer, depth) => markup.Map(layer, ink =>
        {
            if (ink.Soft || ink.FillOpacity < 0.45 && ink.Stroke is null)
                return null;
            var pen = line.Mix(paper, depth switch { 0 => 0.55, 1 => 0.5, 2 => 0.3, _ => 0 });
            if (ink.Fill is null)
                return ink with { Stroke = ink.Stroke is null ? null : pen, Width = Math.Clamp(ink.Width * 0.4, 1.2, s_widths[depth]) };
            var dark = depth == 3 && ink.Fill.Value.Lightness < 0.36;
            return ink with { Fill = dark ? line : paper.Mix(ink.Fill.Value, tint), FillOpacity = 1, Stroke = ink.Large ? null : pen,
                Width = s_widths[depth] };
        })).ToList();
        layers[0] = $"<rect width=\"{N(picture.Width)}\" height=\"{N(picture.Height)}\" fill=\"{paper.Hex}\"/>" + layers[0];
        return picture with { Definitions = "", Layers = layers };
    }

    private static Ink? Bold(Ink ink, int depth)
    {
        if (ink.Soft)
            return ink with { KeepsFill = true };
        var ground = ink.Large || depth == 0;
        Colour? fill = ink.Fill is { } f ? f.Saturated(1.35).Lighter(f.Lightness < 0.5 ? -0.03 : 0.03) : null;
        if (ink.Fill is null)
            return ink with { Stroke = ink.Stroke?.Saturated(1.2) };
        return ink with { Fill = fill, KeepsFill = ground, Stroke = ground && depth == 0 ? null : Colour.Parse("#17141f"),
            Width = depth switch { 1 => 1.6, 2 => 1.8, 3 => 4.2, _ => 2.4 } };
    }

    private static Ink? Lit(Ink ink, int depth)
    {
        if (ink.Soft && depth == 0)
            return ink with { KeepsFill = true };
        if (ink.Large || ink.Soft)
            return null;
        var source = ink.Fill ?? ink.Stroke;
        if (source is not { } colour)
            return null;
        var hue = colour.Chroma < 0.035 ? (depth == 3 ? 200 : 310) : colour.Hue;
        var bright = Colour.FromLch(depth == 3 ? 0.84 : 0.7, 0.2, hue);
        if (ink.Fill is null)
            return ink with { Stroke = bright, Width = Math.Clamp(ink.Width * 0.5, 1.2, depth == 3 ? 3.6 : 2) };
        var dim = ink.FillOpacity < 0.5;
        return ink with { Fill = Colour.FromLch(depth == 3 ? 0.24 : 0.17, 0.07, hue), FillOpacity = dim ? 0.3 : 0.93,
            Stroke = dim ? null : bright, Width = depth switch { 0 => 1, 1 => 1.5, 2 => 1.4, _ => 3 } };
    }

    private static string N(double value) => Sheet.N(value);
}
