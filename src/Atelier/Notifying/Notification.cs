// What an account is told of. Plain values.
namespace Atelier.Notifying;

/// <summary>What a notification is about.</summary>
public enum NotificationKind
{
    /// <summary>A batch is done; the subject is the batch.</summary>
    Finished,

    /// <summary>Something of a batch failed; the subject is the batch.</summary>
    Failed,

    /// <summary>Somebody likes a picture; the subject is its generation.</summary>
    Liked,

    /// <summary>Somebody follows the account; the subject is that somebody.</summary>
    Followed,

    /// <summary>The account's credits run low.</summary>
    LowCredits,
}

/// <summary>The names of kinds in the database and the API.</summary>
public static class NotificationKinds
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = ["finished", "failed", "liked", "followed", "low_credits"];

    /// <summary>A kind's name.</summary>
    public static string Of(NotificationKind kind) => All[(int)kind];

    /// <summary>The kind of a name.</summary>
    /// <exception cref="FormatException">There is none of that name.</exception>
    public static NotificationKind Parse(string name) =>
        All.ToList().IndexOf(name) is var index and >= 0 ? (NotificationKind)index : throw new FormatException($"'{name}' is not a kind of notification.");
}

/// <summary>A notification.</summary>
/// <param name="Id">UUIDv7 as 32 hex digits.</param>
/// <param name="Account">Who is told.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Subject">A batch, a generation, an account, or the word credits.</param>
/// <param name="Actor">The account that did it last; null where nobody did.</param>
/// <param name="Count">How many pictures, people or credits it speaks of.</param>
/// <param name="ToldAt">When it was told, last.</param>
/// <param name="ReadAt">When it was read; null while it is unread.</param>
public sealed record Notification(
    string Id, string Account, NotificationKind Kind, string Subject, string? Actor, int Count, DateTimeOffset ToldAt, DateTimeOffset? ReadAt);

/// <summary>Where a page of notifications ended.</summary>
/// <param name="ToldAt">The last one's time in Unix milliseconds.</param>
/// <param name="Id">The last one's id.</param>
public sealed record NotificationPlace(long ToldAt, string Id);
