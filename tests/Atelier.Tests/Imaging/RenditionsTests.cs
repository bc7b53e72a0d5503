// The smaller copies: right sizes, real files and the published BlurHash.
using Atelier.Imaging;
using Atelier.Vips;

namespace Atelier.Tests.Imaging;

public sealed class RenditionsTests
{
    [Theory]
    [InlineData(2048, 1024, 1024, 512, 384, 192)]
    [InlineData(1000, 2000, 512, 1024, 192, 384)]
    [InlineData(300, 200, 300, 200, 300, 200)]
    public void Preview_and_thumbnail_fit_their_longest_side_and_never_grow(
        int width, int height, int previewX, int previewY, int thumbX, int thumbY)
    {
        using var picture = Samples.Picture(width, height);
        var renditions = Renditions.Make(picture, new RenditionOptions());

        (renditions.Preview.Width, renditions.Preview.Height).ShouldBe((previewX, previewY));
        (renditions.Thumbnail.Width, renditions.Thumbnail.Height).ShouldBe((thumbX, thumbY));
        foreach (var rendition in new[] { renditions.Preview, renditions.Thumbnail })
        {
            rendition.ContentType.ShouldBe("image/webp");
            using var decoded = VipsImage.FromEncoded(rendition.Bytes, ImageFormat.Webp);
            (decoded.Width, decoded.Height).ShouldBe((rendition.Width, rendition.Height));
        }
    }

    [Fact]
    public void The_same_picture_gives_the_same_renditions()
    {
        using var picture = Samples.Photograph(500, 400);
        var one = Renditions.Make(picture, new RenditionOptions());
        var two = Renditions.Make(picture, new RenditionOptions());
        two.Preview.Bytes.ShouldBe(one.Preview.Bytes);
        two.Thumbnail.Bytes.ShouldBe(one.Thumbnail.Bytes);
        two.BlurHash.ShouldBe(one.BlurHash);
    }

    [Fact]
    public void The_average_colour_is_that_of_the_pixels()
    {
        using var picture = VipsImage.FromPixels([0xFF, 0x80, 0, 255, 0x01, 0x80, 0, 255], 2, 1);
        Renditions.Make(picture, new RenditionOptions()).AverageColour.ShouldBe("#808000");
    }

    // Expected values come from the reference implementation in TypeScript, run over the same pixels,
    // with the largest component taken by its absolute value, as the description and the reference in C have it.
    [Theory]
    [InlineData(4, 3, "LxH2cr2swxX8l}W6jre@gJfhfUfl")]
    [InlineData(3, 4, "TxH2cr2swxl}W6jrgJfhfUnmWsjv")]
    [InlineData(1, 1, "00H2cr")]
    public void The_blur_hash_is_that_of_the_reference(int across, int down, string expected)
    {
        var pixels = new byte[32 * 32 * 4];
        for (var i = 0; i < 32 * 32; i++)
        {
            var (x, y) = (i % 32, i / 32);
            ((byte[])[(byte)(x * 8), (byte)(y * 8), (byte)((x ^ y) * 8), 255]).CopyTo(pixels, 4 * i);
        }

        BlurHash.Encode(pixels, 32, 32, across, down).ShouldBe(expected);
    }
}
