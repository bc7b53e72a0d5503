// Four short stories about the queue.
using Atelier.Durable;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableQueue;

internal static class Examples
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(30);

    /// <summary>Ann has twenty jobs, then Bob comes with two: he does not wait for all of hers.</summary>
    public static async Task FairAsync(Database database)
    {
        var order = new List<string>();
        var queue = QueueOf(database, "paint", job =>
        {
            order.Add(job.Job.Tenant);
            return new JobOutcome.Succeeded();
        });
        await queue.EnqueueManyAsync([.. Enumerable.Repeat(Job("paint") with { Tenant = "ann" }, 20)]);
        await queue.EnqueueManyAsync([.. Enumerable.Repeat(Job("paint") with { Tenant = "bob" }, 2)]);

        await DrainAsync(queue, concurrency: 1);
        Say($"fair: {string.Join(' ', order)}");
    }

    /// <summary>A provider takes five requests in half a second, whoever sends them.</summary>
    public static async Task LimitsAsync(Database database)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var times = new List<double>();
        var queue = QueueOf(database, "request", _ =>
        {
            times.Add(TimeProvider.System.GetElapsedTime(begun).TotalSeconds);
            return new JobOutcome.Succeeded();
        });
        await queue.Lanes.ConfigureAsync("default", new LaneSettings { Rates = [new RateLimit(5, TimeSpan.FromSeconds(0.5))] });
        await queue.EnqueueManyAsync([.. Enumerable.Repeat(Job("request"), 12)]);

        await DrainAsync(queue, concurrency: 1);
        Say($"limits: {string.Join(' ', times.Select(time => $"{time:0.0}"))} seconds");
    }

    /// <summary>A prediction somewhere else is started once and asked for until it is there; in between nothing waits for it.</summary>
    public static async Task PollAsync(Database database)
    {
        var polls = 0;
        var queue = QueueOf(database, "predict", job => job.Job.Checkpoint is null
            ? new JobOutcome.Snoozed(Due.After(TimeSpan.FromMilliseconds(100)), "\"prediction-7\"")
            : ++polls < 3 ? new JobOutcome.Snoozed(Due.After(TimeSpan.FromMilliseconds(100))) : new JobOutcome.Succeeded());
        await queue.EnqueueAsync(Job("predict"));

        var report = await DrainAsync(queue, concurrency: 1);
        Say($"poll: {report.Runs} runs, {polls} polls, no attempt spent");
    }

    /// <summary>Each job enqueues the next in the transaction that settles it: the chain neither breaks nor forks.</summary>
    public static async Task ChainAsync(Database database)
    {
        JobQueue? queue = null;
        var links = 0;
        queue = QueueOf(database, "link", _ => ++links < 4
            ? new JobOutcome.Succeeded { Commit = tx => queue!.EnqueueAsync(tx, Job("link")) }
            : new JobOutcome.Succeeded());
        await queue.EnqueueAsync(Job("link"));

        await DrainAsync(queue, concurrency: 1);
        Say($"chain: {links} links");
    }

    private static NewJob Job(string kind) => new() { Kind = kind, Payload = "{}" };

    private static JobQueue QueueOf(Database database, string kind, Func<JobContext, JobOutcome> run) =>
        new(database, new JobHandlers(new LambdaHandler(kind, run)));

    private static Task<DrainReport> DrainAsync(JobQueue queue, int concurrency) =>
        new JobRunner(queue, new JobRunnerOptions { Concurrency = concurrency }, TimeProvider.System, NullLoggerFactory.Instance)
            .DrainAsync(Budget, CancellationToken.None);

    private static void Say(FormattableString text) => Console.WriteLine(FormattableString.Invariant(text));

    private sealed class LambdaHandler(string kind, Func<JobContext, JobOutcome> run) : JobHandler
    {
        public override string Kind => kind;

        public override Task<JobOutcome> RunAsync(JobContext job, CancellationToken ct) => Task.FromResult(run(job));
    }
}
