// Time limits that run out when a test says so: a busy machine may take as long as it likes.
using System.Collections.Concurrent;

namespace Atelier.Tests.Providers;

internal sealed class LimitClock : TimeProvider
{
    private readonly ConcurrentDictionary<Limit, TimerCallback> _running = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Limit(_running, callback, state);

    /// <summary>Lets every limit run out that is running.</summary>
    public void RunOut()
    {
        foreach (var limit in _running.Keys)
            limit.RunOut();
    }

    private sealed class Limit : ITimer
    {
        private readonly ConcurrentDictionary<Limit, TimerCallback> _running;
        private readonly object? _state;

        public Limit(ConcurrentDictionary<Limit, TimerCallback> running, TimerCallback callback, object? state)
        {
            (_running, _state) = (running, state);
            running[this] = callback;
        }

        public void RunOut()
        {
            if (_running.TryRemove(this, out var callback))
                callback(_state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => _running.ContainsKey(this);

        public void Dispose() => _running.TryRemove(this, out _);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
