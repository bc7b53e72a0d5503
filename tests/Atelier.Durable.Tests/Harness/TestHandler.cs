// A handler made of a lambda, which remembers what it was told.
using System.Collections.Concurrent;

namespace Atelier.Durable.Tests;

/// <summary>Runs jobs of the kind "test", or another.</summary>
public sealed class TestHandler(Func<JobContext, CancellationToken, Task<JobOutcome>> run) : JobHandler
{
    public TestHandler(Func<JobContext, JobOutcome> run)
        : this((job, _) => Task.FromResult(run(job)))
    {
    }

    public override string Kind => KindName;

    public string KindName { get; init; } = "test";

    public override bool ObservesTransitions => Observe is not null;

    /// <summary>What to do in the transaction of a transition; null not to observe.</summary>
    public Func<Transaction, JobTransition, Task>? Observe { get; init; }

    public Func<Job, JobProgress, NewEvent?>? Describe { get; init; }

    /// <summary>Every run so far, in the order of their beginnings.</summary>
    public ConcurrentQueue<Job> Runs { get; } = [];

    public override Task<JobOutcome> RunAsync(JobContext job, CancellationToken ct)
    {
        Runs.Enqueue(job.Job);
        return run(job, ct);
    }

    public override Task OnTransitionAsync(Transaction tx, JobTransition transition, CancellationToken ct) => Observe!(tx, transition);

    public override NewEvent? DescribeProgress(Job job, JobProgress progress) => Describe?.Invoke(job, progress);

    public static NewJob Job(string payload = "{}", string kind = "test") => new() { Kind = kind, Payload = payload };
}

/// <summary>Something that happens once, and can be waited for.</summary>
public sealed class Signal
{
    private readonly TaskCompletionSource _happened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Set() => _happened.TrySetResult();

    /// <summary>Waits; a test that waits for longer than half a minute has failed.</summary>
    public Task WaitAsync(CancellationToken ct = default) => _happened.Task.WaitAsync(TimeSpan.FromSeconds(30), ct);
}
