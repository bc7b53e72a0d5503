// The pages' addresses, all of them, each with what answers there.
using Atelier.Web.Components.Admin;
using Atelier.Web.Components.Create;
using Atelier.Web.Components.Gallery;
using Atelier.Web.Components.Layout;
using Atelier.Web.Components.Notifications;
using Atelier.Web.Components.Pages;
using Atelier.Web.Components.Queue;
using Atelier.Web.Live;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Constraints;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Web.Components;

/// <summary>The pages that people see.</summary>
public static class AtelierPages
{
    private const string TokenCookie = "atelier_form", TokenField = "form_token";

    /// <summary>Adds what the pages need beyond the product itself.</summary>
    public static IServiceCollection AddAtelierPages(this IServiceCollection services)
    {
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = TokenCookie;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.FormFieldName = TokenField;
        });
        // Over HTTPS too: what a page holds of secrets is sealed anew each time it is drawn, so that its length tells nothing (BREACH).
        services.AddResponseCompression(options => (options.EnableForHttps, options.MimeTypes) = (true, ["text/html"]));
        // The slim builder leaves this constraint out; the address of the page for unknown addresses needs it.
        services.Configure<RouteOptions>(options => options.SetParameterPolicy<RegexInlineRouteConstraint>("regex"));
        services.AddSingleton<Assets>();
        services.AddSingleton<PageRenderer>();
        services.AddSingleton<PageFrames>();
        services.AddSingleton<GenerationViews>();
        services.AddSingleton<QueueReader>();
        services.AddSingleton<Neighbours>();
        services.AddSingleton<ModelChoices>();
        services.AddSingleton<Batches>();
        services.AddSingleton<Outlooks>();
        services.AddSingleton<CreateHandlers>();
        services.AddSingleton<StyleHandlers>();
        services.AddSingleton<LibraryHandlers>();
        services.AddSingleton<SelectionHandlers>();
        services.AddSingleton<PictureHandlers>();
        services.AddSingleton<PictureAroundReader>();
        services.AddSingleton<Descendants>();
        services.AddSingleton<Viewers>();
        services.AddSingleton<NotificationHandlers>();
        services.AddSingleton<CreditHandlers>();
        services.AddSingleton<ImageHandlers>();
        services.AddSingleton<GalleryPulse>();
        services.AddSingleton<ExploreHandlers>();
        services.AddSingleton<ProfileHandlers>();
        services.AddSingleton<CollectionHandlers>();
        services.AddSingleton<QueueHandlers>();
        AdminRoutes.Add(services);
        services.AddSingleton<LiveFragments>();
        services.AddSingleton<LiveHandlers>();
        return services.AddAccountPages();
    }

    /// <summary>Maps the pages, their files and their live stream.</summary>
    public static IEndpointRouteBuilder MapAtelierPages(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var services = routes.ServiceProvider;
        services.GetRequiredService<Assets>().Map(routes);
        routes.MapGet(Links.Live, services.GetRequiredService<LiveHandlers>().FollowAsync).Allow(Access.Reader);

        var pages = routes.MapGroup("").AddEndpointFilter<RouteGroupBuilder, PageBoundary>().ExcludeFromDescription();
        var create = services.GetRequiredService<CreateHandlers>();
        Show(pages, Links.Create, create.ShowAsync).Allow(Access.Read);
        pages.MapPost(Links.Create, (Delegate)create.SubmitAsync).Allow(Access.Write);
        pages.MapPost(Links.ReadSettings, (Delegate)create.ReadSettingsAsync).Allow(Access.Write);
        pages.MapPost(Links.Outlook, (Delegate)create.OutlookAsync).Allow(Access.Read);
        pages.MapGet(Links.Prompts, (Delegate)create.PromptsAsync).Allow(Access.Read);
        services.GetRequiredService<StyleHandlers>().Map(pages);
        Show(pages, Links.Library, services.GetRequiredService<LibraryHandlers>().ShowAsync).Allow(Access.Read);

        var selection = services.GetRequiredService<SelectionHandlers>();
        pages.MapPost(Links.Selected, (Delegate)selection.ChangeAsync).Allow(Access.Write);
        pages.MapPost(Links.Restore, (Delegate)selection.RestoreAsync).Allow(Access.Write);
        pages.MapPost(Links.Zip, (Delegate)selection.ZipAsync).Allow(Access.Read);

        var notifications = services.GetRequiredService<NotificationHandlers>();
        Show(pages, Links.Notifications, notifications.ShowAsync).Allow(Access.Read);
        pages.MapPost(Links.ReadNotifications, (Delegate)notifications.ReadAsync).Allow(Access.Write);
        pages.MapPost(Links.ChooseNotifications, (Delegate)notifications.ChooseAsync).Allow(Access.Write);
        Show(pages, Links.Credits, services.GetRequiredService<CreditHandlers>().ShowAsync).Allow(Access.Read);

        var image = services.GetRequiredService<ImageHandlers>();
        Show(pages, "/g/{id}", image.ShowAsync).Allow(Access.Reader);
        Show(pages, "/g/{id}/preview", image.PreviewAsync).Allow(Access.Reader);
        Show(pages, "/g/{id}/deleted", image.DeletedAsync).Allow(Access.Read);
        pages.MapPost("/g/{id}/change", image.ChangeAsync).Allow(Access.Write);
        var picture = services.GetRequiredService<PictureHandlers>();
        pages.MapPost("/g/{id}/seen", picture.SeenAsync).Allow(Access.Reader);
        pages.MapPost("/g/{id}/variations", picture.VaryAsync).Allow(Access.Write);
        pages.MapPost("/g/{id}/upscale", picture.UpscaleAsync).Allow(Access.Write);
        pages.MapPost("/g/{id}/cancel", image.CancelAsync).Allow(Access.Write);
        pages.MapPost("/g/{id}/retry", image.RetryAsync).Allow(Access.Write);
        pages.MapPost("/g/{id}/delete", image.DeleteAsync).Allow(Access.Write);

        AdminRoutes.Map(pages);
        var explore = services.GetRequiredService<ExploreHandlers>();
        Show(pages, Links.Explore, explore.ShowAsync).Allow(Access.Reader);
        Show(pages, Links.Newer, explore.NewerAsync).Allow(Access.Reader);
        Show(pages, Links.Search, explore.SearchAsync).Allow(Access.Reader);
        pages.MapPost("/g/{id}/like", explore.LikeAsync).Allow(Access.Write);

        var profile = services.GetRequiredService<ProfileHandlers>();
        Show(pages, "/u/{username}", profile.ShowAsync).Allow(Access.Reader);
        Show(pages, "/u/{username}/followers", profile.FollowersAsync).Allow(Access.Reader);
        Show(pages, "/u/{username}/following", profile.FollowingAsync).Allow(Access.Reader);
        pages.MapPost("/u/{username}/follow", profile.FollowAsync).Allow(Access.Write);

        var collections = services.GetRequiredService<CollectionHandlers>();
        Show(pages, Links.Collections, collections.ListAsync).Allow(Access.Read);
        pages.MapPost(Links.Collections, (Delegate)collections.CreateAsync).Allow(Access.Write);
        Show(pages, "/c/{id}", collections.ShowAsync).Allow(Access.Reader);
        pages.MapPost("/c/{id}", collections.ChangeAsync).Allow(Access.Write);
        pages.MapPost("/c/{id}/delete", collections.DeleteAsync).Allow(Access.Write);
        pages.MapPost("/c/{id}/move", collections.ShiftAsync).Allow(Access.Write);
        pages.MapPost("/c/{id}/items/{generation}/move", collections.ShiftItemAsync).Allow(Access.Write);
        pages.MapPost("/c/{id}/items/{generation}/remove", collections.RemoveAsync).Allow(Access.Write);
        pages.MapPost("/g/{id}/collect", collections.AddAsync).Allow(Access.Write);

        pages.MapPost(Links.Theme, (Delegate)ChoiceHandlers.ThemeAsync).Allow(Access.Reader);
        services.GetRequiredService<QueueHandlers>().Map(pages);

        pages.MapAccountPages(services);

        // Every other address that a person may type; programs get their own answers.
        pages.MapMethods("/{*path:regex(^(?!(api|v1|openapi|health|assets)(/|$)))}", ["GET", "HEAD"],
                (HttpContext http, PageFrames frames) => Answers.NotFoundAsync(frames, http))
            .WithOrder(int.MaxValue).Allow(Access.Reader);
        return routes;
    }

    private static RouteHandlerBuilder Show(RouteGroupBuilder pages, string pattern, Delegate handler) => pages.MapMethods(pattern, ["GET", "HEAD"], handler);
}
