// What the settings page shows.
using Atelier.Accounts;
using Atelier.Notifying;

namespace Atelier.Web.Components.People;

/// <summary>What the settings page shows.</summary>
public sealed record SettingsView
{
    /// <summary>Whose settings.</summary>
    public required Account Account { get; init; }

    /// <summary>Whether the reader has signed in; not so in single-user mode.</summary>
    public bool SignsIn { get; init; }

    /// <summary>What has just been done.</summary>
    public string? Done { get; init; }

    /// <summary>The form of the profile.</summary>
    public required AccountForm Profile { get; init; }

    /// <summary>The form of the password.</summary>
    public AccountForm Password { get; init; } = new();

    /// <summary>The form of a new address.</summary>
    public AccountForm Email { get; init; } = new();

    /// <summary>The form of a new passkey.</summary>
    public AccountForm Passkey { get; init; } = new();

    /// <summary>The passkeys.</summary>
    public IReadOnlyList<Passkey> Passkeys { get; init; } = [];

    /// <summary>The form of a new key.</summary>
    public AccountForm Key { get; init; } = new();

    /// <summary>What is wrong with the last avatar.</summary>
    public AccountForm Avatar { get; init; } = new();

    /// <summary>The form of a new invitation.</summary>
    public AccountForm Invitation { get; init; } = new();

    /// <summary>The form that deletes the account.</summary>
    public AccountForm Deletion { get; init; } = new();

    /// <summary>The services that are linked: issuers, and their names for people.</summary>
    public IReadOnlyList<(string Issuer, string Title)> LinkedServices { get; init; } = [];

    /// <summary>The services that are not: their names in addresses, and for people.</summary>
    public IReadOnlyList<(string Name, string Title)> OtherServices { get; init; } = [];

    /// <summary>The latest invitations, for administrators.</summary>
    public IReadOnlyList<Invitation> Invitations { get; init; } = [];

    /// <summary>The link of the invitation that was made just now.</summary>
    public string? InvitationLink { get; init; }

    /// <summary>What is wrong with turning push on.</summary>
    public AccountForm Push { get; init; } = new();

    /// <summary>The key of pushes for browsers; null where nothing can be pushed.</summary>
    public string? PushKey { get; init; }

    /// <summary>The devices that are told.</summary>
    public IReadOnlyList<PushDevice> Devices { get; init; } = [];

    /// <summary>What the reader's browser calls itself.</summary>
    public string Client { get; init; } = "";

    /// <summary>Whether there is a password.</summary>
    public bool HasPassword { get; init; }

    /// <summary>The sessions.</summary>
    public IReadOnlyList<SignedInSession> Sessions { get; init; } = [];

    /// <summary>The keys.</summary>
    public IReadOnlyList<PersonalKey> Keys { get; init; } = [];

    /// <summary>The key that was made just now, with its secret.</summary>
    public NewPersonalKey? MadeKey { get; init; }
}
