// Whose pages are shown: the one place of the pages that knows.
using Atelier.Generating;
using Atelier.Submitting;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components;

internal static class Reader
{
    /// <summary>The user who reads.</summary>
    public static Submitter Of(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return Submitter.Local;
    }

    /// <summary>Whether the reader may see a generation.</summary>
    public static bool MaySee(HttpContext http, Generation generation) =>
        generation.Visibility == Visibility.Public || generation.Owner == Of(http).Owner;
}
