// Virtual time and the order of everything: one thread, one queue of events, one seeded source of chance. Nothing here outlives a test.
namespace Atelier.Durable.Tests.Simulation;

/// <summary>Somebody who acts: a worker, a client, an operator. What is dead never acts again; what is frozen acts later.</summary>
internal class Actor(string name)
{
    public string Name => name;

    public bool Dead { get; set; }

    /// <summary>Milliseconds of virtual time before which nothing of it happens.</summary>
    public long FrozenUntil { get; set; }

    /// <summary>Under which id it works at present; empty for clients.</summary>
    public virtual string WorkerId => "";
}

/// <summary>What an actor is doing, so that the referee can say whether it may.</summary>
/// <param name="Name">The word in the trace.</param>
/// <param name="Leases">The leases that it acts under.</param>
internal sealed record Deed(string Name, params LeasedId[] Leases)
{
    public static readonly Deed Nothing = new("nothing");

    /// <summary>The lease of a claim.</summary>
    public long Token { get; init; }
}

/// <summary>Runs events in the order of their virtual times; chance decides between equals.</summary>
internal sealed class Scheduler(Random random)
{
    private readonly PriorityQueue<(Actor Actor, Action Happen), (long At, int Tie)> _events = new();

    /// <summary>Milliseconds since the beginning.</summary>
    public long Now { get; private set; }

    public Actor Current { get; private set; } = new("setup");

    public Deed Deed { get; set; } = Deed.Nothing;

    /// <summary>How many events have happened.</summary>
    public int Happened { get; private set; }

    public void At(Actor actor, long after, Action happen) => _events.Enqueue((actor, happen), (Now + after, random.Next()));

    /// <summary>Ends after so much virtual time; never, if the actor dies before.</summary>
    public Task SleepAsync(Actor actor, long milliseconds)
    {
        var bell = new TaskCompletionSource();
        At(actor, milliseconds, () => bell.TrySetResult());
        return bell.Task;
    }

    /// <summary>
    /// Lets up to so many events happen that are due by then. Called within an event, others act while that one stands between two steps.
    /// </summary>
    public bool Run(long until, int most, Func<bool> stopped)
    {
        var (current, deed) = (Current, Deed);
        var done = 0;
        while (done < most && !stopped() && _events.TryPeek(out var next, out var when) && when.At <= until)
        {
            _events.Dequeue();
            if (next.Actor.Dead)
                continue;
            if (next.Actor.FrozenUntil > when.At)
            {
                _events.Enqueue(next, (next.Actor.FrozenUntil, when.Tie));
                continue;
            }

            Now = Math.Max(Now, when.At);
            (Current, Deed) = (next.Actor, Deed.Nothing);
            Happened++;
            next.Happen();
            done++;
        }

        (Current, Deed) = (current, deed);
        if (until < long.MaxValue && done < most && !stopped())
            Now = Math.Max(Now, until);
        return done > 0;
    }
}

/// <summary>A clock that shows virtual time, right or wrong. Nothing may wait by it: waiting is the scheduler's business.</summary>
internal sealed class VirtualClock(Scheduler scheduler, TimeSpan skew) : TimeProvider
{
    public static readonly DateTimeOffset Beginning = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => 1_000;

    public override DateTimeOffset GetUtcNow() => Beginning.AddMilliseconds(scheduler.Now) + skew;

    public override long GetTimestamp() => scheduler.Now + (long)skew.TotalMilliseconds;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw new InvalidOperationException("Simulated nodes wait by the scheduler.");
}
