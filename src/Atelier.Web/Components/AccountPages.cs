// The addresses of the pages about accounts, each with what answers there.
using Atelier.Web.Components.Layout;
using Atelier.Web.Components.Pages;
using Atelier.Web.Components.People;
using Atelier.Web.Security;
using Atelier.Web.Security.External;
using Atelier.Web.Security.Passkeys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Web.Components;

internal static class AccountPages
{
    public static IServiceCollection AddAccountPages(this IServiceCollection services)
    {
        services.AddSingleton<AccountMails>();
        services.AddSingleton<SignInHandlers>();
        services.AddSingleton<PasswordLinkHandlers>();
        services.AddSingleton<SettingsHandlers>();
        services.AddSingleton<AccountHandlers>();
        services.AddSingleton<ExternalHandlers>();
        services.AddSingleton<ServiceHttp>();
        services.AddSingleton<IdentityServices>();
        services.AddSingleton<ExportHandlers>();
        services.AddSingleton<PasskeyPeople>();
        services.AddSingleton<PasskeyCeremony>();
        services.AddSingleton<PasskeyHandlers>();
        services.AddSingleton<EmailHandlers>();
        services.AddSingleton<PushHandlers>();
        return services;
    }

    public static void MapAccountPages(this RouteGroupBuilder pages, IServiceProvider services)
    {
        var entry = services.GetRequiredService<SignInHandlers>();
        Show(pages, Links.SignIn, entry.ShowSignInAsync).Allow(Access.Reader);
        pages.MapPost(Links.SignIn, (Delegate)entry.SignInAsync).Allow(Access.Reader);
        Show(pages, Links.SignUp, entry.ShowSignUpAsync).Allow(Access.Reader);
        pages.MapPost(Links.SignUp, (Delegate)entry.SignUpAsync).Allow(Access.Reader);
        pages.MapPost(Links.SignOut, (Delegate)entry.SignOutAsync).Allow(Access.Reader);

        var link = services.GetRequiredService<PasswordLinkHandlers>();
        Show(pages, Links.Forgot, link.ShowForgotAsync).Allow(Access.Reader);
        pages.MapPost(Links.Forgot, (Delegate)link.ForgotAsync).Allow(Access.Reader);
        Show(pages, Links.Reset, link.ShowResetAsync).Allow(Access.Reader);
        pages.MapPost(Links.Reset, (Delegate)link.ResetAsync).Allow(Access.Reader);
        Show(pages, Links.Confirm, link.ConfirmAsync).Allow(Access.Reader);

        var external = services.GetRequiredService<ExternalHandlers>();
        pages.MapGet("/sign-in/with/{name}", (Delegate)external.BeginAsync).Allow(Access.Reader);
        pages.MapGet("/sign-in/callback/{name}", (Delegate)external.ReturnAsync).Allow(Access.Reader);

        var settings = services.GetRequiredService<SettingsHandlers>();
        Show(pages, Links.Settings, settings.ShowAsync).Allow(Access.Person);
        pages.MapPost($"{Links.Settings}/profile", (Delegate)settings.ProfileAsync).Allow(Access.Person);
        pages.MapPost($"{Links.Settings}/password", (Delegate)settings.PasswordAsync).Allow(Access.Person);
        pages.MapPost($"{Links.Settings}/session", (Delegate)settings.EndSessionAsync).Allow(Access.Person);
        pages.MapPost($"{Links.Settings}/sessions", (Delegate)settings.EndOtherSessionsAsync).Allow(Access.Person);
        pages.MapPost($"{Links.Settings}/keys", (Delegate)settings.CreateKeyAsync).Allow(Access.Person);
        pages.MapPost($"{Links.Settings}/key", (Delegate)settings.RevokeKeyAsync).Allow(Access.Person);

        pages.MapPost($"{Links.Settings}/service", (Delegate)settings.UnlinkAsync).Allow(Access.Person);

        var passkey = services.GetRequiredService<PasskeyHandlers>();
        pages.MapPost($"{Links.SignInWithPasskey}/options", (Delegate)passkey.AskToSignInAsync).Allow(Access.Reader);
        pages.MapPost(Links.SignInWithPasskey, (Delegate)passkey.SignInAsync).Allow(Access.Reader);
        pages.MapPost($"{Links.Passkeys}/options", (Delegate)passkey.AskToAddAsync).Allow(Access.Person);
        pages.MapPost(Links.Passkeys, (Delegate)passkey.AddAsync).Allow(Access.Person);
        pages.MapPost($"{Links.Settings}/passkey", (Delegate)passkey.RemoveAsync).Allow(Access.Person);

        var email = services.GetRequiredService<EmailHandlers>();
        pages.MapPost($"{Links.Settings}/email", (Delegate)email.AskAsync).Allow(Access.Person);
        Show(pages, Links.ConfirmEmail, email.FollowAsync).Allow(Access.Reader);

        var push = services.GetRequiredService<PushHandlers>();
        pages.MapPost($"{Links.Settings}/push", (Delegate)push.AddAsync).Allow(Access.Person);
        pages.MapPost($"{Links.Settings}/push/remove", (Delegate)push.RemoveAsync).Allow(Access.Person);

        var account = services.GetRequiredService<AccountHandlers>();
        Show(pages, "/avatars/{username}", (Delegate)account.ShowAvatarAsync).Allow(Access.Reader);
        pages.MapPost($"{Links.Settings}/avatar", (Delegate)account.AvatarAsync).Allow(Access.Person);
        pages.MapPost($"{Links.Settings}/confirm", (Delegate)account.ConfirmAsync).Allow(Access.Person);
        pages.MapPost($"{Links.Settings}/invitations", (Delegate)account.InviteAsync).Allow(Access.Admin);
        pages.MapPost($"{Links.Settings}/invitation", (Delegate)account.RevokeInvitationAsync).Allow(Access.Admin);
        pages.MapPost($"{Links.Settings}/delete", (Delegate)account.DeleteAsync).Allow(Access.Person);
        pages.MapGet($"{Links.Settings}/export", (Delegate)services.GetRequiredService<ExportHandlers>().ExportAsync).Allow(Access.Person);
    }

    private static RouteHandlerBuilder Show(RouteGroupBuilder pages, string pattern, Delegate handler) => pages.MapMethods(pattern, ["GET", "HEAD"], handler);
}
