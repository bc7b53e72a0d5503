// The built-in painter as a provider: checks the request, paints, renders, reports progress. Pure: a crash loses nothing, the same request
// gives the same bytes.
using System.Diagnostics;
using System.Text;
using Atelier.Vips;

namespace Atelier.Providers.Sketch;

/// <summary>
/// Paints recognisable scenes from the prompt's own words, without a model, a key or a network. It is for trying out, for tests and for
/// placeholders, and says so. The same prompt, seed and size give the same bytes on every run.
/// </summary>
public sealed class SketchProvider : ImageProvider
{
    /// <summary>The longest side it paints, in pixels.</summary>
    public const int LargestSide = 4096;

    /// <summary>The shortest side it paints, in pixels.</summary>
    public const int SmallestSide = 16;

    /// <summary>The most steps it takes; the least is 1.</summary>
    public const int MostSteps = 50;

    /// <summary>The steps it takes where the request names none.</summary>
    public const int DefaultSteps = 8;

    private const int PreviewSide = 384;
    private const int MostPreviews = 6;

    private readonly Painter _painter = new();

    /// <inheritdoc/>
    public override string Name => "sketch";

    /// <inheritdoc/>
    public override Task<ProviderAnswer> StartAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(call);
        return Fault(request) is { } fault ? Task.FromResult<ProviderAnswer>(BadInput(fault)) : PixelThreads.RunAsync(() => Paint(request, call, cancellationToken), cancellationToken);
    }

    private ProviderAnswer Paint(PaintRequest request, PaintCall call, CancellationToken ct)
    {
        if (request.InputImages.Count == 0)
            return Finish(request, _painter.Paint(request), input: null, call, ct);
        try
        {
            using var input = VipsImage.FromEncoded(request.InputImages[0].Bytes.Span);
            return Finish(request, _painter.Restyle(request, input), input, call, ct);
        }
        catch (VipsException broken)
        {
            return BadInput("The input image cannot be read.", broken.Message);
        }
    }

    private ProviderAnswer.Painted Finish(PaintRequest request, (Picture Plain, Picture Styled) picture, VipsImage? input,
        PaintCall call, CancellationToken ct)
    {
        if (call.Progress is { } progress)
            Report(request, picture, progress, call.PreviewInterval, ct);
        ct.ThrowIfCancellationRequested();
        var bytes = Encode(request, picture.Styled, input);
        call.Progress?.Report(new PaintProgress(1, default, PreviewType: null));
        return new ProviderAnswer.Painted([new PaintedImage(bytes, request.Format.ContentType(), request.Seed)]);
    }

    /// <summary>Tells of each step; some of them, evenly spread and not too close together, with a small picture of what is painted by then.</summary>
    private static void Report(
        PaintRequest request, (Picture Plain, Picture Styled) picture, IProgress<PaintProgress> progress, TimeSpan apart, CancellationToken ct)
    {
        var steps = request.Steps ?? DefaultSteps;
        var every = (steps + MostPreviews - 1) / MostPreviews;
        long? previewed = null;
        for (var step = 1; step <= steps; step++)
        {
            ct.ThrowIfCancellationRequested();
            var fraction = step / (steps + 1.0);
            var wanted = step % every == 0 && (previewed is not { } last || Stopwatch.GetElapsedTime(last) >= apart);
            if (wanted)
                previewed = Stopwatch.GetTimestamp();
            var preview = !wanted ? default
                : step == steps ? Preview(picture.Styled, 1) : Preview(picture.Plain, fraction);
            progress.Report(new PaintProgress(fraction, preview, preview.IsEmpty ? null : "image/webp"));
        }
    }

    private static ReadOnlyMemory<byte> Preview(Picture picture, double share)
    {
        var (width, height) = Raster.Fit(picture.Width, picture.Height, PreviewSide);
        using var image = picture.ToPixels(width, height, share);
        return image.EncodeWebp(quality: 60, effort: 0);
    }

    private byte[] Encode(PaintRequest request, Picture picture, VipsImage? input)
    {
        if (request.Format == ImageFormat.Svg)
            return Encoding.UTF8.GetBytes(picture.ToSvg(request.Width, request.Height));
        using var drawn = Render(request, picture);
        using var mixed = input is null ? null : Mixed(drawn, input, Painter.Strength(request));
        using var flat = (mixed ?? drawn).Flatten();
        return request.Format switch
        {
            ImageFormat.Png => flat.EncodePng(),
            ImageFormat.Jpeg => flat.EncodeJpeg(),
            ImageFormat.Avif => flat.EncodeAvif(),
            _ => flat.EncodeWebp(quality: 86, effort: 2),
        };
    }

    private VipsImage Render(PaintRequest request, Picture picture)
    {
        int width = request.Width, height = request.Height, most = Style.LargestSide(_painter.Read(request).Style);
        if (Math.Max(width, height) > most)
            (width, height) = Raster.Fit(width, height, most);
        var image = picture.ToPixels(width, height);
        if (width == request.Width && height == request.Height)
            return image;
        using (image)
            return image.Resize(request.Width, request.Height);
    }

    /// <summary>At little strength the input image shows through; from three quarters on it is wholly repainted.</summary>
    private static VipsImage Mixed(VipsImage drawn, VipsImage input, double strength)
    {
        var share = Math.Clamp(strength * 1.35, 0, 1);
        var original = Raster.Of(input, drawn.Width, drawn.Height, Math.Max(drawn.Width, drawn.Height)).Rgba;
        var pixels = drawn.ToPixels();
        for (var i = 0; i < Math.Min(pixels.Length, original.Length); i++)
            pixels[i] = (byte)Math.Round(original[i] + (pixels[i] - original[i]) * share);
        return VipsImage.FromPixels(pixels, drawn.Width, drawn.Height);
    }

    private static string? Fault(PaintRequest request)
    {
        if (request.Width is < SmallestSide or > LargestSide || request.Height is < SmallestSide or > LargestSide)
            return $"The built-in painter paints {SmallestSide} to {LargestSide} pixels a side, not {request.Width} × {request.Height}.";
        if (request.Steps is < 1 or > MostSteps)
            return $"The built-in painter takes 1 to {MostSteps} steps, not {request.Steps}.";
        return request.Strength is { } strength && !(strength is >= 0 and <= 1) ? "The strength is a number from 0 to 1." : null;
    }

    private static ProviderAnswer.Failed BadInput(string message, string? details = null) =>
        new ProviderAnswer.Failed(new ProviderFailure(FailureKind.BadInput, message, details, RetryAfter: null));
}
