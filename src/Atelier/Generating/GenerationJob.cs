// What the queue carries for a generation: which one, and how far a worker came with it.
using System.Text.Json;
using Atelier.Catalogue;
using Atelier.Durable;

namespace Atelier.Generating;

/// <summary>The payload and checkpoint of a generation's job.</summary>
public static class GenerationJob
{
    /// <summary>The kind of these jobs.</summary>
    public const string Kind = "generation";

    /// <summary>The job that will paint a generation: in its provider's lane, in its owner's turn.</summary>
    public static NewJob For(Generation generation, Model model, GenerationOptions options) => new()
    {
        Kind = Kind,
        Lane = model.Provider,
        // What a provider limits, it limits by model.
        LaneKey = model.Id,
        Tenant = generation.Owner,
        MaxAttempts = options.MaxAttempts,
        // People count upwards, the queue's smaller numbers run first.
        Priority = -generation.Priority,
        Payload = JsonSerializer.Serialize(new GenerationPayload(generation.Id, generation.BatchId, generation.Owner, model.Id)),
    };

    // An operator may have edited it.
    internal static GenerationPayload PayloadOf(Job job) =>
        JsonSerializer.Deserialize<GenerationPayload>(job.Payload) is { Id: not null, Owner: not null } payload
            ? payload
            : throw new JsonException($"The payload of job {job.Id} names no generation.");

    internal static string GenerationOf(Job job) => PayloadOf(job).Id;
}

/// <summary>How generations are worked off.</summary>
public sealed record GenerationOptions
{
    /// <summary>Attempts before a generation fails for good. Default: 3. Range: 1–20.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>How long after a lost start its absence at the provider is believed. Default: 10 seconds.</summary>
    public TimeSpan AbsenceDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a prediction is waited for. Default: 1 hour, as long as providers keep results.</summary>
    public TimeSpan PredictionLimit { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>Which generation a job paints, with what its progress events need to say.</summary>
internal sealed record GenerationPayload(string Id, string Batch, string Owner, string? Model = null);

/// <summary>How far a worker came: what a later worker needs to resume instead of starting again.</summary>
/// <param name="Attempt">The attempt that was begun, from 1.</param>
/// <param name="Model">The model that was asked.</param>
/// <param name="Key">The label of the key it was asked with.</param>
/// <param name="Reference">Our own name of this start.</param>
/// <param name="StartedAt">When it was begun.</param>
/// <param name="ExternalId">The provider's prediction, once known.</param>
/// <param name="Open">Whether the engine may have been asked and has not been heard of since.</param>
/// <param name="Unknowns">How many starts of this job ended without anybody knowing how.</param>
internal sealed record GenerationCheckpoint(
    int Attempt, string? Model, string? Key, string? Reference, DateTimeOffset StartedAt, string? ExternalId = null, bool Open = true, int Unknowns = 0)
{
    /// <summary>What the engine painted, once it is in the store; null until then, and where nothing is left to do but to complete.</summary>
    public PaintedCheckpoint? Painted { get; init; }

    public static GenerationCheckpoint? Parse(string? json) =>
        json is null ? null : JsonSerializer.Deserialize<GenerationCheckpoint>(json);

    public string ToJson() => JsonSerializer.Serialize(this);
}

/// <summary>Pictures that are painted and stored, and are being made larger.</summary>
/// <param name="Images">The pictures.</param>
/// <param name="Cost">What the provider says it charged.</param>
/// <param name="Nsfw">Whether the engine marked it.</param>
internal sealed record PaintedCheckpoint(IReadOnlyList<PaintedBlob> Images, decimal? Cost, bool? Nsfw)
{
    /// <summary>The upscaler's run, once it is known; null before, and for upscalers that answer at once.</summary>
    public UpscaleRun? Upscale { get; init; }
}

/// <summary>A picture in the store.</summary>
/// <param name="Key">Its blob.</param>
/// <param name="ContentType">The media type that the engine claimed.</param>
/// <param name="Seed">The seed that the engine told.</param>
internal sealed record PaintedBlob(string Key, string ContentType, long? Seed);

/// <summary>A run of an upscaler.</summary>
/// <param name="Provider">Where.</param>
/// <param name="ExternalId">Its id there.</param>
/// <param name="StartedAt">When it was begun.</param>
internal sealed record UpscaleRun(string Provider, string ExternalId, DateTimeOffset StartedAt);
