// What readers of the event feed hear about generations. Written in the transaction that makes it true.
using System.Text.Json;
using Atelier.Durable;

namespace Atelier.Generating;

/// <summary>Builds the events of generations: the stream is the owner, the subject the generation.</summary>
public static class GenerationEvents
{
    /// <summary>The type of events that only report progress.</summary>
    public const string Progress = "generation.progress";

    /// <summary>The type of the event after which a generation is gone.</summary>
    public const string Deleted = "generation.deleted";

    /// <summary>The type of the event after which a deleted generation is back.</summary>
    public const string Restored = "generation.restored";

    /// <summary>The type of the event after which its owner says something else about a generation: who may see it, its tags.</summary>
    public const string Changed = "generation.changed";

    /// <summary>Whether an event tells how a generation stands; streams carry others too.</summary>
    public static bool IsOne(Event e) => e.Type.StartsWith("generation.", StringComparison.Ordinal);

    /// <summary>The event that tells where a generation stands now; its type is <c>generation.</c> and the status.</summary>
    public static NewEvent Of(Generation generation) => Of(generation, $"generation.{StatusNames.Of(generation.Status)}");

    /// <summary>The last event of a generation that its owner deleted.</summary>
    public static NewEvent DeletionOf(Generation generation) => Of(generation, Deleted);

    /// <summary>Its owner has taken the deletion back.</summary>
    public static NewEvent RestorationOf(Generation generation) => Of(generation, Restored);

    /// <summary>The event of a generation whose visibility, safety or tags its owner changed.</summary>
    public static NewEvent ChangeOf(Generation generation) => Of(generation, Changed);

    /// <summary>The stream of what operators should see to.</summary>
    public const string OperatorStream = "operator";

    /// <summary>Tells operators that a key is out of use.</summary>
    internal static NewEvent OfBenchedKey(string provider, string keyLabel, DateTimeOffset? until, string reason) =>
        new(OperatorStream, provider, ProviderHealth.BenchedEvent, JsonSerializer.Serialize(new { Provider = provider, Key = keyLabel, Until = until, Reason = reason }, Format));

    internal static NewEvent ProgressOf(Job job, JobProgress progress)
    {
        var payload = GenerationJob.PayloadOf(job);
        return new NewEvent(payload.Owner, payload.Id, Progress, JsonSerializer.Serialize(new GenerationEvent
        {
            Id = payload.Id,
            Batch = payload.Batch,
            Status = StatusNames.Of(GenerationStatus.Processing),
            StatusDetail = progress.Note,
            Progress = Percent(progress.Fraction),
            Attempt = job.Attempt,
            Preview = progress.PreviewType is not null,
        }, Format));
    }

    /// <summary>A fraction as whole percent, 0 to 100.</summary>
    public static int Percent(double fraction) => (int)Math.Round(Math.Clamp(fraction, 0, 1) * 100);

    private static NewEvent Of(Generation generation, string type) =>
        new(generation.Owner, generation.Id, type, JsonSerializer.Serialize(new GenerationEvent
        {
            Id = generation.Id,
            Batch = generation.BatchId,
            Status = StatusNames.Of(generation.Status),
            StatusDetail = generation.StatusDetail,
            Progress = generation.Status == GenerationStatus.Completed ? 100 : 0,
            Attempt = generation.Attempt,
            RetryAt = generation.RetryAt,
            Error = generation.Error,
        }, Format));

    /// <summary>Reads an event's data back.</summary>
    public static GenerationEvent Read(Event e) => JsonSerializer.Deserialize<GenerationEvent>(e.Data, Format)!;

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };
}

/// <summary>The data of an event about a generation.</summary>
public sealed record GenerationEvent
{
    /// <summary>The generation.</summary>
    public required string Id { get; init; }

    /// <summary>Its batch.</summary>
    public required string Batch { get; init; }

    /// <summary>The status word.</summary>
    public required string Status { get; init; }

    /// <summary>What it is doing or waiting for.</summary>
    public string? StatusDetail { get; init; }

    /// <summary>0 to 100.</summary>
    public int Progress { get; init; }

    /// <summary>Tries so far.</summary>
    public int Attempt { get; init; }

    /// <summary>When the next try starts, where one is planned.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Whether a preview picture can be fetched.</summary>
    public bool Preview { get; init; }

    /// <summary>Why it failed.</summary>
    public GenerationError? Error { get; init; }
}
