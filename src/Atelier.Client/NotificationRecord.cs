// What an account is told of, as the API says it.
namespace Atelier.Client;

/// <summary>A notification.</summary>
public sealed record NotificationRecord
{
    /// <summary>Its id: 32 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>finished, failed, liked, followed or low_credits.</summary>
    public required string Kind { get; init; }

    /// <summary>What it is about: a batch (finished, failed), a generation (liked), an account (followed), or the word credits.</summary>
    public required string Subject { get; init; }

    /// <summary>The account that did it last; absent where nobody did.</summary>
    public string? Actor { get; init; }

    /// <summary>How many pictures, people or credits it speaks of.</summary>
    public required int Count { get; init; }

    /// <summary>When it was told, last.</summary>
    public required DateTimeOffset ToldAt { get; init; }

    /// <summary>When it was read; absent while it is unread.</summary>
    public DateTimeOffset? ReadAt { get; init; }
}

/// <summary>A page of notifications.</summary>
/// <param name="Items">The latest first.</param>
/// <param name="Unread">How many are unread in all; counting stops at 100.</param>
/// <param name="NextCursor">Where the next page goes on; null on the last.</param>
public sealed record NotificationPage(IReadOnlyList<NotificationRecord> Items, int Unread, string? NextCursor);
