// Stands in until the endpoints are merged.
using Atelier.Web.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Web.Endpoints;

/// <summary>The API.</summary>
public static class AtelierApi
{
    /// <summary>Adds what the API needs.</summary>
    public static IServiceCollection AddAtelierApi(this IServiceCollection services, AtelierSettings settings) => services;

    /// <summary>Refuses what must not come in, before anything else sees it.</summary>
    public static IApplicationBuilder UseAtelierSecurity(this IApplicationBuilder app) => app;

    /// <summary>Maps the API.</summary>
    public static IEndpointRouteBuilder MapAtelierApi(this IEndpointRouteBuilder routes) => routes;

    /// <summary>Maps health and readiness.</summary>
    public static IEndpointRouteBuilder MapAtelierHealth(this IEndpointRouteBuilder routes) => routes;
}
