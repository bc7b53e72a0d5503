// The unsteady hand of a painter: smooth noise that moves every point of a picture a little. Pure.
using System.Globalization;
using System.Text;
using Atelier.Vips;

namespace Atelier.Providers.Sketch;

/// <summary>Smooth noise by which a picture is displaced, as an SVG filter and, quicker and without jagged edges, on pixels.</summary>
/// <param name="Seed">Of the noise.</param>
/// <param name="Frequency">Waves of the noise in one unit of the picture.</param>
/// <param name="Reach">Twice the farthest that a point moves, in units of the picture.</param>
/// <param name="Paper">What shows where the picture's edge has moved inwards.</param>
internal sealed record Wobble(int Seed, double Frequency, double Reach, Colour Paper)
{
    /// <summary>Pixels of the picture for each pixel of noise: its waves are some forty pixels long, so that few describe it.</summary>
    private const int Coarseness = 4;

    public string Filter => string.Create(CultureInfo.InvariantCulture,
        $"<filter id=\"wobble\" x=\"0\" y=\"0\" width=\"100%\" height=\"100%\" filterUnits=\"userSpaceOnUse\" " +
            $"color-interpolation-filters=\"sRGB\">{Noise}<feDisplacementMap in=\"SourceGraphic\" in2=\"noise\" " +
                $"scale=\"{Reach}\" xChannelSelector=\"R\" yChannelSelector=\"G\"/></filter>");

    /// <summary>The shapes under the filter, on paper.</summary>
    public string Around(string body) => $"<rect width=\"100%\" height=\"100%\" fill=\"{Paper.Hex}\"/><g filter=\"url(#wobble)\">{body}</g>";

    private string Noise => string.Create(CultureInfo.InvariantCulture,
        $"<feTurbulence type=\"fractalNoise\" baseFrequency=\"{Frequency}\" numOctaves=\"1\" seed=\"{Seed}\"/>" +
            $"<feColorMatrix values=\"1 0 0 0 0  0 1 0 0 0  0 0 0 0 0  0 0 0 0 1\" result=\"noise\"/>");

    /// <summary>The opaque picture, displaced; <paramref name="scale"/> is its pixels for each unit.</summary>
    public VipsImage Move(VipsImage picture, double scale)
    {
        int width = picture.Width, height = picture.Height;
        byte[] from = picture.ToPixels(), noise = NoiseFor(width, height, scale);
        var to = new byte[from.Length];
        var reach = Reach * scale;
        for (int y = 0, i = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++, i += 4)
                Sample(from, width, height, x + reach * (noise[i] / 255.0 - 0.5), y + reach * (noise[i + 1] / 255.0 - 0.5), to.AsSpan(i, 4));
        }

        return VipsImage.FromPixels(to, width, height);
    }

    private byte[] NoiseFor(int width, int height, double scale)
    {
        int w = Math.Max(1, width / Coarseness), h = Math.Max(1, height / Coarseness);
        var svg = $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" " +
            $"viewBox=\"0 0 {Sheet.N(width / scale)} {Sheet.N(height / scale)}\" preserveAspectRatio=\"none\"><defs>" +
                $"<filter id=\"noise\" x=\"0\" y=\"0\" width=\"100%\" height=\"100%\" filterUnits=\"userSpaceOnUse\" " +
                    $"color-interpolation-filters=\"sRGB\">{Noise}</filter></defs>" +
                        $"<rect width=\"100%\" height=\"100%\" filter=\"url(#noise)\"/></svg>";
        using var coarse = VipsImage.FromSvg(Encoding.UTF8.GetBytes(svg), w, h);
        using var fine = coarse.Resize(width, height);
        return fine.ToPixels();
    }

    /// <summary>The colour between four pixels, in 256ths; what lies outside takes that of the edge.</summary>
    private static void Sample(byte[] pixels, int width, int height, double x, double y, Span<byte> colour)
    {
        int fx = (int)(Math.Clamp(x, 0, width - 1) * 256), fy = (int)(Math.Clamp(y, 0, height - 1) * 256);
        int left = fx >> 8, top = fy >> 8, right = fx & 255, down = fy & 255;
        var a = (top * width + left) * 4;
        var b = left + 1 < width ? a + 4 : a;
        var below = top + 1 < height ? width * 4 : 0;
        int wa = (256 - right) * (256 - down), wb = right * (256 - down), wc = (256 - right) * down, wd = right * down;
        for (var channel = 0; channel < 3; channel++)
        {
            colour[channel] = (byte)((pixels[a + channel] * wa + pixels[b + channel] * wb
                + pixels[a + below + channel] * wc + pixels[b + below + channel] * wd + 32768) >> 16);
        }

        colour[3] = 255;
    }
}
