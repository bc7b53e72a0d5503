// Shows the reader's account and takes its forms. Each form is one change; what is refused comes back as it was typed.
using Atelier.Accounts;
using Atelier.Notifying;
using Atelier.Web.Components.Layout;
using Atelier.Web.Components.People;
using Atelier.Web.Security;
using Atelier.Web.Security.External;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Pages;

internal sealed class SettingsHandlers(PageFrames frames, AccountStore accounts, SignIn signIn, SessionStore sessions, PersonalKeys keys, Invitations invitations,
    ExternalLogins logins, Passkeys passkeys, IdentityServices services, PushDevices devices, PushKeys pushKeys)
{
    private const int LongestKeyLife = 3_650;

    /// <summary>The page.</summary>
    public Task<IResult> ShowAsync(HttpContext http) => ShowWithAsync(http, view => view with
    {
        Done = http.Request.Query["done"].ToString() switch
        {
            "profile" => "Your profile is saved.",
            "password" => "Your password is changed, and you are signed out everywhere else.",
            "address" => "A link is on its way to the new address. Until you follow it, the old one holds.",
            "email" => "Your address is changed.",
            "passkey" => "The passkey is added. You can sign in with it from now on.",
            "passkeys" => "The passkey is removed.",
            "session" => "That browser is signed out.",
            "sessions" => "You are signed out everywhere else.",
            "key" => "The key is revoked.",
            "service" => "Your sign-in services are changed.",
            "invitation" => "The invitation is taken back.",
            "push" => "Notifications are on in this browser.",
            "push-removed" => "That device is told nothing more.",
            "confirm" => "The link is on its way to your address.",
            _ => null,
        },
    });

    /// <summary>Changes the profile.</summary>
    public async Task<IResult> ProfileAsync(HttpContext http)
    {
        var (form, account) = (await AccountForm.ReadAsync(http), CurrentUser.CallerOf(http).Account!);
        var change = new ProfileChange(
            form.Field("username").Trim(), form.Field("full_name").Trim(), form.Field("bio").Trim(),
            form.Field("website").Trim() is { Length: > 0 } website ? website : null, form.Field("shows_nsfw") == "on");
        var problems = AccountRules.OfProfile(change, account.Username).ToList();
        if (problems.Count == 0 && !await accounts.ChangeProfileAsync(account.Id, change, http.RequestAborted))
            problems.Add(new AccountProblem("username", "Somebody else has this name. Choose another."));
        return problems.Count == 0
            ? Done(http, "profile")
            : await ShowWithAsync(http, view => view with { Profile = form.Refused(problems) }, StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>Changes the password.</summary>
    public async Task<IResult> PasswordAsync(HttpContext http)
    {
        var (form, caller) = (await AccountForm.ReadAsync(http), CurrentUser.CallerOf(http));
        var problem = AccountRules.OfPassword(form.Field("password"), caller.Account!.Email, caller.Account.Username);
        if (problem is null && await signIn.HasPasswordAsync(caller.Id, http.RequestAborted)
            && !await signIn.IsPasswordAsync(caller.Id, form.Field("present"), http.RequestAborted))
            problem = new AccountProblem("present", "That is not your present password, or there were too many wrong tries.");
        if (problem is not null)
            return await ShowWithAsync(http, view => view with { Password = form.Refused([problem]) }, StatusCodes.Status422UnprocessableEntity);
        await signIn.SetPasswordAsync(caller.Id, form.Field("password"), caller.CredentialId, http.RequestAborted);
        return Done(http, "password");
    }

    /// <summary>Ends one session.</summary>
    public async Task<IResult> EndSessionAsync(HttpContext http)
    {
        var form = await AccountForm.ReadAsync(http);
        await sessions.EndAsync(CurrentUser.CallerOf(http).Id, form.Field("id"), http.RequestAborted);
        return Done(http, "session");
    }

    /// <summary>Ends every other session.</summary>
    public async Task<IResult> EndOtherSessionsAsync(HttpContext http)
    {
        var caller = CurrentUser.CallerOf(http);
        await sessions.EndOthersAsync(caller.Id, caller.CredentialId, http.RequestAborted);
        return Done(http, "sessions");
    }

    /// <summary>Makes a key and shows it, this once.</summary>
    public async Task<IResult> CreateKeyAsync(HttpContext http)
    {
        var (form, account) = (await AccountForm.ReadAsync(http), CurrentUser.CallerOf(http).Account!);
        var name = form.Field("name").Trim();
        var scopes = ScopeNames.Parse(form.Field("scope").Split(',', StringSplitOptions.RemoveEmptyEntries)) ?? Scopes.None;
        var days = int.TryParse(form.Field("days"), out var number) ? Math.Clamp(number, 1, LongestKeyLife) : (int?)null;
        var problem = name.Length is 0 or > PersonalKeys.LongestName || name.Any(char.IsControl)
                ? new AccountProblem("name", $"Give it a name of at most {PersonalKeys.LongestName} characters.")
            : scopes == Scopes.None || (scopes.HasFlag(Scopes.Operate) && account.Role < Role.Moderator)
                ? new AccountProblem(AccountForm.Whole, "Choose what the key may do.") : null;
        var made = problem is null
            ? await keys.CreateAsync(account.Id, name, scopes, days is { } span ? TimeSpan.FromDays(span) : null, http.RequestAborted) : null;
        if (made is null)
        {
            problem ??= new AccountProblem(AccountForm.Whole, $"You have {PersonalKeys.Most} keys already. Revoke one that is not used.");
            return await ShowWithAsync(http, view => view with { Key = form.Refused([problem]) }, StatusCodes.Status422UnprocessableEntity);
        }
        ShowOnce(http);
        return await ShowWithAsync(http, view => view with { MadeKey = made });
    }

    /// <summary>Revokes a key.</summary>
    public async Task<IResult> RevokeKeyAsync(HttpContext http)
    {
        var form = await AccountForm.ReadAsync(http);
        await keys.RevokeAsync(CurrentUser.CallerOf(http).Id, form.Field("id"), http.RequestAborted);
        return Done(http, "key");
    }

    /// <summary>Ends the link to another service.</summary>
    public async Task<IResult> UnlinkAsync(HttpContext http)
    {
        var form = await AccountForm.ReadAsync(http);
        return await logins.UnlinkAsync(CurrentUser.CallerOf(http).Id, form.Field("issuer"), http.RequestAborted)
            ? Done(http, "service")
            : await ShowWithAsync(http, view => view with { Password = form.Refused("password", "Set a password or add a passkey first: it would be your only way in.") }, StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>Keeps a page that shows a secret from being shown again when somebody goes back.</summary>
    public static void ShowOnce(HttpContext http) => http.Response.OnStarting(() =>
    {
        http.Response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    });

    /// <summary>Sends the browser to the settings, which say what has been done.</summary>
    public static IResult Done(HttpContext http, string what) => Answers.SeeOther(http, $"{Links.Settings}?done={what}");

    /// <summary>The page with something to say.</summary>
    public async Task<IResult> ShowWithAsync(HttpContext http, Func<SettingsView, SettingsView> with, int status = StatusCodes.Status200OK)
    {
        var frame = await frames.OfAsync(http);
        var account = frame.Reader.Account!;
        var view = new SettingsView { Account = account, SignsIn = frame.Reader.Proof == Proof.Session, Profile = ProfileOf(account) };
        view = view with
        {
            PushKey = await pushKeys.PublicAsync(http.RequestAborted), Devices = await devices.ListAsync(account.Id, http.RequestAborted),
            Client = http.Request.Headers.UserAgent.ToString(),
        };
        if (view.SignsIn)
        {
            var linked = await logins.ListAsync(account.Id, http.RequestAborted);
            view = view with
            {
                LinkedServices = [.. linked.Select(issuer => (issuer, services.All.FirstOrDefault(service => service.Issuer == issuer)?.Title ?? issuer))],
                OtherServices = [.. services.All.Where(service => !linked.Contains(service.Issuer)).Select(service => (service.Name, service.Title))],
                HasPassword = await signIn.HasPasswordAsync(account.Id, http.RequestAborted),
                Passkeys = await passkeys.ListAsync(account.Id, http.RequestAborted),
                Sessions = await sessions.ListAsync(account.Id, http.RequestAborted),
                Keys = await keys.ListAsync(account.Id, http.RequestAborted),
                Invitations = account.Role == Role.Admin ? await invitations.ListAsync(http.RequestAborted) : [],
            };
        }
        return new Page<SettingsPage>(new Dictionary<string, object?>
        {
            [nameof(SettingsPage.Frame)] = frame with { Path = Links.Settings },
            [nameof(SettingsPage.View)] = with(view),
        }, status);
    }

    private static AccountForm ProfileOf(Account account) => new()
    {
        Fields = new Dictionary<string, string>
        {
            ["username"] = account.Username, ["full_name"] = account.FullName, ["bio"] = account.Bio, ["website"] = account.Website ?? "",
            ["shows_nsfw"] = account.ShowsNsfw ? "on" : "",
        },
    };
}
