// What an account hears about the people who look at its pictures. Written in the transaction that makes it true.
using System.Text.Json;
using Atelier.Durable;

namespace Atelier.Gallery;

/// <summary>Builds the events of the gallery: the stream is the account that it concerns.</summary>
public static class GalleryEvents
{
    /// <summary>Somebody likes a picture of the stream's account; the subject is the generation.</summary>
    public const string Liked = "picture.liked";

    /// <summary>Somebody follows the stream's account; the subject is the follower.</summary>
    public const string Followed = "account.followed";

    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    internal static NewEvent LikedBy(string owner, string generationId, string account, int likes) =>
        new(owner, generationId, Liked, JsonSerializer.Serialize(new LikedEvent(generationId, account, likes), Format));

    internal static NewEvent FollowedBy(string followed, string follower) =>
        new(followed, follower, Followed, JsonSerializer.Serialize(new FollowedEvent(follower), Format));

    /// <summary>Reads the data of a <see cref="Liked"/> event.</summary>
    public static LikedEvent ReadLiked(Event e) => JsonSerializer.Deserialize<LikedEvent>(e.Data, Format)!;
}

/// <summary>The data of a like.</summary>
/// <param name="Generation">The picture's generation.</param>
/// <param name="Account">Who likes it.</param>
/// <param name="Likes">How many now do.</param>
public sealed record LikedEvent(string Generation, string Account, int Likes);

/// <summary>The data of a follow.</summary>
/// <param name="Account">Who follows.</param>
public sealed record FollowedEvent(string Account);
