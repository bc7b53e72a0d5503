// Stands in until the pages are merged.
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Web.Components;

/// <summary>The pages.</summary>
public static class AtelierPages
{
    /// <summary>Adds what the pages need.</summary>
    public static IServiceCollection AddAtelierPages(this IServiceCollection services) => services;

    /// <summary>Maps the pages.</summary>
    public static IEndpointRouteBuilder MapAtelierPages(this IEndpointRouteBuilder routes) => routes;
}
