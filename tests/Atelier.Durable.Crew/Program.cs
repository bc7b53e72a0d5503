// A worker as a process of its own, for tests that kill, freeze and starve it. Each job leaves one row; works until its input ends.
//   Atelier.Durable.Crew CONNECTION LEASE_SECONDS CLOCK_SKEW_MINUTES
using System.Globalization;
using Atelier.Durable;
using Atelier.Durable.Crew;
using Microsoft.Extensions.Logging.Abstractions;

var time = new SkewedClock(TimeSpan.FromMinutes(double.Parse(args[2], CultureInfo.InvariantCulture)));
await using var database = Database.Open(args[0], time, NullLoggerFactory.Instance);
var queue = new JobQueue(database, new JobHandlers(new LeaveARow(), new LeaveNothing()));
var options = new JobRunnerOptions
{
    Concurrency = 16,
    LeaseTimeout = TimeSpan.FromSeconds(double.Parse(args[1], CultureInfo.InvariantCulture)),
    BackoffBase = TimeSpan.FromMilliseconds(10),
    Housekeeping = new QueueMaintenanceOptions { RescueInterval = TimeSpan.FromMilliseconds(200), MaxCrashes = 1_000 },
};

using var stop = new CancellationTokenSource();
var work = Task.WhenAll(
    new JobRunner(queue, options, time, NullLoggerFactory.Instance).RunAsync(stop.Token),
    new QueueMaintenance(queue, options.Housekeeping, time, NullLoggerFactory.Instance).RunAsync(stop.Token));
await Console.Out.WriteLineAsync("working");
while (await Console.In.ReadLineAsync() is not null)
{
}

await stop.CancelAsync();
await work;

namespace Atelier.Durable.Crew
{
    /// <summary>Settles with a row in the table <c>done</c>; the table has no constraint, so that a second row would be seen.</summary>
    internal sealed class LeaveARow : JobHandler
    {
        public override string Kind => "row";

        public override async Task<JobOutcome> RunAsync(JobContext job, CancellationToken ct)
        {
            if (job.Job.Checkpoint is null)
            {
                await job.CheckpointAsync("{}", ct: ct);
                if (job.Job.Id.Value % 7 == 0)
                    return new JobOutcome.Snoozed(Due.After(TimeSpan.FromMilliseconds(50)));
            }

            return new JobOutcome.Succeeded { Commit = tx => tx.ExecuteAsync("insert into done (job_id) values (@Value)", job.Job.Id) };
        }
    }

    /// <summary>Settles many at a time.</summary>
    internal sealed class LeaveNothing : JobHandler
    {
        public override string Kind => "nothing";

        public override Task<JobOutcome> RunAsync(JobContext job, CancellationToken ct) => Task.FromResult<JobOutcome>(new JobOutcome.Succeeded());
    }

    /// <summary>A clock that is wrong by so much.</summary>
    internal sealed class SkewedClock(TimeSpan skew) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + skew;
    }
}
