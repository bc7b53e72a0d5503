// What the event streams tell.
using System.Text.Json.Serialization;

namespace Atelier.Client;

/// <summary>The data of an event about a generation.</summary>
public sealed record GenerationEvent
{
    /// <summary>The generation.</summary>
    public required string Id { get; init; }

    /// <summary>Its batch.</summary>
    public required string Batch { get; init; }

    /// <summary>queued, processing, downloading, completed, failed or canceled.</summary>
    public required string Status { get; init; }

    /// <summary>What it is doing or waiting for.</summary>
    public required string? StatusDetail { get; init; }

    /// <summary>0 to 100.</summary>
    public required int Progress { get; init; }

    /// <summary>Tries so far.</summary>
    public required int Attempt { get; init; }

    /// <summary>When the next try starts, where one is planned.</summary>
    public required DateTimeOffset? RetryAt { get; init; }

    /// <summary>Whether the picture of this moment can be fetched from the generation's <c>/preview</c>.</summary>
    public required bool Preview { get; init; }

    /// <summary>Why it failed.</summary>
    public required GenerationError? Error { get; init; }
}

/// <summary>An event as it came over the stream.</summary>
/// <param name="EventId">Its place; a later stream goes on after it.</param>
/// <param name="Type"><c>generation.</c> and the status, <c>generation.progress</c>, <c>generation.deleted</c>, <c>generation.restored</c> or <c>generation.changed</c>.</param>
/// <param name="Generation">What it tells.</param>
public sealed record WatchedEvent(string EventId, string Type, GenerationEvent Generation)
{
    /// <summary>Whether the generation has ended with it.</summary>
    [JsonIgnore]
    public bool IsFinal => Type is "generation.completed" or "generation.failed" or "generation.canceled" or "generation.deleted";
}
