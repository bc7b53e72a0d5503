// What concerns the account as a whole: its picture, the mail that confirms its address, invitations, and its end.
using Atelier.Accounts;
using Atelier.Storage;
using Atelier.Web.Components.Layout;
using Atelier.Web.Components.People;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Atelier.Web.Components.Pages;

internal sealed class AccountHandlers(
    SettingsHandlers settings, AccountStore accounts, Avatars avatars, BlobStore blobs, SignIn signIn, AccountRemoval removal, Invitations invitations,
    AccountMails mails, AttemptLimits limits, SessionCookie cookie)
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    /// <summary>Shows an avatar.</summary>
    public async Task<IResult> ShowAvatarAsync(HttpContext http, string username)
    {
        if (username.Length > AccountRules.LongestUsername || await accounts.FindByUsernameAsync(username, http.RequestAborted) is not { Avatar: { } avatar, BannedAt: null }
            || await blobs.OpenAsync(BlobKey.Parse(avatar), http.RequestAborted) is not { } content)
            return TypedResults.NotFound();
        // The address that names this very picture may be kept for good.
        http.Response.GetTypedHeaders().CacheControl = http.Request.Query["v"] == avatar[..Links.AvatarMark]
            ? new CacheControlHeaderValue { Public = true, MaxAge = Year, Extensions = { new NameValueHeaderValue("immutable") } }
            : new CacheControlHeaderValue { NoCache = true };
        return TypedResults.Stream(content.Stream, "image/webp", entityTag: new EntityTagHeaderValue($"\"{avatar}\""));
    }

    /// <summary>Takes a new avatar, or takes the present one away.</summary>
    public async Task<IResult> AvatarAsync(HttpContext http)
    {
        var (caller, form) = (CurrentUser.CallerOf(http), await http.Request.ReadFormAsync(http.RequestAborted));
        if (form["remove"].Count > 0)
        {
            await avatars.RemoveAsync(caller.Id, http.RequestAborted);
            return SettingsHandlers.Done(http, "profile");
        }
        var problem = form.Files["avatar"] is { Length: > 0 and <= Avatars.MaxBytes } file
            ? await avatars.SetAsync(caller.Id, await ReadAsync(file, http.RequestAborted), http.RequestAborted)
            : new AccountProblem("avatar", $"Choose a picture of at most {Wording.Bytes(Avatars.MaxBytes)}.");
        return problem is null
            ? SettingsHandlers.Done(http, "profile")
            : await settings.ShowWithAsync(http, view => view with { Avatar = view.Avatar.Refused([problem]) }, StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>Mails the link that confirms the address once more.</summary>
    public async Task<IResult> ConfirmAsync(HttpContext http)
    {
        if (CurrentUser.CallerOf(http).Account is { Email: { } email, Id: var id } && limits.Count(Attempt.Link, http) is null && limits.CountLink(email) is null)
            await mails.ConfirmAsync(http, id, email, http.RequestAborted);
        return SettingsHandlers.Done(http, "confirm");
    }

    /// <summary>Makes an invitation and shows its link, this once.</summary>
    public async Task<IResult> InviteAsync(HttpContext http)
    {
        var (form, caller) = (await AccountForm.ReadAsync(http), CurrentUser.CallerOf(http));
        var email = form.Field("email").Trim() is { Length: > 0 } text ? text : null;
        var problem = email is null ? null : AccountRules.OfEmail(email);
        if (problem is not null || !RoleNames.TryParse(form.Field("role"), out var role))
            return await settings.ShowWithAsync(http, view => view with { Invitation = form.Refused([problem ?? new AccountProblem("role", "Choose a role.")]) }, StatusCodes.Status422UnprocessableEntity);
        var code = await invitations.CreateAsync(caller.Id, email, role, http.RequestAborted);
        SettingsHandlers.ShowOnce(http);
        return await settings.ShowWithAsync(http, view => view with { InvitationLink = mails.InvitationLink(http, code) });
    }

    /// <summary>Takes an invitation back.</summary>
    public async Task<IResult> RevokeInvitationAsync(HttpContext http)
    {
        var form = await AccountForm.ReadAsync(http);
        await invitations.RevokeAsync(form.Field("id"), http.RequestAborted);
        return SettingsHandlers.Done(http, "invitation");
    }

    /// <summary>Deletes the account, once its password has been given again.</summary>
    public async Task<IResult> DeleteAsync(HttpContext http)
    {
        var (form, caller) = (await AccountForm.ReadAsync(http), CurrentUser.CallerOf(http));
        if (caller.Proof != Proof.Session)
            return TypedResults.NotFound();
        var isProved = await signIn.HasPasswordAsync(caller.Id, http.RequestAborted)
            ? await signIn.IsPasswordAsync(caller.Id, form.Field("present"), http.RequestAborted)
            : string.Equals(form.Field("present").Trim(), caller.Account!.Username, StringComparison.OrdinalIgnoreCase);
        var problem = !isProved ? new AccountProblem("present", "That is not it, or there were too many wrong tries. Nothing was deleted.")
            : await removal.RemoveAsync(caller.Id, http.RequestAborted) ? null
            : new AccountProblem("present", "You are the only administrator here. Make somebody else one first.");
        if (problem is not null)
            return await settings.ShowWithAsync(http, view => view with { Deletion = form.Refused([problem]) }, StatusCodes.Status422UnprocessableEntity);
        cookie.Forget(http);
        return Answers.SeeOther(http, $"{Links.SignIn}?done=deleted");
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(IFormFile file, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream((int)file.Length);
        await file.CopyToAsync(buffer, cancellationToken);
        return buffer.ToArray();
    }
}
