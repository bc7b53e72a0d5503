// What jobs do: succeed, sleep, fail, meet limits, dawdle past their leases, kill their workers. Chance decides, run by run.
namespace Atelier.Durable.Tests.Simulation;

/// <summary>Handles "plain" jobs, which are settled together, or "told" jobs, whose every step is written down.</summary>
internal sealed class SimulatedHandler(World world, SimulatedNode node, bool observes) : JobHandler
{
    public const string Plain = "plain", Told = "told", Poison = "\"poison\"", Well = "\"well\"";

    private const long StormLength = 10_000;
    private static readonly JobError Failed = new("failed", "The provider is out of order.");

    public override string Kind => observes ? Told : Plain;

    public override bool ObservesTransitions => observes;

    public override async Task<JobOutcome> RunAsync(JobContext job, CancellationToken ct)
    {
        var run = node.Starting;
        world.Note($"runs #{job.Job.Id}");
        await world.Scheduler.SleepAsync(node, Duration(job.Job));
        StopIfAsked(run);
        if (job.Job.Payload == Poison)
            world.Die();
        if (world.Chance(0.3))
            await CheckpointAsync(run);
        if (world.Chance(0.2))
            job.ReportProgress(new JobProgress(world.Random.NextDouble()));
        var outcome = Outcome(job.Job);
        world.Note($"ran #{job.Job.Id}: {outcome.GetType().Name}");
        return outcome;
    }

    public override Task OnTransitionAsync(Transaction tx, JobTransition transition, CancellationToken ct) => tx.ExecuteAsync(
        "insert into told (job, state_from, state_to) values (@job, @from, @to)",
        new { job = transition.Job.Id.Value, from = JobRow.Name(transition.From), to = JobRow.Name(transition.To) },
        ct);

    // Who runs a job after another worker was lost had better be slow too: then both hold it to be theirs.
    private long Duration(Job job) => !world.Trouble || !world.Chance(job.Crashes > 0 ? 0.6 : 0.08)
        ? world.Random.NextInt64(1, 1_500)
        : world.Random.NextInt64(Scenario.Lease / 2, Scenario.Lease * 2);

    // Some handlers heed the request to stop, some never look.
    private void StopIfAsked(JobRun run)
    {
        var asked = run.LeaseLost.IsCancellationRequested || run.CancelRequested || node.Stopping;
        if (asked && world.Chance(0.7))
        {
            if (node.Stopping)
                run.Interrupt();
            throw new OperationCanceledException();
        }
    }

    private Task CheckpointAsync(JobRun run) => node.InsistAsync(new Deed("checkpoint", run.Leased), () => world.Database.TransactAsync(
        tx => run.WriteAsync(tx, world.Random.Next(1_000_000).ToString(), alongside: null, default)));

    private JobOutcome Outcome(Job job)
    {
        var random = world.Random;
        if (!world.Trouble)
            return Success(job);
        var stormy = world.Scheduler.Now / StormLength % 3 == 1;
        if (stormy && world.Chance(world.Scenario.Storm))
        {
            return random.Next(3) switch
            {
                0 => new JobOutcome.RateLimited(job.Lane, Jittered(), Reason: "429"),
                1 => new JobOutcome.RateLimited(job.Lane, Jittered(), Key: job.LaneKey.Length > 0 ? job.LaneKey : null),
                _ => new JobOutcome.Retry(Failed, random.Next(2) == 0 ? null : TimeSpan.FromMilliseconds(random.Next(3_000))),
            };
        }

        return random.Next(20) switch
        {
            0 or 1 => new JobOutcome.Snoozed(Jittered(), Checkpoint: random.Next(2) == 0 ? "\"asleep\"" : null),
            2 => new JobOutcome.Snoozed(Due.At(world.Clock.GetUtcNow().AddMilliseconds(random.Next(-500, 8_000)))),
            3 => new JobOutcome.Retry(Failed),
            4 => new JobOutcome.Dead(Failed),
            5 => new JobOutcome.Refused(Failed),
            6 => throw new InvalidOperationException("A bug of this handler."),
            _ => Success(job),
        };
    }

    private Due Jittered() => Due.After(TimeSpan.FromMilliseconds(world.Random.Next(200, 10_000)));

    private JobOutcome.Succeeded Success(Job job) => observes || world.Chance(0.3)
        ? new JobOutcome.Succeeded
        {
            Commit = tx => tx.ExecuteAsync("insert into effects (job) values (@job)", new { job = job.Id.Value }),
        }
        : new JobOutcome.Succeeded();
}
