// Reads and writes generations. Every write takes the caller's transaction and names the states it may leave, so a late writer changes nothing.
using Atelier.Credits;
using Atelier.Durable;
using Atelier.Storage;

namespace Atelier.Generating;

/// <summary>The table of generations.</summary>
public sealed class GenerationStore(Database database)
{
    /// <summary>The most generations one page of a list holds.</summary>
    public const int MaxPage = 200;

    /// <summary>The generation of that id, or null where there is none or it was deleted.</summary>
    public Task<Generation?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        database.AskAsync(session => FindAsync(session, id), cancellationToken);

    /// <summary>The same within a transaction.</summary>
    public static async Task<Generation?> FindAsync(Session session, string id) =>
        (await session.QuerySingleOrDefaultAsync<GenerationRow>(
            $"SELECT {GenerationRow.Columns} {GenerationRow.From} WHERE g.id = @id AND g.deleted_at IS NULL", new { id }))?.ToGeneration();

    /// <summary>The generations of a batch in their order.</summary>
    public Task<IReadOnlyList<Generation>> BatchAsync(string batchId, CancellationToken cancellationToken = default) =>
        database.AskAsync(session => BatchAsync(session, batchId), cancellationToken);

    /// <summary>The same within a transaction; deleted ones included where asked.</summary>
    public static async Task<IReadOnlyList<Generation>> BatchAsync(Session session, string batchId, bool deletedToo = false)
    {
        var rows = await session.QueryAsync<GenerationRow>($"""
            SELECT {GenerationRow.Columns} {GenerationRow.From}
            WHERE g.batch_id = @batchId {(deletedToo ? "" : "AND g.deleted_at IS NULL")} ORDER BY g.batch_index
            """, new { batchId });
        return [.. rows.Select(row => row.ToGeneration())];
    }

    /// <summary>The completed generations that were made from one, as far as a reader may see them, the newest first.</summary>
    public async Task<IReadOnlyList<Generation>> ChildrenAsync(string id, string reader, int limit, CancellationToken cancellationToken = default)
    {
        var rows = await database.AskAsync(session => session.QueryAsync<GenerationRow>($"""
            SELECT {GenerationRow.Columns} {GenerationRow.From}
            WHERE g.parent_id = @id AND g.status = 'completed' AND g.deleted_at IS NULL
                AND (g.owner = @reader OR {(session.Dialect == Dialect.Postgres ? "s.shown" : "s.shown = 1")})
            ORDER BY g.id DESC LIMIT @limit
            """, new { id, reader, limit }, cancellationToken), cancellationToken);
        return [.. rows.Select(row => row.ToGeneration())];
    }

    /// <summary>A page of generations, newest first.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="before">Only those older than this id: the last id of the page before.</param>
    /// <param name="limit">How many, 1 to <see cref="MaxPage"/>.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<IReadOnlyList<Generation>> ListAsync(
        GenerationFilter filter, string? before = null, int limit = 50, CancellationToken cancellationToken = default) =>
        await ListAsync(filter, before, limit, newestFirst: true, cancellationToken);

    /// <summary>The one that comes next in a list: just older than an id, or just newer. Null at the end.</summary>
    public async Task<Generation?> NextAsync(GenerationFilter filter, string id, bool older, CancellationToken cancellationToken = default) =>
        filter.Only?.Contains(id) != false && await ListAsync(filter, id, limit: 1, newestFirst: older, cancellationToken) is [var next, ..] ? next : null;

    private async Task<IReadOnlyList<Generation>> ListAsync(
        GenerationFilter filter, string? before, int limit, bool newestFirst, CancellationToken cancellationToken)
    {
        if (filter.Only is not { } only)
            return await PageAsync(filter, before, limit, newestFirst, cancellationToken);
        var beyond = newestFirst ? only : [.. only.Reverse()];
        // A list that was asked for from there on does not hold it.
        if (before is not null && beyond.Contains(before))
            beyond = [.. beyond.SkipWhile(id => id != before).Skip(1)];
        // Of many only the first few are looked at: most of them fit.
        var found = new List<Generation>();
        foreach (var few in beyond.Chunk(MaxPage))
        {
            var fitting = (await PageAsync(filter with { Only = few }, before: null, MaxPage, newestFirst, cancellationToken)).ToDictionary(generation => generation.Id, StringComparer.Ordinal);
            found.AddRange(few.Where(fitting.ContainsKey).Select(id => fitting[id]).Take(limit - found.Count));
            if (found.Count >= limit)
                break;
        }
        return found;
    }

    private async Task<IReadOnlyList<Generation>> PageAsync(
        GenerationFilter filter, string? before, int limit, bool newestFirst, CancellationToken cancellationToken)
    {
        var where = filter.Conditions(database.Dialect);
        if (before is not null)
            where.Add(newestFirst ? "g.id < @before" : "g.id > @before");
        var rows = await database.AskAsync(session => session.QueryAsync<GenerationRow>(
            $"SELECT {GenerationRow.Columns} {GenerationRow.From} WHERE {string.Join(" AND ", where)} ORDER BY g.id {(newestFirst ? "DESC" : "")} LIMIT @limit",
            new
            {
                filter.Owner, filter.BatchId, filter.Model, filter.LikedBy, filter.Collection, filter.TagPattern, filter.TextPattern, filter.OnlyAsJson,
                before, limit = Math.Clamp(limit, 1, MaxPage),
            }), cancellationToken);
        return [.. rows.Select(row => row.ToGeneration())];
    }

    /// <summary>How many generations of the owner have each status.</summary>
    public async Task<IReadOnlyDictionary<GenerationStatus, long>> CountAsync(string? owner, CancellationToken cancellationToken = default)
    {
        var rows = await database.AskAsync(session => session.QueryAsync<StatusCount>(
            $"SELECT status, COUNT(*) AS count FROM generations WHERE deleted_at IS NULL {(owner is null ? "" : "AND owner = @owner")} GROUP BY status",
            new { owner }), cancellationToken);
        return rows.ToDictionary(row => StatusNames.ParseStatus(row.Status), row => row.Count);
    }

    /// <summary>Holds a generation against other writers until the transaction ends.</summary>
    public static Task LockAsync(Transaction transaction, string id) =>
        // An update that changes nothing locks the row on PostgreSQL; SQLite has one writer anyway.
        transaction.ExecuteAsync("UPDATE generations SET owner = owner WHERE id = @id", new { id });

    /// <summary>Records a new generation.</summary>
    public static void Insert(Transaction transaction, Generation generation)
    {
        transaction.Postpone("""
            INSERT INTO generations (id, batch_id, batch_index, owner, job_id, status, status_detail, prompt, prompt_template, negative_prompt, model,
                requested_model, mask,
                width, height, aspect_ratio, quality, seed, steps, guidance, strength, style, output_format, visibility, nsfw, priority,
                input_images, metadata, tags, warnings, parent_id, parent_kind, credits, holds, created_at)
            VALUES (@Id, @BatchId, @BatchIndex, @Owner, @JobId, @Status, @StatusDetail, @Prompt, @PromptTemplate, @NegativePrompt, @Model,
                @RequestedModel, @Mask,
                @Width, @Height, @AspectRatio, @Quality, @Seed, @Steps, @Guidance, @Strength, @Style, @OutputFormat, @Visibility, @Nsfw, @Priority,
                @InputImages, @Metadata, @Tags, @Warnings, @ParentId, @ParentKind, @Credits, @Holds, @CreatedAt)
            """, GenerationRow.Of(generation));
        foreach (var key in generation.InputImages.Append(generation.Mask).OfType<StoredInput>().Select(input => input.Key).Distinct())
            UseBlob(transaction, key, generation.Id);
    }

    /// <summary>Begins an attempt: the row that is written before an engine is called. False where the generation has ended meanwhile.</summary>
    internal static async Task<bool> BeginAttemptAsync(Transaction transaction, string id, GenerationCheckpoint start, string provider, double cost)
    {
        var at = start.StartedAt.ToUnixTimeMilliseconds();
        var changed = await transaction.ExecuteAsync("""
            UPDATE generations SET status = 'processing', status_detail = 'painting', retry_at = NULL, attempt = @Attempt, provider = @provider,
                started_at = COALESCE(started_at, @at)
            WHERE id = @id AND status IN ('queued', 'processing', 'downloading') AND deleted_at IS NULL
            """, new { id, start.Attempt, provider, at });
        if (changed == 0)
            return false;
        EndAttempt(transaction, id, "interrupted", error: null, start.StartedAt, paid: true);
        transaction.Postpone("""
            INSERT INTO generation_attempts (generation_id, number, provider, model, key_label, reference, cost, started_at, outcome)
            VALUES (@id, @Attempt, @provider, @Model, @Key, @Reference, @cost, @at, 'open')
            """, new { id, start.Attempt, provider, start.Model, start.Key, start.Reference, cost, at });
        return true;
    }

    /// <summary>Puts an unfinished generation under another job. False where it has ended.</summary>
    public static async Task<bool> MoveAsync(Transaction transaction, string id, long jobId) =>
        await transaction.ExecuteAsync("""
            UPDATE generations SET status = 'queued', status_detail = NULL, retry_at = NULL, job_id = @jobId
            WHERE id = @id AND status IN ('queued', 'processing', 'downloading') AND deleted_at IS NULL
            """, new { id, jobId }) == 1;

    /// <summary>The attempts at a generation in their order.</summary>
    public async Task<IReadOnlyList<GenerationAttempt>> AttemptsAsync(string id, CancellationToken cancellationToken = default) =>
        [.. (await database.AskAsync(session => session.QueryAsync<AttemptRow>("""
            SELECT number, provider, model, key_label, external_id, outcome, error, cost, started_at, finished_at
            FROM generation_attempts WHERE generation_id = @id ORDER BY number
            """, new { id }), cancellationToken)).Select(row => row.ToAttempt())];

    /// <summary>Remembers the prediction that the provider gave for the open attempt.</summary>
    public static Task RememberPredictionAsync(Transaction transaction, string id, string externalId) =>
        transaction.ExecuteAsync(
            "UPDATE generation_attempts SET external_id = @externalId WHERE generation_id = @id AND outcome = 'open'", new { id, externalId });

    /// <summary>Closes the open attempt, if there is one.</summary>
    /// <param name="transaction">The caller's transaction.</param>
    /// <param name="id">The generation.</param>
    /// <param name="outcome">painted, failed, canceled, interrupted or unknown.</param>
    /// <param name="error">What went wrong, for the operator.</param>
    /// <param name="now">The time.</param>
    /// <param name="paid">Whether its expected cost is, or may be, charged.</param>
    /// <param name="cost">What was charged, in US dollars, where the provider says it; null for what was expected.</param>
    public static void EndAttempt(Transaction transaction, string id, string outcome, string? error, DateTimeOffset now, bool paid, double? cost = null) =>
        transaction.Postpone("""
            UPDATE generation_attempts SET outcome = @outcome, error = @error, finished_at = @at,
                cost = CASE WHEN @paid THEN COALESCE(@cost, cost) ELSE 0 END
            WHERE generation_id = @id AND outcome = 'open'
            """, new { id, outcome, error, paid, cost, at = now.ToUnixTimeMilliseconds() });

    /// <summary>Shows where an unfinished generation stands. False where it has ended.</summary>
    public static async Task<bool> ShowAsync(
        Transaction transaction, string id, GenerationStatus status, string? detail, DateTimeOffset? retryAt = null) =>
        await transaction.ExecuteAsync("""
            UPDATE generations SET status = @status, status_detail = @detail, retry_at = @retryAt
            WHERE id = @id AND status IN ('queued', 'processing', 'downloading')
            """, new { id, status = StatusNames.Of(status), detail, retryAt = retryAt?.ToUnixTimeMilliseconds() }) == 1;

    /// <summary>Completes a generation with its picture. False where it has ended or was deleted meanwhile: then nothing is written.</summary>
    /// <param name="transaction">The caller's transaction.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="paintedBy">The model that painted it.</param>
    /// <param name="nsfw">Whether the engine marked it as not safe for work; a mark of the owner stays.</param>
    /// <param name="cost">What was charged, in US dollars, where the provider says it.</param>
    public static async Task<bool> CompleteAsync(Transaction transaction, Picture picture, string paintedBy, bool nsfw = false, double? cost = null)
    {
        var at = picture.CreatedAt.ToUnixTimeMilliseconds();
        var hold = await StatusChange.TakeAsync(transaction, """
            UPDATE generations SET status = 'completed', status_detail = NULL, retry_at = NULL, finished_at = @at, painted_by = @paintedBy, nsfw = nsfw OR @nsfw
            WHERE id = @id AND status IN ('queued', 'processing', 'downloading') AND deleted_at IS NULL
            """, new { id = picture.GenerationId, at, paintedBy, nsfw });
        if (hold is null)
            return false;
        hold.Capture(transaction, picture.CreatedAt);
        transaction.Postpone("""
            INSERT INTO pictures (id, generation_id, original_key, original_type, full_key, content_type, bytes, width, height,
                preview_key, thumbnail_key, blur_hash, color, created_at)
            VALUES (@Id, @GenerationId, @OriginalKey, @OriginalType, @FullKey, @ContentType, @Bytes, @Width, @Height,
                @PreviewKey, @ThumbnailKey, @BlurHash, @Color, @at)
            """, new
        {
            picture.Id, picture.GenerationId, picture.OriginalKey, picture.OriginalType, picture.FullKey, picture.ContentType, picture.Bytes,
            picture.Width, picture.Height, picture.PreviewKey, picture.ThumbnailKey, picture.BlurHash, picture.Color, at,
        });
        foreach (var key in new[] { picture.OriginalKey, picture.FullKey, picture.PreviewKey, picture.ThumbnailKey }.Distinct())
            UseBlob(transaction, key, picture.GenerationId);
        EndAttempt(transaction, picture.GenerationId, "painted", error: null, picture.CreatedAt, paid: true, cost);
        return true;
    }

    /// <summary>Replaces what is told of a generation beside its picture.</summary>
    internal static void Warn(Transaction transaction, string id, IReadOnlyList<string> warnings) =>
        transaction.Postpone("UPDATE generations SET warnings = @warnings WHERE id = @id", new { id, warnings = System.Text.Json.JsonSerializer.Serialize(warnings) });

    /// <summary>The next free place in a batch.</summary>
    internal static Task<int> NextIndexAsync(Transaction transaction, string batchId) =>
        transaction.ScalarAsync<int>("SELECT COALESCE(MAX(batch_index), -1) + 1 FROM generations WHERE batch_id = @batchId", new { batchId });

    /// <summary>Ends a generation as failed. False where it has ended already.</summary>
    public static Task<bool> FailAsync(Transaction transaction, string id, GenerationError error, DateTimeOffset now) =>
        StatusChange.EndUnpaidAsync(transaction, "the painting failed", now, """
            UPDATE generations SET status = 'failed', status_detail = NULL, retry_at = NULL, error_code = @Code, error_message = @Message,
                error_retryable = @Retryable, finished_at = @at
            WHERE id = @id AND status IN ('queued', 'processing', 'downloading')
            """, new { id, error.Code, error.Message, error.Retryable, at = now.ToUnixTimeMilliseconds() });

    /// <summary>Ends a generation as canceled. False where it has ended already.</summary>
    public static Task<bool> CancelAsync(Transaction transaction, string id, DateTimeOffset now) =>
        StatusChange.EndUnpaidAsync(transaction, "it was canceled", now, """
            UPDATE generations SET status = 'canceled', status_detail = NULL, retry_at = NULL, finished_at = @at
            WHERE id = @id AND status IN ('queued', 'processing', 'downloading')
            """, new { id, at = now.ToUnixTimeMilliseconds() });

    /// <summary>
    /// Puts a failed or canceled generation back into the queue under a job. Null where it is in any other state. The credits of the answer
    /// are not held yet: that is the caller's, in the same transaction.
    /// </summary>
    /// <param name="transaction">The caller's transaction.</param>
    /// <param name="id">The generation.</param>
    /// <param name="jobId">Its job.</param>
    /// <param name="credits">What it costs now; 0 for nothing.</param>
    public static Task<Hold?> RequeueAsync(Transaction transaction, string id, long jobId, long credits) =>
        StatusChange.TakeAsync(transaction, """
            UPDATE generations SET status = 'queued', status_detail = NULL, retry_at = NULL, job_id = @jobId, error_code = NULL,
                error_message = NULL, error_retryable = NULL, finished_at = NULL, credits = @credits, holds = holds + 1
            WHERE id = @id AND status IN ('failed', 'canceled') AND deleted_at IS NULL
            """, new { id, jobId, credits });

    /// <summary>Lets an unfinished generation go on without a charge.</summary>
    public static void Waive(Transaction transaction, string id) =>
        transaction.Postpone("UPDATE generations SET credits = 0 WHERE id = @id", new { id });

    /// <summary>Changes what its owner says about a generation; null leaves a part as it is. False where it is gone.</summary>
    public static async Task<bool> ChangeAsync(Transaction transaction, string id, GenerationChange change) =>
        await transaction.ExecuteAsync("""
            UPDATE generations SET visibility = COALESCE(@visibility, visibility), nsfw = COALESCE(@Nsfw, nsfw) OR nsfw_by_moderator, tags = COALESCE(@tags, tags)
            WHERE id = @id AND deleted_at IS NULL
            """, new
        {
            id, change.Nsfw,
            visibility = change.Visibility is { } visibility ? StatusNames.Of(visibility) : null,
            tags = change.Tags is null ? null : System.Text.Json.JsonSerializer.Serialize(change.Tags),
        }) == 1;

    /// <summary>Marks a generation as deleted: it is gone for every reader at once, and purged later. False where it was gone.</summary>
    public static async Task<bool> DeleteAsync(Transaction transaction, string id, DateTimeOffset now) =>
        await transaction.ExecuteAsync(
            "UPDATE generations SET deleted_at = @at WHERE id = @id AND deleted_at IS NULL",
            new { id, at = now.ToUnixTimeMilliseconds() }) == 1;

    /// <summary>Of some blobs, those that a generation still uses. Deleted generations count until they are purged.</summary>
    public async Task<IReadOnlySet<BlobKey>> UsedBlobsAsync(IReadOnlyList<BlobKey> keys, CancellationToken cancellationToken = default) =>
        (await database.AskAsync(session => session.QueryAsync<string>(
            $"SELECT DISTINCT key FROM blob_uses WHERE key {(session.Dialect == Dialect.Postgres ? "= ANY(@keys)" : "IN @keys")}",
            new { keys = keys.Select(key => key.ToString()).ToArray() }), cancellationToken))
            .Select(BlobKey.Parse).ToHashSet();

    /// <summary>Notes that a generation uses a blob, which is then not swept away.</summary>
    internal static void UseBlob(Transaction transaction, string key, string generationId) =>
        transaction.Postpone(
            "INSERT INTO blob_uses (key, generation_id) VALUES (@key, @generationId) ON CONFLICT DO NOTHING", new { key, generationId });

    private sealed class AttemptRow
    {
        public int Number { get; init; }
        public string Provider { get; init; } = "";
        public string? Model { get; init; }
        public string? KeyLabel { get; init; }
        public string? ExternalId { get; init; }
        public string Outcome { get; init; } = "";
        public string? Error { get; init; }
        public double Cost { get; init; }
        public long StartedAt { get; init; }
        public long? FinishedAt { get; init; }

        public GenerationAttempt ToAttempt() => new(Number, Provider, Model, KeyLabel, ExternalId, Outcome, Error, (decimal)Cost,
            DateTimeOffset.FromUnixTimeMilliseconds(StartedAt), FinishedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null);
    }

    private sealed class StatusCount
    {
        public string Status { get; init; } = "";
        public long Count { get; init; }
    }
}
