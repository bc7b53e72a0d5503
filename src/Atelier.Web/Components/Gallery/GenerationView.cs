// A generation with what is known about it at this moment beyond its row: how far it is, how long it will take, where it stands in line.
using Atelier.Generating;

namespace Atelier.Web.Components.Gallery;

/// <summary>One generation as the pages show it.</summary>
/// <param name="Generation">The record.</param>
/// <param name="ModelName">Its model's name for people.</param>
public sealed record GenerationView(Generation Generation, string ModelName)
{
    /// <summary>Its style preset's name for people, where it has one.</summary>
    public string? StyleName { get; init; }

    /// <summary>How far it is painted, in whole percent.</summary>
    public int Progress { get; init; }

    /// <summary>Whether a preview of the unfinished picture can be fetched.</summary>
    public bool HasPreview { get; init; }

    /// <summary>Seconds until it is expected to be done; null when finished or unknown.</summary>
    public int? RemainingSeconds { get; init; }

    /// <summary>How many stand before it in line; null where it does not wait in line.</summary>
    public int? Position { get; init; }

    /// <summary>The generation's id.</summary>
    public string Id => Generation.Id;

    /// <summary>Whether an engine is at work on it, or its picture is being stored.</summary>
    public bool IsRunning => Generation.Status is GenerationStatus.Processing or GenerationStatus.Downloading;

    /// <summary>Whether it waits for a known time: its next try, or the end of a limit.</summary>
    public bool IsHeld => Generation.Status == GenerationStatus.Queued && Generation.RetryAt is not null;

    /// <summary>Whether trying again makes sense.</summary>
    public bool CanRetry => Generation.Status is GenerationStatus.Failed or GenerationStatus.Canceled;
}
