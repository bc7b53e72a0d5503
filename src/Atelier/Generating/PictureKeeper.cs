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
        var wanted = OutputFormats.Parse(generation.OutputFormat);
        var developed = await PixelThreads.RunAsync(() => Develop(painted, allowed, wanted), cancellationToken);
        return developed.Refusal is { } refusal
            ? new PictureKeeping.Refused(refusal.Code, refusal.Message)
            : new PictureKeeping.Kept(await StoreAsync(generation, painted, developed, cancellationToken));
    }

    private static Developed Develop(PaintedImage painted, ImageLimits allowed, ImageFormat wanted)
    {
        switch (ImageInspector.Inspect(painted.Bytes.Span, allowed))
        {
            case Inspection.Rejected rejected:
                return new Developed(null, rejected, null, null);
            case Inspection.Accepted accepted:
                using (accepted)
                {
                    // A drawing cannot be made from pixels: then the engine's own format stays.
                    var converted = accepted.Facts.Format == wanted || wanted == ImageFormat.Svg
                        ? null
                        : ImageConverter.Encode(accepted.Decoded, wanted);
                    return new Developed(accepted.Facts, null, Renditions.Make(accepted.Decoded, RenditionOptions), converted);
                }
            case var unknown:
                throw new InvalidOperationException($"Unknown inspection {unknown.GetType().Name}.");
        }
    }

    private async Task<Picture> StoreAsync(
        Generation generation, PaintedImage painted, Developed developed, CancellationToken cancellationToken)
    {
        var (facts, renditions) = (developed.Facts!, developed.Renditions!);
        var original = await blobs.PutAsync(painted.Bytes, cancellationToken);
        var full = developed.Converted is { } converted ? await blobs.PutAsync(converted, cancellationToken) : original;
        return new Picture
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N"),
            GenerationId = generation.Id,
            OriginalKey = original.ToString(),
            OriginalType = facts.ContentType,
            FullKey = full.ToString(),
            ContentType = developed.Converted is null ? facts.ContentType : OutputFormats.Parse(generation.OutputFormat).ContentType(),
            Bytes = developed.Converted?.Length ?? painted.Bytes.Length,
            Width = facts.Width,
            Height = facts.Height,
            PreviewKey = (await blobs.PutAsync(renditions.Preview.Bytes, cancellationToken)).ToString(),
            ThumbnailKey = (await blobs.PutAsync(renditions.Thumbnail.Bytes, cancellationToken)).ToString(),
            BlurHash = renditions.BlurHash,
            Color = renditions.AverageColour,
            CreatedAt = time.GetUtcNow(),
        };
    }

    // What came of an engine's bytes: facts and renditions, and the picture in the wanted format where that is another; or a refusal.
    private sealed record Developed(ImageFacts? Facts, Inspection.Rejected? Refusal, Renditions? Renditions, byte[]? Converted);
}
