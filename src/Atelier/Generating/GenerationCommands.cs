// What an owner does to a generation after it was submitted. Each command is one transaction with its job in the queue.
using Atelier.Catalogue;
using Atelier.Durable;

namespace Atelier.Generating;

/// <summary>How a command ended.</summary>
public enum CommandResult
{
    /// <summary>Done.</summary>
    Done,

    /// <summary>A running worker was asked; the event feed tells when it has stopped.</summary>
    Requested,

    /// <summary>Nothing to do in the generation's present state.</summary>
    NotNow,

    /// <summary>There is no such generation for this owner.</summary>
    NotFound,

    /// <summary>The owner has too few credits; nothing was changed.</summary>
    NotEnoughCredits,
}

/// <summary>What an owner changes about a generation; null leaves a part as it is.</summary>
/// <param name="Visibility">Who may see it.</param>
/// <param name="Nsfw">Whether it is not safe for work.</param>
/// <param name="Tags">All its tags.</param>
public sealed record GenerationChange(Visibility? Visibility = null, bool? Nsfw = null, IReadOnlyList<string>? Tags = null);

/// <summary>Cancel, retry, change, delete, and putting first.</summary>
public sealed class GenerationCommands(Database database, JobQueue queue, ModelCatalogue catalogue, Charging charging, GenerationOptions options, TimeProvider time)
{
    /// <summary>Cancels an unfinished generation: at once while it waits, by a signal while it is painted.</summary>
    public Task<CommandResult> CancelAsync(string id, string owner, CancellationToken cancellationToken = default) =>
        RunAsync(id, owner, async (transaction, generation) =>
        {
            if (generation.IsFinished)
                return CommandResult.NotNow;
            var canceled = generation.JobId is { } job
                ? await queue.CancelAsync(transaction, new JobId(job), cancellationToken)
                : CancelResult.NotFound;
            if (canceled != CancelResult.NotFound)
                return canceled == CancelResult.Requested ? CommandResult.Requested : CommandResult.Done;
            // The job is gone: either it has just been settled, or it was lost to an operator.
            if (!await GenerationStore.CancelAsync(transaction, id, time.GetUtcNow()))
                return CommandResult.NotNow;
            await AnnounceAsync(transaction, id);
            return CommandResult.Done;
        }, cancellationToken);

    /// <summary>Cancels what is unfinished of a batch, each generation in a transaction of its own; answers how many were. Null where the owner has no such batch.</summary>
    public async Task<int?> CancelBatchAsync(string batchId, string owner, CancellationToken cancellationToken = default)
    {
        var batch = await database.ReadAsync(session => GenerationStore.BatchAsync(session, batchId), cancellationToken);
        if (batch.Count == 0 || batch.Any(generation => generation.Owner != owner))
            return null;
        var canceled = 0;
        // The last first: otherwise each place that is given up would let the next one in, only to be canceled in its turn.
        foreach (var generation in batch.Reverse().Where(generation => !generation.IsFinished))
            canceled += await CancelAsync(generation.Id, owner, cancellationToken) is CommandResult.Done or CommandResult.Requested ? 1 : 0;
        return canceled;
    }

    /// <summary>Puts a generation that has not begun before the others of its owner in its lane; nobody else's begins sooner or later for it.</summary>
    public Task<CommandResult> FrontAsync(string id, string owner, CancellationToken cancellationToken = default) =>
        RunAsync(id, owner, async (transaction, generation) =>
        {
            if (generation.JobId is not { } job || generation.IsFinished || !await queue.Tenants.MoveToFrontAsync(transaction, new JobId(job), cancellationToken))
                return CommandResult.NotNow;
            OwnQueue.Announce(transaction, owner);
            return CommandResult.Done;
        }, cancellationToken);

    /// <summary>Puts a failed or canceled generation back into the queue with all its attempts; it costs what it costs now.</summary>
    public async Task<CommandResult> RetryAsync(string id, string owner, CancellationToken cancellationToken = default)
    {
        try
        {
            return await RetryOrThrowAsync(id, owner, cancellationToken);
        }
        catch (TooFewCreditsException)
        {
            return CommandResult.NotEnoughCredits;
        }
    }

    /// <summary>Changes who may see a generation, whether it is safe for work, and its tags: everywhere at once.</summary>
    public Task<CommandResult> ChangeAsync(string id, string owner, GenerationChange change, CancellationToken cancellationToken = default) =>
        RunAsync(id, owner, async (transaction, generation) =>
        {
            if (!await GenerationStore.ChangeAsync(transaction, id, change))
                return CommandResult.NotFound;
            EventLog.Append(transaction, GenerationEvents.ChangeOf(generation));
            return CommandResult.Done;
        }, cancellationToken);

    /// <summary>Deletes a generation and its picture for every reader at once; a running worker is asked to stop.</summary>
    public Task<CommandResult> DeleteAsync(string id, string owner, CancellationToken cancellationToken = default) =>
        DeleteAsync(id, owner, time.GetUtcNow(), cancellationToken);

    /// <summary>The same as of a moment: what is deleted with one click can be restored with one.</summary>
    public Task<CommandResult> DeleteAsync(string id, string owner, DateTimeOffset at, CancellationToken cancellationToken = default) =>
        RunAsync(id, owner, async (transaction, generation) =>
        {
            if (generation.JobId is { } job && !generation.IsFinished)
                await queue.CancelAsync(transaction, new JobId(job), cancellationToken);
            if (generation is { JobId: { } dead, Status: GenerationStatus.Failed })
                await queue.DiscardDeadAsync(transaction, new JobId(dead), cancellationToken);
            await GenerationStore.CancelAsync(transaction, id, at);
            await GenerationStore.DeleteAsync(transaction, id, at);
            EventLog.Append(transaction, GenerationEvents.DeletionOf(generation));
            return CommandResult.Done;
        }, cancellationToken);

    private Task<CommandResult> RetryOrThrowAsync(string id, string owner, CancellationToken cancellationToken) =>
        RunAsync(id, owner, async (transaction, seen) =>
        {
            if (!seen.IsFinished)
                return CommandResult.NotNow;
            // Deleted while it was painted and restored since: its old job is still being stopped, and two must not run.
            if (seen is { Status: GenerationStatus.Canceled, JobId: { } stopping }
                && await queue.CancelAsync(transaction, new JobId(stopping), cancellationToken) == CancelResult.Requested)
                return CommandResult.NotNow;
            // Two retries at once: the second waits here and then sees a queued generation.
            await GenerationStore.LockAsync(transaction, id);
            var generation = await GenerationStore.FindAsync(transaction, id) ?? seen;
            if (generation.Status is not (GenerationStatus.Failed or GenerationStatus.Canceled) || catalogue.Find(generation.Model) is not { } model)
                return CommandResult.NotNow;
            if (generation.JobId is { } dead)
                await queue.DiscardDeadAsync(transaction, new JobId(dead), cancellationToken);
            var job = await queue.EnqueueAsync(transaction, GenerationJob.For(generation, model, options), cancellationToken);
            if (await charging.RetryAsync(transaction, generation, job.Id.Value, time.GetUtcNow(), cancellationToken) is { } shortage)
                throw new TooFewCreditsException(shortage);
            await AnnounceAsync(transaction, id);
            return CommandResult.Done;
        }, cancellationToken);

    private Task<CommandResult> RunAsync(
        string id, string owner, Func<Transaction, Generation, Task<CommandResult>> command, CancellationToken cancellationToken) =>
        database.TransactAsync(async transaction =>
        {
            // The queue's row is always locked before the generation's, here as in a worker's settling: no deadlock.
            var generation = await GenerationStore.FindAsync(transaction, id);
            return generation is null || generation.Owner != owner ? CommandResult.NotFound : await command(transaction, generation);
        }, cancellationToken);

    private static async Task AnnounceAsync(Transaction transaction, string id)
    {
        if (await GenerationStore.FindAsync(transaction, id) is { } generation)
            EventLog.Append(transaction, GenerationEvents.Of(generation));
    }
}
