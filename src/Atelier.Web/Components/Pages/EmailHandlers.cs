// Changes the reader's address: asked for with the password, done by a link that is mailed to the new address and followed by who is signed in.
using Atelier.Accounts;
using Atelier.Web.Components.People;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Pages;

internal sealed class EmailHandlers(
    PageFrames frames, SettingsHandlers settings, EmailChange change, SignIn signIn, SignedLinks links, AccountMails mails, AttemptLimits limits)
{
    /// <summary>Mails the link to the new address, and tells the old one.</summary>
    public async Task<IResult> AskAsync(HttpContext http)
    {
        var (form, caller) = (await AccountForm.ReadAsync(http), CurrentUser.CallerOf(http));
        if (caller.Proof != Proof.Session || await change.FindStampedAsync(caller.Id, http.RequestAborted) is not { } account)
            return TypedResults.NotFound();
        var email = form.Field("email").Trim();
        var problem = AccountRules.OfEmail(email)
            ?? (email == account.Email ? new AccountProblem("email", "This is your address already.") : await DoubtAsync(http, caller, form));
        if (problem is not null)
            return await RefuseAsync(http, form.Refused([problem]));
        if ((limits.Count(Attempt.Link, http) ?? limits.CountLink(email)) is { } wait)
            return await RefuseAsync(http, form.Refused(AccountForm.Whole, SignInHandlers.TooMany(http, wait)), StatusCodes.Status429TooManyRequests);
        if (await change.IsTakenAsync(account.Id, email, http.RequestAborted))
            return await RefuseAsync(http, form.Refused([AccountRules.EmailTaken]));
        await mails.ChangeAsync(http, account, email, http.RequestAborted);
        return SettingsHandlers.Done(http, "address");
    }

    /// <summary>Takes who follows the link, and changes the address.</summary>
    public async Task<IResult> FollowAsync(HttpContext http)
    {
        var ends = http.RequestAborted;
        if (links.Open(SignedLinks.Change, http.Request.Query["token"].ToString()) is not { } content
            || content.Mark.Split(' ', 2) is not [var stamp, var email] || !await signIn.IsCurrentAsync(content.Account, stamp, ends))
            return TooLate(http);
        var caller = CurrentUser.CallerOf(http);
        // Whoever gets a mail that was meant for somebody else must not get the account with it.
        if (!caller.IsKnown)
            return SignInFirst.Answer(http);
        if (caller.Proof != Proof.Session || caller.Id != content.Account)
            return Answers.Problem(frames, http, StatusCodes.Status403Forbidden, "This link is for another account",
                "Sign out, sign in as the account that asked for it, and follow the link once more.");
        return await change.ChangeAsync(content.Account, stamp, email, (transaction, before) => mails.ChangedAsync(transaction, http, before, email, ends), ends) switch
        {
            EmailChanged.Done => SettingsHandlers.Done(http, "email"),
            EmailChanged.Taken => Answers.Problem(frames, http, StatusCodes.Status409Conflict, "Somebody else has this address",
                "It got an account here after the link was made. Your address is what it was."),
            _ => TooLate(http),
        };
    }

    private async Task<AccountProblem?> DoubtAsync(HttpContext http, Caller caller, AccountForm form)
    {
        if (await signIn.HasPasswordAsync(caller.Id, http.RequestAborted))
            return await signIn.IsPasswordAsync(caller.Id, form.Field("present"), http.RequestAborted)
                ? null : new AccountProblem("present", "That is not your present password, or there were too many wrong tries.");
        return await change.IsFreshAsync(caller.Id, caller.CredentialId, http.RequestAborted)
            ? null : new AccountProblem(AccountForm.Whole, "Sign out and in again first: for this you must have signed in within the last ten minutes.");
    }

    private IResult TooLate(HttpContext http) => Answers.Problem(frames, http, StatusCodes.Status410Gone, "This link does not work any more",
        "It works once, for an hour, and only while nothing else has changed about how you sign in. Your settings show the address that holds.");

    private Task<IResult> RefuseAsync(HttpContext http, AccountForm form, int status = StatusCodes.Status422UnprocessableEntity) =>
        settings.ShowWithAsync(http, view => view with { Email = form }, status);
}
