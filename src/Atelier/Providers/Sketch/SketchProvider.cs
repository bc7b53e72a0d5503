// Stands in until the painter is merged: a seeded gradient.
using Atelier.Vips;

namespace Atelier.Providers.Sketch;

/// <summary>The built-in painter.</summary>
public sealed class SketchProvider : ImageProvider
{
    /// <inheritdoc/>
    public override string Name => "sketch";

    /// <inheritdoc/>
    public override Task<ProviderAnswer> StartAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken)
    {
        var pixels = new byte[request.Width * request.Height * 4];
        for (var i = 0; i < pixels.Length; i += 4)
        {
            pixels[i] = (byte)(i / 4 % request.Width * 255 / request.Width);
            pixels[i + 1] = (byte)(i / 4 / request.Width * 255 / request.Height);
            pixels[i + 2] = (byte)(request.Seed + request.Prompt.Length);
            pixels[i + 3] = 255;
        }
        using var image = VipsImage.FromPixels(pixels, request.Width, request.Height);
        return Task.FromResult<ProviderAnswer>(new ProviderAnswer.Painted([new PaintedImage(image.EncodeWebp(), "image/webp", request.Seed)]));
    }
}
