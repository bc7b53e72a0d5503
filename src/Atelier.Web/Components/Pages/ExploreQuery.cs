// Which part of the public gallery a page shows: all of its state is in the address.
using Atelier.Accounts;
using Atelier.Gallery;
using Atelier.Web.Components.Layout;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Pages;

/// <summary>The address of explore and search, read and written.</summary>
public sealed record ExploreQuery
{
    private const int LongestWord = 100;

    /// <summary>The orders with their words in the address and their names.</summary>
    public static IReadOnlyList<(string Value, string Name, GalleryOrder Order)> Sorts { get; } =
    [
        ("new", "New", GalleryOrder.New), ("day", "Today", GalleryOrder.Day), ("week", "Week", GalleryOrder.Week), ("month", "Month", GalleryOrder.Month),
        ("all", "All time", GalleryOrder.All), ("following", "Following", GalleryOrder.Following),
    ];

    /// <summary>One of <see cref="Sorts"/>.</summary>
    public string Sort { get; init; } = "new";

    /// <summary>A model's id.</summary>
    public string? Model { get; init; }

    /// <summary>One of <see cref="GalleryFilter.Aspects"/>.</summary>
    public string? Aspect { get; init; }

    /// <summary>A style preset's id.</summary>
    public string? Style { get; init; }

    /// <summary>A tag.</summary>
    public string? Tag { get; init; }

    /// <summary>Whether pictures that are not safe for work come too, blurred unless the account says otherwise.</summary>
    public bool Nsfw { get; init; }

    /// <summary>What is searched for; null on explore.</summary>
    public string? Text { get; init; }

    /// <summary>Where the page before ended.</summary>
    public GalleryPlace? After { get; init; }

    /// <summary>Whether a filter is set.</summary>
    public bool IsNarrowed => Model is not null || Aspect is not null || Style is not null || Tag is not null;

    /// <summary>The order.</summary>
    public GalleryOrder Order => Sorts.First(sort => sort.Value == Sort).Order;

    /// <summary>Reads an address; what is not understood is as if it were not there.</summary>
    public static ExploreQuery Of(IQueryCollection query)
    {
        var sort = query["sort"].ToString();
        var aspect = query["aspect"].ToString();
        return new ExploreQuery
        {
            Sort = Sorts.Any(known => known.Value == sort) ? sort : "new",
            Model = Word("model"),
            Aspect = GalleryFilter.Aspects.Contains(aspect) ? aspect : null,
            Style = Word("style"),
            Tag = Word("tag"),
            Nsfw = query["nsfw"].ToString() == "1",
            Text = Word("q", SearchQuery.MaxLength),
            After = GalleryPlace.Parse(query["after"].ToString()),
        };

        string? Word(string name, int longest = LongestWord)
        {
            var text = query[name].ToString().Trim();
            return text.Length == 0 || text.Any(char.IsControl) ? null : text.Length > longest ? text[..longest] : text;
        }
    }

    /// <summary>What to ask the gallery for.</summary>
    public GalleryFilter Filter(Caller reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return new GalleryFilter { Model = Model, Aspect = Aspect, Style = Style, Tag = Tag, Nsfw = Nsfw || reader.Account?.ShowsNsfw == true };
    }

    /// <summary>The address.</summary>
    public override string ToString()
    {
        var parts = new List<string>();
        Add("q", Text);
        Add("sort", Sort == "new" ? null : Sort);
        Add("model", Model);
        Add("aspect", Aspect);
        Add("style", Style);
        Add("tag", Tag);
        Add("nsfw", Nsfw ? "1" : null);
        Add("after", After?.ToString());
        var path = Text is null ? Links.Explore : Links.Search;
        return parts.Count == 0 ? path : $"{path}?{string.Join('&', parts)}";

        void Add(string name, string? value)
        {
            if (value is not null)
                parts.Add($"{name}={Uri.EscapeDataString(value)}");
        }
    }
}
