// Who listens in this process, each with a bounded buffer. A crash forgets them all: they come back with their cursors.
using System.Threading.Channels;

namespace Atelier.Durable;

/// <summary>The subscribers of one feed.</summary>
internal sealed class Subscriptions
{
    private readonly Lock _gate = new();
    private Subscription[] _all = [];

    public bool Any => Volatile.Read(ref _all).Length > 0;

    public Subscription Add(EventFilter filter)
    {
        var subscription = new Subscription(filter, Remove);
        lock (_gate)
            _all = [.. _all, subscription];
        return subscription;
    }

    public void Publish(IReadOnlyList<Event> events)
    {
        foreach (var subscription in Volatile.Read(ref _all))
        {
            foreach (var e in events)
                subscription.Offer(e);
        }
    }

    public void Interrupt()
    {
        foreach (var subscription in Volatile.Read(ref _all))
            subscription.Interrupt();
    }

    private void Remove(Subscription subscription)
    {
        lock (_gate)
            _all = [.. _all.Where(other => other != subscription)];
    }
}

/// <summary>
/// One subscriber. While it keeps up it gets events from memory; when its buffer is full the live part ends, and it begins anew from
/// the table.
/// </summary>
internal sealed class Subscription(EventFilter filter, Action<Subscription> leave) : IDisposable
{
    private const int Capacity = 256;

    private Channel<Event> _live = NewChannel();

    /// <summary>From now on events are buffered; what was committed before is in the table.</summary>
    public void Begin()
    {
        if (Volatile.Read(ref _live).Reader.Completion.IsCompleted)
            Volatile.Write(ref _live, NewChannel());
    }

    public void Offer(Event e)
    {
        if (filter.Matches(e) && !Volatile.Read(ref _live).Writer.TryWrite(e))
            Interrupt();
    }

    /// <summary>Ends the live part, so that the reader goes back to the table.</summary>
    public void Interrupt() => Volatile.Read(ref _live).Writer.TryComplete();

    /// <summary>The buffered and coming events, until one had no room.</summary>
    public IAsyncEnumerable<Event> LiveAsync(CancellationToken ct) => Volatile.Read(ref _live).Reader.ReadAllAsync(ct);

    public void Dispose() => leave(this);

    private static Channel<Event> NewChannel() =>
        Channel.CreateBounded<Event>(new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
}
