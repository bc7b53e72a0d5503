// What the API tells about the calls to engines that a generation took.
namespace Atelier.Client;

/// <summary>The history of a generation.</summary>
/// <param name="Items">The attempts in their order.</param>
public sealed record AttemptList(IReadOnlyList<AttemptRecord> Items);

/// <summary>One call to an engine.</summary>
public sealed record AttemptRecord
{
    /// <summary>Its number, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The provider that was asked.</summary>
    public required string Provider { get; init; }

    /// <summary>The model that was asked; null for attempts of older versions.</summary>
    public required string? Model { get; init; }

    /// <summary>The provider's own id of the prediction, where it gave one.</summary>
    public required string? PredictionId { get; init; }

    /// <summary>
    /// <c>open</c> (it is going on), <c>painted</c>, <c>failed</c>, <c>canceled</c>, <c>interrupted</c> (it never arrived) or <c>unknown</c>
    /// (nobody can tell).
    /// </summary>
    public required string Outcome { get; init; }

    /// <summary>US dollars: expected while it is open, charged once it has ended.</summary>
    public required decimal Cost { get; init; }

    /// <summary>When it was recorded, just before the call.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The label of the key it was made with; null where none was, and for everybody but operators.</summary>
    public required string? Key { get; init; }

    /// <summary>What went wrong in the provider's words; null where nothing did, and for everybody but operators.</summary>
    public required string? Error { get; init; }
}
