// A painted picture as one self-contained SVG document: definitions and layers from back to front. Immutable.
using System.Globalization;
using System.Text;
using Atelier.Vips;

namespace Atelier.Providers.Sketch;

/// <summary>Layers of SVG in a plane of its own units.</summary>
internal sealed record Picture(double Width, double Height, string Definitions, IReadOnlyList<string> Layers)
{
    /// <summary>Index of the layer with the subjects, as painted and before any style.</summary>
    public const int Things = 3;

    /// <summary>Moves everything a little, as a hand with a wet brush does; null for none.</summary>
    public Wobble? Wobble { get; init; }

    public static Picture Of(View v)
    {
        Sheet[] sheets = [v.Sky, v.Far, v.Near, v.Things, v.Front];
        return new Picture(v.Width, v.Height, string.Concat(sheets.Select(s => s.Definitions)), [.. sheets.Select(s => s.Body)]);
    }

    /// <summary>The document; with a share below one only the first layers, for a preview.</summary>
    public string ToSvg(int width, int height, double share = 1) => Document(width, height, share, Wobble);

    /// <summary>The pixels of the document. The wobble is drawn here, because renderers of SVG take seconds for it.</summary>
    public VipsImage ToPixels(int width, int height, double share = 1)
    {
        var still = VipsImage.FromSvg(Encoding.UTF8.GetBytes(Document(width, height, share, wobble: null)), width, height);
        if (Wobble is null)
            return still;
        using (still)
            return Wobble.Move(still, Math.Max(width / Width, height / Height));
    }

    private string Document(int width, int height, double share, Wobble? wobble)
    {
        var count = (int)Math.Ceiling(Layers.Count * Math.Clamp(share, 0, 1));
        var body = string.Concat(Layers.Take(Math.Max(1, count)).Select(layer => $"<g>{layer}</g>"));
        return string.Create(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" " +
                $"viewBox=\"0 0 {Sheet.N(Width)} {Sheet.N(Height)}\" preserveAspectRatio=\"xMidYMid slice\">" +
                    $"<defs>{Definitions}{wobble?.Filter}</defs>{wobble?.Around(body) ?? body}</svg>");
    }
}
