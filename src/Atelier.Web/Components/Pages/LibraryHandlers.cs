// Shows the library: one page of a list that goes on from the last id of the page before.
using Atelier.Catalogue;
using Atelier.Gallery;
using Atelier.Generating;
using Atelier.Web.Components.Gallery;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Pages;

internal sealed class LibraryHandlers(
    PageFrames frames, GenerationStore generations, DeletedGenerations deleted, DeletionOptions deletion, GenerationViews views, ModelCatalogue catalogue,
    Collections collections, GallerySearch search, GalleryStore gallery, ProviderRouter router)
{
    /// <summary>How many pictures a page holds beyond the first.</summary>
    public const int PageSize = 48;

    private const int FirstPage = 12, MostCollections = 50;

    /// <summary>The part of the library that the address names.</summary>
    public async Task<IResult> ShowAsync(HttpContext http)
    {
        var frame = await frames.OfAsync(http);
        var query = LibraryQuery.Of(http.Request.Query);
        var owner = CurrentUser.Of(http).Owner;
        var size = query.Before is null ? FirstPage : PageSize;
        var listed = await ListAsync(query, owner, size + 1, http.RequestAborted);
        var shown = listed.Take(size).ToList();
        return new Page<LibraryPage>(new Dictionary<string, object?>
        {
            [nameof(LibraryPage.Frame)] = frame,
            [nameof(LibraryPage.Query)] = query,
            [nameof(LibraryPage.Views)] = await views.OfAsync(shown, http.RequestAborted),
            [nameof(LibraryPage.Models)] = await ModelsAsync(query.Model, http.RequestAborted),
            [nameof(LibraryPage.Collections)] = await collections.ListAsync(owner, owner, after: null, MostCollections, http.RequestAborted),
            [nameof(LibraryPage.UndoFor)] = deletion.UndoFor,
            [nameof(LibraryPage.Next)] = listed.Count > size ? shown[^1].Id : null,
        });
    }

    // Those that can paint here and those that did; the whole catalogue would be longer than the page.
    private async Task<IReadOnlyList<Model>> ModelsAsync(string chosen, CancellationToken cancellationToken)
    {
        var painted = await gallery.ModelsAsync(cancellationToken);
        var models = new List<Model>();
        foreach (var model in catalogue.Models)
        {
            if (model.Id == chosen || painted.Contains(model.Id) || await router.WhyNotHereAsync(model, cancellationToken) is null)
                models.Add(model);
        }
        return models;
    }

    private async Task<IReadOnlyList<Generation>> ListAsync(LibraryQuery query, string owner, int limit, CancellationToken cancellationToken)
    {
        if (query.Show == LibraryQuery.Deleted)
            return await deleted.ListAsync(owner, query.Before, limit, cancellationToken);
        var filter = await query.FilterAsync(owner, search, page: true, cancellationToken);
        return await generations.ListAsync(filter, query.Before, limit, cancellationToken);
    }
}
