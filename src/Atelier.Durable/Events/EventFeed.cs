// Reads the event log in order and without gaps, live. It keeps nothing: a reader that comes back with its cursor misses nothing.
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Atelier.Durable;

/// <summary>The reading side of the events: one tail per process, any number of subscribers.</summary>
public sealed partial class EventFeed(Database database, TimeProvider time, ILoggerFactory logs)
{
    private const int PageSize = 500;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Recheck = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestRecheck = TimeSpan.FromMilliseconds(200);

    private readonly EventHorizon _horizon = EventHorizon.Of(database);
    private readonly Subscriptions _subscriptions = new();
    private readonly TaskCompletionSource _positioned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILogger _log = logs.CreateLogger<EventFeed>();
    private long _tail;

    /// <summary>
    /// The events that match, in order, each once, without end. Live events come only while <see cref="RunAsync"/> runs in this process.
    /// A reader slower than the events is not buffered without bound: it falls back to reading the table.
    /// </summary>
    /// <param name="filter">Which events.</param>
    /// <param name="after">Where to go on; null for the present end.</param>
    /// <param name="ct">Ends the reading.</param>
    public async IAsyncEnumerable<Event> ReadAsync(
        EventFilter filter, EventCursor? after = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        // Subscribed first and caught up second, so that nothing falls between the two.
        using var subscription = _subscriptions.Add(filter);
        await _positioned.Task.WaitAsync(ct);
        var position = after?.Position ?? Volatile.Read(ref _tail);
        while (true)
        {
            subscription.Begin();
            for (var more = true; more;)
            {
                var page = await PageAsync(filter, position, Volatile.Read(ref _tail), ct);
                foreach (var e in page)
                {
                    position = e.Cursor.Position;
                    yield return e;
                }

                more = page.Count == PageSize;
            }

            await foreach (var e in subscription.LiveAsync(ct))
            {
                if (e.Cursor.Position <= position)
                    continue;
                position = e.Cursor.Position;
                yield return e;
            }
        }
    }

    /// <summary>
    /// The present end: what was committed before the call is before it, or seen by whoever reads the tables after the call.
    /// </summary>
    public async Task<EventCursor> EndAsync(CancellationToken ct = default)
    {
        while (true)
        {
            if ((await _horizon.AdvanceAsync(ct)).Id is { } end)
                return new EventCursor(end);
            await Task.Delay(Recheck, time, ct);
        }
    }

    /// <summary>Follows the log for the subscribers of this process until canceled; rides out an unreachable database.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var sleeper = database.Signals.Listen(Topics.Events);
        var recheck = Recheck;
        while (!ct.IsCancellationRequested)
        {
            var (looked, sleep) = (time.GetTimestamp(), PollInterval);
            try
            {
                var (published, waiting) = await FollowAsync(ct);
                recheck = published || !waiting ? Recheck : Min(recheck * 2, LongestRecheck);
                sleep = waiting ? recheck : PollInterval;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (database.IsTransient(failure))
            {
                LogUnreachable(_log, failure.Message);
            }

            // What is said at once after a look waits for a moment, with what comes after it: under load a look serves many.
            await sleeper.SleepAsync(sleep, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (time.GetElapsedTime(looked) is var ago && ago < Pace && sleep > Pace)
                await Task.Delay(Pace - ago, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<(bool Published, bool Waiting)> FollowAsync(CancellationToken ct)
    {
        if (await _horizon.AdvanceAsync(ct) is not ({ } horizon, var waiting))
            return (false, true);
        if (!_positioned.Task.IsCompleted)
        {
            Volatile.Write(ref _tail, horizon);
            _positioned.SetResult();
        }

        var published = false;
        while (_tail < horizon && _subscriptions.Any)
        {
            var page = await PageAsync(EventFilter.All, _tail, horizon, ct);
            var end = page.Count == PageSize ? page[^1].Cursor.Position : horizon;

            // The tail moves before the events go out: who begins to catch up in between reads them from the table.
            Volatile.Write(ref _tail, end);
            _subscriptions.Publish(page);
            published |= page.Count > 0;
        }

        if (_tail < horizon)
        {
            // Nobody listened; who came only now may have caught up with the old tail, and is sent to the table again.
            Volatile.Write(ref _tail, horizon);
            _subscriptions.Interrupt();
        }

        return (published, waiting);
    }

    private async Task<IReadOnlyList<Event>> PageAsync(EventFilter filter, long after, long until, CancellationToken ct)
    {
        if (after >= until)
            return [];
        var rows = await database.AskAsync(
            session => session.QueryAsync<EventRow>(
                "select id, stream, subject, type, data, at from events where id > @after and id <= @until" +
                (filter.Stream is null ? "" : " and stream = @Stream") +
                (filter.Subject is null ? "" : " and subject = @Subject") +
                " order by id limit @PageSize",
                new { after, until, filter.Stream, filter.Subject, PageSize },
                ct),
            ct);
        return [.. rows.Select(row => row.ToEvent())];
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private sealed class EventRow
    {
        public long Id { get; init; }

        public string Stream { get; init; } = "";

        public string Subject { get; init; } = "";

        public string Type { get; init; } = "";

        public string Data { get; init; } = "";

        public long At { get; init; }

        public Event ToEvent() =>
            new(new EventCursor(Id), Stream, Subject, Type, Data, DateTimeOffset.FromUnixTimeMilliseconds(At));
    }

    [LoggerMessage(1101, LogLevel.Warning, "The events cannot be read at the moment ({Reason}); subscribers wait")]
    private static partial void LogUnreachable(ILogger log, string reason);
}
