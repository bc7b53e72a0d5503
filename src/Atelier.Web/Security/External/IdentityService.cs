// Another service that vouches for people. One object serves all who come by it, and keeps nothing of any of them.
using Atelier.Accounts;

namespace Atelier.Web.Security.External;

/// <summary>A way to another service and back, as the browser carries it, sealed.</summary>
/// <param name="Service">The service's name in the settings.</param>
/// <param name="State">Comes back with the answer, and proves that this browser asked.</param>
/// <param name="Nonce">Comes back inside the signed identity, and proves that it was made for this way.</param>
/// <param name="Verifier">Redeems the code, and proves that who redeems it is who asked.</param>
/// <param name="Return">Where to go in the end.</param>
/// <param name="Link">The account that is to be linked; null for signing in.</param>
/// <param name="Invitation">The code of an invitation; null for none.</param>
/// <param name="Expires">Until when it holds, in Unix milliseconds.</param>
internal sealed record Journey(
    string Service, string State, string Nonce, string Verifier, string Return, string? Link, string? Invitation, long Expires);

/// <summary>A person whom a service vouches for.</summary>
/// <param name="Identity">Who it is there.</param>
/// <param name="Email">The address; null where the service tells none.</param>
/// <param name="EmailVerified">Whether the service has made sure of it.</param>
/// <param name="Name">What the person is called there; empty where it is not told.</param>
internal sealed record VouchedPerson(ExternalIdentity Identity, string? Email, bool EmailVerified, string Name);

/// <summary>What a service answered that cannot be believed, or that it did not answer.</summary>
internal sealed class VouchingException(string message, Exception? inner = null) : Exception(message, inner);

internal abstract class IdentityService
{
    /// <summary>Its name in the settings and in addresses.</summary>
    public abstract string Name { get; }

    /// <summary>Its name for people.</summary>
    public abstract string Title { get; }

    /// <summary>What links to it are kept under.</summary>
    public abstract string Issuer { get; }

    /// <summary>Where the browser goes.</summary>
    public abstract Task<string> AddressAsync(Journey journey, string callback, CancellationToken cancellationToken);

    /// <summary>Redeems the code that came back.</summary>
    /// <exception cref="VouchingException">The service did not answer, or its answer does not hold.</exception>
    public abstract Task<VouchedPerson> RedeemAsync(string code, Journey journey, string callback, CancellationToken cancellationToken);
}
