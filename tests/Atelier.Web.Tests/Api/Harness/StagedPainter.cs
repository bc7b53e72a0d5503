// An engine that the test directs: it paints when it is told to, what it is told to.
using System.Threading.Channels;
using Atelier.Providers;
using Atelier.Vips;

namespace Atelier.Web.Tests.Api;

internal sealed class StagedPainter : ImageProvider
{
    private readonly Channel<Easel> _easels = Channel.CreateUnbounded<Easel>();

    public override string Name => "sketch";

    public override async Task<ProviderAnswer> StartAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken)
    {
        var easel = new Easel(request, call);
        await _easels.Writer.WriteAsync(easel, cancellationToken);
        return await easel.Answer.WaitAsync(cancellationToken);
    }

    /// <summary>The next picture that a worker asks for.</summary>
    public async Task<Easel> NextAsync() => await _easels.Reader.ReadAsync().AsTask().WaitAsync(AtelierServer.Patience);
}

/// <summary>One picture that a worker waits for.</summary>
internal sealed class Easel(PaintRequest request, PaintCall call)
{
    private readonly TaskCompletionSource<ProviderAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PaintRequest Request => request;

    public Task<ProviderAnswer> Answer => _answer.Task;

    public void Show(double fraction, byte[]? preview = null) =>
        call.Progress?.Report(new PaintProgress(fraction, preview, preview is null ? null : "image/webp"));

    public void Finish() => _answer.SetResult(new ProviderAnswer.Painted([Picture.Of(request)]));

    public void Fail(FailureKind kind, string message = "It did not work.") =>
        _answer.SetResult(new ProviderAnswer.Failed(new ProviderFailure(kind, message, Details: "secret operator details")));

    internal static class Picture
    {
        public static PaintedImage Of(PaintRequest request) => request.Format == ImageFormat.Svg
            ? new PaintedImage(System.Text.Encoding.UTF8.GetBytes(
                $"""<svg xmlns="http://www.w3.org/2000/svg" width="{request.Width}" height="{request.Height}"><rect width="20" height="20" fill="#c33"/></svg>"""),
                "image/svg+xml", request.Seed)
            : new PaintedImage(Images.Webp(request.Width, request.Height, (byte)request.Seed), "image/webp", request.Seed);
    }
}

internal static class Images
{
    public static byte[] Webp(int width, int height, byte tint = 0)
    {
        using var image = Gradient(width, height, tint);
        return image.EncodeWebp();
    }

    public static byte[] Png(int width, int height)
    {
        using var image = Gradient(width, height, 90);
        return image.EncodePng();
    }

    private static VipsImage Gradient(int width, int height, byte tint)
    {
        var pixels = new byte[width * height * 4];
        for (var i = 0; i < pixels.Length; i += 4)
            (pixels[i], pixels[i + 1], pixels[i + 2], pixels[i + 3]) =
                ((byte)(i / 4 % width * 255 / width), (byte)(i / 4 / width * 255 / height), tint, 255);
        return VipsImage.FromPixels(pixels, width, height);
    }
}
