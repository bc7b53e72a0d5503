// An engine that the test directs: it paints at once, or shows progress and finishes when it is told to.
using System.Threading.Channels;
using Atelier.Providers;
using Atelier.Vips;

namespace Atelier.EndToEnd.Pages;

internal sealed class DirectedPainter : ImageProvider
{
    private readonly Channel<Easel> _easels = Channel.CreateUnbounded<Easel>();

    public override string Name => "sketch";

    /// <summary>Whether it finishes by itself. Default: it waits to be told.</summary>
    public bool PaintsAtOnce { get; set; }

    public override async Task<ProviderAnswer> StartAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken)
    {
        if (PaintsAtOnce)
            return Easel.PictureOf(request);
        var easel = new Easel(request, call);
        await _easels.Writer.WriteAsync(easel, cancellationToken);
        return await easel.Answer.WaitAsync(cancellationToken);
    }

    /// <summary>The next picture that a worker asks for.</summary>
    public async Task<Easel> NextAsync() => await _easels.Reader.ReadAsync().AsTask().WaitAsync(Studio.Patience);
}

/// <summary>One picture that a worker waits for.</summary>
internal sealed class Easel(PaintRequest request, PaintCall call)
{
    private readonly TaskCompletionSource<ProviderAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PaintRequest Request => request;

    public Task<ProviderAnswer> Answer => _answer.Task;

    public void Show(double fraction) => call.Progress?.Report(new PaintProgress(fraction, Gradient(64, 64, 200), "image/webp"));

    public void Finish() => _answer.SetResult(PictureOf(request));

    public void Fail(string message) =>
        _answer.SetResult(new ProviderAnswer.Failed(new ProviderFailure(FailureKind.Refused, message, Details: "for the operator only")));

    public static ProviderAnswer PictureOf(PaintRequest request) =>
        new ProviderAnswer.Painted([new PaintedImage(Gradient(request.Width, request.Height, (byte)request.Seed), "image/webp", request.Seed)]);

    private static byte[] Gradient(int width, int height, byte tint)
    {
        var pixels = new byte[width * height * 4];
        for (var i = 0; i < pixels.Length; i += 4)
            (pixels[i], pixels[i + 1], pixels[i + 2], pixels[i + 3]) = ((byte)(i / 4 % width * 255 / width), (byte)(i / 4 / width * 255 / height), tint, 255);
        using var image = VipsImage.FromPixels(pixels, width, height);
        return image.EncodeWebp();
    }
}
