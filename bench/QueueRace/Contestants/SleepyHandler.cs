// A job that asks something outside every few seconds, and sleeps in between.
using Atelier.Durable;

namespace QueueRace.Contestants;

/// <summary>Polls without end.</summary>
internal sealed class SleepyHandler : JobHandler
{
    public const string Name = "sleepy";

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private long _polls;

    public override string Kind => Name;

    /// <summary>How often any of the jobs was polled so far.</summary>
    public long Polls => Interlocked.Read(ref _polls);

    public override Task<JobOutcome> RunAsync(JobContext job, CancellationToken ct)
    {
        var polls = Interlocked.Increment(ref _polls);
        return Task.FromResult<JobOutcome>(new JobOutcome.Snoozed(Due.After(Interval), $"{polls}"));
    }
}
