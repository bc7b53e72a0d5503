// The central record: one requested image. Its row is the permanent truth; the job in the queue is only the work still to do.
namespace Atelier.Generating;

/// <summary>Where a generation stands.</summary>
public enum GenerationStatus
{
    /// <summary>Waits for a worker.</summary>
    Queued,

    /// <summary>An engine works on it.</summary>
    Processing,

    /// <summary>The engine is done; the picture is fetched, checked and stored.</summary>
    Downloading,

    /// <summary>The picture is there.</summary>
    Completed,

    /// <summary>There will be no picture unless it is retried.</summary>
    Failed,

    /// <summary>Ended by its owner.</summary>
    Canceled,
}

/// <summary>Who may see a generation.</summary>
public enum Visibility
{
    /// <summary>Its owner.</summary>
    Private,

    /// <summary>Everybody.</summary>
    Public,
}

/// <summary>Why a generation failed.</summary>
/// <param name="Code">Stable and machine-readable, snake case.</param>
/// <param name="Message">One sentence for the owner.</param>
/// <param name="Retryable">Whether trying again can help.</param>
public sealed record GenerationError(string Code, string Message, bool Retryable);

/// <summary>An input image of a generation, kept in the blob store.</summary>
/// <param name="Key">Its blob's content hash.</param>
/// <param name="ContentType">Its real media type.</param>
public sealed record StoredInput(string Key, string ContentType);

/// <summary>One requested image with every effective parameter.</summary>
public sealed record Generation
{
    /// <summary>UUIDv7 as 32 hex digits; later generations sort after earlier ones.</summary>
    public required string Id { get; init; }

    /// <summary>The batch it was submitted with.</summary>
    public required string BatchId { get; init; }

    /// <summary>Its place in the batch, from 0.</summary>
    public required int BatchIndex { get; init; }

    /// <summary>The user it belongs to.</summary>
    public required string Owner { get; init; }

    /// <summary>Its job in the queue; the job may be gone once the generation has ended.</summary>
    public long? JobId { get; init; }

    /// <summary>Where it stands.</summary>
    public GenerationStatus Status { get; init; } = GenerationStatus.Queued;

    /// <summary>What it is doing or waiting for, such as <c>waiting_for_turn</c>, <c>painting</c> or <c>retrying</c>.</summary>
    public string? StatusDetail { get; init; }

    /// <summary>When the next try starts, where one is planned.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Tries so far.</summary>
    public int Attempt { get; init; }

    /// <summary>The prompt with wildcards expanded.</summary>
    public required string Prompt { get; init; }

    /// <summary>The prompt as it was typed, where it held wildcards.</summary>
    public string? PromptTemplate { get; init; }

    /// <summary>What must not appear.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>The catalogue id of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The name that was asked for, where several models share it: the others may stand in. Null where only one was meant.</summary>
    public string? RequestedModel { get; init; }

    /// <summary>The model that painted it; null until it is painted.</summary>
    public string? PaintedBy { get; init; }

    /// <summary>Where the first input image is repainted: white is, black is not. Null for everywhere.</summary>
    public StoredInput? Mask { get; init; }

    /// <summary>Width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>The shape asked for, where the size was not given in pixels.</summary>
    public string? AspectRatio { get; init; }

    /// <summary>The quality asked for.</summary>
    public required string Quality { get; init; }

    /// <summary>The seed, chosen at random where none was given.</summary>
    public required long Seed { get; init; }

    /// <summary>Steps, where the model has them.</summary>
    public int? Steps { get; init; }

    /// <summary>Guidance, where the model has it.</summary>
    public double? Guidance { get; init; }

    /// <summary>Strength of the change to the input image, where there is one.</summary>
    public double? Strength { get; init; }

    /// <summary>Style preset.</summary>
    public string? Style { get; init; }

    /// <summary>webp, png, jpeg, avif or svg.</summary>
    public required string OutputFormat { get; init; }

    /// <summary>Who may see it.</summary>
    public Visibility Visibility { get; init; } = Visibility.Private;

    /// <summary>Whether the owner marks it as not safe for work.</summary>
    public bool Nsfw { get; init; }

    /// <summary>Higher runs earlier; bound to roles.</summary>
    public int Priority { get; init; }

    /// <summary>Images it starts from.</summary>
    public IReadOnlyList<StoredInput> InputImages { get; init; } = [];

    /// <summary>The caller's own keys and values.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The caller's own tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The generation it was made from; null where it began with a prompt alone. It may be gone since.</summary>
    public string? ParentId { get; init; }

    /// <summary>How it was made from it: remix, variation, reference or upscale.</summary>
    public string? ParentKind { get; init; }

    /// <summary>What of the request the model could not honour, in sentences.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The provider that painted or paints it.</summary>
    public string? Provider { get; init; }

    /// <summary>Why it failed.</summary>
    public GenerationError? Error { get; init; }

    /// <summary>What it holds of its owner's credits while it is unfinished, and has cost once it is completed; what came back to its owner when it failed or was canceled.</summary>
    public long Credits { get; init; }

    /// <summary>How often credits were held for it: at its submission, and again at each retry.</summary>
    public int Holds { get; init; }

    /// <summary>When it was submitted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When an engine was first asked.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended, one way or another.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The picture, once completed.</summary>
    public Picture? Picture { get; init; }

    /// <summary>Since when moderators hide it from everybody else; null where they do not.</summary>
    public DateTimeOffset? HiddenAt { get; init; }

    /// <summary>Why a moderator has hidden it: a reason of a report; null where it is not hidden.</summary>
    public string? HiddenReason { get; init; }

    /// <summary>Whether everybody may see it: completed, public, neither deleted nor hidden, of an account that is not banned.</summary>
    public bool IsShown { get; init; }

    /// <summary>How many accounts like it.</summary>
    public int Likes { get; init; }

    /// <summary>How often it was seen, once per viewer and day.</summary>
    public int Views { get; init; }

    /// <summary>Credits that are set aside for it now.</summary>
    public long CreditsHeld => IsFinished ? 0 : Credits;

    /// <summary>Credits that it has cost.</summary>
    public long CreditsCharged => Status == GenerationStatus.Completed ? Credits : 0;

    /// <summary>Whether nothing more will happen by itself.</summary>
    public bool IsFinished => Status is GenerationStatus.Completed or GenerationStatus.Failed or GenerationStatus.Canceled;
}

/// <summary>The stored result of a generation.</summary>
public sealed record Picture
{
    /// <summary>UUIDv7 as 32 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>The generation it came from.</summary>
    public required string GenerationId { get; init; }

    /// <summary>Blob of the engine's own bytes, untouched.</summary>
    public required string OriginalKey { get; init; }

    /// <summary>Media type of the engine's own bytes.</summary>
    public required string OriginalType { get; init; }

    /// <summary>Blob of the picture in the format asked for; the original's where they are the same.</summary>
    public required string FullKey { get; init; }

    /// <summary>Media type of the full picture.</summary>
    public required string ContentType { get; init; }

    /// <summary>Size of the full picture in bytes; also its SHA-256 is <see cref="FullKey"/>.</summary>
    public required long Bytes { get; init; }

    /// <summary>Width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Blob of the preview, WebP.</summary>
    public required string PreviewKey { get; init; }

    /// <summary>Blob of the thumbnail, WebP.</summary>
    public required string ThumbnailKey { get; init; }

    /// <summary>BlurHash of the picture.</summary>
    public required string BlurHash { get; init; }

    /// <summary>Average colour as <c>#rrggbb</c>.</summary>
    public required string Color { get; init; }

    /// <summary>When it was stored.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
