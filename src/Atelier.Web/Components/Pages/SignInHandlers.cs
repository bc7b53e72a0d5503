// Signs people in, up and out. Every signing in begins a session with a new token, so that nobody can prepare one for somebody else.
using System.Globalization;
using Atelier.Accounts;
using Atelier.Generating;
using Atelier.Web.Components.Layout;
using Atelier.Web.Components.People;
using Atelier.Web.Configuration;
using Atelier.Web.Security;
using Atelier.Web.Security.External;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Pages;

internal sealed class SignInHandlers(
    PageFrames frames, SignIn signIn, SignUp signUp, AccountStore accounts, SessionStore sessions, Invitations invitations, GenerationStore generations,
    SessionCookie cookie, AttemptLimits limits, AccountMails mails, IdentityServices services, AtelierSettings settings)
{
    /// <summary>The page for signing in.</summary>
    public async Task<IResult> ShowSignInAsync(HttpContext http)
    {
        var form = AccountForm.OfQuery(http);
        if (CurrentUser.CallerOf(http).IsKnown)
            return Answers.Back(http, form.Field("return"));
        // Nobody could sign in yet.
        if (!await accounts.IsSettledAsync(http.RequestAborted))
            return Answers.SeeOther(http, $"{Links.SignUp}{http.Request.QueryString}");
        return await SignInPageAsync(http, form, notice: form.Field("done") switch
        {
            "reset" => "The new password is set. Sign in with it.",
            "deleted" => "Your account is deleted.",
            _ => null,
        });
    }

    /// <summary>Takes name and password.</summary>
    public async Task<IResult> SignInAsync(HttpContext http)
    {
        var form = await AccountForm.ReadAsync(http);
        if (!settings.Accounts.Enabled)
            return Answers.SeeOther(http, Links.Create);
        if (limits.Count(Attempt.SignIn, http) is { } wait)
            return await SignInPageAsync(http, form.Refused(AccountForm.Whole, TooMany(http, wait)), StatusCodes.Status429TooManyRequests);
        var result = await signIn.WithPasswordAsync(form.Field("name").Trim(), form.Field("password"), SessionCookie.PlaceOf(http), http.RequestAborted);
        return result switch
        {
            SignInResult.SignedIn signed => await EnterAsync(http, signed, form.Field("return")),
            SignInResult.Refused refused => await SignInPageAsync(http, form.Refused(refused.Problems), StatusCodes.Status422UnprocessableEntity),
            _ => throw new InvalidOperationException($"Unknown result {result.GetType().Name}."),
        };
    }

    /// <summary>The page for signing up.</summary>
    public async Task<IResult> ShowSignUpAsync(HttpContext http)
    {
        var form = AccountForm.OfQuery(http);
        if (CurrentUser.CallerOf(http).IsKnown)
            return Answers.Back(http, form.Field("return"));
        if (form.Field("invitation") is { Length: > 0 } code)
        {
            var (email, isGood) = await invitations.LookAsync(code, http.RequestAborted);
            form = !isGood ? form.Refused("invitation", "This invitation was used already, or is too old. Ask for a new one.")
                : email is null ? form : form.With("email", email);
        }
        return await SignUpPageAsync(http, form);
    }

    /// <summary>Takes what somebody gives who signs up.</summary>
    public async Task<IResult> SignUpAsync(HttpContext http)
    {
        var form = await AccountForm.ReadAsync(http);
        if (!settings.Accounts.Enabled)
            return Answers.SeeOther(http, Links.Create);
        if (limits.Count(Attempt.SignUp, http) is { } wait)
            return await SignUpPageAsync(http, form.Refused(AccountForm.Whole, TooMany(http, wait)), StatusCodes.Status429TooManyRequests);
        var request = new SignUpRequest(
            form.Field("email").Trim(), form.Field("username").Trim(), form.Field("password"), form.Field("invitation") is { Length: > 0 } code ? code : null);
        var result = await signUp.OpenAsync(request, SessionCookie.PlaceOf(http), http.RequestAborted);
        if (result is not SignInResult.SignedIn signed)
            return await SignUpPageAsync(http, form.Refused(((SignInResult.Refused)result).Problems), StatusCodes.Status422UnprocessableEntity);
        await mails.ConfirmAsync(http, signed.AccountId, request.Email, http.RequestAborted);
        return await EnterAsync(http, signed, form.Field("return"));
    }

    /// <summary>Ends the session.</summary>
    public async Task<IResult> SignOutAsync(HttpContext http)
    {
        await EndPresentAsync(http);
        cookie.Forget(http);
        return Answers.SeeOther(http, Links.SignIn);
    }

    /// <summary>Lets somebody in who has just proved who it is.</summary>
    public async Task<IResult> EnterAsync(HttpContext http, SignInResult.SignedIn signed, string? path)
    {
        await EndPresentAsync(http);
        cookie.Write(http, signed.Token);
        return Answers.Back(http, path);
    }

    /// <summary>Says how long to wait after too many tries.</summary>
    public static string TooMany(HttpContext http, TimeSpan wait)
    {
        var seconds = (int)Math.Ceiling(Math.Max(1, wait.TotalSeconds));
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return $"Too many tries. Wait {Wording.Duration(seconds)} and try again.";
    }

    /// <summary>The page for signing in, with what is wrong.</summary>
    public async Task<IResult> SignInPageAsync(HttpContext http, AccountForm form, int status = StatusCodes.Status200OK, string? notice = null) =>
        new Page<SignInPage>(new Dictionary<string, object?>
        {
            [nameof(SignInPage.Frame)] = await frames.OfAsync(http),
            [nameof(SignInPage.Form)] = form,
            [nameof(SignInPage.Notice)] = notice,
            [nameof(SignInPage.Services)] = services.All.Select(service => (service.Name, service.Title)).ToList(),
        }, status);

    private async Task EndPresentAsync(HttpContext http)
    {
        if (CurrentUser.CallerOf(http) is { Proof: Proof.Session, CredentialId: { } session } caller)
            await sessions.EndAsync(caller.Id, session, http.RequestAborted);
    }

    private async Task<IResult> SignUpPageAsync(HttpContext http, AccountForm form, int status = StatusCodes.Status200OK)
    {
        var isFirst = !await accounts.IsSettledAsync(http.RequestAborted);
        return new Page<SignUpPage>(new Dictionary<string, object?>
        {
            [nameof(SignUpPage.Frame)] = await frames.OfAsync(http),
            [nameof(SignUpPage.Form)] = form,
            [nameof(SignUpPage.Services)] = services.All.Select(service => (service.Name, service.Title)).ToList(),
            [nameof(SignUpPage.IsFirst)] = isFirst,
            [nameof(SignUpPage.HasPictures)] = isFirst && (await generations.CountAsync(Account.LocalId, http.RequestAborted)).Count > 0,
            [nameof(SignUpPage.NeedsInvitation)] = settings.Accounts.ByInvitation && !isFirst && form.Field("invitation").Length == 0,
        }, status);
    }
}
