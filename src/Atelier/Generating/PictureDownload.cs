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
    public Task<ReadOnlyMemory<byte>?> ReadAsync(Generation generation, CancellationToken cancellationToken = default) =>
        ReadAsync(generation, wanted: null, cancellationToken);

    /// <summary>The same in another format: then the pixels are encoded anew, once.</summary>
    /// <param name="generation">The generation.</param>
    /// <param name="wanted">PNG, JPEG, WebP or AVIF; null for the format that it has.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(Generation generation, ImageFormat? wanted, CancellationToken cancellationToken = default)
    {
        if (generation.Picture is not { } picture)
            return null;
        await using var blob = await blobs.OpenAsync(BlobKey.Parse(picture.FullKey), cancellationToken);
        if (blob is null)
            return null;
        var bytes = new byte[blob.Length];
        await blob.Stream.ReadExactlyAsync(bytes, cancellationToken);
        if (wanted is { } other && ImageFormats.Sniff(bytes) is { } present && present != other && ImageConverter.CanWrite(other))
            bytes = await PixelThreads.RunAsync(() => Convert(bytes, present, other, picture), cancellationToken);
        return ImageFormats.Sniff(bytes) is { } format ? EmbeddedMetadata.Embed(bytes, format, StoryOf(generation)) ?? bytes : bytes;
    }

    private static byte[] Convert(byte[] bytes, ImageFormat from, ImageFormat to, Picture picture)
    {
        using var pixels = from == ImageFormat.Svg ? VipsImage.FromSvg(bytes, picture.Width, picture.Height) : VipsImage.FromEncoded(bytes, from);
        return ImageConverter.Encode(pixels, to);
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
