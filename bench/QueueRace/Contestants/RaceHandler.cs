// The trivial job: it is counted, and done.
using System.Diagnostics;
using System.Text.Json;
using Atelier.Durable;

namespace QueueRace.Contestants;

/// <summary>Counts the jobs it is expected to run; when it has, its expectation ends.</summary>
internal sealed class RaceHandler : JobHandler
{
    public const string Name = "race";

    private static readonly Task<JobOutcome> Done = Task.FromResult<JobOutcome>(new JobOutcome.Succeeded());

    private Expectation _expected = new(0);

    public override string Kind => Name;

    /// <summary>Whether to remember when each job began, by the number in its payload.</summary>
    public bool RemembersTimes { get; init; }

    /// <summary>From now on the next so many jobs count.</summary>
    public Expectation Expect(int jobs) => _expected = new Expectation(jobs);

    public override Task<JobOutcome> RunAsync(JobContext job, CancellationToken ct)
    {
        var expected = Volatile.Read(ref _expected);
        if (RemembersTimes)
        {
            var now = Meter.Now;
            using var payload = JsonDocument.Parse(job.Job.Payload);
            expected.Times[payload.RootElement.GetProperty("i").GetInt32()] = now;
        }

        expected.Count(job.Job.Id);
        return Done;
    }
}

/// <summary>The next so many jobs.</summary>
internal sealed class Expectation(int jobs)
{
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _counted;

    /// <summary>Ends when all have been handled.</summary>
    public Task All => _all.Task;

    /// <summary>The timestamp of the first.</summary>
    public long First { get; private set; }

    /// <summary>Which they were.</summary>
    public long[] Ids { get; } = new long[jobs];

    /// <summary>When they began.</summary>
    public double[] Times { get; } = new double[jobs];

    public void Count(JobId id)
    {
        var number = Interlocked.Increment(ref _counted);
        if (number == 1)
            First = Stopwatch.GetTimestamp();
        if (number <= jobs)
            Ids[number - 1] = id.Value;
        if (number == jobs)
            _all.TrySetResult();
    }
}
