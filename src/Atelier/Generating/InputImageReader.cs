// Fetches the stored input images of a generation for the engine.
using Atelier.Providers;
using Atelier.Storage;

namespace Atelier.Generating;

/// <summary>Reads input images from the blob store.</summary>
public sealed class InputImageReader(BlobStore blobs)
{
    /// <summary>The input images of a generation in their order.</summary>
    /// <exception cref="FileNotFoundException">A blob is gone: the store was damaged from outside.</exception>
    public async Task<IReadOnlyList<InputImage>> ReadAsync(Generation generation, CancellationToken cancellationToken)
    {
        var images = new List<InputImage>();
        foreach (var input in generation.InputImages)
        {
            images.Add(await ReadAsync(generation, input, cancellationToken));
        }
        return images;
    }

    /// <summary>The mask of a generation, or null.</summary>
    public async Task<InputImage?> ReadMaskAsync(Generation generation, CancellationToken cancellationToken) =>
        generation.Mask is null ? null : await ReadAsync(generation, generation.Mask, cancellationToken);

    internal async Task<InputImage> ReadAsync(Generation generation, StoredInput input, CancellationToken cancellationToken)
    {
        await using var blob = await blobs.OpenAsync(BlobKey.Parse(input.Key), cancellationToken)
            ?? throw new FileNotFoundException($"The input image {input.Key} of generation {generation.Id} is not in the store.");
        var bytes = new byte[blob.Length];
        await blob.Stream.ReadExactlyAsync(bytes, cancellationToken);
        return new InputImage(bytes, input.ContentType);
    }
}
