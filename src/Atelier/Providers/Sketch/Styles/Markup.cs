// Walks the shapes of a painted layer and lets a style change how each is filled and stroked. Pure: text in, text out.
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Atelier.Providers.Sketch;

/// <summary>How one shape is drawn.</summary>
/// <param name="Fill">Its colour; of a gradient the mean; null for none.</param>
/// <param name="Soft">True for shadows and glows that fade into nothing.</param>
/// <param name="FillOpacity">Opacity of the fill.</param>
/// <param name="Stroke">Colour of its line; null for none.</param>
/// <param name="Width">Width of the line in units of the picture.</param>
/// <param name="Large">True for a shape as wide as the whole picture.</param>
internal sealed record Ink(Colour? Fill, bool Soft, double FillOpacity, Colour? Stroke, double Width, bool Large)
{
    /// <summary>True where a gradient shall stay the gradient that it is.</summary>
    public bool KeepsFill { get; init; }
}

/// <summary>Rewrites layers.</summary>
internal sealed partial class Markup
{
    private static readonly HashSet<string> s_shapes = new(StringComparer.Ordinal) { "path", "rect", "circle", "ellipse", "line",
        "polyline", "polygon" };
    private readonly Dictionary<string, (Colour Colour, bool Soft)> _gradients = new(StringComparer.Ordinal);

    public Markup(string definitions)
    {
        foreach (var gradient in XElement.Parse($"<defs>{definitions}</defs>").Elements())
        {
            var stops = gradient.Elements().Where(e => e.Name.LocalName == "stop").ToArray();
            if (stops.Length == 0 || gradient.Attribute("id") is not { } id)
                continue;
            var strong = stops.Where(s => Number(s, "stop-opacity", 1) > 0.4).DefaultIfEmpty(stops[0])
                .Select(s => Colour.Parse(s.Attribute("stop-color")!.Value)).ToArray();
            var mean = strong.Skip(1).Aggregate((C: strong[0], N: 1), (m, c) => (m.C.Mix(c, 1.0 / (m.N + 1)), m.N + 1)).C;
            _gradients[$"url(#{id.Value})"] = (mean, stops.Any(s => Number(s, "stop-opacity", 1) < 0.05));
        }
    }

    /// <summary>The definitions with every colour of a gradient changed.</summary>
    public static string Recoloured(string definitions, Func<Colour, Colour> change) =>
        StopColour().Replace(definitions, m => $"stop-color=\"{change(Colour.Parse(m.Groups["hex"].Value)).Hex}\"");

    /// <summary>The layer with every shape changed; shapes for which the answer is null are left out.</summary>
    public string Map(string layer, Func<Ink, Ink?> change)
    {
        var root = XElement.Parse($"<g>{layer}</g>");
        Walk(root, "#000000", "none", 1, 1, change);
        return string.Concat(root.Elements().Select(e => e.ToString(SaveOptions.DisableFormatting)));
    }

    private void Walk(XElement group, string fill, string stroke, double width, double scale, Func<Ink, Ink?> change)
    {
        foreach (var e in group.Elements().ToArray())
        {
            string ownFill = e.Attribute("fill")?.Value ?? fill, ownStroke = e.Attribute("stroke")?.Value ?? stroke;
            double ownWidth = Number(e, "stroke-width", width), ownScale = scale * Scale(e);
            if (!s_shapes.Contains(e.Name.LocalName))
            {
                Walk(e, ownFill, ownStroke, ownWidth, ownScale, change);
                continue;
            }

            var gradient = _gradients.TryGetValue(ownFill, out var g);
            var ink = new Ink(gradient ? g.Colour : Solid(ownFill), gradient && g.Soft, Number(e, "fill-opacity", 1), Solid(ownStroke),
                ownWidth * ownScale, e.Name.LocalName == "rect" && Number(e, "x", 0) <= 0 && Number(e, "width", 0) > 480);
            if (change(ink) is { } changed)
                Apply(e, changed, ownScale);
            else
                e.Remove();
        }
    }

    private static void Apply(XElement e, Ink ink, double scale)
    {
        if (!ink.KeepsFill)
        {
            e.SetAttributeValue("fill", ink.Fill?.Hex ?? "none");
            e.SetAttributeValue("fill-opacity", ink.FillOpacity < 0.999 ? Sheet.N(ink.FillOpacity) : null);
        }

        e.SetAttributeValue("stroke", ink.Stroke?.Hex ?? "none");
        if (ink.Stroke is null)
            return;
        e.SetAttributeValue("stroke-width", (ink.Width / Math.Max(scale, 0.001)).ToString("0.###", CultureInfo.InvariantCulture));
        e.SetAttributeValue("stroke-linejoin", "round");
    }

    private static Colour? Solid(string value) => value.Length is 4 or 7 && value[0] == '#' ? Colour.Parse(value) : null;

    private static double Number(XElement e, string name, double fallback) =>
        double.TryParse(e.Attribute(name)?.Value, CultureInfo.InvariantCulture, out var number) ? number : fallback;

    private static double Scale(XElement e)
    {
        var match = ScaleOf().Match(e.Attribute("transform")?.Value ?? "");
        return match.Success ? Math.Abs(double.Parse(match.Groups["by"].Value, CultureInfo.InvariantCulture)) : 1;
    }

    [GeneratedRegex("scale\\((?<by>-?[0-9.]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex ScaleOf();

    [GeneratedRegex("stop-color=\"(?<hex>#[0-9a-f]{6})\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex StopColour();
}
