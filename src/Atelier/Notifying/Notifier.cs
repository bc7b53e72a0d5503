// Follows the event log and tells accounts what concerns them. What is told and the new place in the log are one transaction: after a crash, and
// with any number of processes, each thing is told once. What is told is read from the tables, not from the event, so that even a repeat changes nothing.
using System.Text.Json;
using Atelier.Durable;
using Atelier.Gallery;
using Atelier.Generating;
using Microsoft.Extensions.Logging;

namespace Atelier.Notifying;

/// <summary>Makes notifications of events.</summary>
public sealed partial class Notifier(Database database, EventFeed feed, PushQueue push, TimeProvider time, ILogger<Notifier> log)
{
    /// <summary>The type of the event that tells that an account's credits run low; its stream is the account.</summary>
    public const string CreditsLow = "credits.low";

    private const string Name = "notifications";
    private const string CreditsSubject = "credits";

    // The place is kept with everything that is told, and now and then without: after a restart some events are passed over once more.
    private const int PassedAtMost = 1_000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Follows the log until canceled. A failure is logged, and the same event is taken up again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await FollowAsync(cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                LogStumbled(e);
            }
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        var (place, passed) = (await PlaceAsync(cancellationToken), 0);
        await foreach (var e in feed.ReadAsync(EventFilter.All, place, cancellationToken))
        {
            if (e.Cursor <= place || (!Concerns(e) && ++passed < PassedAtMost))
                continue;
            passed = 0;
            while (e.Cursor > place)
                place = await TellAsync(place, e, cancellationToken) ? e.Cursor : await PlaceAsync(cancellationToken);
        }
    }

    private static bool Concerns(Event e) => e.Type is CreditsLow or GalleryEvents.Liked or GalleryEvents.Followed || EndsGeneration(e);

    private static bool EndsGeneration(Event e) =>
        e.Type is "generation.completed" or "generation.failed" or "generation.canceled" or GenerationEvents.Deleted;

    private async Task<EventCursor> PlaceAsync(CancellationToken cancellationToken) => EventCursor.Parse(await database.AskAsync(session =>
        session.ScalarAsync<string>("SELECT cursor FROM event_readers WHERE name = @Name", new { Name }, cancellationToken), cancellationToken) ?? "0");

    // False where another process has gone on from the same place: then nothing is done here.
    private Task<bool> TellAsync(EventCursor place, Event e, CancellationToken cancellationToken) => database.TransactAsync(async transaction =>
    {
        var ours = await transaction.ExecuteAsync("UPDATE event_readers SET cursor = @next WHERE name = @Name AND cursor = @here",
            new { Name, next = e.Cursor.ToString(), here = place.ToString() }, cancellationToken);
        if (ours == 0)
            return false;
        if (Concerns(e) && await TellAsync(transaction, e))
            NotificationStore.Announce(transaction, e.Stream);
        return true;
    }, cancellationToken);

    private async Task<bool> TellAsync(Transaction transaction, Event e) => e.Type switch
    {
        GalleryEvents.Liked => await TellOfLikesAsync(transaction, e),
        GalleryEvents.Followed => await WriteAsync(transaction, e, NotificationKind.Followed, e.Subject, 1, mark: 0, actor: e.Subject),
        CreditsLow => await WriteAsync(transaction, e, NotificationKind.LowCredits, CreditsSubject, AmountOf(e), e.At.ToUnixTimeMilliseconds()),
        _ => await TellOfBatchAsync(transaction, e),
    };

    // A batch is told of when nothing of it is left to do, and again when a retry has changed how it ended.
    private async Task<bool> TellOfBatchAsync(Transaction transaction, Event e)
    {
        var batch = GenerationEvents.Read(e).Batch;
        var end = await transaction.QuerySingleOrDefaultAsync<BatchEnd>("""
            SELECT COUNT(*) - COUNT(finished_at) AS unfinished,
                SUM(CASE WHEN status = 'completed' THEN 1 ELSE 0 END) AS completed, MAX(CASE WHEN status = 'completed' THEN finished_at END) AS completed_at,
                SUM(CASE WHEN status = 'failed' THEN 1 ELSE 0 END) AS failed, MAX(CASE WHEN status = 'failed' THEN finished_at END) AS failed_at
            FROM generations WHERE batch_id = @batch AND owner = @Stream AND deleted_at IS NULL
            """, new { batch, e.Stream });
        if (end is null || end.Unfinished > 0)
            return false;
        var finished = await WriteOrTakeBackAsync(transaction, e, NotificationKind.Finished, batch, end.Completed ?? 0, end.CompletedAt ?? 0);
        return await WriteOrTakeBackAsync(transaction, e, NotificationKind.Failed, batch, end.Failed ?? 0, end.FailedAt ?? 0) || finished;
    }

    // While it is unread, further likes join it; after that a new one tells of those that are new.
    private async Task<bool> TellOfLikesAsync(Transaction transaction, Event e)
    {
        var known = await transaction.QuerySingleOrDefaultAsync<Known>(
            "SELECT mark, since, read_at FROM notifications WHERE account = @Stream AND kind = 'liked' AND subject = @Subject", new { e.Stream, e.Subject });
        var since = known is null ? 0 : known.ReadAt is null ? known.Since : known.Mark;
        var likes = await transaction.QueryAsync<Like>("""
            SELECT account, created_at FROM likes WHERE generation_id = @Subject AND account <> @Stream AND created_at > @since
            ORDER BY created_at DESC LIMIT 1000
            """, new { e.Subject, e.Stream, since });
        return likes.Count > 0
            && await WriteAsync(transaction, e, NotificationKind.Liked, e.Subject, likes.Count, likes[0].CreatedAt, likes[0].Account, since);
    }

    private async Task<bool> WriteOrTakeBackAsync(Transaction transaction, Event e, NotificationKind kind, string subject, int count, long mark) => count > 0
        ? await WriteAsync(transaction, e, kind, subject, count, mark)
        : await transaction.ExecuteAsync("DELETE FROM notifications WHERE account = @Stream AND kind = @kind AND subject = @subject",
            new { e.Stream, kind = NotificationKinds.Of(kind), subject }) > 0;

    private async Task<bool> WriteAsync(
        Transaction transaction, Event e, NotificationKind kind, string subject, int count, long mark, string? actor = null, long since = 0)
    {
        var now = time.GetUtcNow();
        var told = await transaction.ExecuteAsync("""
            INSERT INTO notifications (id, account, kind, subject, actor, count, mark, since, told_at)
            SELECT @id, @Stream, @kind, @subject, @actor, @count, @mark, @since, @now
            WHERE NOT EXISTS (SELECT 1 FROM notification_mutes m WHERE m.account = @Stream AND m.kind = @kind)
            ON CONFLICT (account, kind, subject) DO UPDATE SET
                actor = excluded.actor, count = excluded.count, mark = excluded.mark, since = excluded.since, told_at = excluded.told_at, read_at = NULL
            WHERE notifications.mark < excluded.mark
            """, new
        {
            id = Guid.CreateVersion7(now).ToString("N"), e.Stream, kind = NotificationKinds.Of(kind), subject, actor, count, mark, since,
            now = now.ToUnixTimeMilliseconds(),
        }) > 0;
        if (told)
            await push.PostAsync(transaction, e.Stream, kind, subject);
        return told;
    }

    private static int AmountOf(Event e)
    {
        using var data = JsonDocument.Parse(e.Data);
        return data.RootElement.TryGetProperty("available", out var amount) && amount.TryGetInt32(out var credits) ? credits : 0;
    }

    private sealed class BatchEnd
    {
        public long Unfinished { get; init; }
        public int? Completed { get; init; }
        public long? CompletedAt { get; init; }
        public int? Failed { get; init; }
        public long? FailedAt { get; init; }
    }

    private sealed class Known
    {
        public long Mark { get; init; }
        public long Since { get; init; }
        public long? ReadAt { get; init; }
    }

    private sealed class Like
    {
        public string Account { get; init; } = "";
        public long CreatedAt { get; init; }
    }

    [LoggerMessage(2201, LogLevel.Warning, "Notifications could not be made of an event; it is taken up again")]
    private partial void LogStumbled(Exception error);
}
