// Reads what surrounds a picture. Writes nothing.
using Atelier.Accounts;
using Atelier.Gallery;
using Atelier.Generating;
using Atelier.Web.Components.Pages;
using Atelier.Web.Security;

namespace Atelier.Web.Components.Gallery;

internal sealed class PictureAroundReader(
    AccountStore accounts, GenerationStore generations, Likes likes, Collections collections, Descendants descendants)
{
    private const int MostChildren = 12, MostCollections = 50;

    /// <summary>What surrounds a generation that the caller may see.</summary>
    public async Task<PictureAround> OfAsync(Generation generation, Caller caller, CancellationToken cancellationToken)
    {
        var parent = generation.ParentId is { } id ? await generations.FindAsync(id, cancellationToken) : null;
        return new PictureAround(await accounts.FindAsync(generation.Owner, cancellationToken), generation.Owner == caller.Id)
        {
            IsKnown = caller.IsKnown,
            Liked = caller.IsKnown && await likes.LikesAsync(generation.Id, caller.Id, cancellationToken),
            Parent = parent is not null && caller.MaySee(parent) ? parent : null,
            Children = await generations.ChildrenAsync(generation.Id, caller.Id, MostChildren, cancellationToken),
            Collections = caller.IsKnown ? await collections.ListAsync(caller.Id, caller.Id, after: null, MostCollections, cancellationToken) : [],
            CanUpscale = descendants.CanUpscale(generation),
        };
    }
}
