// One call to an engine, as the history of a generation tells it.
namespace Atelier.Generating;

/// <summary>An attempt at a generation.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Provider">The provider that was asked.</param>
/// <param name="Model">The model that was asked.</param>
/// <param name="Key">The label of the key it was asked with; null where none is needed.</param>
/// <param name="ExternalId">The provider's prediction, where it gave one.</param>
/// <param name="Outcome">open, painted, failed, canceled, interrupted (it never arrived) or unknown (nobody can tell).</param>
/// <param name="Error">What went wrong, for the operator.</param>
/// <param name="Cost">US dollars: expected while it is open, charged once it has ended.</param>
/// <param name="StartedAt">When it was recorded, just before the call.</param>
/// <param name="FinishedAt">When it ended.</param>
public sealed record GenerationAttempt(
    int Number, string Provider, string? Model, string? Key, string? ExternalId, string Outcome, string? Error, decimal Cost,
    DateTimeOffset StartedAt, DateTimeOffset? FinishedAt);
