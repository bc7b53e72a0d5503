// The addresses behind the scenes, each with what answers there and who may ask.
using Atelier.Web.Components.Layout;
using Atelier.Web.Components.Moderation;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Web.Components.Admin;

internal static class AdminRoutes
{
    private static readonly string[] Reading = ["GET", "HEAD"];

    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<AdminHandlers>();
        services.AddSingleton<UserHandlers>();
        services.AddSingleton<ProviderHandlers>();
        services.AddSingleton<DeadLetterHandlers>();
        services.AddSingleton<ModelHandlers>();
        services.AddSingleton<ModerationHandlers>();
        services.AddSingleton<ReportHandlers>();
    }

    public static void Map(RouteGroupBuilder pages)
    {
        var services = ((IEndpointRouteBuilder)pages).ServiceProvider;
        MapReports(pages, services.GetRequiredService<ReportHandlers>());
        MapModeration(pages, services);
        MapAdmin(pages, services);
    }

    private static void MapReports(RouteGroupBuilder pages, ReportHandlers reports)
    {
        pages.MapMethods("/g/{id}/report", Reading, (Delegate)reports.ShowPictureAsync).Allow(Access.Read);
        pages.MapPost("/g/{id}/report", reports.FilePictureAsync).Allow(Access.Write);
        pages.MapMethods("/u/{username}/report", Reading, (Delegate)reports.ShowProfileAsync).Allow(Access.Read);
        pages.MapPost("/u/{username}/report", reports.FileProfileAsync).Allow(Access.Write);
    }

    private static void MapModeration(RouteGroupBuilder pages, IServiceProvider services)
    {
        var moderation = services.GetRequiredService<ModerationHandlers>();
        var users = services.GetRequiredService<UserHandlers>();
        pages.MapMethods(Links.Moderation, Reading, (Delegate)moderation.ShowAsync).Allow(Access.Moderator);
        pages.MapPost("/moderation/reports/{id}", moderation.DecideAsync).Allow(Access.Moderator);
        pages.MapPost("/moderation/pictures/{id}/{word}", moderation.PictureAsync).Allow(Access.Moderator);
        pages.MapMethods(AdminLinks.Decided, Reading, (Delegate)moderation.DecidedAsync).Allow(Access.Moderator);
        pages.MapMethods(AdminLinks.Banned, Reading, (Delegate)moderation.BannedAsync).Allow(Access.Moderator);
        pages.MapPost($"{AdminLinks.Banned}/{{id}}/ban", users.BanAsync).Allow(Access.Moderator);
        pages.MapPost($"{AdminLinks.Banned}/{{id}}/unban", users.UnbanAsync).Allow(Access.Moderator);
        pages.MapMethods(AdminLinks.Words, Reading, (Delegate)moderation.WordsAsync).Allow(Access.Moderator);
        pages.MapPost(AdminLinks.Words, (Delegate)moderation.PutWordAsync).Allow(Access.Admin);
        pages.MapPost($"{AdminLinks.Words}/remove", (Delegate)moderation.RemoveWordAsync).Allow(Access.Admin);
        pages.MapMethods(AdminLinks.Audit, Reading, (Delegate)services.GetRequiredService<AdminHandlers>().AuditAsync).Allow(Access.Moderator);
    }

    private static void MapAdmin(RouteGroupBuilder pages, IServiceProvider services)
    {
        var admin = services.GetRequiredService<AdminHandlers>();
        var (users, providers) = (services.GetRequiredService<UserHandlers>(), services.GetRequiredService<ProviderHandlers>());
        var (letters, models) = (services.GetRequiredService<DeadLetterHandlers>(), services.GetRequiredService<ModelHandlers>());
        pages.MapMethods(Links.Admin, Reading, (Delegate)admin.DashboardAsync).Allow(Access.Admin);
        pages.MapMethods(AdminLinks.Settings, Reading, (Delegate)admin.SettingsAsync).Allow(Access.Admin);
        pages.MapMethods(AdminLinks.Users, Reading, (Delegate)users.ShowAsync).Allow(Access.Admin);
        pages.MapPost($"{AdminLinks.Users}/{{id}}/role", users.RoleAsync).Allow(Access.Admin);
        pages.MapPost($"{AdminLinks.Users}/{{id}}/credits", users.CreditsAsync).Allow(Access.Admin);
        pages.MapMethods(AdminLinks.Providers, Reading, (Delegate)providers.ShowAsync).Allow(Access.Admin);
        pages.MapPost($"{AdminLinks.Providers}/{{provider}}/keys/{{key}}/cure", providers.CureAsync).Allow(Access.Admin);
        pages.MapPost("/admin/lanes/{lane}/{word}", providers.LaneAsync).Allow(Access.Admin);
        pages.MapMethods(AdminLinks.DeadLetters, Reading, (Delegate)letters.ShowAsync).Allow(Access.Admin);
        pages.MapPost(AdminLinks.DeadLetters, (Delegate)letters.ActAsync).Allow(Access.Admin);
        pages.MapMethods(AdminLinks.Models, Reading, (Delegate)models.ShowAsync).Allow(Access.Admin);
        pages.MapPost($"{AdminLinks.Models}/{{id}}", models.ChangeAsync).Allow(Access.Admin);
    }
}
