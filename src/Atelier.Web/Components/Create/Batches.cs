// Reads what an owner has made lately, batch by batch, for the list below the prompt bar. Keeps nothing.
using Atelier.Generating;
using Atelier.Web.Components.Gallery;

namespace Atelier.Web.Components.Create;

/// <summary>A part of the list of batches.</summary>
/// <param name="Shown">The latest first; the generations of each in their order.</param>
/// <param name="Next">The generation that the next part goes on from; null where there is none.</param>
/// <param name="Continues">Whether the first batch began in the part before.</param>
public sealed record BatchPage(IReadOnlyList<IReadOnlyList<GenerationView>> Shown, string? Next = null, bool Continues = false);

/// <summary>Reads batches.</summary>
internal sealed class Batches(GenerationStore generations, GenerationViews views)
{
    // The page itself holds what stands in the first window; the rest comes in larger parts.
    private const int First = 4, Rest = 32;

    /// <summary>The latest batches of an owner, or those before a generation.</summary>
    public async Task<BatchPage> OfAsync(string owner, string? before, CancellationToken cancellationToken)
    {
        var listed = await generations.ListAsync(new GenerationFilter { Owner = owner }, before, Rest + 1, cancellationToken);
        var batches = listed.Take(Rest).GroupBy(generation => generation.BatchId, StringComparer.Ordinal).Select(batch => batch.ToList()).ToList();
        // The list may end in the middle of its last batch.
        if (listed.Count > Rest && batches.Count > 1)
            batches.RemoveAt(batches.Count - 1);
        var room = before is null ? First : Rest;
        var shown = batches.TakeWhile((batch, i) => (room -= batch.Count) >= 0 || i == 0).ToList();
        var parts = new List<IReadOnlyList<GenerationView>>();
        foreach (var batch in shown)
            parts.Add(await views.OfAsync([.. batch.OrderBy(generation => generation.BatchIndex)], cancellationToken));
        return new BatchPage(
            parts,
            shown.Sum(batch => batch.Count) < listed.Count ? shown[^1][^1].Id : null,
            before is not null && shown.Count > 0 && (await generations.FindAsync(before, cancellationToken))?.BatchId == shown[0][0].BatchId);
    }
}
