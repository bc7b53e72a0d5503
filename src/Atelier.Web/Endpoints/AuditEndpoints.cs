// The audit log over HTTP. Reads only.
using System.Globalization;
using Atelier.Client;
using Atelier.Moderation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

internal static class AuditEndpoints
{
    private static readonly QueryParameter Limit = new("limit", "How many, the latest first.") { Min = 1, Max = AuditLog.MaxPage, Default = 50 };

    private static readonly QueryParameters Parameters = new(
    [
        Limit,
        new("before", "The next_before of the page before."),
        new("actor", "Only of this user."),
        new("action", "Only these acts.") { Example = "picture.hide" },
        new("subject", "Only to this one: an id, a username, a lane, a model."),
    ]);

    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/audit", ListAsync).WithName("listAudit").WithSummary("Read the audit log")
            .WithDescription("Every act of moderators and operators with what held before and after. It is never changed.")
            .WithMetadata(Parameters).Produces<AuditPage>().Refuses(400, 403);

    /// <summary>The number that a page ended with; null for anything else.</summary>
    public static long? NumberOf(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static async Task<IResult> ListAsync(HttpContext http, AuditLog log, ModerationRecords records, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Request.Query);
        var limit = query.WholeNumber(Limit);
        var before = query.Parsed("before", NumberOf, "must be the next_before of a page.");
        var (actor, action, subject) = (query.Text("actor"), query.Text("action"), query.Text("subject"));
        if (query.Errors.Count > 0)
            return ProblemResult.InvalidParameters(query.Errors);
        var filter = new AuditFilter(await records.IdOfAsync(actor, cancellationToken), action, await records.IdOfAsync(subject, cancellationToken));
        var page = await log.ListAsync(filter, before, limit, cancellationToken);
        var more = page.Count == limit && (await log.ListAsync(filter, page[^1].Id, 1, cancellationToken)).Count > 0;
        return TypedResults.Ok(new AuditPage(await records.OfAsync(page, cancellationToken), more ? page[^1].Id : null));
    }
}
