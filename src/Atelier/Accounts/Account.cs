// A person with pictures here. The row is the truth; everything about who may do what is derived from it.
namespace Atelier.Accounts;

/// <summary>An account.</summary>
public sealed record Account
{
    /// <summary>
    /// The account that a new installation begins with: the one user of single-user mode. When accounts are turned on, the first person who
    /// signs up takes it over with all its pictures, and so becomes the first administrator.
    /// </summary>
    public const string LocalId = "local";

    /// <summary>32 hex digits, or <see cref="LocalId"/>.</summary>
    public required string Id { get; init; }

    /// <summary>The address for signing in; null while nobody has signed up as this account.</summary>
    public string? Email { get; init; }

    /// <summary>Whether it is known that the address is the person's own.</summary>
    public bool EmailConfirmed { get; init; }

    /// <summary>The name in addresses, unique without regard to case: 3 to 30 of a-z, 0-9 and _, in the person's own spelling.</summary>
    public required string Username { get; init; }

    /// <summary>The name that people read; empty where none was given.</summary>
    public string FullName { get; init; } = "";

    /// <summary>What the person says of itself; plain text.</summary>
    public string Bio { get; init; } = "";

    /// <summary>An http or https address; null where none was given.</summary>
    public string? Website { get; init; }

    /// <summary>The blob of the avatar (WebP, 256 × 256); null for the letter that stands in.</summary>
    public string? Avatar { get; init; }

    /// <summary>What the account may do.</summary>
    public Role Role { get; init; }

    /// <summary>Whether pictures that are not safe for work are shown to this person without a blur.</summary>
    public bool ShowsNsfw { get; init; }

    /// <summary>When it was opened.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when it may not be used; null where it may.</summary>
    public DateTimeOffset? BannedAt { get; init; }

    /// <summary>Whether it has what pro accounts have.</summary>
    public bool IsPro => Role >= Role.Pro;
}
