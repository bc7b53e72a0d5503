// Takes in the images that a generation starts from: inspected like everything from outside, stored before anything refers to them.
using Atelier.Generating;
using Atelier.Imaging;
using Atelier.Storage;

namespace Atelier.Submitting;

/// <summary>Checks and stores input images. A blob that nothing comes to refer to is swept later.</summary>
public sealed class InputImageIntake(BlobStore blobs, GenerationStore generations, ImageLimits limits)
{
    /// <summary>Stores each source. Returns either the stored images or what is wrong with one of them.</summary>
    public async Task<(IReadOnlyList<StoredInput> Stored, FieldError? Error)> StoreAsync(
        IReadOnlyList<InputSource> sources, Submitter submitter, CancellationToken cancellationToken)
    {
        var stored = new List<StoredInput>();
        foreach (var (source, index) in sources.Select((source, index) => (source, index)))
        {
            var (input, error) = await StoreAsync($"input_images[{index}]", source, submitter, cancellationToken);
            if (input is null)
                return ([], error);
            stored.Add(input);
        }
        return (stored, null);
    }

    /// <summary>Stores one source. Returns either the stored image or what is wrong with it.</summary>
    public async Task<(StoredInput? Stored, FieldError? Error)> StoreAsync(
        string field, InputSource source, Submitter submitter, CancellationToken cancellationToken)
    {
        var (input, problem) = source switch
        {
            InputSource.Upload upload => await StoreUploadAsync(upload.Bytes, cancellationToken),
            InputSource.OfGeneration reference => await ResolveAsync(reference.GenerationId, submitter, cancellationToken),
            _ => throw new InvalidOperationException($"Unknown input source {source.GetType().Name}."),
        };
        return (input, input is null ? new FieldError(field, null, $"{field} {problem}") : null);
    }

    private async Task<(StoredInput?, string?)> StoreUploadAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        switch (ImageInspector.Inspect(bytes.Span, limits))
        {
            case Inspection.Rejected rejected:
                return (null, $"cannot be used: {rejected.Message}");
            case Inspection.Accepted accepted:
                accepted.Dispose();
                var key = await blobs.PutAsync(bytes, cancellationToken);
                return (new StoredInput(key.ToString(), accepted.Facts.ContentType), null);
            case var unknown:
                throw new InvalidOperationException($"Unknown inspection {unknown.GetType().Name}.");
        }
    }

    private async Task<(StoredInput?, string?)> ResolveAsync(string generationId, Submitter submitter, CancellationToken cancellationToken)
    {
        var generation = await generations.FindAsync(generationId, cancellationToken);
        if (generation is null || (generation.Owner != submitter.Owner && generation.Visibility != Visibility.Public))
            return (null, $"names the generation '{generationId}', which does not exist.");
        if (generation.Picture is not { } picture)
            return (null, $"names the generation '{generationId}', which has no picture.");
        // Engines take pixels: of a drawing they get its preview.
        return picture.OriginalType == "image/svg+xml"
            ? (new StoredInput(picture.PreviewKey, "image/webp"), null)
            : (new StoredInput(picture.OriginalKey, picture.OriginalType), null);
    }
}
