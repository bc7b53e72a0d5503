// Signing in by another service: there and back, and then in, up, or linked to the account that is signed in already.
using Atelier.Accounts;
using Atelier.Web.Components.People;
using Atelier.Web.Configuration;
using Atelier.Web.Security;
using Atelier.Web.Security.External;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Atelier.Web.Components.Pages;

internal sealed partial class ExternalHandlers(
    PageFrames frames, SignInHandlers entry, IdentityServices services, ExternalLogins logins, SignUp signUp, AccountStore accounts, AttemptLimits limits,
    AtelierSettings settings, ILogger<ExternalHandlers> log)
{
    private const int MostNames = 50;

    /// <summary>Sends the browser to a service.</summary>
    public async Task<IResult> BeginAsync(HttpContext http, string name)
    {
        if (!settings.Accounts.Enabled || services.Find(name) is not { } service)
            return await Answers.NotFoundAsync(frames, http);
        if (limits.Count(Attempt.SignIn, http) is { } wait)
            return Refuse(http, SignInHandlers.TooMany(http, wait), StatusCodes.Status429TooManyRequests);
        var (caller, query) = (CurrentUser.CallerOf(http), http.Request.Query);
        var link = query.ContainsKey("link") && caller.Proof == Proof.Session ? caller.Id : null;
        var journey = services.Begin(http, service, query["return"].ToString(), link, query["invitation"].ToString() is { Length: > 0 } code ? code : null);
        try
        {
            return Answers.SeeOther(http, await service.AddressAsync(journey, services.CallbackOf(http, service), http.RequestAborted));
        }
        catch (VouchingException e)
        {
            return Doubt(http, service, e);
        }
    }

    /// <summary>Takes the browser back.</summary>
    public async Task<IResult> ReturnAsync(HttpContext http, string name)
    {
        var query = http.Request.Query;
        if (!settings.Accounts.Enabled || services.Find(name) is not { } service)
            return await Answers.NotFoundAsync(frames, http);
        if (services.End(http, name, query["state"].ToString()) is not { } journey)
            return Refuse(http, "This sign-in was not begun in this browser, or too long ago. Begin again.");
        if (query["code"].ToString() is not { Length: > 0 } code)
            return Refuse(http, $"{service.Title} did not let you in. Nothing was done.");
        try
        {
            var person = await service.RedeemAsync(code, journey, services.CallbackOf(http, service), http.RequestAborted);
            return journey.Link is null ? await EnterAsync(http, service, journey, person) : await LinkAsync(http, service, journey, person);
        }
        catch (VouchingException e)
        {
            return Doubt(http, service, e);
        }
    }

    private async Task<IResult> LinkAsync(HttpContext http, IdentityService service, Journey journey, VouchedPerson person)
    {
        var caller = CurrentUser.CallerOf(http);
        if (caller.Proof != Proof.Session || caller.Id != journey.Link)
            return Refuse(http, "You are not signed in as the one who began this. Begin again.");
        return await logins.LinkAsync(caller.Id, person.Identity, http.RequestAborted)
            ? SettingsHandlers.Done(http, "service")
            : Refuse(http, $"That person of {service.Title} belongs to another account here.");
    }

    private async Task<IResult> EnterAsync(HttpContext http, IdentityService service, Journey journey, VouchedPerson person)
    {
        var result = await logins.SignInAsync(person.Identity, SessionCookie.PlaceOf(http), http.RequestAborted) ?? await SignUpAsync(http, service, journey, person);
        return result switch
        {
            SignInResult.SignedIn signed => await entry.EnterAsync(http, signed, journey.Return),
            SignInResult.Refused refused => Refuse(http, refused.Problems[0].Message),
            _ => throw new InvalidOperationException($"Unknown result {result.GetType().Name}."),
        };
    }

    private async Task<SignInResult> SignUpAsync(HttpContext http, IdentityService service, Journey journey, VouchedPerson person)
    {
        if (person.Email is not { } email || AccountRules.OfEmail(email) is not null)
            return new SignInResult.Refused("email", $"{service.Title} does not tell an address of yours. Sign up with a password.");
        // Whoever says that an address is his does not get the account that has it: that takes the account's own proof.
        if (await logins.HasAccountAsync(email, http.RequestAborted))
            return new SignInResult.Refused("email", $"There is an account with {email} already. Sign in as you do otherwise, and link {service.Title} in your settings.");
        if (limits.Count(Attempt.SignUp, http) is { } wait)
            return new SignInResult.Refused("email", SignInHandlers.TooMany(http, wait));
        var request = new SignUpRequest(email, await FreeNameAsync(person, http.RequestAborted), Password: null, journey.Invitation)
        {
            EmailConfirmed = person.EmailVerified, Identity = person.Identity,
        };
        return await signUp.OpenAsync(request, SessionCookie.PlaceOf(http), http.RequestAborted);
    }

    // What the person is called there, as far as it will do here; it can be changed in the settings.
    private async Task<string> FreeNameAsync(VouchedPerson person, CancellationToken cancellationToken)
    {
        var source = person.Name.Length > 0 ? person.Name : person.Email!.Split('@')[0];
        var name = new string([.. source.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')]);
        name = name.Length < AccountRules.ShortestUsername ? $"user_{name}" : name[..Math.Min(name.Length, AccountRules.LongestUsername - 6)];
        if (AccountRules.OfUsername(name) is null && await accounts.FindByUsernameAsync(name, cancellationToken) is null)
            return name;
        for (var i = 2; i <= MostNames; i++)
        {
            if (await accounts.FindByUsernameAsync($"{name}_{i}", cancellationToken) is null)
                return $"{name}_{i}";
        }
        return $"user_{Guid.NewGuid():N}"[..20];
    }

    private Page<SignInPage> Refuse(HttpContext http, string message, int status = StatusCodes.Status422UnprocessableEntity) => new(new Dictionary<string, object?>
    {
        [nameof(SignInPage.Frame)] = frames.Bare(http),
        [nameof(SignInPage.Form)] = new AccountForm().Refused(AccountForm.Whole, message),
        [nameof(SignInPage.Services)] = services.All.Select(service => (service.Name, service.Title)).ToList(),
    }, status);

    private Page<SignInPage> Doubt(HttpContext http, IdentityService service, VouchingException e)
    {
        LogDoubt(e, service.Name, e.Message);
        return Refuse(http, $"{service.Title} could not vouch for you this time. Try again, or sign in with your password.");
    }

    [LoggerMessage(4021, LogLevel.Warning, "Signing in by {Service} failed: {Reason}")]
    private partial void LogDoubt(Exception error, string service, string reason);
}
