// From our masks, white where to repaint, to OpenAI's, transparent where to repaint.
using Atelier.Vips;

namespace Atelier.Providers.OpenAi;

internal static class EditMask
{
    /// <summary>
    /// The mask with what is white made transparent, or null where it is no picture. Its colours stay: servers that look at brightness, as
    /// stable-diffusion.cpp's does, read the same from it as those that look at transparency.
    /// </summary>
    public static InputImage? Of(InputImage mask)
    {
        try
        {
            using var picture = VipsImage.FromEncoded(mask.Bytes.Span);
            var pixels = picture.ToPixels();
            for (var at = 0; at < pixels.Length; at += 4)
            {
                // A part of the mask that is transparent itself says nothing, and is kept.
                var repaint = (byte)(Brightness(pixels.AsSpan(at, 3)) * pixels[at + 3] / byte.MaxValue);
                pixels.AsSpan(at, 3).Fill(repaint);
                pixels[at + 3] = (byte)(byte.MaxValue - repaint);
            }
            using var cut = VipsImage.FromPixels(pixels, picture.Width, picture.Height);
            return new InputImage(cut.EncodePng(), "image/png");
        }
        catch (VipsException)
        {
            return null;
        }
    }

    // The weights of ITU-R BT.601.
    private static int Brightness(ReadOnlySpan<byte> colour) => (colour[0] * 299 + colour[1] * 587 + colour[2] * 114) / 1_000;
}
