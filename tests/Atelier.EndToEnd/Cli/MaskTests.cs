// `atelier generate --mask`: from the files of the command line to the engine, and what is said where it cannot be.
using Atelier.Cli;
using Atelier.Doubles;
using Atelier.Doubles.A1111;
using Atelier.Vips;

namespace Atelier.EndToEnd.Cli;

public sealed class MaskTests : IDisposable
{
    private readonly CommandLineDriver terminal = new();

    public void Dispose() => terminal.Dispose();

    [Fact]
    public async Task A_mask_reaches_the_engine_in_the_size_of_the_image()
    {
        await using var doubles = await DoublesHost.StartAsync(settings: new DoubleSettings { PaintTime = TimeSpan.Zero, LongestSide = 256 });
        var a1111 = doubles.Get<A1111Double>();
        terminal.Environment("ATELIER_PROVIDERS__A1111__URL", doubles.AddressOf(a1111).ToString());
        await WriteAsync("house.png", new PictureShelf(new DoubleSettings()).Paint(128, 96));
        await WriteAsync("door.png", LeftHalfWhite(64, 48));

        var answer = await terminal.Type("generate", "a red door", "--model", "a1111/sdxl", "--image", "house.png", "--mask", "door.png", "-o", "done.png");

        answer.Code.ShouldBe(ExitCode.Ok, answer.Error);
        File.Exists(Path.Combine(terminal.Folder, "done.png")).ShouldBeTrue();
        using var mask = VipsImage.FromEncoded(a1111.LastMask.ShouldNotBeNull());
        (mask.Width, mask.Height).ShouldBe((128, 96));
        using var left = mask.Crop(0, 0, 32, 96);
        using var right = mask.Crop(96, 0, 32, 96);
        (left.Statistics()[0].Mean, right.Statistics()[0].Mean).ShouldBe((255, 0));
    }

    [Fact]
    public async Task A_mask_that_cannot_be_is_refused_before_anything_is_painted()
    {
        await WriteAsync("house.png", new PictureShelf(new DoubleSettings()).Paint(64, 64));

        (await terminal.Type("generate", "a cat", "--mask", "house.png")).ShouldSatisfyAllConditions(
            alone => alone.Code.ShouldBe(ExitCode.Usage), alone => alone.Error.ShouldContain("--mask needs --image"));
        (await terminal.Type("generate", "a cat", "--image", "house.png", "--mask", "missing.png")).ShouldSatisfyAllConditions(
            missing => missing.Code.ShouldBe(ExitCode.Usage), missing => missing.Error.ShouldContain("missing.png"), missing => missing.Error.ShouldContain("--mask names"));
        (await terminal.Type("generate", "a cat", "--model", "sketch", "--image", "house.png", "--mask", "house.png", "--json")).ShouldSatisfyAllConditions(
            unfit => unfit.Code.ShouldBe(ExitCode.Usage), unfit => unfit.Error.ShouldContain("mask is not taken by sketch"));
    }

    private Task WriteAsync(string name, byte[] bytes) => File.WriteAllBytesAsync(Path.Combine(terminal.Folder, name), bytes);

    private static byte[] LeftHalfWhite(int width, int height)
    {
        var pixels = new byte[width * height * 4];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = i % 4 == 3 || i / 4 % width < width / 2 ? (byte)255 : (byte)0;
        using var image = VipsImage.FromPixels(pixels, width, height);
        return image.EncodePng();
    }
}
