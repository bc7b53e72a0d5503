// The latest progress of every running job of a worker, written together about twice a second. A crash loses the last half second.
namespace Atelier.Durable;

/// <summary>Collects reports and writes what is new.</summary>
internal sealed class ProgressBoard(Database database, JobStore store, TimeProvider time) : IDisposable
{
    private const int LongestPreview = 256 * 1024;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly Sleeper _bell = new(Topics.All, time);
    private Dictionary<long, (JobRun Run, JobProgress Progress)> _posted = [];

    /// <summary>Replaces what the job reported before.</summary>
    /// <exception cref="ArgumentException">The preview is too large or has no type.</exception>
    public void Post(JobRun run, JobProgress progress)
    {
        if (progress.Preview.Length > LongestPreview)
            throw new ArgumentException($"A preview has at most {LongestPreview} bytes, not {progress.Preview.Length}.", nameof(progress));
        if (progress.Preview.IsEmpty != progress.PreviewType is null)
            throw new ArgumentException("A preview needs a type, and a type a preview.", nameof(progress));
        var fraction = double.IsNaN(progress.Fraction) ? 0 : Math.Clamp(progress.Fraction, 0, 1);
        lock (_gate)
            _posted[run.Leased.Id] = (run, progress with { Fraction = fraction });
        _bell.Ring(Topics.All);
    }

    /// <summary>Takes out what a job has reported and nobody has written yet; null for nothing.</summary>
    public JobProgress? Take(JobRun run)
    {
        lock (_gate)
            return _posted.Remove(run.Leased.Id, out var posted) ? posted.Progress : null;
    }

    /// <summary>Writes until canceled. What cannot be written is forgotten: the next report replaces it anyway.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await _bell.SleepAsync(Timeout.InfiniteTimeSpan, ct);
            Dictionary<long, (JobRun Run, JobProgress Progress)> posted;
            lock (_gate)
                (posted, _posted) = (_posted, []);
            if (posted.Count == 0)
                continue;
            await database.TransactAsync(tx => WriteAsync(tx, [.. posted.Values], ct), ct);
            await Task.Delay(Interval, time, ct);
        }
    }

    /// <summary>Writes progress and the events that describe it, of jobs whose leases hold.</summary>
    public async Task WriteAsync(Transaction tx, IReadOnlyList<(JobRun Run, JobProgress Progress)> reports, CancellationToken ct)
    {
        var held = (await store.WriteProgressAsync(tx, [.. reports.Select(Row)], ct)).ToHashSet();
        foreach (var (run, progress) in reports)
        {
            if (held.Contains(run.Leased.Id) && run.Handler.DescribeProgress(run.Job, progress) is { } e)
                await EventLog.AppendAsync(tx, e, ct);
        }
    }

    public void Dispose() => _bell.Dispose();

    private static ProgressRow Row((JobRun Run, JobProgress Progress) report) => new()
    {
        Id = report.Run.Leased.Id,
        Lease = report.Run.Leased.Lease,
        Fraction = report.Progress.Fraction,
        Note = report.Progress.Note,
        Preview = report.Progress.Preview.IsEmpty ? null : report.Progress.Preview.ToArray(),
        PreviewType = report.Progress.PreviewType,
    };
}
