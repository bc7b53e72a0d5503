// Carries signals between processes by NOTIFY, after the commit and coalesced. It may lose any of them: every sleeper also polls.
using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Atelier.Durable;

/// <summary>
/// One connection that notifies and one that listens, of a source of its own, each opened when first needed. Notifying inside the callers' transactions would
/// serialise their commits in the server; from here it is at most one short transaction every few milliseconds.
/// </summary>
internal sealed partial class PostgresNotifications : IAsyncDisposable
{
    private const string Channel = "atelier_durable";
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan QuietSpell = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Probe = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource _source;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly string _origin = Guid.CreateVersion7().ToString("N");
    private readonly CancellationTokenSource _end = new();
    private readonly Lazy<Task> _notifier;
    private readonly Lazy<Task> _listener;
    private readonly Sleeper _bell;
    private int _topics;
    private long _notified;

    public PostgresNotifications(NpgsqlDataSource source, TimeProvider time, ILoggerFactory logs)
    {
        (_source, _time, _log) = (source, time, logs.CreateLogger<PostgresNotifications>());
        _bell = new Sleeper(Topics.Shared, time);
        _notifier = new Lazy<Task>(() => Start(NotifyAsync));
        _listener = new Lazy<Task>(() => Start(ListenAsync));
        Signals = new Signals(time, Send, () => _ = _listener.Value);
    }

    public Signals Signals { get; }

    /// <summary>Whether nothing was notified lately.</summary>
    public bool Quiet => _time.GetElapsedTime(Volatile.Read(ref _notified)) > QuietSpell;

    /// <summary>Lets a transaction that is about to commit carry its own notification, if nothing was notified lately.</summary>
    public void Join(Transaction tx)
    {
        var topics = tx.Topics & Topics.Shared;
        if (topics == Topics.None || tx.Durability == Durability.Relaxed || !Quiet)
            return;
        Volatile.Write(ref _notified, _time.GetTimestamp());
        tx.Postpone("select pg_notify(@Channel, @message)", new { Channel, message = MessageOf((int)topics) });
        tx.TellsOthers = true;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        if (_notifier.IsValueCreated)
            await _notifier.Value;
        if (_listener.IsValueCreated)
            await _listener.Value;
        await _source.DisposeAsync();
        _bell.Dispose();
        _end.Dispose();
    }

    private void Send(Topics topics)
    {
        Interlocked.Or(ref _topics, (int)topics);
        _bell.Ring(topics);
        _ = _notifier.Value;
    }

    private Task Start(Func<CancellationToken, Task> work)
    {
        // The loop outlives whoever needs it first, and must not keep what belongs to that caller's context.
        using (ExecutionContext.SuppressFlow())
            return Task.Run(() => KeepAtItAsync(work));
    }

    private async Task KeepAtItAsync(Func<CancellationToken, Task> work)
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                await work(_end.Token);
            }
            catch (OperationCanceledException) when (_end.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException or InvalidOperationException)
            {
                LogInterrupted(_log, failure.Message);
                await Task.Delay(Pause, _time, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task NotifyAsync(CancellationToken ct)
    {
        await using var connection = await _source.OpenConnectionAsync(ct);

        // A notification that a crash takes back is not missed: its listeners lost their connections too, and look when they are back.
        await using (var relax = new NpgsqlCommand("set synchronous_commit = off", connection))
            await relax.ExecuteNonQueryAsync(ct);
        await using var notify = new NpgsqlCommand("select pg_notify($1, $2)", connection);
        var message = new NpgsqlParameter<string>();
        notify.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Channel });
        notify.Parameters.Add(message);
        while (true)
        {
            await _bell.SleepAsync(Timeout.InfiniteTimeSpan, ct);
            var topics = Interlocked.Exchange(ref _topics, 0);
            if (topics == 0)
                continue;
            Volatile.Write(ref _notified, _time.GetTimestamp());
            message.TypedValue = MessageOf(topics);
            await notify.ExecuteNonQueryAsync(ct);
            await Task.Delay(Pace, _time, ct);
        }
    }

    private async Task ListenAsync(CancellationToken ct)
    {
        await using var connection = await _source.OpenConnectionAsync(ct);
        connection.Notification += (_, notification) => Receive(notification.Payload);
        await using (var listen = new NpgsqlCommand($"listen {Channel}", connection))
            await listen.ExecuteNonQueryAsync(ct);
        Signals.Wake(Topics.Shared); // whatever was said while nobody listened
        await using var probe = new NpgsqlCommand("select 1", connection);
        while (true)
        {
            if (!await connection.WaitAsync(Probe, ct))
                await probe.ExecuteNonQueryAsync(ct);
            await Task.Yield(); // this thread goes on with whoever was woken; listening again can wait
        }
    }

    private string MessageOf(int topics) => string.Create(CultureInfo.InvariantCulture, $"{_origin}:{topics}");

    private void Receive(string payload)
    {
        var parts = payload.Split(':');
        if (parts.Length == 2 && parts[0] != _origin && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var topics))
            Signals.Wake((Topics)topics);
    }

    [LoggerMessage(1002, LogLevel.Warning, "Notifications are interrupted ({Reason}); polling goes on meanwhile")]
    private static partial void LogInterrupted(ILogger log, string reason);
}
