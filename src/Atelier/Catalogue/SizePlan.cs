// From the shape and quality that a person asks for to a size that the model may legally paint, and on to the size that is delivered.
namespace Atelier.Catalogue;

/// <summary>What is painted and what is delivered.</summary>
/// <param name="Paint">The size that the model paints; legal for it.</param>
/// <param name="Final">The size that is delivered: the same, or larger in the same shape by an upscale step.</param>
public readonly record struct PlannedSize(PixelSize Paint, PixelSize Final)
{
    /// <summary>Whether an upscale step follows the painting.</summary>
    public bool Upscaled => Final != Paint;
}

/// <summary>Maps aspect ratio and quality to a model's legal sizes.</summary>
public static class SizePlan
{
    /// <summary>The quality used when none is named.</summary>
    public const string StandardQuality = "standard";

    // Less than this nobody sees, and it would cost sharpness.
    private const double LeastUpscale = 1.02;

    // A picture of the wrong shape is noticed sooner than one a little smaller or larger.
    private const double ShapeWeight = 10;

    /// <summary>Every quality and the area in pixels that it stands for, the smallest first: 1024², 1536², 2048², 3840 × 2160.</summary>
    public static IReadOnlyDictionary<string, long> Qualities { get; } = new Dictionary<string, long>(StringComparer.Ordinal)
    {
        [StandardQuality] = 1_048_576, ["hd"] = 2_359_296, ["hd+"] = 4_194_304, ["4k"] = 8_294_400,
    };

    /// <summary>
    /// The legal size closest to the shape, then to the area that the quality stands for. A quality beyond what the model paints itself is
    /// painted in the model's largest and upscaled.
    /// </summary>
    /// <param name="sizes">The model's sizes.</param>
    /// <param name="ratio">The wanted shape.</param>
    /// <param name="quality">A key of <see cref="Qualities"/>.</param>
    public static PlannedSize For(ModelSizes sizes, AspectRatio ratio, string quality)
    {
        var own = OwnQuality(sizes, quality);
        var paint = Paint(sizes, ratio, own);
        return own == quality ? new PlannedSize(paint, paint) : new PlannedSize(paint, Upscaled(paint, Qualities[quality]));
    }

    /// <summary>The quality that the model paints itself on the way to a wanted one: the same, or the largest that is not beyond it, or its smallest.</summary>
    public static string OwnQuality(ModelSizes sizes, string quality) =>
        sizes.Qualities.ContainsKey(quality)
            ? quality
            : sizes.Qualities.Keys.Where(own => Qualities[own] <= Qualities[quality]).MaxBy(own => Qualities[own]) ?? sizes.Qualities.MinBy(own => own.Value).Key;

    /// <summary>Says why a size is not legal for the model, or null when it is.</summary>
    public static string? WhyIllegal(ModelSizes sizes, PixelSize size)
    {
        if (sizes.Exact.Count > 0)
            return sizes.Exact.Contains(size) ? null : $"the model paints {string.Join(", ", sizes.Exact)} only";
        if (size.Width < sizes.Min || size.Height < sizes.Min || size.Width > sizes.Max || size.Height > sizes.Max)
            return $"each side must be {sizes.Min} to {sizes.Max} pixels";
        if (size.Width % sizes.MultipleOf != 0 || size.Height % sizes.MultipleOf != 0)
            return $"each side must be a multiple of {sizes.MultipleOf} pixels";
        if ((double)Math.Max(size.Width, size.Height) / Math.Min(size.Width, size.Height) > sizes.MaxRatio)
            return FormattableString.Invariant($"the long side may be at most {sizes.MaxRatio:0.##} times the short side");
        if (size.Pixels < sizes.MinPixels)
            return $"the area must be at least {sizes.MinPixels} pixels";
        return size.Pixels > sizes.MaxPixels ? $"the area may be at most {sizes.MaxPixels} pixels" : null;
    }

    /// <summary>How the engine names a size: the shape where it goes by shapes, the size class where it goes by classes.</summary>
    public static (string? AspectRatio, string? Resolution) NamesOf(ModelSizes sizes, PixelSize size) =>
    (
        sizes.Ratios.Count == 0 ? null : sizes.Ratios.MinBy(ratio => ShapeError(size, ratio)).ToString(),
        sizes.Resolutions.Count == 0 ? null : sizes.Resolutions.GetValueOrDefault(QualityOf(sizes, size))
    );

    /// <summary>The quality that comes closest to a size's area, of those that the model paints itself.</summary>
    public static string QualityOf(ModelSizes sizes, PixelSize size) =>
        sizes.Qualities.MinBy(quality => Math.Abs(Math.Log((double)size.Pixels / quality.Value))).Key;

    /// <summary>The sizes of an engine that goes by shapes: every shape in every quality.</summary>
    internal static IReadOnlyList<PixelSize> SizesOfRatios(ModelSizes sizes) =>
        [.. sizes.Qualities.Values.SelectMany(area => sizes.Ratios.Select(ratio => FreeSize(sizes with { Exact = [] }, ratio, Math.Min(area, sizes.MaxPixels)))).Distinct()];

    private static PixelSize Paint(ModelSizes sizes, AspectRatio ratio, string quality)
    {
        var area = sizes.Qualities[quality];
        if (sizes.Exact.Count == 0)
            return FreeSize(sizes, ratio, Math.Clamp(area, sizes.MinPixels, sizes.MaxPixels));
        // An exact list holds the sizes of all qualities; a shape is compared within its own.
        var within = sizes.Exact.Where(size => QualityOf(sizes, size) == quality).ToList();
        return (within.Count > 0 ? within : sizes.Exact).MinBy(size => (ShapeError(size, ratio), Math.Abs(size.Pixels - area)));
    }

    private static PixelSize Upscaled(PixelSize paint, long area)
    {
        var factor = Math.Sqrt((double)area / paint.Pixels);
        return factor <= LeastUpscale ? paint : new PixelSize((int)Math.Round(paint.Width * factor), (int)Math.Round(paint.Height * factor));
    }

    private static PixelSize FreeSize(ModelSizes sizes, AspectRatio ratio, long area)
    {
        // A shape beyond the model's is painted in the nearest that it can.
        var shape = Math.Clamp(ratio.Value, 1 / sizes.MaxRatio, sizes.MaxRatio);
        var width = Math.Sqrt(area * shape);
        var height = width / shape;
        // Shrinking both sides together keeps the shape when one of them would pass the model's bounds.
        var shrink = Math.Min(1, sizes.Max / Math.Max(width, height));
        var stretch = Math.Max(1, sizes.Min / (Math.Min(width, height) * shrink));
        width *= shrink * stretch;
        height *= shrink * stretch;
        return Candidates(sizes, width)
            .SelectMany(w => Candidates(sizes, w / shape).Select(h => new PixelSize(w, h)))
            .Where(size => WhyIllegal(sizes, size) is null)
            .DefaultIfEmpty(Nearest(sizes))
            .MinBy(size => ShapeWeight * ShapeError(size, ratio) + Math.Abs(Math.Log((double)size.Pixels / area)));
    }

    // Whatever its bounds, a model paints a square of its smallest legal side.
    private static PixelSize Nearest(ModelSizes sizes)
    {
        var side = Math.Max(sizes.Min, (int)Math.Ceiling(Math.Sqrt(sizes.MinPixels)));
        side = (side + sizes.MultipleOf - 1) / sizes.MultipleOf * sizes.MultipleOf;
        return new PixelSize(side, side);
    }

    // The legal lengths around a wanted one: the nearest, and two steps to either side, and the bounds themselves.
    private static IEnumerable<int> Candidates(ModelSizes sizes, double wanted)
    {
        var step = sizes.MultipleOf;
        var nearest = (int)Math.Round(wanted / step) * step;
        var (first, last) = ((sizes.Min + step - 1) / step * step, sizes.Max / step * step);
        return Enumerable.Range(-2, 5).Select(offset => Math.Clamp(nearest + offset * step, first, last)).Distinct();
    }

    private static double ShapeError(PixelSize size, AspectRatio ratio) =>
        Math.Abs(Math.Log((double)size.Width / size.Height / ratio.Value));
}
