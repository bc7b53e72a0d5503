// What was deleted: for a while its owner can have it back, then its files and words go, at last its row. Each step is one transaction and repeats safely.
using Atelier.Durable;

namespace Atelier.Generating;

/// <summary>How long a deletion can be undone.</summary>
public sealed record DeletionOptions
{
    /// <summary>Default of <see cref="UndoFor"/> in minutes.</summary>
    public const int DefaultUndoMinutes = 60;

    /// <summary>How long a deleted generation can be restored; its picture is kept for as long. Zero to 7 days. Default: one hour.</summary>
    public TimeSpan UndoFor { get; init; } = TimeSpan.FromMinutes(DefaultUndoMinutes);
}

/// <summary>Generations that their owners have deleted.</summary>
public sealed class DeletedGenerations(Database database, DeletionOptions options, TimeProvider time)
{
    /// <summary>The most that one command restores.</summary>
    public const int MostRestored = 500;

    // A row outlives its picture, so that a repeated submission still finds the answer it was first given.
    private static readonly TimeSpan RowsKeptFor = TimeSpan.FromDays(1);

    /// <summary>Whether a deletion can be undone at all.</summary>
    public bool CanBeUndone => options.UndoFor > TimeSpan.Zero;

    /// <summary>What an owner can still restore, the latest made first.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="before">Only those older than this id: the last id of the page before.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<IReadOnlyList<Generation>> ListAsync(
        string owner, string? before = null, int limit = 50, CancellationToken cancellationToken = default)
    {
        var rows = await database.AskAsync(session => session.QueryAsync<GenerationRow>($"""
            SELECT {GenerationRow.Columns} {GenerationRow.From}
            WHERE g.owner = @owner AND g.deleted_at >= @since AND g.prompt <> '' {(before is null ? "" : "AND g.id < @before")}
            ORDER BY g.id DESC LIMIT @limit
            """, new { owner, since = Since(), before, limit }, cancellationToken), cancellationToken);
        return [.. rows.Select(row => row.ToGeneration())];
    }

    /// <summary>One that its owner can still restore, or null.</summary>
    public Task<Generation?> FindAsync(string id, string owner, CancellationToken cancellationToken = default) =>
        database.ReadAsync(async session => (await session.QuerySingleOrDefaultAsync<GenerationRow>($"""
            SELECT {GenerationRow.Columns} {GenerationRow.From}
            WHERE g.id = @id AND g.owner = @owner AND g.deleted_at >= @since AND g.prompt <> ''
            """, new { id, owner, since = Since() }, cancellationToken))?.ToGeneration(), cancellationToken);

    /// <summary>Takes a deletion back: the generation is where it was, for everybody who could see it. False where it is too late or nobody's.</summary>
    public async Task<bool> RestoreAsync(string id, string owner, CancellationToken cancellationToken = default) =>
        await RestoreAsync([id], owner, cancellationToken) == 1;

    /// <summary>Takes back everything that an owner deleted at one moment. Returns how many came back.</summary>
    public async Task<int> RestoreAsync(DateTimeOffset deletedAt, string owner, CancellationToken cancellationToken = default)
    {
        var ids = await database.AskAsync(session => session.QueryAsync<string>(
            "SELECT id FROM generations WHERE deleted_at = @at AND owner = @owner ORDER BY id LIMIT @MostRestored",
            new { at = deletedAt.ToUnixTimeMilliseconds(), owner, MostRestored }, cancellationToken), cancellationToken);
        return ids.Count == 0 ? 0 : await RestoreAsync(ids, owner, cancellationToken);
    }

    /// <summary>Takes back several deletions of an owner at once. Returns how many came back.</summary>
    public Task<int> RestoreAsync(IReadOnlyList<string> ids, string owner, CancellationToken cancellationToken = default) =>
        database.TransactAsync(async transaction =>
        {
            var restored = 0;
            foreach (var id in ids.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(MostRestored))
            {
                // Erasing empties the prompt of the very row that this waits for: whoever comes second sees what the first has done.
                var changed = await transaction.ExecuteAsync("""
                    UPDATE generations SET deleted_at = NULL WHERE id = @id AND owner = @owner AND deleted_at >= @since AND prompt <> ''
                    """, new { id, owner, since = Since() }, cancellationToken);
                if (changed == 0 || await GenerationStore.FindAsync(transaction, id) is not { } generation)
                    continue;
                EventLog.Append(transaction, GenerationEvents.RestorationOf(generation));
                restored++;
            }
            return restored;
        }, cancellationToken);

    /// <summary>
    /// Erases what can no longer be restored: pictures are let go of (the sweep then removes their files), words are forgotten, and rows
    /// follow a day after the deletion. Old idempotency keys go too. Returns how many rows went.
    /// </summary>
    /// <param name="keysBefore">Idempotency keys made before this moment are forgotten.</param>
    /// <param name="cancellationToken">Ends it; what is done stays done.</param>
    public Task<int> PurgeAsync(DateTimeOffset keysBefore, CancellationToken cancellationToken = default) =>
        database.TransactAsync(async transaction =>
        {
            var moments = new
            {
                since = Since(),
                rows = (time.GetUtcNow() - (options.UndoFor > RowsKeptFor ? options.UndoFor : RowsKeptFor)).ToUnixTimeMilliseconds(),
                keys = keysBefore.ToUnixTimeMilliseconds(),
            };
            await transaction.ExecuteAsync("""
                UPDATE generations SET prompt = '', prompt_template = NULL, negative_prompt = NULL, metadata = '{}', tags = '[]', input_images = '[]', mask = NULL
                WHERE deleted_at < @since AND finished_at IS NOT NULL AND prompt <> ''
                """, moments, cancellationToken);
            foreach (var (table, column) in new[] { ("gallery", "id"), ("pictures", "generation_id"), ("blob_uses", "generation_id") })
            {
                await transaction.ExecuteAsync(
                    $"DELETE FROM {table} WHERE {column} IN (SELECT id FROM generations WHERE deleted_at < @since AND finished_at IS NOT NULL)",
                    moments, cancellationToken);
            }
            await transaction.ExecuteAsync("DELETE FROM idempotency_keys WHERE created_at < @keys", moments, cancellationToken);
            return await transaction.ExecuteAsync(
                "DELETE FROM generations WHERE deleted_at < @rows AND finished_at IS NOT NULL", moments, cancellationToken);
        }, cancellationToken);

    private long Since() => (time.GetUtcNow() - options.UndoFor).ToUnixTimeMilliseconds();
}
