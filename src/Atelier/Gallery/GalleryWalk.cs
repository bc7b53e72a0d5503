// The SQL of walking the gallery: along the narrowest index there is, filtering on the way, and never further than a bound. Pure text.
using Atelier.Durable;

namespace Atelier.Gallery;

/// <summary>A place that a walk has found.</summary>
internal sealed class FoundPlace
{
    public long Number { get; init; }
    public int Likes { get; init; }
}

/// <summary>What a page asks for, and how the SQL says it.</summary>
internal sealed class GalleryWalk
{
    /// <summary>How far one page walks past pictures that its filters leave out, before it says: so far this; there may be more.</summary>
    public const int Bound = 20_000;

    /// <summary>Of a model, style or shape with fewer pictures all are looked at and sorted; of others a walk finds enough soon.</summary>
    public const int Few = 5_000;

    private const string Covered = "s.number, s.nsfw, s.model, s.aspect, s.style";

    private readonly GalleryFilter _filter;
    private readonly bool _postgres;
    private readonly string? _facet;

    public GalleryWalk(GalleryFilter filter, Session session)
    {
        (_filter, _postgres) = (filter, session.Dialect == Dialect.Postgres);
        // The narrowest as a rule: tags are many, shapes are three.
        _facet = filter switch
        {
            { Tag: not null } => "tag",
            { Style: not null } => "style",
            { Model: not null } => "model",
            { Aspect: not null } => "aspect",
            _ => null,
        };
    }

    /// <summary>Whether it goes along a tag, whose most liked pictures have an index of their own.</summary>
    public bool IsOfTag => _facet == "tag";

    /// <summary>Whether it goes along a model, a style or a shape.</summary>
    public bool IsOfFacet => _facet is not null && !IsOfTag;

    /// <summary>The facet's pictures below a number, newest first, with what filters need; nothing is left out yet.</summary>
    public string Newest(string columns = "") => $"SELECT {Covered}{columns} FROM {Way} AND s.number < @before ORDER BY s.number DESC LIMIT @walk";

    /// <summary>The numbers of <see cref="Newest"/> alone, as many as there are.</summary>
    public string Numbers => $"SELECT s.number FROM {Way} AND s.number < @before ORDER BY s.number DESC";

    /// <summary>All liked pictures, or those of the tag, below a place, the most liked first, with what filters need.</summary>
    public string MostLiked => $"""
        SELECT {Covered}, s.likes{(IsOfTag ? ", s.completed_at" : "")} FROM {(IsOfTag ? Way : $"gallery s WHERE {Shown("s")}")} AND s.likes > 0 AND (s.likes, s.number) < (@likes, @before)
        ORDER BY s.likes DESC, s.number DESC LIMIT @walk
        """;

    /// <summary>All liked pictures since a moment, in no order.</summary>
    public string LikedSince => $"SELECT {Covered}, s.likes FROM gallery s WHERE {Shown("s")} AND s.likes > 0 AND s.completed_at >= @since";

    // Each pair of a table and a facet has an index that goes on by number and holds all that filters need.
    private string Way => $"{(IsOfTag ? "gallery_tags" : "gallery")} s WHERE {Shown("s")}{(IsOfTag ? " AND s.tag = @Tag" : _facet is null ? "" : $" AND s.{_facet} = @Facet")}";

    /// <summary>The beginning of a statement: a table <c>models</c> of those that painted public pictures, one look-up for each; its last row is null.</summary>
    public string Models => $"""
        WITH RECURSIVE models (model) AS (
            SELECT (SELECT MIN(s.model) FROM gallery s WHERE {Shown("s")})
            UNION ALL SELECT (SELECT MIN(s.model) FROM gallery s WHERE {Shown("s")} AND s.model > m.model) FROM models m WHERE m.model IS NOT NULL)
        """;

    /// <summary>What of a walk is left: conditions on the columns that every walk carries. Where there is a tag, every walk is along it.</summary>
    /// <param name="walked">Whether the walk was along the facet, which then needs no condition.</param>
    public string Left(bool walked)
    {
        var conditions = new List<string> { "1 = 1" };
        if (!_filter.Nsfw)
            conditions.Add(_postgres ? "NOT s.nsfw" : "s.nsfw = 0");
        if (_filter.Style is not null && !(walked && _facet == "style"))
            conditions.Add("s.style = @Style");
        if (_filter.Model is not null && !(walked && _facet == "model"))
            conditions.Add("s.model = @Model");
        if (_filter.Aspect is not null && !(walked && _facet == "aspect"))
            conditions.Add("s.aspect = @Aspect");
        return string.Join(" AND ", conditions);
    }

    /// <summary>The arguments that the texts above name.</summary>
    public Dictionary<string, object?> Arguments(GalleryPlace after, int walk, int limit) => new()
    {
        ["Tag"] = _filter.Tag?.ToLowerInvariant(),
        ["Style"] = _filter.Style,
        ["Model"] = _filter.Model,
        ["Aspect"] = _filter.Aspect,
        ["Facet"] = _filter.Style ?? _filter.Model ?? _filter.Aspect,
        ["before"] = after.Number,
        ["likes"] = after.Likes ?? int.MaxValue,
        ["walk"] = walk,
        ["limit"] = limit,
    };

    /// <summary>Keeps the order of a walk. SQLite reads a walk in its order and would sort it again.</summary>
    public string InItsOrder(string order) => _postgres ? $"ORDER BY {order}" : "";

    /// <summary>That everybody may see a row.</summary>
    public string Shown(string table) => _postgres ? $"{table}.shown" : $"{table}.shown = 1";
}
