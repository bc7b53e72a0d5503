// The layers that every request passes before anything looks at what it wants.
using Atelier.Web.Endpoints;
using Microsoft.AspNetCore.Builder;

namespace Atelier.Web.Security;

/// <summary>Guards the server.</summary>
public static class SecuritySetup
{
    /// <summary>
    /// Adds, outermost first: security headers, the boundary that turns failures into problems, the check of the Host header, the check of the origin.
    /// </summary>
    public static IApplicationBuilder UseAtelierSecurity(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.UseMiddleware<SecurityHeaders>()
            .UseMiddleware<ProblemBoundary>()
            .UseMiddleware<HostGuard>()
            .UseMiddleware<OriginGuard>();
    }
}
