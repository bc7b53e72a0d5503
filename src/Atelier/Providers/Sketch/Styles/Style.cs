// The styles by name: each turns a painted picture into another one that is still plain SVG. Pure.
namespace Atelier.Providers.Sketch;

/// <summary>Applies a style.</summary>
internal static class Style
{
    private const int FinePixels = 360;
    private const int CoarsePixels = 104;

    public static Picture Apply(string? style, Picture picture, Rng rng) => style switch
    {
        "watercolour" => Papers.Watercolour(picture, rng),
        "paper cut" => Papers.PaperCut(picture, rng),
        "line art" => Inks.LineArt(picture),
        "comic" => Inks.Comic(picture),
        "neon" => Inks.Neon(picture),
        "pencil" => Inks.Pencil(picture, Raster.Of(picture, FinePixels), rng),
        "pixel art" => Cells.PixelArt(picture, Raster.Of(picture, CoarsePixels)),
        "low poly" => Cells.LowPoly(picture, Raster.Of(picture, FinePixels), rng),
        "stained glass" => Cells.StainedGlass(picture, Raster.Of(Ground(picture), FinePixels), rng, Populated(picture)),
        "oil" => Cells.Oil(picture, Raster.Of(picture, FinePixels), rng, Populated(picture), Raster.Of(Ground(picture), FinePixels)),
        _ => picture,
    };

    /// <summary>Redraws pixels in a style; styles of line and paper start from brush strokes.</summary>
    public static Picture OfPixels(string? style, Picture frame, Raster pixels, Rng rng) => style switch
    {
        "pixel art" => Cells.PixelArt(frame, pixels.Shrunk(CoarsePixels)),
        "low poly" => Cells.LowPoly(frame, pixels, rng),
        "stained glass" => Cells.StainedGlass(frame, pixels, rng),
        "pencil" or "line art" => Inks.Hatched(frame, pixels, rng),
        "watercolour" => Papers.Watercolour(Cells.Oil(frame, pixels, rng), rng),
        _ => Cells.Oil(frame, pixels, rng),
    };

    /// <summary>The picture without its things.</summary>
    private static Picture Ground(Picture picture) => picture with { Layers = [.. picture.Layers.Where((_, i) => i != Picture.Things)] };

    private static Picture? Populated(Picture picture) => picture.Layers[Picture.Things].Length > 0 ? picture : null;

    /// <summary>The longest side, in pixels, that a style is drawn at before it is enlarged: the cost of filters grows with every
    /// pixel.</summary>
    public static int LargestSide(string? style) => style switch
    {
        "watercolour" => 1280,
        "neon" => 1280,
        "paper cut" => 2048,
        _ => int.MaxValue,
    };
}
