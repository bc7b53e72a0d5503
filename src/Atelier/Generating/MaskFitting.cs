// Fits a mask to the picture that it lies over and to the way in which an engine reads masks. Pure.
using Atelier.Catalogue;
using Atelier.Providers;
using Atelier.Vips;

namespace Atelier.Generating;

internal static class MaskFitting
{
    /// <summary>The mask as PNG in the picture's size: white is repainted, or black where the engine reads it so.</summary>
    /// <exception cref="VipsException">One of them cannot be decoded: the store was damaged from outside.</exception>
    public static InputImage Fit(InputImage mask, InputImage picture, MaskPolarity polarity)
    {
        using var over = VipsImage.FromEncoded(picture.Bytes.Span);
        using var given = VipsImage.FromEncoded(mask.Bytes.Span);
        using var fitted = given.Resize(over.Width, over.Height);
        // Engines that read transparency are told by their adapters, in the same terms as the others until then.
        using var told = polarity == MaskPolarity.Black ? fitted.Invert() : fitted.Flatten(0, 0, 0);
        return new InputImage(told.EncodePng(), "image/png");
    }
}
