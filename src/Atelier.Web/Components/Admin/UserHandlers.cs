// Shows the accounts and carries out what administrators and moderators do to them. Each act is the product's own; nothing is kept here.
using System.Globalization;
using Atelier.Accounts;
using Atelier.Credits;
using Atelier.Moderation;
using Atelier.Operating;
using Atelier.Web.Endpoints;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Admin;

internal sealed class UserHandlers(PageFrames frames, AccountListing listing, AccountActs acts, CreditActs credits)
{
    /// <summary>The page of accounts that the address names.</summary>
    public async Task<IResult> ShowAsync(HttpContext http)
    {
        var query = UsersQuery.Of(http.Request.Query);
        var accounts = await listing.ListAsync(query.Filter, query.After, http.RequestAborted);
        return new Page<UsersPage>(new Dictionary<string, object?>
        {
            [nameof(UsersPage.Frame)] = await frames.OfAsync(http),
            [nameof(UsersPage.Query)] = query,
            [nameof(UsersPage.Accounts)] = accounts,
            [nameof(UsersPage.Next)] = accounts.Count == AccountListing.PageSize ? query with { After = accounts[^1].Username } : null,
        });
    }

    /// <summary>Gives a role.</summary>
    public async Task<IResult> RoleAsync(string id, HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        return RoleNames.TryParse(form["role"], out var role)
            ? await AnswerAsync(await acts.GiveRoleAsync(id, CurrentUser.CallerOf(http).Account!, role, http.RequestAborted), http, form, AdminLinks.Users)
            : Answers.Back(http, form["return"], AdminLinks.Users);
    }

    /// <summary>Gives credits, or takes them where the amount is below zero.</summary>
    public async Task<IResult> CreditsAsync(string id, HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var isNumber = long.TryParse(form["amount"], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var amount);
        if (!isNumber || amount == 0 || Math.Abs(amount) > CreditGrant.MostAmount || !ModerationReader.IsPlain(form["note"].ToString(), CreditGrant.MaxNote))
            return Answers.Back(http, form["return"], AdminLinks.Users);
        var grant = new CreditGrant(id, amount, CurrentUser.CallerOf(http).Id) { Note = form["note"].ToString() };
        return await credits.GrantAsync(grant, http.RequestAborted) == GrantResult.TooFew
            ? Answers.Problem(frames, http, StatusCodes.Status409Conflict, "There are not so many", "The account has fewer credits than were to be taken. Nothing was done.")
            : Answers.Back(http, form["return"], AdminLinks.Users);
    }

    /// <summary>Bans an account.</summary>
    public async Task<IResult> BanAsync(string id, HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var reason = form["reason"].ToString();
        if (!ModerationReader.IsPlain(reason, AccountActs.MaxReason))
            reason = "";
        return await AnswerAsync(await acts.BanAsync(id, CurrentUser.CallerOf(http).Account!, reason, http.RequestAborted), http, form, AdminLinks.Banned);
    }

    /// <summary>Lifts a ban.</summary>
    public async Task<IResult> UnbanAsync(string id, HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        return await AnswerAsync(await acts.UnbanAsync(id, CurrentUser.CallerOf(http).Account!, http.RequestAborted), http, form, AdminLinks.Banned);
    }

    private async Task<IResult> AnswerAsync(ActResult result, HttpContext http, IFormCollection form, string otherwise) => result switch
    {
        ActResult.NotFound => await Answers.NotFoundAsync(frames, http),
        ActResult.NotAllowed => Answers.Problem(frames, http, StatusCodes.Status403Forbidden, "Not this account",
            "It is your own, or of your role or above. Nothing was done."),
        _ => Answers.Back(http, form["return"], otherwise),
    };
}

/// <summary>Which accounts a page shows: all of its state is in the address.</summary>
/// <param name="Text">Part of a name or an address.</param>
/// <param name="Role">Only of this role; empty for all.</param>
/// <param name="Banned">Only banned ones.</param>
/// <param name="After">Only behind this username.</param>
public sealed record UsersQuery(string Text, string Role, bool Banned, string? After)
{
    /// <summary>What to ask the listing for.</summary>
    public AccountFilter Filter => new(Text.Length == 0 ? null : Text, RoleNames.TryParse(Role, out var role) ? role : null, Banned);

    /// <summary>Reads an address; what is not understood is as if it were not there.</summary>
    public static UsersQuery Of(IQueryCollection query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var text = query["q"].ToString().Trim();
        return new UsersQuery(
            text.Length <= 100 && !text.Any(char.IsControl) ? text : "", RoleNames.All.Contains(query["role"].ToString()) ? query["role"].ToString() : "",
            query["banned"] == "1", query["after"].ToString() is { Length: > 0 and <= 100 } after && !after.Any(char.IsControl) ? after : null);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var parts = new[] { ("q", Text), ("role", Role), ("banned", Banned ? "1" : ""), ("after", After ?? "") }
            .Where(part => part.Item2.Length > 0).Select(part => $"{part.Item1}={Uri.EscapeDataString(part.Item2)}").ToList();
        return parts.Count == 0 ? AdminLinks.Users : $"{AdminLinks.Users}?{string.Join('&', parts)}";
    }
}
