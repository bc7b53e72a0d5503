// Which part of the library a page shows: all of its state is in the address.
using Atelier.Gallery;
using Atelier.Generating;
using Atelier.Web.Components.Layout;
using Atelier.Web.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Atelier.Web.Components.Pages;

/// <summary>The library's address, read and written.</summary>
public sealed record LibraryQuery
{
    /// <summary>Finished pictures and those in the making: the default.</summary>
    public const string Pictures = "pictures";

    /// <summary>What was deleted and can be restored.</summary>
    public const string Deleted = "deleted";

    /// <summary>What can be shown, with the names of the links.</summary>
    public static IReadOnlyList<(string Value, string Name)> Shows { get; } =
        [(Pictures, "Pictures"), ("unfinished", "In the making"), ("failed", "Failed"), ("canceled", "Canceled"), (Deleted, "Recently deleted")];

    /// <summary>The shapes to choose from.</summary>
    public static IReadOnlyList<string> Shapes { get; } = ["square", "portrait", "landscape"];

    private const int LongestText = 200;

    /// <summary>One of <see cref="Shows"/>.</summary>
    public string Show { get; init; } = Pictures;

    /// <summary>Words that prompts contain; empty for all.</summary>
    public string Text { get; init; } = "";

    /// <summary>Only of this model; empty for all.</summary>
    public string Model { get; init; } = "";

    /// <summary>One of <see cref="Shapes"/>; empty for all.</summary>
    public string Shape { get; init; } = "";

    /// <summary>private or public; empty for all.</summary>
    public string Visibility { get; init; } = "";

    /// <summary>Only of this batch; empty for all.</summary>
    public string Batch { get; init; } = "";

    /// <summary>Whether only those are shown that the reader likes.</summary>
    public bool Liked { get; init; }

    /// <summary>Only those in this collection; empty for all.</summary>
    public string Collection { get; init; } = "";

    /// <summary>Only older than this generation.</summary>
    public string? Before { get; init; }

    /// <summary>Whether nothing narrows what is shown.</summary>
    public bool IsPlain => Show == Pictures && Text.Length == 0 && Before is null && Narrowings == 0;

    /// <summary>How many filters narrow it besides the words.</summary>
    public int Narrowings => new[] { Model, Shape, Visibility, Batch, Collection, Liked ? "1" : "" }.Count(filter => filter.Length > 0);

    /// <summary>Reads an address; what is not understood is as if it were not there.</summary>
    public static LibraryQuery Of(IQueryCollection query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var text = Plain(query["q"].ToString());
        return new LibraryQuery
        {
            Show = OneOf(Shows.Select(show => show.Value), query["show"].ToString(), Pictures),
            Text = text,
            Model = Plain(query["model"].ToString()),
            Shape = OneOf(Shapes, query["shape"].ToString()),
            Visibility = OneOf(StatusNames.Visibilities, query["visibility"].ToString()),
            Batch = Id(query["batch"].ToString()) ?? "",
            Liked = query["liked"] == "1",
            Collection = Id(query["collection"].ToString()) ?? "",
            Before = Id(query["before"].ToString()),
        };
    }

    /// <summary>Reads an address that somebody comes from; null where it is not the library's.</summary>
    public static LibraryQuery? Of(string? address)
    {
        if (address is null || !(address == Links.Library || address.StartsWith($"{Links.Library}?", StringComparison.Ordinal)))
            return null;
        var at = address.IndexOf('?', StringComparison.Ordinal);
        return Of(new QueryCollection(QueryHelpers.ParseQuery(at < 0 ? "" : address[at..])));
    }

    /// <summary>What to ask the store for. Finished pictures are found by the words of their prompts, all others by any part of them.</summary>
    /// <param name="owner">The reader's id.</param>
    /// <param name="search">Finds by words.</param>
    /// <param name="page">Whether only the page is wanted that the address names: where nothing but words narrows it, no more is searched.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<GenerationFilter> FilterAsync(string owner, GallerySearch search, bool page, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(search);
        var filter = Filter(owner);
        if (Show != Pictures || SearchQuery.Parse(Text) is not { } words)
            return filter;
        var (after, most) = page && Narrowings == 0 ? (Before, LibraryHandlers.PageSize + 1) : (null, GallerySearch.MostIds);
        return filter with { Text = null, Only = await search.IdsAsync(words, new SearchScope(owner, owner), after, most, cancellationToken) };
    }

    private GenerationFilter Filter(string owner) => new()
    {
        Owner = owner,
        Text = NullIfEmpty(Text),
        Model = NullIfEmpty(Model),
        Shape = NullIfEmpty(Shape),
        BatchId = NullIfEmpty(Batch),
        LikedBy = Liked ? owner : null,
        Collection = NullIfEmpty(Collection),
        Visibility = Visibility.Length == 0 ? null : StatusNames.ParseVisibility(Visibility),
        Statuses = Show switch
        {
            "unfinished" => [GenerationStatus.Queued, GenerationStatus.Processing, GenerationStatus.Downloading],
            "failed" => [GenerationStatus.Failed],
            "canceled" => [GenerationStatus.Canceled],
            _ => [GenerationStatus.Completed, GenerationStatus.Queued, GenerationStatus.Processing, GenerationStatus.Downloading],
        },
    };

    /// <summary>The address.</summary>
    public override string ToString()
    {
        var parts = new (string Name, string Value)[]
        {
            ("show", Show == Pictures ? "" : Show), ("q", Text), ("model", Model), ("shape", Shape), ("visibility", Visibility), ("batch", Batch),
            ("liked", Liked ? "1" : ""), ("collection", Collection),
            ("before", Before ?? ""),
        };
        var query = string.Join('&', parts.Where(part => part.Value.Length > 0).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value)}"));
        return query.Length == 0 ? Links.Library : $"{Links.Library}?{query}";
    }

    private static string Plain(string text)
    {
        var plain = text.Trim();
        return plain.Any(char.IsControl) ? "" : plain.Length > LongestText ? plain[..LongestText] : plain;
    }

    private static string OneOf(IEnumerable<string> known, string text, string otherwise = "") => known.Contains(text) ? text : otherwise;

    private static string? Id(string text) => GenerationIds.IsLegal(text) ? text : null;

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
