// Tells of pictures, people and collections in the API's words, and writes and reads where lists go on.
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Atelier.Client;
using Atelier.Gallery;

namespace Atelier.Web.Endpoints;

internal static class GalleryRecords
{
    public static GalleryRecordPage Of(IReadOnlyList<GalleryPicture> pictures, string? next) => new([.. pictures.Select(Of)], next);

    public static CollectionRecord Of(Collection collection) => new()
    {
        Id = collection.Id, Username = collection.Username, Name = collection.Name, Description = collection.Description,
        Visibility = collection.IsPublic ? "public" : "private", Size = collection.Size, CreatedAt = collection.CreatedAt, UpdatedAt = collection.UpdatedAt,
    };

    /// <summary>A place in a list as an opaque text.</summary>
    public static string Cursor(long at, string id) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{at}:{id}")));

    /// <summary>The place that a text stands for; null where it is none.</summary>
    public static (long At, string Id)? ParseCursor(string? text)
    {
        Span<byte> bytes = stackalloc byte[96];
        if (text is null || text.Length > 96 || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var length))
            return null;
        return Encoding.ASCII.GetString(bytes[..length]).Split(':') is [var at, var id] && long.TryParse(at, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var moment)
            && id.All(letter => char.IsAsciiLetterOrDigit(letter))
            ? (moment, id)
            : null;
    }

    private static GalleryRecord Of(GalleryPicture picture) => new()
    {
        Id = picture.Id, Username = picture.Username, Prompt = picture.Prompt, Model = picture.Model, Width = picture.Width, Height = picture.Height,
        Blurhash = picture.BlurHash, Color = picture.Color, Nsfw = picture.Nsfw, Likes = picture.Likes, Views = picture.Views, Liked = picture.Liked,
        CompletedAt = picture.CompletedAt,
        Url = $"{ApiRoutes.Images}/{picture.Id}/full", PreviewUrl = $"{ApiRoutes.Images}/{picture.Id}/preview", ThumbnailUrl = $"{ApiRoutes.Images}/{picture.Id}/thumbnail",
    };
}
