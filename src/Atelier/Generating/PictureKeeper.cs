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
        // The engine's own bytes are on their way to the disk while they are looked at; what is refused in the end is swept away.
        var original = PutAsync(painted.Bytes, cancellationToken);
        var developed = await DevelopAsync(painted, enlarged, allowed, wanted, plan.Upscaled ? plan.Final : null, original, cancellationToken);
        return developed.Refusal is { } refusal
            ? new PictureKeeping.Refused(refusal.Code, refusal.Message)
            : new PictureKeeping.Kept(await StoreAsync(generation, painted, await original, developed, cancellationToken), developed.Enlarged);
    }

    // Whatever happens meanwhile, the put has ended when this has: nobody is left to see it fail otherwise.
    private static async Task<Developed> DevelopAsync(
        PaintedImage painted, PaintedImage? enlarged, ImageLimits allowed, ImageFormat wanted, PixelSize? upscaled, Task<BlobKey> original, CancellationToken cancellationToken)
    {
        try
        {
            return await PixelThreads.RunAsync(() => ImageInspector.Inspect(painted.Bytes.Span, allowed), cancellationToken) switch
            {
                Inspection.Rejected rejected => new Developed(null, rejected, null, null, default),
                Inspection.Accepted accepted => await DevelopAsync(accepted, enlarged, allowed, wanted, upscaled),
                var unknown => throw new InvalidOperationException($"Unknown inspection {unknown.GetType().Name}."),
            };
        }
        finally
        {
            await ((Task)original).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // The smaller copies and the full picture come from one decode, side by side; neither is taken back, so that the pixels outlive both.
    private static async Task<Developed> DevelopAsync(Inspection.Accepted accepted, PaintedImage? enlarged, ImageLimits allowed, ImageFormat wanted, PixelSize? upscaled)
    {
        using (accepted)
        {
            var renditions = PixelThreads.RunAsync(() => Renditions.Make(accepted.Decoded, RenditionOptions), CancellationToken.None);
            var full = PixelThreads.RunAsync(() => FullOf(accepted, enlarged, allowed, wanted, upscaled), CancellationToken.None);
            await Task.WhenAll(renditions, full);
            var (converted, size, usable) = await full;
            return new Developed(accepted.Facts, null, await renditions, converted, size, usable);
        }
    }

    // A put waits for the disk, and blocks its thread meanwhile.
    private Task<BlobKey> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        Task.Run(() => blobs.PutAsync(content, cancellationToken), cancellationToken);

    // The picture in the wanted format and size, where those are others than the engine's own.
    private static (byte[]? Converted, PixelSize Size, bool Enlarged) FullOf(
        Inspection.Accepted accepted, PaintedImage? enlarged, ImageLimits allowed, ImageFormat wanted, PixelSize? upscaled)
    {
        var facts = accepted.Facts;
        var own = new PixelSize(facts.Width, facts.Height);
        // A drawing has no size of its own, and cannot be made from pixels: then the engine's own file stays.
        if (wanted == ImageFormat.Svg)
            return (null, own, false);
        if (upscaled is not { } final || Larger(facts, final) is not { } size)
            return (facts.Format == wanted ? null : ImageConverter.Encode(accepted.Decoded, wanted), own, false);
        using var theirs = enlarged is null ? null : ImageInspector.Inspect(enlarged.Bytes.Span, allowed) as Inspection.Accepted;
        var usable = theirs is not null && IsSameShape(theirs.Facts, facts);
        using var larger = (usable ? theirs!.Decoded : accepted.Decoded).Resize(size.Width, size.Height);
        return (ImageConverter.Encode(larger, wanted), new PixelSize(larger.Width, larger.Height), usable);
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
        Generation generation, PaintedImage painted, BlobKey original, Developed developed, CancellationToken cancellationToken)
    {
        var (facts, renditions) = (developed.Facts!, developed.Renditions!);
        var preview = PutAsync(renditions.Preview.Bytes, cancellationToken);
        var thumbnail = PutAsync(renditions.Thumbnail.Bytes, cancellationToken);
        var full = developed.Converted is { } converted ? PutAsync(converted, cancellationToken) : Task.FromResult(original);
        await Task.WhenAll(preview, thumbnail, full);
        return new Picture
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N"),
            GenerationId = generation.Id,
            OriginalKey = original.ToString(),
            OriginalType = facts.ContentType,
            FullKey = (await full).ToString(),
            ContentType = developed.Converted is null ? facts.ContentType : OutputFormats.Parse(generation.OutputFormat).ContentType(),
            Bytes = developed.Converted?.Length ?? painted.Bytes.Length,
            Width = developed.Size.Width,
            Height = developed.Size.Height,
            PreviewKey = (await preview).ToString(),
            ThumbnailKey = (await thumbnail).ToString(),
            BlurHash = renditions.BlurHash,
            Color = renditions.AverageColour,
            CreatedAt = time.GetUtcNow(),
        };
    }

    // What came of an engine's bytes: facts and renditions, and the picture in the wanted format and size where those are others; or a refusal.
    private sealed record Developed(ImageFacts? Facts, Inspection.Rejected? Refusal, Renditions? Renditions, byte[]? Converted, PixelSize Size, bool Enlarged = false);
}
