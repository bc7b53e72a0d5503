// Links that are mailed: for a new password, and to confirm an address. What they are asked for is answered alike for every name.
using Atelier.Accounts;
using Atelier.Notifying;
using Atelier.Web.Components.Layout;
using Atelier.Web.Components.People;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Pages;

internal sealed class PasswordLinkHandlers(PageFrames frames, SignIn signIn, SignedLinks links, AccountMails mails, AttemptLimits limits, Mailer mailer)
{
    /// <summary>The page that asks whose password is forgotten.</summary>
    public Task<IResult> ShowForgotAsync(HttpContext http) => ForgotPageAsync(http, new AccountForm(), isSent: false);

    /// <summary>Mails a link, if there is such an account.</summary>
    public async Task<IResult> ForgotAsync(HttpContext http)
    {
        var form = await AccountForm.ReadAsync(http);
        if (limits.Count(Attempt.Link, http) is { } wait)
            return await ForgotPageAsync(http, form.Refused(AccountForm.Whole, SignInHandlers.TooMany(http, wait)), isSent: false, StatusCodes.Status429TooManyRequests);
        if (form.Field("name").Trim() is { Length: > 0 and <= AccountRules.LongestEmail } name
            && await signIn.FindStampedAsync(name, http.RequestAborted) is { } account && limits.CountLink(account.Email) is null)
            await mails.ResetAsync(http, account, http.RequestAborted);
        return await ForgotPageAsync(http, form, isSent: true);
    }

    /// <summary>The page that a link for a new password leads to.</summary>
    public async Task<IResult> ShowResetAsync(HttpContext http)
    {
        var form = AccountForm.OfQuery(http);
        var isGood = links.Open(SignedLinks.Reset, form.Field("token")) is { } content && await signIn.IsCurrentAsync(content.Account, content.Mark, http.RequestAborted);
        return await ResetPageAsync(http, form, isGood, isGood ? StatusCodes.Status200OK : StatusCodes.Status410Gone);
    }

    /// <summary>Sets the new password.</summary>
    public async Task<IResult> ResetAsync(HttpContext http)
    {
        var form = await AccountForm.ReadAsync(http);
        if (links.Open(SignedLinks.Reset, form.Field("token")) is not { } content)
            return await ResetPageAsync(http, form, isGood: false, StatusCodes.Status410Gone);
        if (AccountRules.OfPassword(form.Field("password"), email: null, username: null) is { } problem)
            return await ResetPageAsync(http, form.Refused([problem]), isGood: true, StatusCodes.Status422UnprocessableEntity);
        return await signIn.ResetPasswordAsync(content.Account, content.Mark, form.Field("password"), http.RequestAborted)
            ? Answers.SeeOther(http, $"{Links.SignIn}?done=reset")
            : await ResetPageAsync(http, form, isGood: false, StatusCodes.Status410Gone);
    }

    /// <summary>Confirms an address. Following the link twice does no harm.</summary>
    public async Task<IResult> ConfirmAsync(HttpContext http) =>
        links.Open(SignedLinks.Confirm, http.Request.Query["token"].ToString()) is { } content
            && await signIn.ConfirmEmailAsync(content.Account, content.Mark, http.RequestAborted)
            ? Answers.Problem(frames, http, StatusCodes.Status200OK, "Thank you", "Your address is confirmed.")
            : Answers.Problem(frames, http, StatusCodes.Status410Gone, "This link is too old", "Sign in and have a new one sent from your settings.");

    private async Task<IResult> ForgotPageAsync(HttpContext http, AccountForm form, bool isSent, int status = StatusCodes.Status200OK) =>
        new Page<ForgotPage>(new Dictionary<string, object?>
        {
            [nameof(ForgotPage.Frame)] = await frames.OfAsync(http),
            [nameof(ForgotPage.Form)] = form,
            [nameof(ForgotPage.IsSent)] = isSent,
            [nameof(ForgotPage.ReachesPeople)] = mailer.ReachesPeople,
        }, status);

    private async Task<IResult> ResetPageAsync(HttpContext http, AccountForm form, bool isGood, int status) =>
        new Page<ResetPage>(new Dictionary<string, object?>
        {
            [nameof(ResetPage.Frame)] = await frames.OfAsync(http),
            [nameof(ResetPage.Form)] = form,
            [nameof(ResetPage.IsGood)] = isGood,
        }, status);
}
