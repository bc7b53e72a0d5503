// The two halves of a passkey's ceremony: the challenge, which the browser carries along sealed, and the judgement of its answer. A challenge is
// answered once, within five minutes, in the browser that asked for it, for what it was made; a crash between the halves costs a second try.
using System.Security.Cryptography;
using System.Text.Json;
using Atelier.Accounts;
using Atelier.Web.Configuration;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SignInResult = Atelier.Accounts.SignInResult;

namespace Atelier.Web.Security.Passkeys;

internal sealed partial class PasskeyCeremony(
    PasskeyPeople people, Accounts.Passkeys passkeys, AtelierSettings settings, IDataProtectionProvider protection, TimeProvider time, ILogger<PasskeyCeremony> log)
{
    /// <summary>How long a challenge may be answered.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromMinutes(5);

    private const string Cookie = "atelier_passkey", Adding = "add a passkey", SigningIn = "sign in with a passkey";
    private const int LongestAnswer = 16 << 10;

    private readonly PasskeyHandler<Account> _handler = new(
        new UserManager<Account>(people, Options.Create(new IdentityOptions()), null!, [], [], null!, null!, null!, NullLogger<UserManager<Account>>.Instance),
        Options.Create(new IdentityPasskeyOptions
        {
            ServerDomain = settings.Server.PublicUrl is { } url ? new Uri(url).IdnHost : null,
            UserVerificationRequirement = "required",
            ResidentKeyRequirement = "required",
            AuthenticatorTimeout = Lasts,
            ValidateOrigin = origin => ValueTask.FromResult(!origin.CrossOrigin && IsOurs(origin.Origin, origin.HttpContext.Request, settings.Server.PublicUrl)),
        }));

    /// <summary>Begins to add a passkey: what the browser asks the device for, as JSON.</summary>
    public async Task<string> BeginAddingAsync(HttpContext http, Account account)
    {
        var options = await _handler.MakeCreationOptionsAsync(
            new PasskeyUserEntity { Id = account.Id, Name = account.Username, DisplayName = account.FullName.Length > 0 ? account.FullName : account.Username }, http);
        Carry(http, Adding, account.Id, options.AttestationState!);
        return options.CreationOptionsJson;
    }

    /// <summary>Judges what came back. Null where it is no new passkey of this account's for this challenge.</summary>
    public async Task<UserPasskeyInfo?> FinishAddingAsync(HttpContext http, Account account, string answer)
    {
        if (await TakeAsync(http, Adding) is not { } challenge || challenge.Account != account.Id || answer.Length is 0 or > LongestAnswer)
            return null;
        var result = await _handler.PerformAttestationAsync(new PasskeyAttestationContext { HttpContext = http, CredentialJson = answer, AttestationState = challenge.State });
        if (!result.Succeeded)
            LogRefused(Adding, result.Failure.Message);
        return result.Succeeded ? result.Passkey : null;
    }

    /// <summary>Begins to sign in somebody who need not say who it is: what the browser asks the device for, as JSON.</summary>
    public async Task<string> BeginSigningInAsync(HttpContext http)
    {
        var options = await _handler.MakeRequestOptionsAsync(user: null, http);
        Carry(http, SigningIn, account: null, options.AssertionState!);
        return options.RequestOptionsJson;
    }

    /// <summary>Judges what came back, and begins a session if it proves an account.</summary>
    public async Task<SignInResult> FinishSigningInAsync(HttpContext http, string answer)
    {
        if (await TakeAsync(http, SigningIn) is not { } challenge || answer.Length is 0 or > LongestAnswer)
            return new SignInResult.Refused("passkey", Accounts.Passkeys.Wrong);
        var result = await _handler.PerformAssertionAsync(new PasskeyAssertionContext { HttpContext = http, CredentialJson = answer, AssertionState = challenge.State });
        if (result.Succeeded)
            return await passkeys.SignInAsync(result.User.Id, result.Passkey, SessionCookie.PlaceOf(http), http.RequestAborted);
        LogRefused(SigningIn, result.Failure.Message);
        return new SignInResult.Refused("passkey", Accounts.Passkeys.Wrong);
    }

    // The guard of hosts has let only our own names through.
    private static bool IsOurs(string origin, HttpRequest request, string? publicUrl)
    {
        var own = publicUrl is null ? $"{request.Scheme}://{request.Host}" : OriginOf(new Uri(publicUrl));
        return string.Equals(origin, own, StringComparison.OrdinalIgnoreCase);
    }

    private static string OriginOf(Uri url) => $"{url.Scheme}://{url.IdnHost}{(url.IsDefaultPort ? "" : $":{url.Port}")}";

    private void Carry(HttpContext http, string purpose, string? account, string state)
    {
        var options = CookieFor(http);
        options.MaxAge = Lasts;
        var challenge = new Challenge(account, state, (time.GetUtcNow() + Lasts).ToUnixTimeMilliseconds());
        http.Response.Cookies.Append(Cookie, protection.CreateProtector(purpose).Protect(JsonSerializer.Serialize(challenge)), options);
    }

    // Spent before it is judged: an answer that was wrong is not tried again with the same challenge.
    private async Task<Challenge?> TakeAsync(HttpContext http, string purpose)
    {
        var text = http.Request.Cookies[Cookie];
        http.Response.Cookies.Delete(Cookie, CookieFor(http));
        if (string.IsNullOrEmpty(text))
            return null;
        try
        {
            var challenge = JsonSerializer.Deserialize<Challenge>(protection.CreateProtector(purpose).Unprotect(text));
            return challenge is not null && challenge.Expires > time.GetUtcNow().ToUnixTimeMilliseconds()
                && await passkeys.SpendAsync(challenge.State, DateTimeOffset.FromUnixTimeMilliseconds(challenge.Expires), http.RequestAborted) ? challenge : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private CookieOptions CookieFor(HttpContext http) => new()
    {
        HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/", IsEssential = true,
        Secure = http.Request.IsHttps || settings.Server.PublicUrl?.StartsWith("https://", StringComparison.OrdinalIgnoreCase) == true,
    };

    private sealed record Challenge(string? Account, string State, long Expires);

    [LoggerMessage(4022, LogLevel.Information, "An attempt to {Purpose} was refused: {Reason}")]
    private partial void LogRefused(string purpose, string reason);
}
