// What surrounds a picture on its page: whose it is, what it came from and what came from it, what the reader may do with it. Asked afresh each time.
using Atelier.Accounts;
using Atelier.Gallery;
using Atelier.Generating;

namespace Atelier.Web.Components.Gallery;

/// <summary>What is known around a generation for one reader.</summary>
/// <param name="Owner">Its owner's account; null where that is gone.</param>
/// <param name="IsMine">Whether the reader owns it.</param>
public sealed record PictureAround(Account? Owner, bool IsMine)
{
    /// <summary>Whether the reader is signed in, and may like and collect.</summary>
    public bool IsKnown { get; init; }

    /// <summary>Whether the reader likes it.</summary>
    public bool Liked { get; init; }

    /// <summary>What it was made from, where the reader may see that.</summary>
    public Generation? Parent { get; init; }

    /// <summary>What was made from it, as far as the reader may see it, the newest first.</summary>
    public IReadOnlyList<Generation> Children { get; init; } = [];

    /// <summary>The reader's collections.</summary>
    public IReadOnlyList<Collection> Collections { get; init; } = [];

    /// <summary>Whether the model here can make the same picture larger.</summary>
    public bool CanUpscale { get; init; }

    /// <summary>The owner's name for people.</summary>
    public string OwnerName => Owner is null ? "" : Owner.FullName.Length > 0 ? Owner.FullName : Owner.Username;
}
