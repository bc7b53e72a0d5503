// Finds out who a request is from. Without accounts it is the installation's one user, because nobody else reaches the server.
using Atelier.Accounts;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Security;

/// <summary>Reads the caller from a request.</summary>
internal sealed class CallerReader(AccountStore accounts)
{
    /// <summary>Who asks.</summary>
    public async Task<Caller> ReadAsync(HttpContext http) =>
        new(await accounts.FindAsync(Account.LocalId, http.RequestAborted), Proof.Presence, Scopes.All);
}
