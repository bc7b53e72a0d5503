// From an engine's bytes to stored blobs: inspect, make renditions from one decode, put. Repeating it after a crash is harmless,
// because blobs are named by their content; nothing refers to them until the settling transaction does.
using Atelier.Catalogue;
using Atelier.Imaging;
using Atelier.Providers;
using Atelier.Storage;
using Atelier.Vips;

namespace Atelier.Generating;

/// <summary>How keeping a picture ended: a closed set.</summary>
public abstract record PictureKeeping
{
    private PictureKeeping() { }

    /// <summary>The blobs are stored; the record is not.</summary>
    /// <param name="Picture">The record to commit.</param>
    public sealed record Kept(Picture Picture) : PictureKeeping;

    /// <summary>The engine's bytes are not an acceptable picture.</summary>
    /// <param name="Code">Stable code of the reason.</param>
    /// <param name="Message">The reason in a sentence.</param>
    public sealed record Refused(string Code, string Message) : PictureKeeping;
}

/// <summary>Checks and stores what engines return.</summary>
public sealed class PictureKeeper(BlobStore blobs, ImageLimits limits, TimeProvider time)
{
    private static readonly RenditionOptions RenditionOptions = new();

    /// <summary>Inspects an engine's picture and stores it with its renditions.</summary>
    public async Task<PictureKeeping> KeepAsync(
        Generation generation, Model model, PaintedImage painted, CancellationToken cancellationToken)
    {
        var allowed = limits with { AllowSvg = model.Formats.Contains("svg") };
        switch (ImageInspector.Inspect(painted.Bytes.Span, allowed))
        {
            case Inspection.Rejected rejected:
                return new PictureKeeping.Refused(rejected.Code, rejected.Message);
            case Inspection.Accepted accepted:
                using (accepted)
                    return new PictureKeeping.Kept(await StoreAsync(generation, painted, accepted, cancellationToken));
            case var unknown:
                throw new InvalidOperationException($"Unknown inspection {unknown.GetType().Name}.");
        }
    }

    private async Task<Picture> StoreAsync(
        Generation generation, PaintedImage painted, Inspection.Accepted accepted, CancellationToken cancellationToken)
    {
        var renditions = Renditions.Make(accepted.Decoded, RenditionOptions);
        var wanted = OutputFormats.Parse(generation.OutputFormat);
        // A drawing cannot be made from pixels: then the engine's own format stays.
        var isWanted = accepted.Facts.Format == wanted || wanted == ImageFormat.Svg;
        var full = isWanted ? painted.Bytes : (ReadOnlyMemory<byte>)ImageConverter.Encode(accepted.Decoded, wanted);
        var original = await blobs.PutAsync(painted.Bytes, cancellationToken);
        return new Picture
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N"),
            GenerationId = generation.Id,
            OriginalKey = original.ToString(),
            OriginalType = accepted.Facts.ContentType,
            FullKey = isWanted ? original.ToString() : (await blobs.PutAsync(full, cancellationToken)).ToString(),
            ContentType = isWanted ? accepted.Facts.ContentType : wanted.ContentType(),
            Bytes = full.Length,
            Width = accepted.Facts.Width,
            Height = accepted.Facts.Height,
            PreviewKey = (await blobs.PutAsync(renditions.Preview.Bytes, cancellationToken)).ToString(),
            ThumbnailKey = (await blobs.PutAsync(renditions.Thumbnail.Bytes, cancellationToken)).ToString(),
            BlurHash = renditions.BlurHash,
            Color = renditions.AverageColour,
            CreatedAt = time.GetUtcNow(),
        };
    }
}
