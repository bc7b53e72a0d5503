// The providers as an operator sees them, and the one thing he does for them over HTTP. Keys come in by settings and by command only.
using Atelier.Client;
using Atelier.Generating;
using Atelier.Operating;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

internal static class ProviderEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("/providers").WithTags("Providers").Allow(Access.Admin);
        group.MapGet("", ListAsync).WithName("listProviders").WithSummary("See how the providers are")
            .WithDescription("Health, keys (never their secrets), what waits, and what was spent since midnight UTC.")
            .Produces<ProviderList>().Refuses(400, 403);
        group.MapPost("/{name}/keys/{label}/cure", CureAsync).WithName("cureKey").WithSummary("Lift what holds a key back")
            .WithDescription("After its account was filled up or its rights were mended. Jobs that wait for it look again at once.")
            .Produces<KeyRecord>().Refuses(400, 403, 404);
    }

    private static async Task<Ok<ProviderList>> ListAsync(ProviderRecords records, CancellationToken cancellationToken) =>
        TypedResults.Ok(new ProviderList(await records.AllAsync(cancellationToken)));

    private static async Task<IResult> CureAsync(
        string name, string label, HttpContext http, ProviderRouter router, ProviderRecords records, OperatorActs acts, CancellationToken cancellationToken)
    {
        if (router.Find(name) is not { } setup)
            return ProblemResult.Of(ProblemKind.NotFound, $"There is no provider '{Shown.Short(name)}'. GET /api/v1/providers lists them.");
        if (!(await records.KeysOfAsync(setup, cancellationToken)).Any(key => key.Label == label))
            return ProblemResult.Of(ProblemKind.NotFound, $"{setup.Adapter.Title} has no key '{Shown.Short(label)}' here. GET /api/v1/providers lists them.");
        await acts.CureAsync(CurrentUser.CallerOf(http).Id, setup.Name, label, cancellationToken);
        return TypedResults.Ok((await records.KeysOfAsync(setup, cancellationToken)).First(key => key.Label == label));
    }
}
