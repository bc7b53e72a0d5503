// What a request would come to. The same body and the same checks as submitting it, and nothing is recorded.
using Atelier.Client;
using Atelier.Credits;
using Atelier.Submitting;
using Atelier.Web.Configuration;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

internal static class EstimateEndpoint
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapPost("/estimates", EstimateAsync).Allow(Access.Read).WithName("estimate").WithTags("Generations")
            .WithSummary("Tell what a request would come to")
            .WithDescription("Who would paint it at this moment, in which size, for how much, how long. Takes the body of a submission, refuses what "
                + "that would refuse, and records nothing.")
            .Accepts<Client.GenerationRequest>("application/json", "multipart/form-data")
            .Produces<EstimateRecord>().Refuses(400, 403, 413, 415, 422);

    private static async Task<IResult> EstimateAsync(
        HttpContext http, Submission submission, Estimation estimation, AtelierSettings settings, PriceList prices, Ledger ledger, CancellationToken cancellationToken)
    {
        using var body = await RequestBody.ReadAsync(http.Request, settings.Limits, cancellationToken);
        if (body.Problem is not null)
            return body.Problem;
        var submitter = CurrentUser.Of(http);
        var (request, errors) = SubmissionReader.Read(body.Root!.RootElement, body.Files);
        if (errors.Count > 0)
            return await SubmissionEndpoint.RefuseAsync(errors, submission, request, submitter, cancellationToken);
        return await estimation.OfAsync(request, submitter, cancellationToken) switch
        {
            Estimate.Expected expected => TypedResults.Ok(EstimateRecords.Of(
                expected, prices.Enabled ? (await ledger.BalanceAsync(submitter.Owner, cancellationToken)).Available : null)),
            Estimate.Invalid invalid => ProblemResult.InvalidFields(invalid.Errors),
            var unknown => throw new InvalidOperationException($"Unknown estimate {unknown.GetType().Name}."),
        };
    }
}
