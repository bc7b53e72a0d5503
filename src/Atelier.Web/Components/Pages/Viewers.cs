// Counts who looks at pictures, once for each viewer and day: by name, or by a name for strangers that tells nothing about them.
using System.Text;
using Atelier.Gallery;
using Atelier.Generating;
using Atelier.Keys;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Pages;

internal sealed class Viewers(Views views, SecretBox secrets)
{
    /// <summary>Counts the request as a look at a picture, unless a program makes it, or a browser that only fetches ahead.</summary>
    public async Task CountAsync(Generation generation, HttpContext http)
    {
        var agent = http.Request.Headers.UserAgent.ToString();
        if (!generation.IsShown || Views.IsRobot(agent) || http.Request.Headers["Sec-Purpose"].ToString().Contains("prefetch", StringComparison.Ordinal))
            return;
        var caller = CurrentUser.CallerOf(http);
        var viewer = caller.IsKnown
            ? caller.Id
            : views.StrangerOf(Encoding.ASCII.GetBytes(secrets.Token("viewers")), http.Connection.RemoteIpAddress?.ToString() ?? "", agent);
        await views.CountAsync(generation.Id, viewer, http.RequestAborted);
    }
}
