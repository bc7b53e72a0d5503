// The one place where it is decided which generation a request may see; records, pictures and events all ask here.
using Atelier.Generating;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Endpoints;

internal static class VisibleGenerations
{
    /// <summary>The generation, if there is one that the request's user may see.</summary>
    public static async Task<Generation?> FindVisibleAsync(
        this GenerationStore generations, string id, HttpContext http, CancellationToken cancellationToken) =>
        // An illegal id is nobody's; it does not reach the database, which could not even take every text.
        GenerationIds.IsLegal(id)
        && await generations.FindAsync(id, cancellationToken) is { } generation
        && CurrentUser.CallerOf(http).MaySee(generation)
            ? generation
            : null;
}
