// The parameters that an endpoint takes in its address: told once, for the check of what comes in and for the OpenAPI document.
namespace Atelier.Web.Endpoints;

/// <summary>A query parameter of an endpoint.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does.</param>
internal sealed record QueryParameter(string Name, string Description)
{
    /// <summary>Smallest number; null for a text.</summary>
    public int? Min { get; init; }

    /// <summary>Largest number; null for a text.</summary>
    public int? Max { get; init; }

    /// <summary>The number when none is given.</summary>
    public int? Default { get; init; }

    /// <summary>An example for the document.</summary>
    public string? Example { get; init; }
}

/// <summary>The query parameters of an endpoint, as its metadata.</summary>
internal sealed record QueryParameters(IReadOnlyList<QueryParameter> Items)
{
    public static QueryParameters None { get; } = new([]);
}

/// <summary>A request header of an endpoint, as its metadata.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does.</param>
internal sealed record HeaderParameter(string Name, string Description);
