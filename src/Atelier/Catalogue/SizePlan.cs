// From the shape and quality that a person asks for to a size that the model may legally paint.
namespace Atelier.Catalogue;

/// <summary>Maps aspect ratio and quality to a model's legal sizes.</summary>
public static class SizePlan
{
    /// <summary>The quality used when none is named.</summary>
    public const string StandardQuality = "standard";

    // A picture of the wrong shape is noticed sooner than one a little smaller or larger.
    private const double ShapeWeight = 10;

    /// <summary>The legal size closest to the shape, then to the area that the quality aims at.</summary>
    /// <param name="sizes">The model's sizes.</param>
    /// <param name="ratio">The wanted shape.</param>
    /// <param name="quality">A key of <see cref="ModelSizes.Qualities"/>.</param>
    public static PixelSize For(ModelSizes sizes, AspectRatio ratio, string quality)
    {
        var area = sizes.Qualities[quality];
        return sizes.Exact.Count > 0
            ? sizes.Exact.MinBy(size => (ShapeError(size, ratio), Math.Abs(size.Pixels - area)))
            : FreeSize(sizes, ratio, Math.Min(area, sizes.MaxPixels));
    }

    /// <summary>Says why a size is not legal for the model, or null when it is.</summary>
    public static string? WhyIllegal(ModelSizes sizes, PixelSize size)
    {
        if (sizes.Exact.Count > 0)
            return sizes.Exact.Contains(size) ? null : $"the model paints {string.Join(", ", sizes.Exact)} only";
        if (size.Width < sizes.Min || size.Height < sizes.Min || size.Width > sizes.Max || size.Height > sizes.Max)
            return $"each side must be {sizes.Min} to {sizes.Max} pixels";
        if (size.Width % sizes.MultipleOf != 0 || size.Height % sizes.MultipleOf != 0)
            return $"each side must be a multiple of {sizes.MultipleOf} pixels";
        return size.Pixels > sizes.MaxPixels ? $"the area may be at most {sizes.MaxPixels} pixels" : null;
    }

    private static PixelSize FreeSize(ModelSizes sizes, AspectRatio ratio, long area)
    {
        var width = Math.Sqrt(area * ratio.Value);
        var height = width / ratio.Value;
        // Shrinking both sides together keeps the shape when one of them would pass the model's bounds.
        var shrink = Math.Min(1, sizes.Max / Math.Max(width, height));
        var stretch = Math.Max(1, sizes.Min / (Math.Min(width, height) * shrink));
        width *= shrink * stretch;
        height *= shrink * stretch;
        return Candidates(sizes, width)
            .SelectMany(w => Candidates(sizes, w / ratio.Value).Select(h => new PixelSize(w, h)))
            .Where(size => WhyIllegal(sizes, size) is null)
            .MinBy(size => ShapeWeight * ShapeError(size, ratio) + Math.Abs(Math.Log((double)size.Pixels / area)));
    }

    // The legal lengths around a wanted one: the nearest, and two steps to either side.
    private static IEnumerable<int> Candidates(ModelSizes sizes, double wanted)
    {
        var step = sizes.MultipleOf;
        var nearest = (int)Math.Round(wanted / step) * step;
        return Enumerable.Range(-2, 5).Select(offset => nearest + offset * step)
            .Where(length => length >= sizes.Min && length <= sizes.Max).Distinct();
    }

    private static double ShapeError(PixelSize size, AspectRatio ratio) =>
        Math.Abs(Math.Log((double)size.Width / size.Height / ratio.Value));
}
