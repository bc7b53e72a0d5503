// A sheet of SVG under way: writes shapes, keeps gradients aside. Numbers are short and invariant, text never reaches it unescaped.
using System.Globalization;
using System.Text;

namespace Atelier.Providers.Sketch;

/// <summary>Collects the shapes of one layer and the definitions they use.</summary>
/// <param name="prefix">Keeps the ids of this layer apart from those of others.</param>
internal sealed class Sheet(string prefix)
{
    private readonly StringBuilder _body = new();
    private readonly StringBuilder _defs = new();
    private int _ids;

    public string Body => _body.ToString();

    public string Definitions => _defs.ToString();

    public bool IsEmpty => _body.Length == 0;

    public static string N(double value) => Math.Round(value, 2).ToString("0.##", CultureInfo.InvariantCulture);

    public Sheet Raw(string svg)
    {
        _body.Append(svg);
        return this;
    }

    public string Define(Func<string, string> element)
    {
        var id = $"{prefix}{++_ids}";
        _defs.Append(element(id));
        return id;
    }

    public Sheet Path(string data, Fill fill) => Raw($"<path d=\"{data}\"{fill.Attributes}/>");

    public Sheet Line(string data, Colour colour, double width, double opacity = 1) =>
        Raw($"<path d=\"{data}\" fill=\"none\" stroke=\"{colour.Hex}\" stroke-width=\"{N(width)}\" " +
            $"stroke-linecap=\"round\" stroke-linejoin=\"round\"{Opacity("stroke-opacity", opacity)}/>");

    public Sheet Rect(double x, double y, double width, double height, Fill fill, double radius = 0) =>
        Raw($"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(Math.Max(0, width))}\" " +
            $"height=\"{N(Math.Max(0, height))}\"{(radius > 0 ? $" rx=\"{N(radius)}\"" : "")}{fill.Attributes}/>");

    public Sheet Circle(double x, double y, double radius, Fill fill) =>
        Raw($"<circle cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\"{fill.Attributes}/>");

    public Sheet Ellipse(double x, double y, double rx, double ry, Fill fill) =>
        Raw($"<ellipse cx=\"{N(x)}\" cy=\"{N(y)}\" rx=\"{N(rx)}\" ry=\"{N(ry)}\"{fill.Attributes}/>");

    public Sheet Open(string attributes) => Raw($"<g {attributes}>");

    public Sheet Close() => Raw("</g>");

    /// <summary>A gradient from top to bottom between two heights of the sheet.</summary>
    public Fill Fade(double y0, double y1, params (double At, Colour Colour, double Opacity)[] stops) => Slope(0, y0, 0, y1, stops);

    public Fill Slope(double x0, double y0, double x1, double y1, params (double At, Colour Colour, double Opacity)[] stops) =>
        Fill.Of(Define(id => $"<linearGradient id=\"{id}\" gradientUnits=\"userSpaceOnUse\" x1=\"{N(x0)}\" y1=\"{N(y0)}\" " +
            $"x2=\"{N(x1)}\" y2=\"{N(y1)}\">{Stops(stops)}</linearGradient>"));

    /// <summary>A gradient from a centre outwards; the share squeezes it into an ellipse.</summary>
    public Fill Glow(double x, double y, double radius, double squeeze, params (double At, Colour Colour, double Opacity)[] stops) =>
        Fill.Of(Define(id => $"<radialGradient id=\"{id}\" gradientUnits=\"userSpaceOnUse\" cx=\"0\" cy=\"0\" r=\"{N(radius)}\" " +
            $"gradientTransform=\"translate({N(x)} {N(y)}) scale(1 {N(squeeze)})\">{Stops(stops)}</radialGradient>"));

    /// <summary>A soft round shadow or light without an edge.</summary>
    public Sheet Soft(double x, double y, double rx, double ry, Colour colour, double opacity) =>
        Ellipse(x, y, rx, ry, Glow(x, y, rx, ry / Math.Max(rx, 0.01), (0, colour, opacity), (0.55, colour, opacity * 0.55),
            (1, colour, 0)));

    private static string Stops((double At, Colour Colour, double Opacity)[] stops) =>
        string.Concat(stops.Select(s => $"<stop offset=\"{N(s.At)}\" stop-color=\"{s.Colour.Hex}\"{Opacity("stop-opacity", s.Opacity)}/>"));

    private static string Opacity(string name, double value) => value >= 0.999 ? "" : $" {name}=\"{N(value)}\"";
}

/// <summary>What fills a shape: a colour or a gradient.</summary>
internal readonly record struct Fill(string Value, double Opacity)
{
    public string Attributes => Opacity >= 0.999 ? $" fill=\"{Value}\"" : $" fill=\"{Value}\" fill-opacity=\"{Sheet.N(Opacity)}\"";

    public static implicit operator Fill(Colour colour) => new(colour.Hex, 1);

    public static Fill Of(string id) => new($"url(#{id})", 1);

    public static Fill Of(Colour colour, double opacity) => new(colour.Hex, opacity);
}
