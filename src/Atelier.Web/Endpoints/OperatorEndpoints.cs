// What only the installation's administrators ask and decide: alerts, and what models may be used at which price.
using Atelier.Catalogue;
using Atelier.Client;
using Atelier.Operating;
using Atelier.Submitting;
using Atelier.Web.Configuration;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

internal static class OperatorEndpoints
{
    /// <summary>The most credits that a picture of standard quality can cost.</summary>
    public const long MostCredits = 100_000;

    private static readonly QueryParameter Limit = new("limit", "How many of the latest.") { Min = 1, Max = Alerts.Most, Default = 50 };

    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("").WithTags("Operating").Allow(Access.Admin);
        group.MapGet("/alerts", AlertsAsync).WithName("listAlerts").WithSummary("Read what an operator should see to")
            .WithDescription("Keys that a provider does not take any more, and whether that still holds.")
            .WithMetadata(new QueryParameters([Limit])).Produces<AlertList>().Refuses(400, 403);
        group.MapGet("/models/{id}/settings", ReadAsync).WithName("readModelSettings").WithSummary("Read what was decided about a model")
            .Produces<ModelSettingsRecord>().Refuses(400, 403, 404);
        group.MapPatch("/models/{id}/settings", ChangeAsync).WithName("changeModelSettings").WithSummary("Switch a model on or off, or set its price")
            .WithDescription("Holds in all processes within seconds. What was submitted before is painted at the price of then.")
            .Accepts<ModelSettingsChange>("application/json").Produces<ModelSettingsRecord>().Refuses(400, 403, 404, 413, 415, 422);
    }

    private static async Task<IResult> AlertsAsync(HttpContext http, Alerts alerts, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Request.Query);
        var limit = query.WholeNumber(Limit);
        return query.Errors.Count > 0
            ? ProblemResult.InvalidParameters(query.Errors)
            : TypedResults.Ok(new AlertList([.. (await alerts.ReadAsync(limit, cancellationToken)).Select(alert =>
                new AlertRecord(alert.Id, alert.Kind, alert.Provider, alert.Key, alert.Reason, alert.At, alert.Until, alert.Current))]));
    }

    private static async Task<IResult> ReadAsync(string id, ModelCatalogue catalogue, ModelActs acts, CancellationToken cancellationToken) =>
        catalogue.Find(id) is { } model ? TypedResults.Ok(Of(model, (await acts.ReadAsync(cancellationToken)).GetValueOrDefault(model.Id))) : NoModel(id);

    private static async Task<IResult> ChangeAsync(
        string id, HttpContext http, ModelCatalogue catalogue, ModelActs acts, AtelierSettings settings, CancellationToken cancellationToken)
    {
        if (catalogue.Find(id) is not { } model)
            return NoModel(id);
        using var body = await RequestBody.ReadAsync(http.Request, settings.Limits, cancellationToken);
        if (body.Problem is { } problem)
            return problem;
        var errors = new List<FieldError>();
        var fields = new JsonFields(body.Root!.RootElement, ["enabled", "credits"], errors);
        var (enabled, credits) = (fields.Flag("enabled"), fields.WholeNumber("credits", 0, MostCredits));
        if (errors.Count > 0)
            return ProblemResult.InvalidFields(errors);
        var now = await acts.ChangeAsync(CurrentUser.CallerOf(http).Id, model.Id, before => new ModelDecision(
            fields.Has("enabled") ? enabled : before.Enabled, fields.Has("credits") ? credits : before.Credits), cancellationToken);
        return TypedResults.Ok(Of(model, now));
    }

    private static ModelSettingsRecord Of(Model model, ModelDecision? decision) => new(model.Id, decision?.Enabled, decision?.Credits);

    private static ProblemResult NoModel(string id) => ProblemResult.Of(ProblemKind.NotFound, $"There is no model '{Shown.Short(id)}'. GET /api/v1/models lists them.");
}
