// Who may ask for what: every route names one of these rules, and a route without one answers nobody. What belongs to whom is asked of the stores.
using Atelier.Accounts;
using Atelier.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Security;

/// <summary>A rule about who may use a route.</summary>
/// <param name="Name">Its name, as the list of routes shows it.</param>
/// <param name="Scope">What an API key must be made for.</param>
/// <param name="MustBeKnown">Whether somebody who has not signed in is refused.</param>
/// <param name="Least">The least role.</param>
/// <param name="TakesKeys">Whether an API key will do; where not, the person must have signed in.</param>
public sealed record AccessRule(string Name, Scopes Scope, bool MustBeKnown = true, Role Least = Role.User, bool TakesKeys = true);

/// <summary>The rules there are.</summary>
public static class Access
{
    /// <summary>Everybody, whoever it is: files of the pages, health, signing in.</summary>
    public static readonly AccessRule Everyone = new("everyone", Scopes.None, MustBeKnown: false);

    /// <summary>Everybody, and each sees what he may see: explore, public pictures, profiles.</summary>
    public static readonly AccessRule Reader = new("reader", Scopes.Read, MustBeKnown: false);

    /// <summary>Reads one's own.</summary>
    public static readonly AccessRule Read = new("read", Scopes.Read);

    /// <summary>Creates and changes one's own.</summary>
    public static readonly AccessRule Write = new("write", Scopes.Write);

    /// <summary>Changes how the account is proved: passwords, keys, sessions, deletion. Never with a key.</summary>
    public static readonly AccessRule Person = new("person", Scopes.None, TakesKeys: false);

    /// <summary>Sees reports, hides pictures, bans users.</summary>
    public static readonly AccessRule Moderator = new("moderator", Scopes.Operate, Least: Role.Moderator);

    /// <summary>Runs the installation.</summary>
    public static readonly AccessRule Admin = new("admin", Scopes.Operate, Least: Role.Admin);

    /// <summary>Says who may use a route or a group of them, and so with which problems it may answer; the innermost word counts.</summary>
    public static TBuilder Allow<TBuilder>(this TBuilder builder, AccessRule rule) where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(rule);
        builder.Add(endpoint =>
        {
            endpoint.Metadata.Add(rule);
            foreach (var status in RefusalsOf(rule))
                endpoint.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(Problem), [Problem.MediaType]));
        });
        return builder;
    }

    private static int[] RefusalsOf(AccessRule rule) =>
        rule == Everyone ? [] : rule.MustBeKnown
            ? [StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status429TooManyRequests]
            : [StatusCodes.Status403Forbidden, StatusCodes.Status429TooManyRequests];
}
