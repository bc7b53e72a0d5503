// A painted picture as one self-contained SVG document: definitions and layers from back to front. Immutable.
using System.Globalization;
using System.Text;

namespace Atelier.Providers.Sketch;

/// <summary>Layers of SVG in a plane of its own units.</summary>
internal sealed record Picture(double Width, double Height, string Definitions, IReadOnlyList<string> Layers)
{
    /// <summary>Index of the layer with the subjects, as painted and before any style.</summary>
    public const int Things = 3;

    public static Picture Of(View v)
    {
        Sheet[] sheets = [v.Sky, v.Far, v.Near, v.Things, v.Front];
        return new Picture(v.Width, v.Height, string.Concat(sheets.Select(s => s.Definitions)), [.. sheets.Select(s => s.Body)]);
    }

    /// <summary>The document; with a share below one only the first layers, for a preview.</summary>
    public string ToSvg(int width, int height, double share = 1)
    {
        var count = (int)Math.Ceiling(Layers.Count * Math.Clamp(share, 0, 1));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" " +
                $"viewBox=\"0 0 {Sheet.N(Width)} {Sheet.N(Height)}\" preserveAspectRatio=\"xMidYMid slice\"><defs>{Definitions}</defs>");
        foreach (var layer in Layers.Take(Math.Max(1, count)))
            svg.Append("<g>").Append(layer).Append("</g>");
        return svg.Append("</svg>").ToString();
    }
}
