// What a person takes away: the full picture with its making written into the file. A pure reading; the stored blobs stay untouched.
using Atelier.Catalogue;
using Atelier.Imaging;
using Atelier.Storage;
using Atelier.Vips;

namespace Atelier.Generating;

/// <summary>Makes the files that people save.</summary>
public sealed class PictureDownload(BlobStore blobs, ModelCatalogue catalogue)
{
    private static readonly string Version = typeof(PictureDownload).Assembly.GetName().Version!.ToString(3);

    /// <summary>
    /// The picture of a completed generation with prompt and parameters inside, pixels untouched. Where its container cannot carry them it
    /// comes as it is stored. Null when the generation has no picture, or its blob is gone.
    /// </summary>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(Generation generation, CancellationToken cancellationToken = default)
    {
        if (generation.Picture is not { } picture)
            return null;
        await using var blob = await blobs.OpenAsync(BlobKey.Parse(picture.FullKey), cancellationToken);
        if (blob is null)
            return null;
        var bytes = new byte[blob.Length];
        await blob.Stream.ReadExactlyAsync(bytes, cancellationToken);
        return ImageFormats.Sniff(bytes) is { } format ? EmbeddedMetadata.Embed(bytes, format, StoryOf(generation)) ?? bytes : bytes;
    }

    private PictureStory StoryOf(Generation generation)
    {
        var model = catalogue.Find(generation.Model);
        return new PictureStory(
            generation.Prompt,
            generation.NegativePrompt,
            generation.Model,
            generation.Provider ?? model?.Provider ?? "",
            generation.Width,
            generation.Height,
            generation.Seed,
            generation.Steps,
            generation.Guidance,
            model?.Kind == ModelKind.Algorithmic ? SourceType.Algorithm : SourceType.TrainedModel,
            Version);
    }
}
