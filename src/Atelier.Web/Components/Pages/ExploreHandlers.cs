// Shows everybody's public pictures, in orders and by words, and carries out likes. Keeps nothing.
using Atelier.Catalogue;
using Atelier.Gallery;
using Atelier.Web.Components.Gallery;
using Atelier.Web.Components.Layout;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Pages;

internal sealed class ExploreHandlers(
    PageFrames frames, GalleryStore gallery, GallerySearch search, GalleryPulse pulse, Likes likes, ModelCatalogue catalogue, PageRenderer renderer)
{
    /// <summary>How many pictures a page holds.</summary>
    public const int PageSize = 20;

    /// <summary>What a module asks for when it wants the one part that has changed.</summary>
    public const string FragmentType = "text/x-fragment";

    /// <summary>The part of the gallery that the address names.</summary>
    public async Task<IResult> ShowAsync(HttpContext http)
    {
        var query = ExploreQuery.Of(http.Request.Query) with { Text = null };
        var reader = CurrentUser.CallerOf(http);
        if (query.Order == GalleryOrder.Following && !reader.IsKnown)
            return SignInFirst.Answer(http);
        var frame = await frames.OfAsync(http);
        var page = await gallery.ExploreAsync(query.Order, query.Filter(reader), reader.Id, query.After, PageSize, http.RequestAborted);
        var models = await gallery.ModelsAsync(http.RequestAborted);
        return new Page<ExplorePage>(new Dictionary<string, object?>
        {
            [nameof(ExplorePage.Frame)] = frame,
            [nameof(ExplorePage.Query)] = query,
            [nameof(ExplorePage.Found)] = page,
            [nameof(ExplorePage.Models)] = models.Select(id => (id, catalogue.Find(id)?.Name ?? id)).OrderBy(model => model.Item2, StringComparer.OrdinalIgnoreCase).ToList(),
            [nameof(ExplorePage.Styles)] = catalogue.Styles.Select(style => (style.Id, style.Name)).ToList(),
        });
    }

    /// <summary>What was found by words.</summary>
    public async Task<IResult> SearchAsync(HttpContext http)
    {
        var frame = await frames.OfAsync(http);
        var query = ExploreQuery.Of(http.Request.Query);
        query = query with { Text = query.Text ?? "" };
        var reader = CurrentUser.CallerOf(http);
        var words = SearchQuery.Parse(query.Text);
        var page = words is null
            ? GalleryPage.Empty
            : await search.FindAsync(words, new SearchScope(reader.Id, Nsfw: query.Filter(reader).Nsfw), query.After, PageSize, http.RequestAborted);
        return new Page<SearchPage>(new Dictionary<string, object?>
        {
            [nameof(SearchPage.Frame)] = frame,
            [nameof(SearchPage.Query)] = query,
            [nameof(SearchPage.Words)] = words,
            [nameof(SearchPage.Found)] = page,
        });
    }

    /// <summary>How many pictures have come since a number, for a page that stands open.</summary>
    public async Task<IResult> NewerAsync(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        var count = GalleryPlace.Parse(http.Request.Query["than"].ToString()) is { } place
            ? await pulse.CountAfterAsync(place.Number, http.RequestAborted)
            : 0;
        return TypedResults.Text(count == 0 ? "" : count >= GalleryPulse.Most ? $"{GalleryPulse.Most}+ new pictures" : Wording.Count(count, "new picture", "new pictures"));
    }

    /// <summary>Likes a picture, or no longer.</summary>
    public async Task<IResult> LikeAsync(string id, HttpContext http)
    {
        var state = await likes.SetAsync(id, CurrentUser.CallerOf(http).Id, http.Request.Query["liked"].ToString() == "1", http.RequestAborted);
        if (state is null)
            return await Answers.NotFoundAsync(frames, http);
        if (http.Request.Headers.Accept.ToString() == FragmentType)
        {
            // The icon in it asks under which address this version's icons are served.
            var circumstances = frames.CircumstancesOf(http);
            var html = await renderer.RenderAsync(builder =>
            {
                builder.OpenComponent<CascadingValue<Circumstances>>(0);
                builder.AddAttribute(1, nameof(CascadingValue<Circumstances>.Value), circumstances);
                builder.AddAttribute(2, nameof(CascadingValue<Circumstances>.ChildContent), (RenderFragment)(content =>
                {
                    content.OpenComponent<LikeButton>(0);
                    content.AddAttribute(1, nameof(LikeButton.Id), id);
                    content.AddAttribute(2, nameof(LikeButton.Liked), state.Liked);
                    content.AddAttribute(3, nameof(LikeButton.Likes), state.Likes);
                    content.CloseComponent();
                }));
                builder.CloseComponent();
            });
            return TypedResults.Content(html, "text/html; charset=utf-8");
        }
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        return Answers.Back(http, form["return"], Links.Generation(id));
    }
}
