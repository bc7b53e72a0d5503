// What the contract asks every model for: each shape in each quality, from text, from an image and from as many images as it takes.
using Atelier.Catalogue;

namespace Atelier.Tests.Providers;

internal static class ContractRequests
{
    /// <summary>The size that is painted and the number of images for each request.</summary>
    public static IEnumerable<(PixelSize Size, int Images)> Of(Model model) =>
        from ratio in AspectRatio.Common
        from quality in SizePlan.Qualities.Keys
        from images in ImageCounts(model)
        select (SizePlan.For(model.Sizes, ratio, quality).Paint, images);

    private static IEnumerable<int> ImageCounts(Model model) =>
        model.Parameters.MaxInputImages == 0 ? [0]
        : model.Parameters.NeedsInputImage ? [1]
        : [0, 1, .. model.Parameters.MaxInputImages > 1 ? new[] { model.Parameters.MaxInputImages } : []];
}
