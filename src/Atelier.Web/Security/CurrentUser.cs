// Who a request is from, as the gate found out, and what that user may see.
using Atelier.Accounts;
using Atelier.Generating;
using Atelier.Submitting;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Security;

/// <summary>Whose request it is, and what that user may see.</summary>
public static class CurrentUser
{
    /// <summary>The caller of a request.</summary>
    public static Caller CallerOf(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Features.Get<Caller>() ?? Caller.Anonymous;
    }

    /// <summary>The user of a request, as a submitter of generations.</summary>
    public static Submitter Of(HttpContext http)
    {
        var caller = CallerOf(http);
        return new Submitter(caller.Id, caller.Account?.IsPro == true ? Submitter.HighestPriority : 0);
    }

    /// <summary>
    /// Whether a caller may see a generation and its pictures: the owner may, everybody if it is shown, and a moderator also what was hidden.
    /// </summary>
    public static bool MaySee(this Caller caller, Generation generation)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(generation);
        return generation.IsShown || generation.Owner == caller.Id || (generation.Visibility == Visibility.Public && caller.MayActAs(Role.Moderator));
    }

    /// <summary>Whether a caller may see and steer the queue of everybody.</summary>
    public static bool MayOperate(this Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return caller.MayActAs(Role.Admin);
    }
}
