// Adds passkeys to the reader's account, removes them, and signs in with one. Each ceremony is a request for a challenge and a form with its answer.
using Atelier.Accounts;
using Atelier.Web.Components.Layout;
using Atelier.Web.Components.People;
using Atelier.Web.Configuration;
using Atelier.Web.Security;
using Atelier.Web.Security.Passkeys;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Pages;

internal sealed class PasskeyHandlers(
    SettingsHandlers settingsPage, SignInHandlers entry, PasskeyCeremony ceremony, Passkeys passkeys, AttemptLimits limits, AtelierSettings settings)
{
    private const string Json = "application/json";

    /// <summary>A challenge for signing in.</summary>
    public async Task<IResult> AskToSignInAsync(HttpContext http) =>
        settings.Accounts.Enabled ? Challenge(http, await ceremony.BeginSigningInAsync(http)) : TypedResults.NotFound();

    /// <summary>Takes the answer, and signs in whose it is.</summary>
    public async Task<IResult> SignInAsync(HttpContext http)
    {
        var form = await AccountForm.ReadAsync(http);
        if (!settings.Accounts.Enabled)
            return Answers.SeeOther(http, Links.Create);
        if (limits.Count(Attempt.SignIn, http) is { } wait)
            return await entry.SignInPageAsync(http, form.Refused(AccountForm.Whole, SignInHandlers.TooMany(http, wait)), StatusCodes.Status429TooManyRequests);
        return await ceremony.FinishSigningInAsync(http, form.Field("credential")) switch
        {
            SignInResult.SignedIn signed => await entry.EnterAsync(http, signed, form.Field("return")),
            SignInResult.Refused refused => await entry.SignInPageAsync(
                http, form.Refused(AccountForm.Whole, refused.Problems[0].Message), StatusCodes.Status422UnprocessableEntity),
            var unknown => throw new InvalidOperationException($"Unknown result {unknown.GetType().Name}."),
        };
    }

    /// <summary>A challenge for a new passkey.</summary>
    public async Task<IResult> AskToAddAsync(HttpContext http) =>
        CurrentUser.CallerOf(http) is { Proof: Proof.Session, Account: { } account } ? Challenge(http, await ceremony.BeginAddingAsync(http, account)) : TypedResults.NotFound();

    /// <summary>Takes the answer, and adds the passkey.</summary>
    public async Task<IResult> AddAsync(HttpContext http)
    {
        var form = await AccountForm.ReadAsync(http);
        if (CurrentUser.CallerOf(http) is not { Proof: Proof.Session, Account: { } account })
            return TypedResults.NotFound();
        if (limits.Count(Attempt.SignIn, http) is { } wait)
            return await RefuseAsync(http, form.Refused(AccountForm.Whole, SignInHandlers.TooMany(http, wait)), StatusCodes.Status429TooManyRequests);
        var name = form.Field("name").Trim();
        if (name.Length is 0 or > Passkeys.LongestName || name.Any(char.IsControl))
            return await RefuseAsync(http, form.Refused("name", $"Give it a name of at most {Passkeys.LongestName} characters."));
        if (await ceremony.FinishAddingAsync(http, account, form.Field("credential")) is not { } credential)
            return await RefuseAsync(http, form.Refused(AccountForm.Whole, "That was not finished in time, or this passkey is here already. Try once more."));
        return await passkeys.AddAsync(account.Id, name, credential, http.RequestAborted)
            ? SettingsHandlers.Done(http, "passkey")
            : await RefuseAsync(http, form.Refused(AccountForm.Whole, $"You have {Passkeys.Most} passkeys already. Remove one that is not used."));
    }

    /// <summary>Removes one.</summary>
    public async Task<IResult> RemoveAsync(HttpContext http)
    {
        var form = await AccountForm.ReadAsync(http);
        return await passkeys.RemoveAsync(CurrentUser.CallerOf(http).Id, form.Field("id"), http.RequestAborted)
            ? SettingsHandlers.Done(http, "passkeys")
            : await RefuseAsync(http, new AccountForm().Refused(AccountForm.Whole,
                "This passkey is your only way in. Set a password, link a service or add another passkey first."));
    }

    private Task<IResult> RefuseAsync(HttpContext http, AccountForm form, int status = StatusCodes.Status422UnprocessableEntity) =>
        settingsPage.ShowWithAsync(http, view => view with { Passkey = form }, status);

    private static Microsoft.AspNetCore.Http.HttpResults.ContentHttpResult Challenge(HttpContext http, string json)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Text(json, Json);
    }
}
