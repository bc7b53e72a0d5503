// /metrics, for Prometheus and whatever else reads its text format.
using Atelier.Web.Endpoints;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Web.Watching;

/// <summary>The metrics of a process.</summary>
public static class MetricsEndpoint
{
    /// <summary>Adds what collects them.</summary>
    public static IServiceCollection AddAtelierMetrics(this IServiceCollection services) => services.AddSingleton<Scrape>();

    /// <summary>Maps <c>/metrics</c>, and begins to count.</summary>
    public static IEndpointRouteBuilder MapAtelierMetrics(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        _ = endpoints.ServiceProvider.GetRequiredService<Scrape>();
        endpoints.MapGet("/metrics", ScrapeAsync).WithName("metrics").WithTags("Health").WithSummary("Metrics in the Prometheus text format")
            .Allow(Access.Admin).Produces<string>(StatusCodes.Status200OK, "text/plain").Refuses(403);
        return endpoints;
    }

    private static async Task<ContentHttpResult> ScrapeAsync(Scrape scrape, CancellationToken cancellationToken) =>
        TypedResults.Text(await scrape.TakeAsync(cancellationToken), PrometheusText.MediaType);
}
