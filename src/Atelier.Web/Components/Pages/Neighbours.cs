// Which pictures come just before and just after one in the list that it was opened from: what the arrow keys turn to. Reads only.
using Atelier.Gallery;
using Atelier.Generating;

namespace Atelier.Web.Components.Pages;

internal sealed class Neighbours(GenerationStore generations, GallerySearch search)
{
    /// <summary>The ids of the next newer and the next older completed generation in the context, where there are any.</summary>
    /// <param name="generation">The picture.</param>
    /// <param name="context">Where it was opened from; by itself, its owner has the whole library around it and others have nothing.</param>
    /// <param name="reader">The reader's id.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<(string? Newer, string? Older)> OfAsync(
        Generation generation, Context context, string reader, CancellationToken cancellationToken)
    {
        if (generation.Owner != reader)
            return (null, null);
        var listed = await (context.Library ?? new LibraryQuery()).FilterAsync(reader, search, page: false, cancellationToken);
        var filter = listed with { Statuses = [GenerationStatus.Completed] };
        return ((await generations.NextAsync(filter, generation.Id, older: false, cancellationToken))?.Id,
            (await generations.NextAsync(filter, generation.Id, older: true, cancellationToken))?.Id);
    }
}
