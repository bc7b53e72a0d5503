// What the API tells about public pictures, the people behind them, and collections.
namespace Atelier.Client;

/// <summary>A finished picture as others see it.</summary>
public sealed record GalleryRecord
{
    /// <summary>Its generation: 32 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>The username of its owner.</summary>
    public required string Username { get; init; }

    /// <summary>What it was painted from.</summary>
    public required string Prompt { get; init; }

    /// <summary>Its model, by catalogue id.</summary>
    public required string Model { get; init; }

    /// <summary>Width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Its BlurHash.</summary>
    public required string Blurhash { get; init; }

    /// <summary>Its average colour as <c>#rrggbb</c>.</summary>
    public required string Color { get; init; }

    /// <summary>Whether it is not safe for work.</summary>
    public required bool Nsfw { get; init; }

    /// <summary>How many accounts like it.</summary>
    public required int Likes { get; init; }

    /// <summary>How often it was seen, once per viewer and day.</summary>
    public required int Views { get; init; }

    /// <summary>Whether you like it.</summary>
    public required bool Liked { get; init; }

    /// <summary>When it was finished.</summary>
    public required DateTimeOffset CompletedAt { get; init; }

    /// <summary>The picture in full.</summary>
    public required string Url { get; init; }

    /// <summary>A copy fit for a screen.</summary>
    public required string PreviewUrl { get; init; }

    /// <summary>A small copy for lists.</summary>
    public required string ThumbnailUrl { get; init; }
}

/// <summary>A page of public pictures.</summary>
/// <param name="Items">The pictures; may be fewer than asked for, even none, and still not be the last.</param>
/// <param name="NextCursor">What to give as <c>cursor</c> for the next page; null on the last page.</param>
public sealed record GalleryRecordPage(IReadOnlyList<GalleryRecord> Items, string? NextCursor);

/// <summary>How a picture stands with you.</summary>
/// <param name="Liked">Whether you like it.</param>
/// <param name="Likes">How many accounts do.</param>
public sealed record LikeRecord(bool Liked, int Likes);

/// <summary>An account as others see it.</summary>
public sealed record UserRecord
{
    /// <summary>The name in addresses.</summary>
    public required string Username { get; init; }

    /// <summary>The name that people read; may be empty.</summary>
    public required string FullName { get; init; }

    /// <summary>What it says of itself.</summary>
    public required string Bio { get; init; }

    /// <summary>Its website, if it names one.</summary>
    public string? Website { get; init; }

    /// <summary>How many public pictures it has.</summary>
    public required int Pictures { get; init; }

    /// <summary>How many follow it.</summary>
    public required int Followers { get; init; }

    /// <summary>How many it follows.</summary>
    public required int Following { get; init; }

    /// <summary>Whether you follow it.</summary>
    public required bool Followed { get; init; }
}

/// <summary>An account in a list.</summary>
/// <param name="Username">The name in addresses.</param>
/// <param name="FullName">The name that people read; may be empty.</param>
/// <param name="Bio">What it says of itself; may be empty.</param>
/// <param name="Followed">Whether you follow it.</param>
/// <param name="FollowedAt">When the follow began.</param>
public sealed record PersonRecord(string Username, string FullName, string Bio, bool Followed, DateTimeOffset FollowedAt);

/// <summary>A page of accounts, the latest follow first.</summary>
/// <param name="Items">The accounts.</param>
/// <param name="NextCursor">What to give as <c>cursor</c> for the next page; null on the last page.</param>
public sealed record PersonPage(IReadOnlyList<PersonRecord> Items, string? NextCursor);

/// <summary>What to change about a generation; what is left out stays as it is.</summary>
public sealed record GenerationChangeRequest
{
    /// <summary>private or public.</summary>
    public string? Visibility { get; init; }

    /// <summary>Whether it is not safe for work.</summary>
    public bool? Nsfw { get; init; }

    /// <summary>All its tags: at most 16, of 1 to 40 characters.</summary>
    public IReadOnlyList<string>? Tags { get; init; }
}

/// <summary>A collection.</summary>
public sealed record CollectionRecord
{
    /// <summary>32 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>The username of its owner.</summary>
    public required string Username { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is about.</summary>
    public required string Description { get; init; }

    /// <summary>private or public.</summary>
    public required string Visibility { get; init; }

    /// <summary>How many pictures are in it, those included that you may not see.</summary>
    public required int Size { get; init; }

    /// <summary>When it was begun.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A page of collections in the owner's order; a new one comes first.</summary>
/// <param name="Items">The collections.</param>
/// <param name="NextCursor">What to give as <c>cursor</c> for the next page; null on the last page.</param>
public sealed record CollectionRecordPage(IReadOnlyList<CollectionRecord> Items, string? NextCursor);

/// <summary>What a collection is called and who may see it; what is left out stays as it is.</summary>
public sealed record CollectionRequest
{
    /// <summary>Its name, 1 to 100 characters; required for a new one.</summary>
    public string? Name { get; init; }

    /// <summary>What it is about, at most 1,000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>private or public. Default: private.</summary>
    public string? Visibility { get; init; }
}

/// <summary>Where a picture goes in a collection.</summary>
public sealed record CollectionPlaceRequest
{
    /// <summary>The generation before which it is put; at the end where there is none.</summary>
    public string? Before { get; init; }
}
