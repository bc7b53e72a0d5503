// What lanes let through: places, rates, parking, modes. Every test runs on both databases.
using System.Collections.Concurrent;
using Atelier.Testing;

namespace Atelier.Durable.Tests;

public abstract class LaneContract(PostgresServer? server) : QueueRig(server)
{
    private const string Lane = "default";

    [Fact]
    public async Task Two_workers_together_never_run_more_jobs_of_a_lane_than_its_concurrency()
    {
        var (running, most, runs) = (0, 0, 0);
        var all = new Signal();
        JobHandler Handler() => new TestHandler(async (_, ct) =>
        {
            lock (all)
                most = Math.Max(most, ++running);
            await Task.Delay(2, ct);
            lock (all)
                running--;
            if (Interlocked.Increment(ref runs) == 60)
                all.Set();
            return new JobOutcome.Succeeded();
        });
        var queue = Queue(Handler());
        var other = new JobQueue(OpenAnother(), new JobHandlers(Handler()));
        await queue.Lanes.ConfigureAsync(Lane, new LaneSettings { Concurrency = 3 });
        await queue.EnqueueManyAsync([.. Enumerable.Repeat(TestHandler.Job(), 60)]);

        await using (Start(queue, new JobRunnerOptions { Concurrency = 8 }))
        await using (Start(other, new JobRunnerOptions { Concurrency = 8 }))
            await all.WaitAsync();

        most.ShouldBe(3);
        (await queue.Lanes.ListAsync()).ShouldHaveSingleItem().InFlight.ShouldBe(0);
    }

    [Fact]
    public async Task A_sleeping_job_keeps_its_place_and_goes_on_although_the_lane_is_full()
    {
        var queue = Queue(new TestHandler(job => job.Job.Checkpoint is null
            ? new JobOutcome.Snoozed(Due.After(TimeSpan.FromHours(1)), "1")
            : new JobOutcome.Succeeded()));
        await queue.Lanes.ConfigureAsync(Lane, new LaneSettings { Concurrency = 1 });
        var first = (await queue.EnqueueAsync(TestHandler.Job())).Id;
        var second = (await queue.EnqueueAsync(TestHandler.Job())).Id;
        await using var worker = Start(queue);

        await UntilAsync(queue, first, JobState.Snoozed);
        (await queue.FindAsync(second))!.State.ShouldBe(JobState.Ready);
        (await queue.Lanes.ListAsync()).ShouldHaveSingleItem().InFlight.ShouldBe(1);

        await queue.WakeAsync(first);
        await UntilGoneAsync(queue, first);
        await UntilAsync(queue, second, JobState.Snoozed);
    }

    [Fact]
    public async Task No_more_jobs_begin_than_a_rate_allows_and_the_rest_come_with_time()
    {
        var queue = Queue(Counting(out var runs));
        await queue.Lanes.ConfigureAsync(Lane, new LaneSettings { Rates = [new RateLimit(10, TimeSpan.FromMinutes(1))] });
        await queue.EnqueueManyAsync([.. Enumerable.Repeat(TestHandler.Job(), 25)]);

        await ClaimAllAsync(queue);
        runs.Count.ShouldBe(10);

        await AdvanceAsync(TimeSpan.FromSeconds(31));
        await ClaimAllAsync(queue);
        runs.Count.ShouldBe(15);

        await AdvanceAsync(TimeSpan.FromMinutes(2));
        await ClaimAllAsync(queue);
        runs.Count.ShouldBe(25);
    }

    [Fact]
    public async Task All_rates_of_a_lane_hold_whatever_they_count()
    {
        var queue = Queue(Counting(out var runs));
        await queue.Lanes.ConfigureAsync(Lane, new LaneSettings
        {
            Rates =
            [
                new RateLimit(100, TimeSpan.FromSeconds(1)), new RateLimit(9, TimeSpan.FromMinutes(1), RateUnit.Cost), new RateLimit(5, TimeSpan.FromDays(1)),
            ],
        });
        await queue.EnqueueManyAsync([.. Enumerable.Repeat(TestHandler.Job() with { Cost = 2 }, 10)]);

        await ClaimAllAsync(queue);
        runs.Count.ShouldBe(4, "four jobs cost 8, five would cost 10");

        await AdvanceAsync(TimeSpan.FromMinutes(1));
        await ClaimAllAsync(queue);
        runs.Count.ShouldBe(5, "the day's five are used up");
    }

    [Fact]
    public async Task A_job_that_costs_more_than_the_bucket_holds_begins_when_it_is_full_and_the_next_pay_for_it()
    {
        var queue = Queue(Counting(out var runs));
        await queue.Lanes.ConfigureAsync(Lane, new LaneSettings { Rates = [new RateLimit(10, TimeSpan.FromMinutes(1), RateUnit.Cost)] });
        await queue.EnqueueManyAsync([TestHandler.Job() with { Cost = 25 }, TestHandler.Job()]);

        await ClaimAllAsync(queue);
        runs.Count.ShouldBe(1);
        await AdvanceAsync(TimeSpan.FromSeconds(80));
        await ClaimAllAsync(queue);
        runs.Count.ShouldBe(1);
        await AdvanceAsync(TimeSpan.FromSeconds(20));
        await ClaimAllAsync(queue);
        runs.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_rate_limit_parks_the_whole_lane_shows_why_and_spends_no_attempt()
    {
        var limited = true;
        var queue = Queue(Counting(out var runs, job =>
            limited ? new JobOutcome.RateLimited(Lane, Due.After(TimeSpan.FromMinutes(5)), Reason: "slow down") : new JobOutcome.Succeeded()));
        await queue.EnqueueManyAsync([.. Enumerable.Repeat(TestHandler.Job(), 50)]);

        await ClaimAllAsync(queue, concurrency: 2);
        runs.Count.ShouldBeLessThanOrEqualTo(4, "what was claimed before the first came back");
        limited = false;
        var lane = (await queue.Lanes.ListAsync()).ShouldHaveSingleItem();
        lane.Parked.ShouldHaveSingleItem().Reason.ShouldBe("slow down");
        lane.InFlight.ShouldBe(0);
        (await queue.ListAsync(new JobFilter(State: JobState.Parked))).ShouldAllBe(job => job.Attempt == 1);

        await AdvanceAsync(TimeSpan.FromMinutes(5));
        await DrainAsync(queue);
        (await queue.ListAsync(new JobFilter())).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_parked_key_holds_its_own_jobs_and_nobody_elses()
    {
        var queue = Queue(Counting(out var runs));
        await queue.Lanes.ParkAsync(Lane, Due.After(TimeSpan.FromMinutes(5)), "key a is used up", key: "a");
        await queue.EnqueueManyAsync([.. Enumerable.Range(0, 40).Select(n => TestHandler.Job() with { LaneKey = n % 2 == 0 ? "a" : "b" })]);

        await ClaimAllAsync(queue);
        runs.ShouldAllBe(job => job.LaneKey == "b");
        runs.Count.ShouldBe(20);
        (await queue.ListAsync(new JobFilter(State: JobState.Parked))).Count.ShouldBe(20);

        await queue.Lanes.UnparkAsync(Lane, "a");
        await ClaimAllAsync(queue);
        runs.Count.ShouldBe(40);
    }

    [Fact]
    public async Task A_paused_lane_lets_nothing_through_a_draining_one_only_what_began_and_others_go_on()
    {
        var queue = Queue(Counting(out var runs, job => job.Job.Checkpoint is null && job.Job.Lane == Lane
            ? new JobOutcome.Snoozed(Due.After(TimeSpan.FromHours(1)), "1")
            : new JobOutcome.Succeeded()));
        await queue.Lanes.ConfigureAsync(Lane, new LaneSettings());
        var first = (await queue.EnqueueAsync(TestHandler.Job())).Id;
        await ClaimAllAsync(queue);
        await queue.Lanes.PauseAsync(Lane);
        await queue.WakeAsync(first);
        await queue.EnqueueAsync(TestHandler.Job());
        await queue.EnqueueAsync(TestHandler.Job() with { Lane = "other" });

        await ClaimAllAsync(queue);
        runs.Count(job => job.Lane == Lane).ShouldBe(1);
        runs.Count(job => job.Lane == "other").ShouldBe(1);

        await queue.Lanes.DrainAsync(Lane);
        await ClaimAllAsync(queue);
        runs.Count(job => job.Lane == Lane).ShouldBe(2);
        (await queue.FindAsync(first)).ShouldBeNull();

        await queue.Lanes.ResumeAsync(Lane);
        await ClaimAllAsync(queue);
        runs.Count(job => job.Lane == Lane).ShouldBe(3);
    }

    [Fact]
    public async Task The_places_of_a_dead_workers_jobs_are_not_lost()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        await queue.Lanes.ConfigureAsync(Lane, new LaneSettings { Concurrency = 2 });
        await queue.EnqueueManyAsync([.. Enumerable.Repeat(TestHandler.Job(), 5)]);
        await Database.TransactAsync(tx => Workers.RegisterAsync(tx, "dead", new HostProcess(null, 1, 0), TimeSpan.FromSeconds(30), default));
        var (leased, _) = await new Claims(queue, Clock).ClaimAsync(new Claim("dead", 7, 10, ["test"], null));
        leased.Count.ShouldBe(2);

        await AdvanceAsync(TimeSpan.FromMinutes(1));
        await DrainAsync(queue);

        (await queue.ListAsync(new JobFilter())).ShouldBeEmpty();
        (await queue.Lanes.ListAsync()).ShouldHaveSingleItem().InFlight.ShouldBe(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public async Task Settings_out_of_range_are_refused_by_name_and_value(int value)
    {
        var queue = Queue();
        (await Should.ThrowAsync<ArgumentException>(() => queue.Lanes.ConfigureAsync(Lane, new LaneSettings { Concurrency = value })))
            .Message.ShouldContain($"Concurrency is {value}; allowed are 1 or more");
        (await Should.ThrowAsync<ArgumentException>(() =>
            queue.Lanes.ConfigureAsync(Lane, new LaneSettings { Rates = [new RateLimit(value, TimeSpan.FromSeconds(1))] })))
            .Message.ShouldContain($"Amount of a rate is {value}");
        (await Should.ThrowAsync<ArgumentException>(() => queue.Tenants.ConfigureAsync("ann", new TenantSettings(value))))
            .Message.ShouldContain($"Weight is {value}");
        (await queue.Lanes.ListAsync()).ShouldBeEmpty();
    }

    private static TestHandler Counting(out ConcurrentQueue<Job> runs, Func<JobContext, JobOutcome>? outcome = null)
    {
        var handler = new TestHandler(outcome ?? (_ => new JobOutcome.Succeeded()));
        runs = handler.Runs;
        return handler;
    }

    /// <summary>Works until nothing more may be claimed within two seconds.</summary>
    private async Task ClaimAllAsync(JobQueue queue, int concurrency = 16) =>
        await new JobRunner(queue, new JobRunnerOptions { Concurrency = concurrency }, Clock, Quiet.Logs)
            .DrainAsync(TimeSpan.FromSeconds(2), CancellationToken.None);

    [Fact]
    public async Task A_full_worker_does_not_stir_for_a_lane_that_opens()
    {
        var (spent, begun, release) = (new Signal(), new Signal(), new Signal());
        var opens = TimeSpan.FromMilliseconds(250);
        var clock = new SleepClock(Clock, opens);
        await using var database = Database.Open(ConnectionString, clock, Quiet.Logs);
        var queue = new JobQueue(database, new JobHandlers(new TestHandler(async (job, ct) =>
        {
            (job.Job.Lane == Lane ? spent : begun).Set();
            if (job.Job.Lane != Lane)
                await release.WaitAsync(ct);
            return new JobOutcome.Succeeded();
        })));
        await queue.Lanes.ConfigureAsync(Lane, new LaneSettings { Rates = [new RateLimit(1, opens)] });
        await queue.Lanes.ConfigureAsync("open", new LaneSettings { Concurrency = 5 });
        await queue.EnqueueAsync(TestHandler.Job());
        await using var worker = new RunningWorker(queue, new JobRunnerOptions { Concurrency = 1 }, Clock, keepHouse: false);
        await spent.WaitAsync();
        await queue.EnqueueManyAsync([TestHandler.Job(), TestHandler.Job() with { Lane = "open" }]);
        await begun.WaitAsync();

        var before = clock.Sleeps;
        await Task.Delay(4 * opens);

        (clock.Sleeps - before).ShouldBeLessThan(2, "its one slot is taken: no lane that opens is of use to it");
        release.Set();
    }

    [Fact]
    public async Task A_drain_waits_for_a_lane_that_opens_within_its_budget_and_says_so_if_it_does_not()
    {
        var queue = Queue(Counting(out var runs));
        await queue.Lanes.ConfigureAsync(Lane, new LaneSettings { Rates = [new RateLimit(2, TimeSpan.FromMilliseconds(200))] });
        await queue.EnqueueManyAsync([.. Enumerable.Repeat(TestHandler.Job(), 5)]);
        (await new JobRunner(queue, new JobRunnerOptions(), Clock, Quiet.Logs).DrainAsync(Soon, default)).ShouldBe(new DrainReport(5, Emptied: true));

        await queue.Lanes.ParkAsync(Lane, Due.After(TimeSpan.FromHours(1)));
        await queue.EnqueueAsync(TestHandler.Job());
        (await new JobRunner(queue, new JobRunnerOptions(), Clock, Quiet.Logs).DrainAsync(Soon, default)).ShouldBe(new DrainReport(0, Emptied: false));
    }

    /// <summary>Counts who goes to sleep for so long or less.</summary>
    private sealed class SleepClock(TimeProvider clock, TimeSpan most) : TimeProvider
    {
        private int _sleeps;

        public int Sleeps => Volatile.Read(ref _sleeps);

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override long GetTimestamp() => clock.GetTimestamp();

        public override long TimestampFrequency => clock.TimestampFrequency;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime > TimeSpan.Zero && dueTime <= most)
                Interlocked.Increment(ref _sleeps);
            return clock.CreateTimer(callback, state, dueTime, period);
        }
    }
}

public sealed class SqliteLaneTests() : LaneContract(server: null);

[Collection(PostgresCollection.Name)]
public sealed class PostgresLaneTests(PostgresFixture postgres) : LaneContract(postgres.Server)
{
    [Fact]
    public async Task A_lane_that_somebody_else_had_locked_is_looked_at_again_at_once()
    {
        var (locked, release, done) = (new Signal(), new Signal(), new Signal());
        var queue = Queue(new TestHandler(_ =>
        {
            done.Set();
            return new JobOutcome.Succeeded();
        }));
        await queue.Lanes.ConfigureAsync("default", new LaneSettings { Concurrency = 1 });
        var holding = OpenAnother().TransactAsync(async tx =>
        {
            await tx.ScalarAsync<string>("select name from lanes for update");
            locked.Set();
            await release.WaitAsync();
            return 0;
        });
        await locked.WaitAsync();
        await queue.EnqueueAsync(TestHandler.Job());

        // Nothing but the lock stands in the way, and nothing else would wake the worker for an hour.
        await using var worker = Start(queue, new JobRunnerOptions { PollInterval = TimeSpan.FromHours(1) });
        await Task.WhenAny(done.WaitAsync(), Task.Delay(50));
        release.Set();

        await done.WaitAsync();
        await holding;
    }
}
