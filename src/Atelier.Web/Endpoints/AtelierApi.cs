// Puts the HTTP API together: its parts, its addresses, its document.
using Atelier.Client;
using Atelier.Web.Configuration;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Web.Endpoints;

/// <summary>The HTTP API.</summary>
public static class AtelierApi
{
    /// <summary>Adds what the API needs besides Atelier's own parts.</summary>
    public static IServiceCollection AddAtelierApi(this IServiceCollection services, AtelierSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        services.ConfigureHttpJsonOptions(json => AtelierJson.Configure(json.SerializerOptions));
        services.AddSingleton<CallerReader>();
        services.AddSingleton(new RateLimits(settings.Limits));
        services.AddSingleton<SessionCookie>();
        services.AddSingleton<AttemptLimits>();
        services.AddSingleton<SignedLinks>();
        services.AddSingleton<GenerationRecords>();
        services.AddSingleton<PictureFiles>();
        return services.AddAtelierOpenApi();
    }

    /// <summary>
    /// Adds the layers that every request passes, outermost first: whom a proxy speaks for, security headers, the boundary that turns failures into problems,
    /// the check of the Host header, the check of the origin, the gate that knows who asks and what each route allows.
    /// </summary>
    public static IApplicationBuilder UseAtelierSecurity(this IApplicationBuilder app) =>
        app.UseForwardedHeaders(Proxies.OptionsOf(app.ApplicationServices.GetRequiredService<AtelierSettings>().Server))
            .UseMiddleware<SecurityHeaders>().UseMiddleware<ProblemBoundary>().UseMiddleware<HostGuard>().UseMiddleware<OriginGuard>()
            .UseMiddleware<AccessGate>();

    /// <summary>Maps every address of the API below <c>/api/v1</c>, the OpenAPI document and the explanations of problems.</summary>
    public static IEndpointRouteBuilder MapAtelierApi(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var api = endpoints.MapGroup(ApiRoutes.Root).AddEndpointFilter<RouteGroupBuilder, StrictQuery>();
        SubmissionEndpoint.Map(api);
        GenerationEndpoints.Map(api);
        CommandEndpoints.Map(api);
        GalleryEndpoints.Map(api);
        UserEndpoints.Map(api);
        CollectionEndpoints.Map(api);
        EventEndpoints.Map(api);
        EstimateEndpoint.Map(api);
        AttemptEndpoint.Map(api);
        CatalogueEndpoints.Map(api);
        ProviderEndpoints.Map(api);
        AccountEndpoints.Map(api);
        CreditEndpoints.Map(api);
        QueueEndpoints.Map(api);
        OwnQueueEndpoints.Map(api);
        ModerationEndpoints.Map(api);
        StandingEndpoints.Map(api);
        OperatorEndpoints.Map(api);
        WebhookEndpoint.Map(endpoints);
        endpoints.MapGet("/problems/{name}", Explain).WithName("explainProblem").WithTags("Problems")
            .WithSummary("Explain a kind of problem").Produces<string>(StatusCodes.Status200OK, "text/plain").Refuses(404).Allow(Access.Everyone);
        endpoints.MapOpenApi("/openapi/{documentName}.json").Allow(Access.Everyone);
        return endpoints;
    }

    /// <summary>Maps the addresses of pictures, which API and pages have in common.</summary>
    public static IEndpointRouteBuilder MapAtelierPictures(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        PictureEndpoints.Map(endpoints.MapGroup(ApiRoutes.Root).AddEndpointFilter<RouteGroupBuilder, StrictQuery>());
        return endpoints;
    }

    /// <summary>Says with which statuses an endpoint refuses, each with a problem.</summary>
    internal static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        foreach (var status in statuses)
            endpoint.Produces<Problem>(status, Problem.MediaType);
        return endpoint.Produces<Problem>(StatusCodes.Status500InternalServerError, Problem.MediaType)
            .Produces<Problem>(StatusCodes.Status503ServiceUnavailable, Problem.MediaType);
    }

    private static IResult Explain(string name) =>
        ProblemKind.All.FirstOrDefault(kind => kind.Name == name) is { } kind
            ? TypedResults.Text($"{kind.Title} (HTTP status {kind.Status})\n\n{kind.Remedy}\n")
            : ProblemResult.Of(ProblemKind.NotFound, $"There is no kind of problem called '{Shown.Short(name)}'.");
}
