// Which generations to list.
using System.Globalization;

namespace Atelier.Client;

/// <summary>Filters and paging of a list; what is null is not asked for.</summary>
public sealed record GenerationQuery
{
    /// <summary>How many, 1 to 200. Default: 50.</summary>
    public int? Limit { get; init; }

    /// <summary>The <see cref="GenerationPage.NextCursor"/> of the page before.</summary>
    public string? Cursor { get; init; }

    /// <summary>Only of these statuses; empty for all.</summary>
    public IReadOnlyList<string> Status { get; init; } = [];

    /// <summary>Only of this model.</summary>
    public string? Model { get; init; }

    /// <summary>Only of this batch.</summary>
    public string? Batch { get; init; }

    /// <summary>Only with this tag.</summary>
    public string? Tag { get; init; }

    /// <summary>Only those whose prompt contains this text.</summary>
    public string? Text { get; init; }

    internal string ToQueryString()
    {
        var parts = new (string Name, string? Value)[]
        {
            ("limit", Limit?.ToString(CultureInfo.InvariantCulture)),
            ("cursor", Cursor),
            ("status", Status.Count == 0 ? null : string.Join(',', Status)),
            ("model", Model),
            ("batch", Batch),
            ("tag", Tag),
            ("q", Text),
        };
        var query = string.Join('&', parts.Where(part => part.Value is not null).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}"));
        return query.Length == 0 ? "" : $"?{query}";
    }
}
