// How a generation and its picture lie in the tables: plain columns on one side, the record on the other.
using System.Text.Json;

namespace Atelier.Generating;

internal sealed class GenerationRow
{
    // The picture's columns are prefixed because both tables have an id, a width and a height.
    public const string Columns = """
        g.id, g.batch_id, g.batch_index, g.owner, g.job_id, g.status, g.status_detail, g.retry_at, g.attempt, g.prompt, g.prompt_template,
        g.negative_prompt, g.model, g.requested_model, g.painted_by, g.mask, g.width, g.height, g.aspect_ratio, g.quality, g.seed, g.steps, g.guidance, g.strength, g.style,
        g.output_format, g.visibility, g.nsfw, g.priority, g.input_images, g.metadata, g.tags, g.warnings, g.provider, g.error_code,
        g.error_message, g.error_retryable, g.credits, g.holds, g.created_at, g.started_at, g.finished_at,
        g.parent_id, g.parent_kind, g.hidden_at, g.hidden_reason, s.shown, s.likes, s.views,
        p.id AS picture_id, p.original_key, p.original_type, p.full_key, p.content_type, p.bytes, p.width AS picture_width,
        p.height AS picture_height, p.preview_key, p.thumbnail_key, p.blur_hash, p.color, p.created_at AS picture_created_at
        """;

    public const string From = "FROM generations g LEFT JOIN pictures p ON p.generation_id = g.id LEFT JOIN gallery s ON s.id = g.id";

    public string Id { get; init; } = "";
    public string BatchId { get; init; } = "";
    public int BatchIndex { get; init; }
    public string Owner { get; init; } = "";
    public long? JobId { get; init; }
    public string Status { get; init; } = "";
    public string? StatusDetail { get; init; }
    public long? RetryAt { get; init; }
    public int Attempt { get; init; }
    public string Prompt { get; init; } = "";
    public string? PromptTemplate { get; init; }
    public string? NegativePrompt { get; init; }
    public string Model { get; init; } = "";
    public string? RequestedModel { get; init; }
    public string? PaintedBy { get; init; }
    public string? Mask { get; init; }
    public int Width { get; init; }
    public int Height { get; init; }
    public string? AspectRatio { get; init; }
    public string Quality { get; init; } = "";
    public long Seed { get; init; }
    public int? Steps { get; init; }
    public double? Guidance { get; init; }
    public double? Strength { get; init; }
    public string? Style { get; init; }
    public string OutputFormat { get; init; } = "";
    public string Visibility { get; init; } = "";
    public bool Nsfw { get; init; }
    public int Priority { get; init; }
    public string InputImages { get; init; } = "[]";
    public string Metadata { get; init; } = "{}";
    public string Tags { get; init; } = "[]";
    public string Warnings { get; init; } = "[]";
    public string? Provider { get; init; }
    public string? ErrorCode { get; init; }
    public string? ErrorMessage { get; init; }
    public bool? ErrorRetryable { get; init; }
    public long Credits { get; init; }
    public int Holds { get; init; }
    public long CreatedAt { get; init; }
    public long? StartedAt { get; init; }
    public long? FinishedAt { get; init; }
    public string? ParentId { get; init; }
    public string? ParentKind { get; init; }
    public long? HiddenAt { get; init; }
    public string? HiddenReason { get; init; }
    public bool? Shown { get; init; }
    public int? Likes { get; init; }
    public int? Views { get; init; }

    public string? PictureId { get; init; }
    public string OriginalKey { get; init; } = "";
    public string OriginalType { get; init; } = "";
    public string FullKey { get; init; } = "";
    public string ContentType { get; init; } = "";
    public long Bytes { get; init; }
    public int PictureWidth { get; init; }
    public int PictureHeight { get; init; }
    public string PreviewKey { get; init; } = "";
    public string ThumbnailKey { get; init; } = "";
    public string BlurHash { get; init; } = "";
    public string Color { get; init; } = "";
    public long PictureCreatedAt { get; init; }

    public static GenerationRow Of(Generation generation) => new()
    {
        Id = generation.Id,
        BatchId = generation.BatchId,
        BatchIndex = generation.BatchIndex,
        Owner = generation.Owner,
        JobId = generation.JobId,
        Status = StatusNames.Of(generation.Status),
        StatusDetail = generation.StatusDetail,
        Prompt = generation.Prompt,
        PromptTemplate = generation.PromptTemplate,
        NegativePrompt = generation.NegativePrompt,
        Model = generation.Model,
        RequestedModel = generation.RequestedModel,
        Mask = generation.Mask is null ? null : JsonSerializer.Serialize(generation.Mask),
        Width = generation.Width,
        Height = generation.Height,
        AspectRatio = generation.AspectRatio,
        Quality = generation.Quality,
        Seed = generation.Seed,
        Steps = generation.Steps,
        Guidance = generation.Guidance,
        Strength = generation.Strength,
        Style = generation.Style,
        OutputFormat = generation.OutputFormat,
        Visibility = StatusNames.Of(generation.Visibility),
        Nsfw = generation.Nsfw,
        Priority = generation.Priority,
        InputImages = JsonSerializer.Serialize(generation.InputImages),
        Metadata = JsonSerializer.Serialize(generation.Metadata),
        Tags = JsonSerializer.Serialize(generation.Tags),
        Warnings = JsonSerializer.Serialize(generation.Warnings),
        Credits = generation.Credits,
        Holds = generation.Holds,
        ParentId = generation.ParentId,
        ParentKind = generation.ParentKind,
        CreatedAt = generation.CreatedAt.ToUnixTimeMilliseconds(),
    };

    public Generation ToGeneration() => new()
    {
        Id = Id,
        BatchId = BatchId,
        BatchIndex = BatchIndex,
        Owner = Owner,
        JobId = JobId,
        Status = StatusNames.ParseStatus(Status),
        StatusDetail = StatusDetail,
        RetryAt = Time(RetryAt),
        Attempt = Attempt,
        Prompt = Prompt,
        PromptTemplate = PromptTemplate,
        NegativePrompt = NegativePrompt,
        Model = Model,
        RequestedModel = RequestedModel,
        PaintedBy = PaintedBy,
        Mask = Mask is null ? null : JsonSerializer.Deserialize<StoredInput>(Mask),
        Width = Width,
        Height = Height,
        AspectRatio = AspectRatio,
        Quality = Quality,
        Seed = Seed,
        Steps = Steps,
        Guidance = Guidance,
        Strength = Strength,
        Style = Style,
        OutputFormat = OutputFormat,
        Visibility = StatusNames.ParseVisibility(Visibility),
        Nsfw = Nsfw,
        Priority = Priority,
        InputImages = JsonSerializer.Deserialize<List<StoredInput>>(InputImages)!,
        Metadata = JsonSerializer.Deserialize<Dictionary<string, string>>(Metadata)!,
        Tags = JsonSerializer.Deserialize<List<string>>(Tags)!,
        Warnings = JsonSerializer.Deserialize<List<string>>(Warnings)!,
        Provider = Provider,
        Error = ErrorCode is null ? null : new GenerationError(ErrorCode, ErrorMessage ?? "", ErrorRetryable ?? false),
        Credits = Credits,
        Holds = Holds,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        StartedAt = Time(StartedAt),
        FinishedAt = Time(FinishedAt),
        ParentId = ParentId,
        ParentKind = ParentKind,
        HiddenAt = Time(HiddenAt),
        HiddenReason = HiddenReason,
        IsShown = Shown ?? false,
        Likes = Likes ?? 0,
        Views = Views ?? 0,
        Picture = PictureId is null ? null : ToPicture(PictureId),
    };

    private Picture ToPicture(string id) => new()
    {
        Id = id,
        GenerationId = Id,
        OriginalKey = OriginalKey,
        OriginalType = OriginalType,
        FullKey = FullKey,
        ContentType = ContentType,
        Bytes = Bytes,
        Width = PictureWidth,
        Height = PictureHeight,
        PreviewKey = PreviewKey,
        ThumbnailKey = ThumbnailKey,
        BlurHash = BlurHash,
        Color = Color,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(PictureCreatedAt),
    };

    private static DateTimeOffset? Time(long? milliseconds) =>
        milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
}
