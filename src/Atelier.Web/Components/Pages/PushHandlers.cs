// Takes the browsers that want to be told, and removes them. Each form is one change.
using Atelier.Accounts;
using Atelier.Notifying;
using Atelier.Web.Components.People;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Pages;

internal sealed class PushHandlers(SettingsHandlers settings, PushDevices devices, PushOptions options)
{
    /// <summary>Takes what the reader's browser was given by its push service.</summary>
    public async Task<IResult> AddAsync(HttpContext http)
    {
        var (form, caller) = (await AccountForm.ReadAsync(http), CurrentUser.CallerOf(http));
        if (PushSubscription.Parse(form.Field("endpoint"), form.Field("p256dh"), form.Field("auth"), options) is not { } subscription)
        {
            var problem = new AccountProblem(AccountForm.Whole, "Your browser named no push service that can be used from here. Nothing was changed.");
            return await settings.ShowWithAsync(http, view => view with { Push = new AccountForm().Refused([problem]) }, StatusCodes.Status422UnprocessableEntity);
        }
        await devices.AddAsync(
            caller.Id, caller.Proof == Proof.Session ? caller.CredentialId : null, subscription, http.Request.Headers.UserAgent.ToString(), http.RequestAborted);
        return SettingsHandlers.Done(http, "push");
    }

    /// <summary>Removes a device.</summary>
    public async Task<IResult> RemoveAsync(HttpContext http)
    {
        var form = await AccountForm.ReadAsync(http);
        await devices.RemoveAsync(CurrentUser.CallerOf(http).Id, form.Field("id"), http.RequestAborted);
        return SettingsHandlers.Done(http, "push-removed");
    }
}
