// What the queue's contract suites share: queues, workers, and ways to wait for a job.
using Atelier.Testing;

namespace Atelier.Durable.Tests;

public abstract class QueueRig(PostgresServer? server) : DatabaseContract(server)
{
    protected JobQueue Queue(params JobHandler[] handlers) => new(Database, new JobHandlers(handlers));

    /// <summary>Works until nothing is due, and insists that this was so.</summary>
    protected async Task<long> DrainAsync(JobQueue queue, JobRunnerOptions? options = null)
    {
        var report = await new JobRunner(queue, options ?? new JobRunnerOptions(), Clock, Quiet.Logs).DrainAsync(Soon, CancellationToken.None);
        report.Emptied.ShouldBeTrue();
        return report.Runs;
    }

    /// <summary>A worker that runs until it is stopped.</summary>
    protected RunningWorker Start(JobQueue queue, JobRunnerOptions? options = null, bool keepHouse = true) =>
        new(queue, options ?? new JobRunnerOptions(), Clock, keepHouse);

    /// <summary>Waits until a job stands in a state, looking again after every signal of the queue.</summary>
    protected async Task<Job> UntilAsync(JobQueue queue, JobId id, JobState state) =>
        (await LookAsync(queue, id, job => job?.State == state))!;

    protected Task UntilGoneAsync(JobQueue queue, JobId id) => LookAsync(queue, id, job => job is null);

    private static async Task<Job?> LookAsync(JobQueue queue, JobId id, Func<Job?, bool> seen)
    {
        using var limit = new CancellationTokenSource(Soon);
        using var sleeper = queue.Database.Signals.Listen(Topics.All);
        while (true)
        {
            var job = await queue.FindAsync(id, limit.Token);
            if (seen(job))
                return job;
            await sleeper.SleepAsync(TimeSpan.FromMilliseconds(20), limit.Token);
        }
    }
}

/// <summary>A runner and its housekeeping, going on in the background.</summary>
public sealed class RunningWorker : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    public RunningWorker(JobQueue queue, JobRunnerOptions options, TimeProvider time, bool keepHouse)
    {
        var runner = new JobRunner(queue, options, time, Quiet.Logs).RunAsync(_stop.Token);
        var house = keepHouse ? new QueueMaintenance(queue, options.Housekeeping, time, Quiet.Logs).RunAsync(_stop.Token) : Task.CompletedTask;
        _work = Task.WhenAll(runner, house);
    }

    /// <summary>Stops gracefully and waits for that.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _work;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }
}
