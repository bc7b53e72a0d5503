// What the API tells about generations.
namespace Atelier.Client;

/// <summary>The answer to a submission.</summary>
/// <param name="Batch">The batch that the generations belong to.</param>
/// <param name="Generations">One entry for each image, in order.</param>
public sealed record SubmissionAnswer(string Batch, IReadOnlyList<SubmittedGeneration> Generations);

/// <summary>A generation as it was submitted.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Status"><c>queued</c>.</param>
/// <param name="Seed">The seed that it will use.</param>
/// <param name="Links">Where to go from here.</param>
public sealed record SubmittedGeneration(string Id, string Status, long Seed, GenerationLinks Links);

/// <summary>Addresses of a generation, relative to the server.</summary>
/// <param name="Self">Its record (GET, DELETE).</param>
/// <param name="Events">Its server-sent events (GET).</param>
/// <param name="Cancel">Cancels it (POST).</param>
/// <param name="Retry">Queues it again after it failed or was canceled (POST).</param>
public sealed record GenerationLinks(string Self, string Events, string Cancel, string Retry);

/// <summary>A page of generations, newest first.</summary>
/// <param name="Items">The generations. They carry no <c>queue_position</c>: it is counted only for a single record.</param>
/// <param name="NextCursor">What to give as <c>cursor</c> for the next page; null on the last page.</param>
public sealed record GenerationPage(IReadOnlyList<GenerationRecord> Items, string? NextCursor);

/// <summary>One requested image with every effective parameter.</summary>
public sealed record GenerationRecord
{
    /// <summary>32 hex digits; later generations sort after earlier ones.</summary>
    public required string Id { get; init; }

    /// <summary>The batch it was submitted with.</summary>
    public required string Batch { get; init; }

    /// <summary>queued, processing, downloading, completed, failed or canceled.</summary>
    public required string Status { get; init; }

    /// <summary>What it is doing or waiting for, such as <c>waiting_for_turn</c>, <c>painting</c>, <c>rate_limited</c> or <c>retrying</c>.</summary>
    public required string? StatusDetail { get; init; }

    /// <summary>How far it is, 0 to 100; 100 exactly when it is completed.</summary>
    public required int Progress { get; init; }

    /// <summary>How many jobs stand before it in its lane; null where it does not wait in line, and in lists.</summary>
    public required int? QueuePosition { get; init; }

    /// <summary>Seconds until it is expected to be done, from observed durations; null once it has ended.</summary>
    public required int? EtaSeconds { get; init; }

    /// <summary>When the next try starts, where one is planned.</summary>
    public required DateTimeOffset? RetryAt { get; init; }

    /// <summary>Tries so far.</summary>
    public required int Attempt { get; init; }

    /// <summary>The prompt with wildcards expanded.</summary>
    public required string Prompt { get; init; }

    /// <summary>The prompt as it was typed, where it held wildcards.</summary>
    public required string? PromptTemplate { get; init; }

    /// <summary>What must not appear.</summary>
    public required string? NegativePrompt { get; init; }

    /// <summary>The model's id.</summary>
    public required string Model { get; init; }

    /// <summary>The name that was asked for, where several models share it; null where one was named.</summary>
    public required string? RequestedModel { get; init; }

    /// <summary>The model that painted it: <see cref="Model"/>, or one that stood in for it; null until it is painted.</summary>
    public required string? PaintedBy { get; init; }

    /// <summary>The provider that paints or painted it; null before the first try.</summary>
    public required string? Provider { get; init; }

    /// <summary>Width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>The shape asked for, where the size was not given in pixels.</summary>
    public required string? AspectRatio { get; init; }

    /// <summary>The quality asked for.</summary>
    public required string Quality { get; init; }

    /// <summary>The seed, chosen at random where none was given.</summary>
    public required long Seed { get; init; }

    /// <summary>Steps, where the model has them.</summary>
    public required int? Steps { get; init; }

    /// <summary>Guidance, where the model has it.</summary>
    public required double? Guidance { get; init; }

    /// <summary>Strength of the change to the input image, where there is one.</summary>
    public required double? Strength { get; init; }

    /// <summary>How many images it starts from.</summary>
    public required int InputImages { get; init; }

    /// <summary>Style preset.</summary>
    public required string? Style { get; init; }

    /// <summary>webp, png, jpeg, avif or svg.</summary>
    public required string OutputFormat { get; init; }

    /// <summary>private or public.</summary>
    public required string Visibility { get; init; }

    /// <summary>Whether the owner marks it as not safe for work.</summary>
    public required bool Nsfw { get; init; }

    /// <summary>Higher runs earlier.</summary>
    public required int Priority { get; init; }

    /// <summary>The caller's own keys and values.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>The caller's own tags.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>What it was made from; absent where it began with a prompt alone. The other may be private, or gone since.</summary>
    public ParentReference? Parent { get; init; }

    /// <summary>What of the request the model could not honour, in sentences.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>What it holds or has cost of its owner's credits.</summary>
    public required GenerationCredits Credits { get; init; }

    /// <summary>When it was submitted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When an engine was first asked.</summary>
    public required DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended, one way or another.</summary>
    public required DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Why it failed; null unless it did.</summary>
    public required GenerationError? Error { get; init; }

    /// <summary>The picture; null until it is completed.</summary>
    public required ImageRecord? Image { get; init; }

    /// <summary>Where to go from here.</summary>
    public required GenerationLinks Links { get; init; }
}

/// <summary>Why a generation failed.</summary>
/// <param name="Code">Stable and machine-readable, such as <c>refused_by_policy</c>.</param>
/// <param name="Message">One sentence for people.</param>
/// <param name="Retryable">Whether trying again can help.</param>
public sealed record GenerationError(string Code, string Message, bool Retryable);

/// <summary>A stored result. Addresses are relative to the server and need the same access as the generation.</summary>
public sealed record ImageRecord
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The picture in the format asked for.</summary>
    public required string Url { get; init; }

    /// <summary>A WebP of at most 1,024 pixels a side.</summary>
    public required string PreviewUrl { get; init; }

    /// <summary>A small WebP for lists.</summary>
    public required string ThumbnailUrl { get; init; }

    /// <summary>The engine's own file, untouched.</summary>
    public required string OriginalUrl { get; init; }

    /// <summary>The picture as a file to keep: with a good name, and with what it was made from inside.</summary>
    public required string DownloadUrl { get; init; }

    /// <summary>Width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Media type of <see cref="Url"/>.</summary>
    public required string ContentType { get; init; }

    /// <summary>Size of <see cref="Url"/> in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>A BlurHash to show while it loads.</summary>
    public required string Blurhash { get; init; }

    /// <summary>SHA-256 of <see cref="Url"/>'s bytes in hex; also its ETag.</summary>
    public required string Sha256 { get; init; }
}
