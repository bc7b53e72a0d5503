// What an account may do beyond its own pictures, and what a key of it may be used for.
namespace Atelier.Accounts;

/// <summary>The roles, each of which may do all that those before it may.</summary>
public enum Role
{
    /// <summary>Creates, keeps, shows.</summary>
    User,

    /// <summary>Has more pictures in the works at once and may put its own work first.</summary>
    Pro,

    /// <summary>Sees what is reported, hides pictures, bans users.</summary>
    Moderator,

    /// <summary>Runs the installation.</summary>
    Admin,
}

/// <summary>What an API key may be used for. A session may do everything its account may.</summary>
[Flags]
public enum Scopes
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Reads what its account may read.</summary>
    Read = 1,

    /// <summary>Creates, changes and deletes what its account may.</summary>
    Write = 2,

    /// <summary>Steers the installation, where the account's role allows it.</summary>
    Operate = 4,

    /// <summary>Everything.</summary>
    All = Read | Write | Operate,
}
