// Wakes sleepers after a commit, in this process and, where the database can, in others. Only ever a hint: every sleeper also polls.
namespace Atelier.Durable;

/// <summary>What a signal is about.</summary>
[Flags]
internal enum Topics
{
    None = 0,
    Ready = 1,
    Timed = 2,
    Cancel = 4,
    Events = 8,

    /// <summary>What other processes care about; timed jobs are promoted in time by whoever wrote them, or by anybody's poll.</summary>
    Shared = Ready | Cancel | Events,

    All = Shared | Timed,
}

/// <summary>The sleepers of this process, and the way to those of others.</summary>
internal sealed class Signals(TimeProvider time, Action<Topics>? toOthers = null, Action? hearOthers = null)
{
    private readonly Lock _gate = new();
    private Sleeper[] _sleepers = [];

    /// <summary>Wakes everyone who listens to one of the topics.</summary>
    public void Publish(Topics topics)
    {
        Wake(topics);
        if ((topics & Topics.Shared) != Topics.None)
            toOthers?.Invoke(topics & Topics.Shared);
    }

    /// <summary>Wakes the listeners of this process only.</summary>
    public void Wake(Topics topics)
    {
        foreach (var sleeper in Volatile.Read(ref _sleepers))
            sleeper.Ring(topics);
    }

    /// <summary>Begins to listen; what is published from now on ends the present or the next sleep.</summary>
    public Sleeper Listen(Topics topics)
    {
        if ((topics & Topics.Shared) != Topics.None)
            hearOthers?.Invoke();
        var sleeper = new Sleeper(topics, time, Leave);
        lock (_gate)
            _sleepers = [.. _sleepers, sleeper];
        return sleeper;
    }

    private void Leave(Sleeper sleeper)
    {
        lock (_gate)
            _sleepers = [.. _sleepers.Where(other => other != sleeper)];
    }
}

/// <summary>One loop's alarm clock: sleeps until a signal or for a time, whichever comes first. For one sleeper at a time.</summary>
internal sealed class Sleeper(Topics topics, TimeProvider time, Action<Sleeper>? leave = null) : IDisposable
{
    private TaskCompletionSource _bell = NewBell();

    /// <summary>Rings if the topic is one of ours.</summary>
    public void Ring(Topics about)
    {
        if ((about & topics) != Topics.None)
            Volatile.Read(ref _bell).TrySetResult();
    }

    /// <summary>Sleeps; a ring since the last sleep ends it at once. An infinite time waits for the ring alone.</summary>
    public async Task SleepAsync(TimeSpan atMost, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var bell = Volatile.Read(ref _bell);
        if (atMost > TimeSpan.Zero || atMost == Timeout.InfiniteTimeSpan)
            await bell.Task.WaitAsync(atMost, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        if (bell.Task.IsCompleted)
            Volatile.Write(ref _bell, NewBell());
        ct.ThrowIfCancellationRequested();
    }

    public void Dispose() => leave?.Invoke(this);

    private static TaskCompletionSource NewBell() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
