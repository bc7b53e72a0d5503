// What a reader wants to see of the gallery: an order, and what narrows it. Plain values.
using System.Globalization;

namespace Atelier.Gallery;

/// <summary>How the gallery is ordered.</summary>
public enum GalleryOrder
{
    /// <summary>Newest first.</summary>
    New,

    /// <summary>The most liked of the last 24 hours.</summary>
    Day,

    /// <summary>The most liked of the last seven days.</summary>
    Week,

    /// <summary>The most liked of the last 30 days.</summary>
    Month,

    /// <summary>The most liked ever.</summary>
    All,

    /// <summary>Newest first, of those whom the reader follows.</summary>
    Following,
}

/// <summary>Which public pictures to show; an absent part matches every picture.</summary>
public sealed record GalleryFilter
{
    /// <summary>The shapes there are; within five percent of equal sides a picture is square.</summary>
    public static IReadOnlyList<string> Aspects { get; } = ["square", "portrait", "landscape"];

    /// <summary>Only of this model, by catalogue id.</summary>
    public string? Model { get; init; }

    /// <summary>Only of this shape: one of <see cref="Aspects"/>.</summary>
    public string? Aspect { get; init; }

    /// <summary>Only with this style preset.</summary>
    public string? Style { get; init; }

    /// <summary>Only with this tag, whatever its case.</summary>
    public string? Tag { get; init; }

    /// <summary>Whether pictures that are not safe for work come too. Default: no.</summary>
    public bool Nsfw { get; init; }
}

/// <summary>Where a page of the gallery ended; the next one goes on from here, whatever has come since.</summary>
/// <param name="Number">The picture's number in the gallery.</param>
/// <param name="Likes">How often it was liked then, in the orders that go by it; otherwise null.</param>
public readonly record struct GalleryPlace(long Number, int? Likes = null)
{
    /// <summary>Before the first picture.</summary>
    public static GalleryPlace Top { get; } = new(long.MaxValue, int.MaxValue);

    /// <summary>Reads what <see cref="ToString"/> wrote; null for anything else, however hostile.</summary>
    public static GalleryPlace? Parse(string? text)
    {
        var parts = text?.Split('-') ?? [];
        if (parts.Length is 0 or > 2 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        if (parts.Length == 1)
            return new GalleryPlace(number);
        return int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var likes) ? new GalleryPlace(number, likes) : null;
    }

    /// <summary>Digits and at most one dash, fit for an address.</summary>
    public override string ToString() =>
        Likes is { } likes ? string.Create(CultureInfo.InvariantCulture, $"{Number}-{likes}") : Number.ToString(CultureInfo.InvariantCulture);
}
