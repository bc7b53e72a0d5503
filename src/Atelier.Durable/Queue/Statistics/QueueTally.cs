// Counts what this process does, for meters at once and for the table once a second. A crash loses the last second's numbers, nothing else.
using System.Diagnostics.Metrics;

namespace Atelier.Durable;

/// <summary>The numbers of one process.</summary>
internal sealed class QueueTally : IDisposable
{
    /// <summary>The name of the meter that tells the same.</summary>
    public const string MeterName = "Atelier.Durable";

    private readonly Lock _gate = new();
    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _claimed;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _rescued;
    private readonly Counter<long> _errors;
    private readonly Histogram<double> _waited;
    private readonly Histogram<double> _ran;
    private readonly Histogram<double> _settled;
    private Dictionary<string, LaneTally> _lanes = new(StringComparer.Ordinal);

    public QueueTally()
    {
        _claimed = _meter.CreateCounter<long>("atelier.jobs.claimed", "{job}", "Jobs that were claimed.");
        _ended = _meter.CreateCounter<long>("atelier.jobs.runs", "{run}", "Runs that ended, by the state the job came to.");
        _rescued = _meter.CreateCounter<long>("atelier.jobs.rescued", "{job}", "Jobs taken from dead workers.");
        _errors = _meter.CreateCounter<long>("atelier.jobs.errors", "{run}", "Runs that failed, by error code.");
        _waited = _meter.CreateHistogram<double>("atelier.jobs.wait", "s", "From ready to claimed.");
        _ran = _meter.CreateHistogram<double>("atelier.jobs.run", "s", "How long handlers ran.");
        _settled = _meter.CreateHistogram<double>("atelier.jobs.settle", "s", "From the end of a run until that was committed.");
    }

    public void Claimed(IReadOnlyList<JobRow> rows)
    {
        lock (_gate)
        {
            foreach (var row in rows)
            {
                var waited = Math.Max(0, row.Now - row.QueuedAt);
                var lane = Of(row.Lane);
                lane.Claimed++;
                lane.WaitedMs += waited;
                _waited.Record(waited / 1000.0, Lane(row.Lane));
            }
        }

        foreach (var lane in rows.CountBy(row => row.Lane))
            _claimed.Add(lane.Value, Lane(lane.Key));
    }

    public void Ended(string lane, JobState to, string? error, TimeSpan ran, TimeSpan settled)
    {
        lock (_gate)
        {
            var tally = Of(lane);
            tally.RanMs += (long)ran.TotalMilliseconds;
            tally.SettleMs += (long)settled.TotalMilliseconds;
            tally.Ended[to] = tally.Ended.GetValueOrDefault(to) + 1;
            if (error is not null)
                tally.Errors[error] = tally.Errors.GetValueOrDefault(error) + 1;
        }

        _ended.Add(1, Lane(lane), new("state", JobRow.Name(to)));
        _ran.Record(ran.TotalSeconds, Lane(lane));
        _settled.Record(settled.TotalSeconds, Lane(lane));
        if (error is not null)
            _errors.Add(1, Lane(lane), new("code", error));
    }

    public void Rescued(string lane)
    {
        lock (_gate)
            Of(lane).Rescued++;
        _rescued.Add(1, Lane(lane));
    }

    /// <summary>Takes out what has come since the last time.</summary>
    public IReadOnlyList<LaneTally> Take()
    {
        lock (_gate)
        {
            if (_lanes.Count == 0)
                return [];
            var taken = _lanes.Values.ToList();
            _lanes = new(StringComparer.Ordinal);
            return taken;
        }
    }

    public void Dispose() => _meter.Dispose();

    private LaneTally Of(string lane) =>
        _lanes.TryGetValue(lane, out var tally) ? tally : _lanes[lane] = new LaneTally { Lane = lane };

    private static KeyValuePair<string, object?> Lane(string lane) => new("lane", lane);
}

/// <summary>The numbers of one lane since they were last taken.</summary>
internal sealed class LaneTally
{
    public required string Lane { get; init; }

    public long Claimed { get; set; }

    public long WaitedMs { get; set; }

    public long RanMs { get; set; }

    public long SettleMs { get; set; }

    public long Rescued { get; set; }

    public Dictionary<JobState, long> Ended { get; } = [];

    public Dictionary<string, long> Errors { get; } = new(StringComparer.Ordinal);

    public long CountOf(JobState state) => Ended.GetValueOrDefault(state);
}
