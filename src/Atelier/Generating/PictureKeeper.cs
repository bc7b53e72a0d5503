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
        var plan = EngineRequest.PlanFor(generation, model);
        var developed = await PixelThreads.RunAsync(() => Develop(painted, allowed, wanted, plan.Upscaled ? plan.Final : null), cancellationToken);
        return developed.Refusal is { } refusal
            ? new PictureKeeping.Refused(refusal.Code, refusal.Message)
            : new PictureKeeping.Kept(await StoreAsync(generation, painted, developed, cancellationToken));
    }

    private static Developed Develop(PaintedImage painted, ImageLimits allowed, ImageFormat wanted, PixelSize? upscaled)
    {
        switch (ImageInspector.Inspect(painted.Bytes.Span, allowed))
        {
            case Inspection.Rejected rejected:
                return new Developed(null, rejected, null, null, default);
            case Inspection.Accepted accepted:
                using (accepted)
                    return Develop(accepted, wanted, upscaled);
            case var unknown:
                throw new InvalidOperationException($"Unknown inspection {unknown.GetType().Name}.");
        }
    }

    private static Developed Develop(Inspection.Accepted accepted, ImageFormat wanted, PixelSize? upscaled)
    {
        var (facts, renditions) = (accepted.Facts, Renditions.Make(accepted.Decoded, RenditionOptions));
        // A drawing has no size of its own, and cannot be made from pixels: then the engine's own file stays.
        if (wanted == ImageFormat.Svg)
            return new Developed(facts, null, renditions, null, new PixelSize(facts.Width, facts.Height));
        if (upscaled is { } final && final.Pixels > (long)facts.Width * facts.Height)
        {
            // In the shape that came, so that nothing is stretched where the engine rounded differently.
            var factor = Math.Sqrt((double)final.Pixels / ((long)facts.Width * facts.Height));
            using var larger = accepted.Decoded.Resize((int)Math.Round(facts.Width * factor), (int)Math.Round(facts.Height * factor));
            return new Developed(facts, null, renditions, ImageConverter.Encode(larger, wanted), new PixelSize(larger.Width, larger.Height));
        }
        var converted = facts.Format == wanted ? null : ImageConverter.Encode(accepted.Decoded, wanted);
        return new Developed(facts, null, renditions, converted, new PixelSize(facts.Width, facts.Height));
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
            Width = developed.Size.Width,
            Height = developed.Size.Height,
            PreviewKey = (await blobs.PutAsync(renditions.Preview.Bytes, cancellationToken)).ToString(),
            ThumbnailKey = (await blobs.PutAsync(renditions.Thumbnail.Bytes, cancellationToken)).ToString(),
            BlurHash = renditions.BlurHash,
            Color = renditions.AverageColour,
            CreatedAt = time.GetUtcNow(),
        };
    }

    // What came of an engine's bytes: facts and renditions, and the picture in the wanted format and size where those are others; or a refusal.
    private sealed record Developed(ImageFacts? Facts, Inspection.Rejected? Refusal, Renditions? Renditions, byte[]? Converted, PixelSize Size);
}
