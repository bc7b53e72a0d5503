// Bans and roles over HTTP. The act, its consequences and its line in the audit log are durable when the answer is sent.
using Atelier.Accounts;
using Atelier.Client;
using Atelier.Moderation;
using Atelier.Submitting;
using Atelier.Web.Configuration;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

internal static class StandingEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("/users/{username}").WithTags("Moderation");
        group.MapPost("/ban", BanAsync).Allow(Access.Moderator).WithName("banUser").WithSummary("Ban an account")
            .WithDescription("Its sessions end and its keys stop at once, nobody is shown its pictures any more, its unfinished work is canceled. "
                + "Moderators may ban users, administrators everybody but themselves.")
            .Accepts<BanRequest>(isOptional: true, "application/json").Produces<AccountStandingRecord>().Refuses(400, 403, 404, 413, 415, 422);
        group.MapPost("/unban", UnbanAsync).Allow(Access.Moderator).WithName("unbanUser").WithSummary("Lift a ban")
            .Produces<AccountStandingRecord>().Refuses(400, 403, 404);
        group.MapPost("/role", RoleAsync).Allow(Access.Admin).WithName("giveRole").WithSummary("Give an account a role")
            .WithDescription("Nobody changes the own role, so that there is always an administrator.")
            .Accepts<RoleRequest>("application/json").Produces<AccountStandingRecord>().Refuses(400, 403, 404, 413, 415, 422);
    }

    public static ProblemResult NoAccount(string username) => ProblemResult.Of(ProblemKind.NotFound, $"There is no account '{Shown.Short(username)}'.");

    public static ProblemResult NotThatOne() =>
        ProblemResult.Of(ProblemKind.NotAllowed, "You may not do that to this account: it is your own, or of your role or above.");

    private static async Task<IResult> BanAsync(
        string username, HttpContext http, AccountStore accounts, AccountActs acts, AtelierSettings settings, CancellationToken cancellationToken)
    {
        var reason = "";
        if (http.Request.ContentType is not null || http.Request.ContentLength > 0)
        {
            using var body = await RequestBody.ReadAsync(http.Request, settings.Limits, cancellationToken);
            if (body.Problem is { } problem)
                return problem;
            var errors = new List<FieldError>();
            reason = ModerationReader.Plain(new JsonFields(body.Root!.RootElement, ["reason"], errors), "reason", AccountActs.MaxReason, errors) ?? "";
            if (errors.Count > 0)
                return ProblemResult.InvalidFields(errors);
        }
        return await ActAsync(username, http, accounts, acts, (account, actor) => acts.BanAsync(account.Id, actor, reason, cancellationToken), cancellationToken);
    }

    private static Task<IResult> UnbanAsync(string username, HttpContext http, AccountStore accounts, AccountActs acts, CancellationToken cancellationToken) =>
        ActAsync(username, http, accounts, acts, (account, actor) => acts.UnbanAsync(account.Id, actor, cancellationToken), cancellationToken);

    private static async Task<IResult> RoleAsync(
        string username, HttpContext http, AccountStore accounts, AccountActs acts, AtelierSettings settings, CancellationToken cancellationToken)
    {
        using var body = await RequestBody.ReadAsync(http.Request, settings.Limits, cancellationToken);
        if (body.Problem is { } problem)
            return problem;
        var errors = new List<FieldError>();
        var name = new JsonFields(body.Root!.RootElement, ["role"], errors).Text("role");
        if (!RoleNames.TryParse(name, out var role) && errors.Count == 0)
            errors.Add(new FieldError("role", name is null ? null : Shown.Short(name), $"role must be one of {string.Join(", ", RoleNames.All)}.", RoleNames.All));
        return errors.Count > 0
            ? ProblemResult.InvalidFields(errors)
            : await ActAsync(username, http, accounts, acts, (account, actor) => acts.GiveRoleAsync(account.Id, actor, role, cancellationToken), cancellationToken);
    }

    private static async Task<IResult> ActAsync(
        string username, HttpContext http, AccountStore accounts, AccountActs acts, Func<Account, Account, Task<ActResult>> act, CancellationToken cancellationToken)
    {
        if (await accounts.FindByUsernameAsync(username, cancellationToken) is not { } account)
            return NoAccount(username);
        return await act(account, CurrentUser.CallerOf(http).Account!) switch
        {
            ActResult.Done when await accounts.FindAsync(account.Id, cancellationToken) is { } now =>
                TypedResults.Ok(ModerationRecords.Of(now, await acts.WhyBannedAsync(now.Id, cancellationToken))),
            ActResult.NotAllowed => NotThatOne(),
            _ => NoAccount(username),
        };
    }
}
