// Which generations a list holds. Pure data; nothing here survives or needs to survive a crash.
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
}
