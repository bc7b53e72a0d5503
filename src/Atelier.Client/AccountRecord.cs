// What the API tells an account about itself.
namespace Atelier.Client;

/// <summary>The caller's own account.</summary>
public sealed record AccountRecord
{
    /// <summary>The account's id.</summary>
    public required string Id { get; init; }

    /// <summary>The name in addresses.</summary>
    public required string Username { get; init; }

    /// <summary>The name that people read; empty where none was given.</summary>
    public required string FullName { get; init; }

    /// <summary>What the person says of itself.</summary>
    public required string Bio { get; init; }

    /// <summary>An http or https address, or null.</summary>
    public required string? Website { get; init; }

    /// <summary>The address for signing in; null in single-user mode.</summary>
    public required string? Email { get; init; }

    /// <summary>Whether it is known that the address is the person's own.</summary>
    public required bool EmailConfirmed { get; init; }

    /// <summary><c>user</c>, <c>pro</c>, <c>moderator</c> or <c>admin</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Whether it has what pro accounts have.</summary>
    public required bool IsPro { get; init; }

    /// <summary>Whether pictures that are not safe for work are shown without a blur.</summary>
    public required bool ShowsNsfw { get; init; }

    /// <summary>The path of the avatar, or null.</summary>
    public required string? AvatarUrl { get; init; }

    /// <summary>When it was opened.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What an account may change of itself; what is null stays.</summary>
public sealed record AccountChange
{
    /// <summary>3 to 30 of a-z, A-Z, 0-9 and _.</summary>
    public string? Username { get; init; }

    /// <summary>At most 80 characters.</summary>
    public string? FullName { get; init; }

    /// <summary>At most 500 characters.</summary>
    public string? Bio { get; init; }

    /// <summary>An http or https address of at most 200 characters; empty for none.</summary>
    public string? Website { get; init; }

    /// <summary>Whether pictures that are not safe for work are shown without a blur.</summary>
    public bool? ShowsNsfw { get; init; }
}
