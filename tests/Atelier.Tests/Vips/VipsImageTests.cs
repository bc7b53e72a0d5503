// The native door: every format both ways, exact pixels and refusals.
using System.Text;
using Atelier.Vips;

namespace Atelier.Tests.Vips;

public sealed class VipsImageTests
{
    private const string RedDisc =
        "<svg xmlns='http://www.w3.org/2000/svg' width='64' height='48' viewBox='0 0 64 48'><rect width='64' height='48' fill='#204060'/>" +
        "<circle cx='32' cy='24' r='16' fill='#e02020'/></svg>";

    private static VipsImage Disc(int width = 64, int height = 48) => VipsImage.FromSvg(Encoding.UTF8.GetBytes(RedDisc), width, height);

    [Fact]
    public void The_library_starts_once_and_says_what_it_can_do()
    {
        var starts = new VipsInfo[8];
        Parallel.For(0, starts.Length, i => starts[i] = VipsRuntime.Start());
        starts.ShouldAllBe(info => ReferenceEquals(info, starts[0]));
        starts[0].Version.ShouldBeGreaterThanOrEqualTo(new Version(8, 14));
        starts[0].Reads.ShouldBe(Enum.GetValues<ImageFormat>());
        starts[0].Writes.ShouldBe([ImageFormat.Png, ImageFormat.Jpeg, ImageFormat.Webp, ImageFormat.Avif]);
    }

    [Theory]
    [InlineData(64, 48)]
    [InlineData(1024, 768)]
    [InlineData(333, 777)]
    [InlineData(1, 1)]
    [InlineData(4096, 512)]
    public void An_svg_is_drawn_at_exactly_the_size_asked_for(int width, int height)
    {
        using var image = Disc(width, height);
        (image.Width, image.Height, image.Channels).ShouldBe((width, height, 4));
    }

    [Fact]
    public void A_missing_library_is_one_clear_exception_that_says_what_to_run()
    {
        var failure = Should.Throw<VipsMissingException>(() => VipsRuntime.Find(["libvips-that-is-not-there.so"]));
        failure.Message.ShouldContain("libvips-that-is-not-there.so");
        failure.Message.ShouldContain("apt-get install -y libvips42");
    }

    [Fact]
    public void An_svg_without_a_size_of_its_own_is_drawn_at_the_size_asked_for()
    {
        var svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'><rect width='10' height='10' fill='#0f0'/></svg>"u8;
        using var image = VipsImage.FromSvg(svg, 300, 300);
        var pixels = image.ToPixels();
        pixels[..4].ShouldBe([0, 255, 0, 255]);
        pixels[^4..].ShouldBe([0, 255, 0, 255]);
    }

    [Fact]
    public void The_same_picture_gives_the_same_bytes_every_time()
    {
        using var one = Disc(256, 192);
        using var two = Disc(256, 192);
        one.EncodePng().ShouldBe(two.EncodePng());
        one.EncodeWebp().ShouldBe(two.EncodeWebp());
        one.EncodeJpeg().ShouldBe(two.EncodeJpeg());
        one.EncodeAvif().ShouldBe(two.EncodeAvif());
    }

    [Fact]
    public void Pixels_survive_a_lossless_round_trip_exactly()
    {
        var rgba = new byte[7 * 5 * 4];
        new Random(1).NextBytes(rgba);
        using var image = VipsImage.FromPixels(rgba, 7, 5);
        using var again = VipsImage.FromEncoded(image.EncodePng());
        again.ToPixels().ShouldBe(rgba);
    }

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Webp)]
    [InlineData(ImageFormat.Avif)]
    public void What_is_encoded_is_recognised_and_decodes_to_nearly_the_same_colours(ImageFormat format)
    {
        using var image = Disc();
        var bytes = Encode(image, format);
        ImageFormats.Sniff(bytes).ShouldBe(format);
        VipsImage.ReadHeader(bytes, format).Width.ShouldBe(64);

        using var decoded = VipsImage.FromEncoded(bytes);
        (decoded.Width, decoded.Height).ShouldBe((64, 48));
        var before = image.Statistics();
        var after = decoded.Statistics();
        for (var channel = 0; channel < 3; channel++)
            after[channel].Mean.ShouldBe(before[channel].Mean, tolerance: 4);
    }

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Webp)]
    [InlineData(ImageFormat.Avif)]
    public void A_truncated_file_is_refused_in_every_format(ImageFormat format)
    {
        using var image = Noise(200, 200);
        var bytes = Encode(image, format);
        foreach (var share in new[] { 0.2, 0.6, 0.95 })
            Should.Throw<VipsException>(() => VipsImage.FromEncoded(bytes.AsSpan(0, (int)(bytes.Length * share)), format).Dispose());
    }

    [Fact]
    public void A_loader_that_is_not_allowed_stays_shut()
    {
        // TIFF is readable by libvips when nothing is blocked; only the header is needed to see who refuses.
        var failure = Should.Throw<VipsException>(() =>
        {
            using var load = new VipsOperation("tiffload_buffer");
            LendAndRun(load, "II*\0\u0008\0\0\0"u8.ToArray());
        });
        failure.Message.ShouldContain("blocked");
    }

    [Fact]
    public void Resizing_cropping_flattening_blurring_and_composing_keep_their_promises()
    {
        using var image = Disc(200, 100);
        using var stretched = image.Resize(50, 90);
        (stretched.Width, stretched.Height).ShouldBe((50, 90));
        using var small = image.Thumbnail(50);
        (small.Width, small.Height).ShouldBe((50, 25));
        using var unchanged = small.Thumbnail(500);
        (unchanged.Width, unchanged.Height).ShouldBe((50, 25));
        using var corner = image.Crop(0, 0, 10, 10);
        corner.ToPixels()[..4].ShouldBe([0x20, 0x40, 0x60, 255]);
        using var blurred = image.Blur(8);
        blurred.Statistics()[0].Deviation.ShouldBeLessThan(image.Statistics()[0].Deviation);

        using var clear = VipsImage.FromPixels(new byte[100 * 100 * 4], 100, 100);
        using var white = clear.Flatten();
        (white.Channels, white.Statistics()[0].Min).ShouldBe((3, 255));
        using var composed = clear.Composite(corner, left: 90, top: 90);
        composed.ToPixels()[^4..].ShouldBe([0x20, 0x40, 0x60, 255]);
        composed.ToPixels()[..4].ShouldBe([0, 0, 0, 0]);
        Should.Throw<VipsException>(() => image.Crop(150, 0, 100, 10).Dispose());
    }

    [Fact]
    public void Statistics_are_those_of_each_channel()
    {
        using var image = VipsImage.FromPixels([10, 0, 0, 255, 30, 0, 0, 255], 2, 1);
        var red = image.Statistics()[0];
        (red.Min, red.Max, red.Mean).ShouldBe((10, 30, 20));
    }

    private static byte[] Encode(VipsImage image, ImageFormat format) => format switch
    {
        ImageFormat.Png => image.EncodePng(),
        ImageFormat.Jpeg => image.EncodeJpeg(),
        ImageFormat.Webp => image.EncodeWebp(),
        _ => image.EncodeAvif(),
    };

    private static VipsImage Noise(int width, int height)
    {
        var rgba = new byte[width * height * 4];
        new Random(7).NextBytes(rgba);
        for (var i = 3; i < rgba.Length; i += 4)
            rgba[i] = 255;
        return VipsImage.FromPixels(rgba, width, height);
    }

    private static unsafe void LendAndRun(VipsOperation load, byte[] bytes)
    {
        fixed (byte* data = bytes)
            load.Lend("buffer", data, bytes.Length).RunToImage().Dispose();
    }
}
