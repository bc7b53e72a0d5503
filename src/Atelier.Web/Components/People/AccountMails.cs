// The mails about accounts: each holds a link that only its receiver can know.
using Atelier.Accounts;
using Atelier.Durable;
using Atelier.Notifying;
using Atelier.Web.Components.Layout;
using Atelier.Web.Configuration;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.People;

internal sealed class AccountMails(MailBox box, SignedLinks links, AtelierSettings settings)
{
    /// <summary>Mails the link that lets somebody choose a new password.</summary>
    public Task ResetAsync(HttpContext http, StampedAccount account, CancellationToken cancellationToken) => box.PostAsync(new Mail(
        account.Email, "A new password for Atelier", $"""
        Hello {account.Username},

        somebody, probably you, has asked for a new password on {BaseOf(http)}. This link lets you choose one; it works once, and for an hour:

        {LinkTo(http, Links.Reset, links.Seal(SignedLinks.Reset, account.Id, account.SecurityStamp))}

        If it was not you, do nothing: the old password still holds.
        """), cancellationToken);

    /// <summary>Mails the link that confirms an address.</summary>
    public Task ConfirmAsync(HttpContext http, string accountId, string email, CancellationToken cancellationToken) => box.PostAsync(new Mail(
        email, "Your address at Atelier", $"""
        Hello,

        this address was given for an account on {BaseOf(http)}. If that was you, confirm it within an hour:

        {LinkTo(http, Links.Confirm, links.Seal(SignedLinks.Confirm, accountId, email))}

        If it was not you, do nothing.
        """), cancellationToken);

    /// <summary>Mails the link that changes the address to the new one, and tells the old one.</summary>
    public async Task ChangeAsync(HttpContext http, StampedAccount account, string email, CancellationToken cancellationToken)
    {
        await box.PostAsync(new Mail(email, "Your new address at Atelier", $"""
            Hello {account.Username},

            this address is to become that of your account on {BaseOf(http)}. Follow this link in a browser in which you are signed in; it works once, and for an hour:

            {LinkTo(http, Links.ConfirmEmail, links.Seal(SignedLinks.Change, account.Id, $"{account.SecurityStamp} {email}"))}

            If it was not you, do nothing.
            """), cancellationToken);
        await box.PostAsync(new Mail(account.Email, "Your address at Atelier is about to change", $"""
            Hello {account.Username},

            somebody who is signed in as you on {BaseOf(http)} has asked to change the address of your account to {email}. It changes when the link that
            was mailed there is followed.

            If it was not you, sign in within the hour and change your password: then the link ends, and everybody else is signed out.
            """), cancellationToken);
    }

    /// <summary>Tells the old address that it is one no more, in the transaction that changes it.</summary>
    public Task ChangedAsync(Transaction transaction, HttpContext http, StampedAccount before, string email, CancellationToken cancellationToken) =>
        box.PostAsync(transaction, new Mail(before.Email, "Your address at Atelier has changed", $"""
        Hello {before.Username},

        the address of your account on {BaseOf(http)} is {email} now. What concerns the account is mailed there from now on.

        If it was not you, tell the operator of this installation.
        """), cancellationToken);

    /// <summary>The link of an invitation, for an administrator to hand on.</summary>
    public string InvitationLink(HttpContext http, string code) => $"{BaseOf(http)}{Links.SignUp}?invitation={code}";

    private string LinkTo(HttpContext http, string path, string token) => $"{BaseOf(http)}{path}?token={Uri.EscapeDataString(token)}";

    // The guard of hosts has let only our own names through.
    private string BaseOf(HttpContext http) => settings.Server.PublicUrl ?? $"{http.Request.Scheme}://{http.Request.Host}";
}
