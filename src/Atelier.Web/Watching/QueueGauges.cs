// What the queue looks like at the moment of a scrape: depths, ages, lanes. Read from the database, so every process tells the same.
using System.Diagnostics.Metrics;
using Atelier.Durable;

namespace Atelier.Web.Watching;

internal sealed class QueueGauges : IDisposable
{
    public const string MeterName = "Atelier.Queue";

    private readonly JobQueue _queue;
    private readonly Meter _meter = new(MeterName);
    private QueueStats _stats = new([], 0, 0);
    private IReadOnlyList<LaneStatus> _lanes = [];
    private bool _isReadable;

    public QueueGauges(JobQueue queue)
    {
        _queue = queue;
        Gauge("atelier.queue.readable", null, "Whether the database answered this scrape; if not, the other gauges are absent.",
            () => [new Measurement<double>(_isReadable ? 1 : 0)]);
        Gauge("atelier.queue.jobs", null, "Unfinished jobs by lane and state.", () => Depths(depth => depth.Count));
        Gauge("atelier.queue.oldest", "s", "For how long the oldest has been ready or waiting; in the other states since it was submitted.",
            () => Depths(depth => depth.OldestAge.TotalSeconds));
        Gauge("atelier.queue.dead_letters", null, "Jobs that were given up and wait for an operator.", () => Total(_stats.DeadLetters));
        Gauge("atelier.queue.workers", null, "Worker processes that hold a lease.", () => Total(_stats.Workers));
        Gauge("atelier.lane.in_flight", null, "Jobs that hold a place in the lane.", () => Lanes(lane => lane.InFlight));
        Gauge("atelier.lane.limit", null, "How many may at present; absent without a limit.", () => Lanes(lane => lane.Limit));
        Gauge("atelier.lane.parked", null, "Parkings of the lane and of keys in it.", () => Lanes(lane => lane.Parked.Count));
        Gauge("atelier.lane.paused", null, "Whether the lane is paused.", () => Lanes(lane => lane.Mode == LaneMode.Paused ? 1 : 0));
        Gauge("atelier.lane.draining", null, "Whether the lane is drained.", () => Lanes(lane => lane.Mode == LaneMode.Draining ? 1 : 0));
    }

    /// <summary>Reads the queue for the scrape that follows.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        (_isReadable, _stats, _lanes) = (false, new QueueStats([], 0, 0), []);
        _stats = await _queue.StatsAsync(cancellationToken);
        _lanes = await _queue.Lanes.ListAsync(cancellationToken);
        _isReadable = true;
    }

    public void Dispose() => _meter.Dispose();

    private void Gauge(string name, string? unit, string description, Func<IEnumerable<Measurement<double>>> observe) =>
        _meter.CreateObservableGauge(name, observe, unit, description);

    private IEnumerable<Measurement<double>> Total(double value) => _isReadable ? [new Measurement<double>(value)] : [];

    private IEnumerable<Measurement<double>> Depths(Func<QueueDepth, double> value) => _stats.Depths.Select(depth =>
        new Measurement<double>(value(depth), new KeyValuePair<string, object?>("lane", depth.Lane), new("state", QueueRecords.NameOf(depth.State))));

    private IEnumerable<Measurement<double>> Lanes(Func<LaneStatus, double?> value) => _lanes
        .Select(lane => (lane.Name, Value: value(lane))).Where(lane => lane.Value is not null)
        .Select(lane => new Measurement<double>(lane.Value!.Value, new KeyValuePair<string, object?>("lane", lane.Name)));
}
