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
    Collections collections)
{
    private const int PageSize = 60, MostCollections = 50;

    /// <summary>The part of the library that the address names.</summary>
    public async Task<IResult> ShowAsync(HttpContext http)
    {
        var frame = await frames.OfAsync(http);
        var query = LibraryQuery.Of(http.Request.Query);
        var owner = CurrentUser.Of(http).Owner;
        var listed = await ListAsync(query, owner, http.RequestAborted);
        var shown = listed.Take(PageSize).ToList();
        return new Page<LibraryPage>(new Dictionary<string, object?>
        {
            [nameof(LibraryPage.Frame)] = frame,
            [nameof(LibraryPage.Query)] = query,
            [nameof(LibraryPage.Views)] = await views.OfAsync(shown, http.RequestAborted),
            [nameof(LibraryPage.Models)] = catalogue.Models,
            [nameof(LibraryPage.Collections)] = await collections.ListAsync(owner, owner, after: null, MostCollections, http.RequestAborted),
            [nameof(LibraryPage.UndoFor)] = deletion.UndoFor,
            [nameof(LibraryPage.Next)] = listed.Count > PageSize ? shown[^1].Id : null,
        });
    }

    private Task<IReadOnlyList<Generation>> ListAsync(LibraryQuery query, string owner, CancellationToken cancellationToken) =>
        query.Show == LibraryQuery.Deleted
            ? deleted.ListAsync(owner, query.Before, PageSize + 1, cancellationToken)
            : generations.ListAsync(query.Filter(owner), query.Before, PageSize + 1, cancellationToken);
}
