// Finds out who a request is from. Without accounts it is the installation's one user, because nobody else reaches the server.
// Of a session or key it notes now and then that it is used; if a crash loses that, the next use notes it.
using Atelier.Accounts;
using Atelier.Web.Configuration;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Security;

/// <summary>Reads the caller from a request.</summary>
internal sealed class CallerReader(AccountStore accounts, SessionStore sessions, PersonalKeys keys, SessionCookie cookie, AtelierSettings settings)
{
    private const string Bearer = "Bearer ";

    /// <summary>Who asks.</summary>
    public async Task<Caller> ReadAsync(HttpContext http)
    {
        if (!settings.Accounts.Enabled)
            return new Caller(await accounts.FindAsync(Account.LocalId, http.RequestAborted), Proof.Presence, Scopes.All);
        // Who shows a key means the key, and is nobody when it is wrong: a cookie beside it does not count.
        var authorization = http.Request.Headers.Authorization.ToString();
        if (authorization.Length > 0)
            return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? await OfKeyAsync(authorization[Bearer.Length..].Trim(), http) : Caller.Anonymous;
        return cookie.Read(http) is { Length: > 0 } token ? await OfSessionAsync(token, http) : Caller.Anonymous;
    }

    private async Task<Caller> OfKeyAsync(string secret, HttpContext http)
    {
        if (!secret.StartsWith(PersonalKeys.Prefix, StringComparison.Ordinal) || await keys.FindCallerAsync(secret, http.RequestAborted) is not { } found)
            return Caller.Anonymous;
        if (found.IsDue)
            await keys.NoteUseAsync(found.Caller.CredentialId!, http.RequestAborted);
        return found.Caller;
    }

    private async Task<Caller> OfSessionAsync(string token, HttpContext http)
    {
        if (await sessions.FindCallerAsync(token, http.RequestAborted) is not { } found)
            return Caller.Anonymous;
        if (found.IsDue)
        {
            await sessions.ProlongAsync(found.Caller.CredentialId!, http.RequestAborted);
            cookie.Write(http, token);
        }
        return found.Caller;
    }
}
