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
    /// <param name="Enlarged">Whether it was made of what an upscaler returned.</param>
    public sealed record Kept(Picture Picture, bool Enlarged = false) : PictureKeeping;

    /// <summary>The engine's bytes are not an acceptable picture.</summary>
    /// <param name="Code">Stable code of the reason.</param>
    /// <param name="Message">The reason in a sentence.</param>
    public sealed record Refused(string Code, string Message) : PictureKeeping;
}

/// <summary>Checks and stores what engines return.</summary>
public sealed class PictureKeeper(BlobStore blobs, ImageLimits limits, TimeProvider time)
{
    private static readonly RenditionOptions RenditionOptions = new();

    // An upscaler rounds; whatever differs more has another picture in it.
    private const double MostShapeError = 0.03;

    /// <summary>
    /// How large a picture is to be made, in the shape that came, and its real media type; null where it is large enough as it is, is drawn,
    /// or will be refused.
    /// </summary>
    public async Task<(PixelSize Size, string ContentType)?> UpscaleTargetAsync(
        Generation generation, Model model, PaintedImage painted, CancellationToken cancellationToken)
    {
        var plan = EngineRequest.PlanFor(generation, model);
        if (!plan.Upscaled || OutputFormats.Parse(generation.OutputFormat) == ImageFormat.Svg)
            return null;
        return await PixelThreads.RunAsync<(PixelSize, string)?>(() =>
        {
            if (ImageInspector.Inspect(painted.Bytes.Span, limits) is not Inspection.Accepted accepted)
                return null;
            using (accepted)
                return Larger(accepted.Facts, plan.Final) is { } size ? (size, accepted.Facts.ContentType) : null;
        }, cancellationToken);
    }

    /// <summary>Inspects an engine's picture and stores it with its renditions.</summary>
    /// <param name="generation">The generation.</param>
    /// <param name="model">The model that painted it.</param>
    /// <param name="painted">The engine's picture.</param>
    /// <param name="enlarged">What an upscaler made of it; null for none. One that is not acceptable is passed over.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<PictureKeeping> KeepAsync(
        Generation generation, Model model, PaintedImage painted, PaintedImage? enlarged, CancellationToken cancellationToken)
    {
        var allowed = limits with { AllowSvg = model.Formats.Contains("svg") };
        var wanted = OutputFormats.Parse(generation.OutputFormat);
        var plan = EngineRequest.PlanFor(generation, model);
        var developed = await PixelThreads.RunAsync(() => Develop(painted, enlarged, allowed, wanted, plan.Upscaled ? plan.Final : null), cancellationToken);
        return developed.Refusal is { } refusal
            ? new PictureKeeping.Refused(refusal.Code, refusal.Message)
            : new PictureKeeping.Kept(await StoreAsync(generation, painted, developed, cancellationToken), developed.Enlarged);
    }

    private static Developed Develop(PaintedImage painted, PaintedImage? enlarged, ImageLimits allowed, ImageFormat wanted, PixelSize? upscaled)
    {
        switch (ImageInspector.Inspect(painted.Bytes.Span, allowed))
        {
            case Inspection.Rejected rejected:
                return new Developed(null, rejected, null, null, default);
            case Inspection.Accepted accepted:
                using (accepted)
                    return Develop(accepted, enlarged, allowed, wanted, upscaled);
            case var unknown:
                throw new InvalidOperationException($"Unknown inspection {unknown.GetType().Name}.");
        }
    }

    private static Developed Develop(Inspection.Accepted accepted, PaintedImage? enlarged, ImageLimits allowed, ImageFormat wanted, PixelSize? upscaled)
    {
        var (facts, renditions) = (accepted.Facts, Renditions.Make(accepted.Decoded, RenditionOptions));
        // A drawing has no size of its own, and cannot be made from pixels: then the engine's own file stays.
        if (wanted == ImageFormat.Svg)
            return new Developed(facts, null, renditions, null, new PixelSize(facts.Width, facts.Height));
        if (upscaled is { } final && Larger(facts, final) is { } size)
        {
            using var theirs = enlarged is null ? null : ImageInspector.Inspect(enlarged.Bytes.Span, allowed) as Inspection.Accepted;
            var usable = theirs is not null && IsSameShape(theirs.Facts, facts);
            using var larger = (usable ? theirs!.Decoded : accepted.Decoded).Resize(size.Width, size.Height);
            return new Developed(facts, null, renditions, ImageConverter.Encode(larger, wanted), new PixelSize(larger.Width, larger.Height), usable);
        }
        var converted = facts.Format == wanted ? null : ImageConverter.Encode(accepted.Decoded, wanted);
        return new Developed(facts, null, renditions, converted, new PixelSize(facts.Width, facts.Height));
    }

    // In the shape that came, so that nothing is stretched where the engine rounded differently.
    private static PixelSize? Larger(ImageFacts facts, PixelSize final)
    {
        var factor = Math.Sqrt((double)final.Pixels / ((long)facts.Width * facts.Height));
        return factor > 1 ? new PixelSize((int)Math.Round(facts.Width * factor), (int)Math.Round(facts.Height * factor)) : null;
    }

    private static bool IsSameShape(ImageFacts one, ImageFacts other) =>
        Math.Abs(Math.Log((double)one.Width * other.Height / ((double)one.Height * other.Width))) < MostShapeError;

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
    private sealed record Developed(ImageFacts? Facts, Inspection.Rejected? Refusal, Renditions? Renditions, byte[]? Converted, PixelSize Size, bool Enlarged = false);
}
