// Styles of paper and paint: watercolour and paper cut, by filters that any SVG renderer has. Pure functions from picture to picture.
using System.Text;
using System.Xml.Linq;

namespace Atelier.Providers.Sketch;

/// <summary>Paints pictures on and with paper.</summary>
internal static class Papers
{
    /// <summary>Side of the piece of paper grain that is repeated over the picture: noise is costly.</summary>
    private const int Tile = 200;

    private static readonly Colour s_paper = Colour.Parse("#fffdf6");

    public static Picture Watercolour(Picture picture, Rng rng)
    {
        var markup = new Markup(picture.Definitions);
        static Colour Thin(Colour c) => c.Saturated(1.06).Mix(s_paper, 0.12);
        var layers = picture.Layers.Select((layer, depth) => markup.Map(layer, ink =>
        {
            if (ink.Fill is not { } fill)
                return ink with { Stroke = ink.Stroke is { } s ? Thin(s) : null };
            if (ink.Soft || ink.Large)
                return ink with { KeepsFill = true };
            return ink with { Fill = Thin(fill), FillOpacity = ink.FillOpacity * 0.9, KeepsFill = depth < 1,
                Stroke = depth < 1 ? null : Thin(fill).Darker(0.13), Width = depth == 3 ? 1.7 : 1.1 };
        })).ToList();
        var sheet = new Sheet("w");
        var seed = rng.Below(90) + 1;
        for (var i = 0; i < 9; i++)
            sheet.Soft(rng.Next() * picture.Width, rng.Next() * picture.Height, rng.Between(90, 260), rng.Between(50, 130),
                s_paper, 0.3);
        var grain = sheet.Define(id =>
            $"<filter id=\"{id}\" x=\"0\" y=\"0\" width=\"100%\" height=\"100%\" filterUnits=\"userSpaceOnUse\" " +
                $"color-interpolation-filters=\"sRGB\"><feTurbulence width=\"{Tile}\" height=\"{Tile}\" type=\"fractalNoise\" " +
                    $"baseFrequency=\"0.32\" numOctaves=\"2\" stitchTiles=\"stitch\" seed=\"{seed + 9}\"/><feColorMatrix " +
                        $"width=\"{Tile}\" height=\"{Tile}\" values=\"0 0 0 0 0.35  0 0 0 0 0.3  0 0 0 0 0.25  0 1.5 0 0 -0.72\"/>" +
                            $"<feTile/></filter>");
        var edge = Edge(picture, rng);
        var paper = $"<rect width=\"{N(picture.Width)}\" height=\"{N(picture.Height)}\" filter=\"url(#{grain})\" opacity=\"0.5\"/>";
        return picture with
        {
            Definitions = Markup.Recoloured(picture.Definitions, Thin) + sheet.Definitions,
            Layers = [.. layers, sheet.Body + paper + edge],
            Wobble = new Wobble(seed, Frequency: 0.024, Reach: 13, s_paper),
        };
    }

    public static Picture PaperCut(Picture picture, Rng rng)
    {
        var markup = new Markup(picture.Definitions);
        var sheet = new Sheet("c");
        var shadow = sheet.Define(id =>
            $"<filter id=\"{id}\" x=\"-8%\" y=\"-8%\" width=\"118%\" height=\"122%\">" +
                $"<feGaussianBlur in=\"SourceAlpha\" stdDeviation=\"5\"/><feOffset dx=\"3\" dy=\"7\"/><feComponentTransfer>" +
                $"<feFuncA type=\"linear\" slope=\"0.42\"/></feComponentTransfer><feMerge><feMergeNode/>" +
                $"<feMergeNode in=\"SourceGraphic\"/></feMerge></filter>");
        var layers = picture.Layers.Select((layer, depth) => Stacked(markup.Map(layer, ink =>
        {
            if (ink.Soft)
                return null;
            if (ink.Fill is not { } fill)
                return ink;
            return ink with { Fill = Sheetwise(fill), FillOpacity = ink.FillOpacity > 0.75 ? 1 : ink.FillOpacity, KeepsFill = false };
        }), depth, shadow)).ToList();
        layers.Add(Frames(picture, rng));
        return picture with { Definitions = picture.Definitions + sheet.Definitions, Layers = layers };
    }

    /// <summary>Coloured paper comes in few shades.</summary>
    private static Colour Sheetwise(Colour c) => Colour.FromLch(Math.Round((0.16 + 0.84 * c.Lightness) * 14) / 14,
        Math.Round(c.Chroma * 36) / 36, Math.Round(c.Hue / 12) * 12);

    /// <summary>Gives the larger sheets of a layer, and each thing as a whole, a shadow on what lies below.</summary>
    private static string Stacked(string layer, int depth, string shadow)
    {
        var root = XElement.Parse($"<g>{layer}</g>");
        if (depth == 3)
        {
            foreach (var thing in root.Elements("g").ToArray())
                thing.ReplaceWith(new XElement("g", new XAttribute("filter", $"url(#{shadow})"), thing));
        }
        else if (depth is 1 or 2)
        {
            foreach (var sheet in root.Elements("path").Where(p =>
                p.Attribute("d")!.Value.Contains('H') && p.Attribute("d")!.Value.Length > 600).ToArray())
                sheet.AddBeforeSelf(Shadows(sheet.Attribute("d")!.Value, -1).Select(XElement.Parse));
        }

        return string.Concat(root.Elements().Select(e => e.ToString(SaveOptions.DisableFormatting)));
    }

    /// <summary>The shadow of a sheet as a few faint copies of its outline: as soft as a filter and far cheaper.</summary>
    private static IEnumerable<string> Shadows(string outline, int upwards) =>
        ((int[])[9, 6, 3]).Select(by =>
            $"<path transform=\"translate({by / 2} {by * upwards})\" d=\"{outline}\" " +
                $"fill=\"#1d1830\" fill-opacity=\"0.1\" fill-rule=\"evenodd\"/>");

    /// <summary>A frame of wavy sheets, cut out one smaller than the other.</summary>
    private static string Frames(Picture picture, Rng rng)
    {
        var svg = new StringBuilder();
        foreach (var (inset, colour) in ((double, string)[])[(46, "#efe2cc"), (26, "#fbf5e8")])
        {
            var outline = $"M-30 -30H{N(picture.Width + 30)}V{N(picture.Height + 30)}H-30Z{Opening(picture, rng, inset, inset * 0.42)}";
            svg.AppendJoin("", Shadows(outline, 1)).Append($"<path fill-rule=\"evenodd\" d=\"{outline}\" fill=\"{colour}\"/>");
        }

        return svg.ToString();
    }

    private static string Edge(Picture picture, Rng rng) =>
        $"<path fill-rule=\"evenodd\" d=\"M-5 -5H{N(picture.Width + 5)}V{N(picture.Height + 5)}" +
            $"H-5Z{Opening(picture, rng, 24, 12)}\" fill=\"{s_paper.Hex}\"/>";

    private static string Opening(Picture picture, Rng rng, double inset, double swing)
    {
        double w = picture.Width, h = picture.Height, p = rng.Next() * 6;
        var points = new List<string>();
        var steps = 26;
        double Wave(double t) => inset + swing * Math.Sin(t * 3.1 + p) * Math.Cos(t * 1.7 + p * 2) + rng.Bell() * swing * 0.12;
        for (var i = 0; i <= steps; i++)
            points.Add($"{N(inset + (w - 2 * inset) * i / steps)} {N(Wave(i * 0.6))}");
        for (var i = 1; i <= steps; i++)
            points.Add($"{N(w - Wave(20 + i * 0.6))} {N(inset + (h - 2 * inset) * i / steps)}");
        for (var i = 1; i <= steps; i++)
            points.Add($"{N(w - inset - (w - 2 * inset) * i / steps)} {N(h - Wave(40 + i * 0.6))}");
        for (var i = 1; i < steps; i++)
            points.Add($"{N(Wave(60 + i * 0.6))} {N(h - inset - (h - 2 * inset) * i / steps)}");
        return $"M{string.Join('L', points)}Z";
    }

    private static string N(double value) => Sheet.N(value);
}
