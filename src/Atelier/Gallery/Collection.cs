// Pictures that somebody has put together, in an order of their own. Plain values.
namespace Atelier.Gallery;

/// <summary>A collection.</summary>
public sealed record Collection
{
    /// <summary>UUIDv7 as 32 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>The account it belongs to.</summary>
    public required string Owner { get; init; }

    /// <summary>That account's username.</summary>
    public string Username { get; init; } = "";

    /// <summary>Its name: 1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>What it is about: at most 1,000 characters.</summary>
    public string Description { get; init; } = "";

    /// <summary>Whether everybody may see it. What is in it is shown as far as each picture is public.</summary>
    public bool IsPublic { get; init; }

    /// <summary>Its place in the owner's order: the largest comes first.</summary>
    public long Position { get; init; }

    /// <summary>How many pictures are in it, those included that are not shown to everybody.</summary>
    public int Size { get; init; }

    /// <summary>The first picture that the reader may see, for its cover; null where there is none.</summary>
    public GalleryPicture? Cover { get; init; }

    /// <summary>When it was begun.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>Where a page of a collection ended.</summary>
/// <param name="Position">The last picture's position.</param>
/// <param name="Id">Its generation.</param>
public sealed record CollectionPlace(long Position, string Id);

/// <summary>A page of a collection.</summary>
/// <param name="Pictures">In the collection's order; those that the reader may not see are left out.</param>
/// <param name="Next">Where the next page goes on; null where there is none.</param>
public sealed record CollectionPage(IReadOnlyList<GalleryPicture> Pictures, CollectionPlace? Next);

/// <summary>How a command to a collection ended.</summary>
public enum CollectionResult
{
    /// <summary>It is as was asked.</summary>
    Done,

    /// <summary>There is no such collection of this account, or no such picture in it.</summary>
    NotFound,

    /// <summary>There is no room for that many.</summary>
    Full,
}
