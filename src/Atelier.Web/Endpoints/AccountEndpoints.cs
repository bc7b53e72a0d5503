// The caller's own account. What proves it is changed on the pages only.
using Atelier.Accounts;
using Atelier.Client;
using Atelier.Submitting;
using Atelier.Web.Components.Layout;
using Atelier.Web.Configuration;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

internal static class AccountEndpoints
{
    private static readonly string[] Fields = ["username", "full_name", "bio", "website", "shows_nsfw"];

    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("/account").WithTags("Account");
        group.MapGet("", (HttpContext http) => TypedResults.Ok(RecordOf(CurrentUser.CallerOf(http).Account!))).WithName("getAccount")
            .WithSummary("Read one's own account").Produces<AccountRecord>().Refuses(400).Allow(Access.Read);
        group.MapPatch("", ChangeAsync).WithName("changeAccount").WithSummary("Change one's own profile")
            .WithDescription("What is left out stays. Passwords, sessions and keys are changed on the pages only.")
            .Accepts<AccountChange>("application/json").Produces<AccountRecord>().Refuses(400, 403, 413, 415, 422).Allow(Access.Write);
    }

    private static async Task<IResult> ChangeAsync(HttpContext http, AccountStore accounts, AtelierSettings settings, CancellationToken cancellationToken)
    {
        using var body = await RequestBody.ReadAsync(http.Request, settings.Limits, cancellationToken);
        if (body.Problem is not null)
            return body.Problem;
        var (account, errors) = (CurrentUser.CallerOf(http).Account!, new List<FieldError>());
        var fields = new JsonFields(body.Root!.RootElement, Fields, errors);
        var website = fields.Has("website") ? fields.Text("website") : account.Website;
        var change = new ProfileChange(
            fields.Text("username") ?? account.Username, fields.Text("full_name") ?? account.FullName, fields.Text("bio") ?? account.Bio,
            website is { Length: > 0 } ? website : null, fields.Flag("shows_nsfw") ?? account.ShowsNsfw);
        errors.AddRange(AccountRules.OfProfile(change, account.Username).Select(problem => new FieldError(problem.Field, null, problem.Message)));
        if (errors.Count == 0 && !await accounts.ChangeProfileAsync(account.Id, change, cancellationToken))
            errors.Add(new FieldError("username", change.Username, "Somebody else has this username."));
        return errors.Count > 0
            ? ProblemResult.InvalidFields(errors)
            : TypedResults.Ok(RecordOf(await accounts.FindAsync(account.Id, cancellationToken) ?? account));
    }

    private static AccountRecord RecordOf(Account account) => new()
    {
        Id = account.Id, Username = account.Username, FullName = account.FullName, Bio = account.Bio, Website = account.Website, Email = account.Email,
        EmailConfirmed = account.EmailConfirmed, Role = RoleNames.Of(account.Role), IsPro = account.IsPro, ShowsNsfw = account.ShowsNsfw,
        AvatarUrl = account.Avatar is null ? null : Links.Avatar(account), CreatedAt = account.CreatedAt,
    };
}
