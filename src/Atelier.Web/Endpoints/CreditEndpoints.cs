// One's own credits and what happened to them; and what an administrator gives or takes. A grant is durable when the answer is sent.
using Atelier.Accounts;
using Atelier.Client;
using Atelier.Credits;
using Atelier.Operating;
using Atelier.Submitting;
using Atelier.Web.Configuration;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

internal static class CreditEndpoints
{
    private const int MostDays = 3_650;

    private static readonly QueryParameter Limit = new("limit", "How many, newest first.") { Min = 1, Max = LedgerHistory.MaxPage, Default = 50 };

    private static readonly HeaderParameter Key = new(SubmissionEndpoint.IdempotencyKey,
        $"Makes repeating safe: the same grant under the same key is written once. 1 to {Submission.MaxIdempotencyKey} characters, remembered for ever.");

    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("/credits").WithTags("Credits").Allow(Access.Read);
        group.MapGet("", BalanceAsync).WithName("readCredits").WithSummary("Read your credits").Produces<CreditRecord>().Refuses(400, 403);
        group.MapGet("/history", HistoryAsync).WithName("listCreditHistory").WithSummary("List what happened to your credits")
            .WithMetadata(new QueryParameters([Limit, new("cursor", "The next_cursor of the page before.")]))
            .Produces<CreditHistory>().Refuses(400, 403);
        api.MapPost("/accounts/{username}/credits", GrantAsync).Allow(Access.Admin).WithName("grantCredits").WithTags("Credits")
            .WithSummary("Give credits to an account, or take them back")
            .WithDescription("Nothing is taken where there is less than the amount. The answer is the account's balance afterwards.")
            .WithMetadata(Key).Accepts<Client.CreditGrant>("application/json").Produces<CreditRecord>().Refuses(400, 403, 404, 409, 413, 415, 422);
    }

    private static async Task<Ok<CreditRecord>> BalanceAsync(HttpContext http, Ledger ledger, PriceList prices, CancellationToken cancellationToken) =>
        TypedResults.Ok(CreditRecords.Of(await ledger.BalanceAsync(CurrentUser.Of(http).Owner, cancellationToken), prices.Enabled));

    private static async Task<IResult> HistoryAsync(HttpContext http, LedgerHistory history, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Request.Query);
        var limit = query.WholeNumber(Limit);
        var before = query.Parsed("cursor", PageCursor.Parse, "must be the next_cursor of a page.");
        if (query.Errors.Count > 0)
            return ProblemResult.InvalidParameters(query.Errors);
        // One more than is shown tells whether there is a next page.
        var page = await history.ListAsync(CurrentUser.Of(http).Owner, before, Math.Min(limit + 1, LedgerHistory.MaxPage), cancellationToken);
        var shown = page.Take(limit).ToList();
        var isLast = page.Count <= limit && page.Count < LedgerHistory.MaxPage;
        return TypedResults.Ok(new CreditHistory([.. shown.Select(CreditRecords.Of)], isLast ? null : PageCursor.After(shown[^1].Id)));
    }

    private static async Task<IResult> GrantAsync(
        string username, HttpContext http, AccountStore accounts, Ledger ledger, CreditActs acts, PriceList prices, AtelierSettings settings, CancellationToken cancellationToken)
    {
        if (username.Length > 200 || username.Contains('\0') || await accounts.FindByUsernameAsync(username, cancellationToken) is not { } account)
            return ProblemResult.Of(ProblemKind.NotFound, $"There is no account '{Shown.Short(username)}'.");
        using var body = await RequestBody.ReadAsync(http.Request, settings.Limits, cancellationToken);
        if (body.Problem is { } problem)
            return problem;
        var errors = new List<FieldError>();
        var grant = Read(new JsonFields(body.Root!.RootElement, ["amount", "bonus", "expires_in_days", "note"], errors), account, http, errors);
        if (errors.Count > 0)
            return ProblemResult.InvalidFields(errors);
        return await acts.GrantAsync(grant, cancellationToken) switch
        {
            GrantResult.Done or GrantResult.Repeated =>
                TypedResults.Ok(CreditRecords.Of(await ledger.BalanceAsync(account.Id, cancellationToken), prices.Enabled)),
            GrantResult.KeyReused => ProblemResult.Of(ProblemKind.IdempotencyKeyReused, $"The key '{Shown.Short(grant.Key!)}' was used for another amount. Nothing was written."),
            GrantResult.TooFew => ProblemResult.Of(ProblemKind.WrongState,
                $"{account.Username} has {(await ledger.BalanceAsync(account.Id, cancellationToken)).Available} credits; {-grant.Amount} cannot be taken. Nothing was written."),
            var unknown => throw new InvalidOperationException($"Unknown result {unknown}."),
        };
    }

    private static Credits.CreditGrant Read(JsonFields fields, Account account, HttpContext http, List<FieldError> errors)
    {
        var amount = fields.WholeNumber("amount", -Credits.CreditGrant.MostAmount, Credits.CreditGrant.MostAmount);
        if (errors.Count == 0 && amount is null or 0)
            errors.Add(new FieldError("amount", amount?.ToString(System.Globalization.CultureInfo.InvariantCulture), "amount must say how many, and not be 0."));
        var (bonus, days) = (fields.Flag("bonus") ?? false, fields.WholeNumber("expires_in_days", 1, MostDays));
        if (errors.Count == 0 && days is not null && !bonus)
            errors.Add(new FieldError("expires_in_days", $"{days}", "expires_in_days goes with bonus: other credits do not expire."));
        var note = fields.Text("note") ?? "";
        if (note.Length > Credits.CreditGrant.MaxNote || note.Any(char.IsControl))
            errors.Add(new FieldError("note", Shown.Short(note), $"note must be plain text of at most {Credits.CreditGrant.MaxNote} characters."));
        var key = http.Request.Headers.TryGetValue(SubmissionEndpoint.IdempotencyKey, out var values) ? values.ToString() : null;
        if (key is { Length: 0 or > Submission.MaxIdempotencyKey } || key?.Any(char.IsControl) == true)
            errors.Add(new FieldError(SubmissionEndpoint.IdempotencyKey, Shown.Short(key), $"{SubmissionEndpoint.IdempotencyKey} must have 1 to {Submission.MaxIdempotencyKey} plain characters."));
        return new Credits.CreditGrant(account.Id, amount ?? 0, CurrentUser.CallerOf(http).Id)
        {
            Bonus = bonus, For = days is { } count ? TimeSpan.FromDays(count) : null, Note = note, Key = key,
        };
    }
}
