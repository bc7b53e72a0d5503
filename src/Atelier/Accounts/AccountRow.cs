// An account as the database writes it.
namespace Atelier.Accounts;

internal class AccountRow
{
    public const string Columns =
        "a.id, a.email, a.email_confirmed, a.username, a.full_name, a.bio, a.website, a.avatar, a.role, a.shows_nsfw, a.created_at, a.banned_at";

    public string Id { get; init; } = "";
    public string? Email { get; init; }
    public bool EmailConfirmed { get; init; }
    public string Username { get; init; } = "";
    public string FullName { get; init; } = "";
    public string Bio { get; init; } = "";
    public string? Website { get; init; }
    public string? Avatar { get; init; }
    public string Role { get; init; } = "";
    public bool ShowsNsfw { get; init; }
    public long CreatedAt { get; init; }
    public long? BannedAt { get; init; }

    public Account ToAccount() => new()
    {
        Id = Id, Email = Email, EmailConfirmed = EmailConfirmed, Username = Username, FullName = FullName, Bio = Bio, Website = Website, Avatar = Avatar,
        Role = RoleNames.Parse(Role), ShowsNsfw = ShowsNsfw, CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        BannedAt = BannedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
    };
}
