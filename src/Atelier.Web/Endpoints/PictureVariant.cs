// The sizes in which a picture is kept.
using Atelier.Generating;

namespace Atelier.Web.Endpoints;

/// <summary>A variant of a picture.</summary>
/// <param name="Name">Its name in the address.</param>
/// <param name="Summary">What it is.</param>
/// <param name="Key">Its blob.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="IsToKeep">Whether people download it; the others are for showing only.</param>
internal sealed record PictureVariant(
    string Name, string Summary, Func<Picture, string> Key, Func<Picture, string> ContentType, bool IsToKeep = false)
{
    public const string Webp = "image/webp", Svg = "image/svg+xml";

    /// <summary>The engine's own bytes, which nobody changes.</summary>
    public static readonly PictureVariant Original =
        new("original", "the engine's own file, untouched", picture => picture.OriginalKey, picture => picture.OriginalType, IsToKeep: true);

    /// <summary>The small copy.</summary>
    public static readonly PictureVariant Thumbnail = new("thumbnail", "a small WebP for lists", picture => picture.ThumbnailKey, _ => Webp);

    public static IReadOnlyList<PictureVariant> All { get; } =
    [
        new("full", "the picture in the format asked for", picture => picture.FullKey, picture => picture.ContentType, IsToKeep: true),
        new("preview", "a WebP fit for a screen", picture => picture.PreviewKey, _ => Webp),
        Thumbnail,
        Original,
    ];
}
