// Who asks for something, and with what right. Made once for each request; every rule about access starts from here.
namespace Atelier.Accounts;

/// <summary>How a caller proved who it is.</summary>
public enum Proof
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By reaching a server without accounts, which only its owner can.</summary>
    Presence,

    /// <summary>By signing in.</summary>
    Session,

    /// <summary>By an API key.</summary>
    ApiKey,
}

/// <summary>Who asks.</summary>
/// <param name="Account">The account; null for somebody unknown.</param>
/// <param name="Proof">How that is known.</param>
/// <param name="Scopes">What may be done in the account's name.</param>
/// <param name="CredentialId">The session or key.</param>
public sealed record Caller(Account? Account, Proof Proof, Scopes Scopes, string? CredentialId = null)
{
    // No account has this id, so that nobody owns what an unknown caller asks for.
    private const string Nobody = "";

    /// <summary>Somebody who has not signed in.</summary>
    public static Caller Anonymous { get; } = new(null, Proof.None, Scopes.Read);

    /// <summary>The account's id; empty for somebody unknown.</summary>
    public string Id => Account?.Id ?? Nobody;

    /// <summary>Whether it is known who asks.</summary>
    public bool IsKnown => Account is not null;

    /// <summary>The account's role; that of a user for somebody unknown.</summary>
    public Role Role => Account?.Role ?? Role.User;

    /// <summary>Whether it may act in a role: the account must have it, and a key must be made for it.</summary>
    public bool MayActAs(Role role) => IsKnown && Role >= role && (role < Role.Moderator || Scopes.HasFlag(Scopes.Operate));
}
