// Takes in the images that a generation starts from: inspected like everything from outside, stored before anything refers to them.
using Atelier.Generating;
using Atelier.Imaging;
using Atelier.Storage;

namespace Atelier.Submitting;

/// <summary>Checks and stores input images. A blob that nothing comes to refer to is swept later.</summary>
public sealed class InputImageIntake(BlobStore blobs, GenerationStore generations, ImageLimits limits)
{
    /// <summary>Takes in the input images and the mask of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="submitter">Who it is from.</param>
    /// <param name="store">Whether to store them, or only to look at them.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What is stored, or would be; or what is wrong with one of them.</returns>
    public async Task<TakenImages> TakeAsync(GenerationRequest request, Submitter submitter, bool store, CancellationToken cancellationToken)
    {
        var taken = new List<StoredInput>();
        foreach (var (source, index) in request.InputImages.Select((source, index) => (source, index)))
        {
            var (input, error) = await TakeAsync($"input_images[{index}]", source, submitter, store, cancellationToken);
            if (input is null)
                return new TakenImages([], null, error);
            taken.Add(input);
        }
        var (mask, maskError) = request.Mask is null ? (null, null) : await TakeAsync("mask", request.Mask, submitter, store, cancellationToken);
        return new TakenImages(taken, mask, maskError);
    }

    private async Task<(StoredInput? Stored, FieldError? Error)> TakeAsync(
        string field, InputSource source, Submitter submitter, bool store, CancellationToken cancellationToken)
    {
        var (input, problem) = source switch
        {
            InputSource.Upload upload => await InspectAsync(upload.Bytes, store, cancellationToken),
            InputSource.OfGeneration reference => await ResolveAsync(reference.GenerationId, submitter, cancellationToken),
            _ => throw new InvalidOperationException($"Unknown input source {source.GetType().Name}."),
        };
        return (input, input is null ? new FieldError(field, null, $"{field} {problem}") : null);
    }

    private async Task<(StoredInput?, string?)> InspectAsync(ReadOnlyMemory<byte> bytes, bool store, CancellationToken cancellationToken)
    {
        switch (ImageInspector.Inspect(bytes.Span, limits))
        {
            case Inspection.Rejected rejected:
                return (null, $"cannot be used: {rejected.Message}");
            case Inspection.Accepted accepted:
                accepted.Dispose();
                var key = store ? await blobs.PutAsync(bytes, cancellationToken) : BlobKey.Of(bytes.Span);
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

/// <summary>The images of a request.</summary>
/// <param name="Inputs">The input images in their order.</param>
/// <param name="Mask">The mask, where there is one.</param>
/// <param name="Error">What is wrong with one of them; null where nothing is.</param>
public sealed record TakenImages(IReadOnlyList<StoredInput> Inputs, StoredInput? Mask, FieldError? Error);
