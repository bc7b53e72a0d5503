// What moderators do to a picture. Each act, its line in the audit log and the event that tells of it are one transaction.
using Atelier.Durable;
using Atelier.Generating;

namespace Atelier.Moderation;

/// <summary>Hides pictures, shows them again, and marks them.</summary>
public sealed class PictureActs(Database database, TimeProvider time)
{
    /// <summary>Hides a picture from everybody but its owner and moderators.</summary>
    /// <param name="id">The generation.</param>
    /// <param name="actor">Who hides it.</param>
    /// <param name="reason">One of <see cref="ReportNames.Reasons"/>: its owner reads it.</param>
    /// <param name="cancellationToken">Ends it before anything is done.</param>
    public Task<ActResult> HideAsync(string id, string actor, string reason, CancellationToken cancellationToken = default) =>
        database.TransactAsync(transaction => HideAsync(transaction, id, actor, reason, time.GetUtcNow()), cancellationToken);

    /// <summary>Shows a hidden picture again, to those to whom its owner shows it.</summary>
    public Task<ActResult> UnhideAsync(string id, string actor, CancellationToken cancellationToken = default) =>
        database.TransactAsync(async transaction =>
        {
            if (await HoldAsync(transaction, id) is not { } generation)
                return ActResult.NotFound;
            if (generation.HiddenAt is null)
                return ActResult.Done;
            await transaction.ExecuteAsync("UPDATE generations SET hidden_at = NULL, hidden_reason = NULL WHERE id = @id", new { id });
            await TellAsync(transaction, id, new Act(actor, "picture.unhide", "generation", id, Before: new { Reason = generation.HiddenReason }));
            return ActResult.Done;
        }, cancellationToken);

    /// <summary>Marks a picture as not safe for work, which its owner cannot undo, or takes the mark away.</summary>
    public Task<ActResult> MarkAsync(string id, string actor, bool nsfw, CancellationToken cancellationToken = default) =>
        database.TransactAsync(transaction => MarkAsync(transaction, id, actor, nsfw), cancellationToken);

    internal static async Task<ActResult> HideAsync(Transaction transaction, string id, string actor, string reason, DateTimeOffset now)
    {
        if (await HoldAsync(transaction, id) is not { } generation)
            return ActResult.NotFound;
        if (generation.HiddenAt is not null && generation.HiddenReason == reason)
            return ActResult.Done;
        await transaction.ExecuteAsync(
            "UPDATE generations SET hidden_at = COALESCE(hidden_at, @at), hidden_reason = @reason WHERE id = @id",
            new { id, reason, at = now.ToUnixTimeMilliseconds() });
        await TellAsync(transaction, id, new Act(
            actor, "picture.hide", "generation", id, generation.HiddenAt is null ? null : new { Reason = generation.HiddenReason }, new { Reason = reason }));
        return ActResult.Done;
    }

    internal static async Task<ActResult> MarkAsync(Transaction transaction, string id, string actor, bool nsfw)
    {
        if (await HoldAsync(transaction, id) is not { } generation)
            return ActResult.NotFound;
        await transaction.ExecuteAsync("UPDATE generations SET nsfw = @nsfw, nsfw_by_moderator = @nsfw WHERE id = @id", new { id, nsfw });
        await TellAsync(transaction, id, new Act(
            actor, nsfw ? "picture.mark_nsfw" : "picture.unmark_nsfw", "generation", id, new { generation.Nsfw }, new { Nsfw = nsfw }));
        return ActResult.Done;
    }

    private static async Task<Generation?> HoldAsync(Transaction transaction, string id)
    {
        await GenerationStore.LockAsync(transaction, id);
        return await GenerationStore.FindAsync(transaction, id);
    }

    private static async Task TellAsync(Transaction transaction, string id, Act act)
    {
        AuditLog.Append(transaction, act);
        if (await GenerationStore.FindAsync(transaction, id) is { } generation)
            EventLog.Append(transaction, GenerationEvents.ChangeOf(generation));
    }
}
