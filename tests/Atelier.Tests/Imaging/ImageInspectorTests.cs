// The gate: whole pictures pass with their facts, everything else is refused with a code, and nothing throws.
using System.Text;
using Atelier.Imaging;
using Atelier.Vips;

namespace Atelier.Tests.Imaging;

public sealed class ImageInspectorTests
{
    private static readonly ImageLimits Limits = new();
    private static readonly ImageLimits WithSvg = new() { AllowSvg = true };

    [Theory]
    [InlineData(ImageFormat.Png, "image/png")]
    [InlineData(ImageFormat.Jpeg, "image/jpeg")]
    [InlineData(ImageFormat.Webp, "image/webp")]
    [InlineData(ImageFormat.Avif, "image/avif")]
    public void A_whole_picture_is_accepted_with_its_facts(ImageFormat format, string contentType)
    {
        using var accepted = ImageInspector.Inspect(Samples.File(format), Limits).ShouldBeOfType<Inspection.Accepted>();
        accepted.Facts.ShouldBe(new ImageFacts(format, contentType, 320, 240, 1, HasAlpha: false));
        accepted.Decoded.ToPixels().Length.ShouldBe(320 * 240 * 4);
    }

    [Fact]
    public void Transparency_is_noticed()
    {
        using var image = VipsImage.FromPixels([255, 0, 0, 255, 255, 0, 0, 0], 2, 1);
        using var accepted = ImageInspector.Inspect(image.EncodePng(), Limits).ShouldBeOfType<Inspection.Accepted>();
        accepted.Facts.HasAlpha.ShouldBeTrue();
    }

    [Fact]
    public void An_animated_gif_gives_its_first_frame_and_says_how_many_there_are()
    {
        using var accepted = ImageInspector.Inspect(TwoFrameGif(), Limits).ShouldBeOfType<Inspection.Accepted>();
        (accepted.Facts.Format, accepted.Facts.Pages).ShouldBe((ImageFormat.Gif, 2));
        accepted.Decoded.ToPixels()[..8].ShouldBe([255, 0, 0, 255, 0, 0, 255, 255]);
    }

    [Fact]
    public void An_animated_png_says_how_many_frames_there_are()
    {
        var png = Samples.WithPngChunk(Samples.File(ImageFormat.Png), "acTL", [0, 0, 0, 7, 0, 0, 0, 0]);
        using var accepted = ImageInspector.Inspect(png, Limits).ShouldBeOfType<Inspection.Accepted>();
        accepted.Facts.Pages.ShouldBe(7);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<!DOCTYPE html><html><body>502 Bad Gateway</body></html>")]
    [InlineData("{\"error\":\"rate limited\"}")]
    [InlineData("%PDF-1.7")]
    [InlineData("II*\0")]
    [InlineData("push graphic-context viewbox 0 0 640 480")]
    public void What_is_no_picture_is_refused(string text)
    {
        var refusal = ImageInspector.Inspect(Encoding.UTF8.GetBytes(text), Limits).ShouldBeOfType<Inspection.Rejected>();
        refusal.Code.ShouldBe(text.Length == 0 ? RejectionCodes.Empty : RejectionCodes.UnknownFormat);
    }

    [Fact]
    public void A_file_with_too_many_bytes_is_refused() =>
        Code(Samples.File(ImageFormat.Png), new ImageLimits { MaxBytes = 2_000 }).ShouldBe(RejectionCodes.TooManyBytes);

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Webp)]
    [InlineData(ImageFormat.Avif)]
    public void Too_many_pixels_are_refused_from_the_header(ImageFormat format)
    {
        Code(Samples.File(format), new ImageLimits { MaxPixels = 320 * 240 - 1 }).ShouldBe(RejectionCodes.TooManyPixels);
        Code(Samples.File(format), new ImageLimits { MaxSide = 319 }).ShouldBe(RejectionCodes.TooManyPixels);
    }

    [Theory]
    [InlineData(60_000, 60_000)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(2_000_000, 1)]
    public void A_tiny_file_that_announces_a_giant_picture_is_refused_without_taking_memory(int width, int height)
    {
        var before = VipsRuntime.PixelMemory();
        Code(Samples.PngHeader(width, height), Limits).ShouldBe(RejectionCodes.TooManyPixels);
        (VipsRuntime.PixelMemory() - before).ShouldBeLessThan(64L << 20);
    }

    [Theory]
    [InlineData("zTXt", "a\0\0")]
    [InlineData("iCCP", "a\0\0")]
    [InlineData("iTXt", "a\0\u0001\0\0\0")]
    public void Packed_text_that_unfolds_to_megabytes_is_refused(string chunk, string prefix)
    {
        byte[] data = [.. Encoding.Latin1.GetBytes(prefix), .. Samples.Deflate(new byte[5 << 20])];
        Code(Samples.WithPngChunk(Samples.File(ImageFormat.Png), chunk, data), Limits).ShouldBe(RejectionCodes.MetadataBomb);
    }

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Webp)]
    [InlineData(ImageFormat.Avif)]
    public void A_file_cut_off_anywhere_is_refused(ImageFormat format)
    {
        var bytes = Samples.File(format);
        for (var part = 1; part < 20; part++)
            Code(bytes[..(bytes.Length * part / 20)], Limits).ShouldBeOneOf(RejectionCodes.Unreadable, RejectionCodes.UnknownFormat);
    }

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Webp)]
    [InlineData(ImageFormat.Avif)]
    public void Damaged_bytes_never_throw(ImageFormat format)
    {
        var whole = Samples.File(format, 80, 60);
        var random = new Random(5);
        for (var round = 0; round < 150; round++)
        {
            var damaged = whole.ToArray();
            for (var hits = 0; hits < 1 + (round % 10); hits++)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            (ImageInspector.Inspect(damaged, WithSvg) as IDisposable)?.Dispose();
        }
    }

    [Theory]
    [InlineData(0, 0, 0, 255)]
    [InlineData(255, 255, 255, 255)]
    [InlineData(17, 90, 200, 128)]
    [InlineData(200, 100, 50, 0)]
    public void A_blank_picture_is_refused(byte red, byte green, byte blue, byte alpha)
    {
        var blank = Samples.Uniform(red, green, blue, alpha);
        Code(blank, Limits).ShouldBe(RejectionCodes.Blank);
        using var accepted = ImageInspector.Inspect(blank, Limits with { RefuseBlank = false }).ShouldBeOfType<Inspection.Accepted>();
    }

    [Fact]
    public void A_shape_cut_out_by_transparency_alone_is_a_picture()
    {
        using var image = VipsImage.FromPixels([9, 9, 9, 255, 9, 9, 9, 0], 2, 1);
        using var accepted = ImageInspector.Inspect(image.EncodePng(), Limits).ShouldBeOfType<Inspection.Accepted>();
    }

    [Fact]
    public void An_svg_is_refused_unless_it_is_allowed()
    {
        Code(Samples.Svg, Limits).ShouldBe(RejectionCodes.SvgNotAllowed);
        using var accepted = ImageInspector.Inspect(Samples.Svg, WithSvg).ShouldBeOfType<Inspection.Accepted>();
        accepted.Facts.ShouldBe(new ImageFacts(ImageFormat.Svg, "image/svg+xml", 640, 480, 1, HasAlpha: true));
        (accepted.Decoded.Width, accepted.Decoded.Height).ShouldBe((1024, 768));
    }

    [Fact]
    public void A_broken_colour_profile_does_not_spoil_a_picture()
    {
        var jpeg = Samples.File(ImageFormat.Jpeg);
        byte[] profile = [.. "ICC_PROFILE\0"u8, 1, 1, .. Enumerable.Repeat((byte)0x5A, 400)];
        var length = profile.Length + 2;
        byte[] file = [.. jpeg[..2], 0xFF, 0xE2, (byte)(length >> 8), (byte)length, .. profile, .. jpeg[2..]];
        using var accepted = ImageInspector.Inspect(file, Limits).ShouldBeOfType<Inspection.Accepted>();
        accepted.Facts.Width.ShouldBe(320);
    }

    private static string Code(byte[] bytes, ImageLimits limits)
    {
        var inspection = ImageInspector.Inspect(bytes, limits);
        (inspection as IDisposable)?.Dispose();
        return inspection.ShouldBeOfType<Inspection.Rejected>().Code;
    }

    // 2×1 pixels, two frames: red and blue, then blue and red.
    private static byte[] TwoFrameGif() =>
    [
        .. "GIF89a"u8, 2, 0, 1, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 255,
        0x2C, 0, 0, 0, 0, 2, 0, 1, 0, 0, 2, 2, 0x44, 0x0A, 0,
        0x2C, 0, 0, 0, 0, 2, 0, 1, 0, 0, 2, 2, 0x0C, 0x0A, 0,
        0x3B,
    ];
}
