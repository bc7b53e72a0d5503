// The mails about accounts: each holds a link that only its receiver can know.
using Atelier.Accounts;
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

    /// <summary>The link of an invitation, for an administrator to hand on.</summary>
    public string InvitationLink(HttpContext http, string code) => $"{BaseOf(http)}{Links.SignUp}?invitation={code}";

    private string LinkTo(HttpContext http, string path, string token) => $"{BaseOf(http)}{path}?token={Uri.EscapeDataString(token)}";

    // The guard of hosts has let only our own names through.
    private string BaseOf(HttpContext http) => settings.Server.PublicUrl ?? $"{http.Request.Scheme}://{http.Request.Host}";
}
