// A mask for tests of engines that repaint a part.
using Atelier.Providers;
using Atelier.Vips;

namespace Atelier.Tests.Providers.OpenAi;

internal static class Masks
{
    private const int Side = 64;

    /// <summary>White in its left half, black in its right, of the size of the contract's picture.</summary>
    public static InputImage LeftHalfWhite()
    {
        var pixels = new byte[Side * Side * 4];
        for (var at = 0; at < pixels.Length; at += 4)
        {
            pixels.AsSpan(at, 3).Fill(at / 4 % Side < Side / 2 ? byte.MaxValue : byte.MinValue);
            pixels[at + 3] = byte.MaxValue;
        }
        using var mask = VipsImage.FromPixels(pixels, Side, Side);
        return new InputImage(mask.EncodePng(), "image/png");
    }
}
