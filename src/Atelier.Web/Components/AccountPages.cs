// The addresses of the pages about accounts, each with what answers there.
using Atelier.Web.Components.Layout;
using Atelier.Web.Components.Pages;
using Atelier.Web.Components.People;
using Atelier.Web.Security;
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

        var settings = services.GetRequiredService<SettingsHandlers>();
        Show(pages, Links.Settings, settings.ShowAsync).Allow(Access.Person);
        pages.MapPost($"{Links.Settings}/profile", (Delegate)settings.ProfileAsync).Allow(Access.Person);
        pages.MapPost($"{Links.Settings}/password", (Delegate)settings.PasswordAsync).Allow(Access.Person);
        pages.MapPost($"{Links.Settings}/session", (Delegate)settings.EndSessionAsync).Allow(Access.Person);
        pages.MapPost($"{Links.Settings}/sessions", (Delegate)settings.EndOtherSessionsAsync).Allow(Access.Person);
        pages.MapPost($"{Links.Settings}/keys", (Delegate)settings.CreateKeyAsync).Allow(Access.Person);
        pages.MapPost($"{Links.Settings}/key", (Delegate)settings.RevokeKeyAsync).Allow(Access.Person);
    }

    private static RouteHandlerBuilder Show(RouteGroupBuilder pages, string pattern, Delegate handler) => pages.MapMethods(pattern, ["GET", "HEAD"], handler);
}
