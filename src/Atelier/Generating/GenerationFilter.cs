// Which generations a list holds. A plain value that knows its own conditions.
using System.Text.Json;
using Atelier.Durable;

namespace Atelier.Generating;

/// <summary>Which generations to list.</summary>
public sealed record GenerationFilter
{
    /// <summary>Only this user's; null for everybody's.</summary>
    public string? Owner { get; init; }

    /// <summary>Only of these statuses; empty for all.</summary>
    public IReadOnlyList<GenerationStatus> Statuses { get; init; } = [];

    /// <summary>Only of this batch.</summary>
    public string? BatchId { get; init; }

    /// <summary>Only of this model.</summary>
    public string? Model { get; init; }

    /// <summary>Only with this tag.</summary>
    public string? Tag { get; init; }

    /// <summary>Only those whose prompt contains this text, case ignored.</summary>
    public string? Text { get; init; }

    /// <summary>Only those that so many may see; null for all.</summary>
    public Visibility? Visibility { get; init; }

    /// <summary>Only of this shape: square, portrait or landscape; null for all. Within a twentieth counts as square.</summary>
    public string? Shape { get; init; }

    /// <summary>Only those that this account likes.</summary>
    public string? LikedBy { get; init; }

    /// <summary>Only those in this collection.</summary>
    public string? Collection { get; init; }

    /// <summary>Only those with these ids, and in this order; null for all, the newest first.</summary>
    public IReadOnlyList<string>? Only { get; init; }

    internal string OnlyAsJson => JsonSerializer.Serialize(Only);

    internal string TagPattern => Contains(JsonSerializer.Serialize(Tag));

    internal string TextPattern => Contains((Text ?? "").ToLowerInvariant());

    /// <summary>What a row <c>g</c> must satisfy; the values come from the properties of the same names.</summary>
    internal List<string> Conditions(Dialect dialect)
    {
        var where = new List<string> { "g.deleted_at IS NULL" };
        if (Owner is not null)
            where.Add("g.owner = @Owner");
        if (Statuses.Count > 0)
            where.Add($"g.status IN ({string.Join(", ", Statuses.Select(status => $"'{StatusNames.Of(status)}'"))})");
        if (Statuses.Count > 0 && Statuses.All(status => status <= GenerationStatus.Downloading))
            where.Add("g.finished_at IS NULL");
        if (BatchId is not null)
            where.Add("g.batch_id = @BatchId");
        if (Model is not null)
            where.Add("g.model = @Model");
        if (Tag is not null)
            where.Add("g.tags LIKE @TagPattern ESCAPE '\\'");
        if (Text is not null)
            where.Add("LOWER(g.prompt) LIKE @TextPattern ESCAPE '\\'");
        if (Visibility is { } visibility)
            where.Add($"g.visibility = '{StatusNames.Of(visibility)}'");
        if (Shape is not null)
            where.Add(ShapeIs(Shape));
        if (LikedBy is not null)
            where.Add("EXISTS (SELECT 1 FROM likes l WHERE l.account = @LikedBy AND l.generation_id = g.id)");
        if (Collection is not null)
            where.Add("EXISTS (SELECT 1 FROM collection_items i WHERE i.collection_id = @Collection AND i.generation_id = g.id)");
        if (Only is not null)
            where.Add(dialect == Dialect.Postgres ? "g.id = ANY(ARRAY(SELECT json_array_elements_text(@OnlyAsJson::json)))" : "g.id IN (SELECT value FROM json_each(@OnlyAsJson))");
        return where;
    }

    private static string ShapeIs(string shape) => shape switch
    {
        "landscape" => "g.width * 20 > g.height * 21",
        "portrait" => "g.height * 20 > g.width * 21",
        _ => "g.width * 20 <= g.height * 21 AND g.height * 20 <= g.width * 21",
    };

    private static string Contains(string text) =>
        $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
}
