// Who a request is from. The one seam where accounts come in; until then there is one user, and only this machine reaches the server.
using Atelier.Generating;
using Atelier.Submitting;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Security;

/// <summary>Whose request it is, and what that user may see.</summary>
public static class CurrentUser
{
    /// <summary>The user of a request.</summary>
    public static Submitter Of(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return Submitter.Local;
    }

    /// <summary>Whether a user may see and steer the queue of everybody: here the role admin will be asked; until then the one user may.</summary>
    public static bool MayOperate(this Submitter user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return user == Submitter.Local;
    }

    /// <summary>Whether a user may see a generation and its pictures: the owner may, and everybody if it is public.</summary>
    public static bool MaySee(this Submitter user, Generation generation)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(generation);
        return generation.Visibility == Visibility.Public || generation.Owner == user.Owner;
    }
}
