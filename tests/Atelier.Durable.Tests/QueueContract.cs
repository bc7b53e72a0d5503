// The contract of the queue's everyday life, on both databases.
using Atelier.Testing;

namespace Atelier.Durable.Tests;

public abstract class QueueContract(PostgresServer? server) : QueueRig(server)
{
    [Fact]
    public async Task A_job_that_succeeds_leaves_the_queue()
    {
        var handler = new TestHandler(_ => new JobOutcome.Succeeded());
        var queue = Queue(handler);
        var id = (await queue.EnqueueAsync(TestHandler.Job("""{"a":1}"""))).Id;

        (await DrainAsync(queue)).ShouldBe(1);

        handler.Runs.Single().ShouldSatisfyAllConditions(
            job => job.Id.ShouldBe(id),
            job => job.Payload.ShouldBe("""{"a":1}"""),
            job => job.Attempt.ShouldBe(1),
            job => job.State.ShouldBe(JobState.Running));
        (await queue.FindAsync(id)).ShouldBeNull();
        (await queue.StatsAsync()).Depths.ShouldBeEmpty();
        (await queue.StatsAsync()).Workers.ShouldBe(0);
    }

    [Fact]
    public async Task A_job_exists_exactly_if_its_transaction_commits()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));

        await Should.ThrowAsync<InvalidDataException>(() => Database.TransactAsync(async tx =>
        {
            await queue.EnqueueAsync(tx, TestHandler.Job());
            throw new InvalidDataException();
        }));

        (await queue.ListAsync(new JobFilter())).ShouldBeEmpty();
    }

    [Fact]
    public async Task Jobs_run_by_priority_and_then_in_the_order_of_their_coming()
    {
        var handler = new TestHandler(_ => new JobOutcome.Succeeded());
        var queue = Queue(handler);
        await queue.EnqueueManyAsync(
        [
            TestHandler.Job("1") with { Priority = 5 },
            TestHandler.Job("2"),
            TestHandler.Job("3") with { Priority = -1 },
            TestHandler.Job("4"),
        ]);

        await DrainAsync(queue, new JobRunnerOptions { Concurrency = 1 });

        handler.Runs.Select(job => job.Payload).ShouldBe(["3", "2", "4", "1"]);
    }

    [Fact]
    public async Task A_full_lane_does_not_keep_another_from_its_share()
    {
        var handler = new TestHandler(_ => new JobOutcome.Succeeded());
        var queue = Queue(handler);
        await queue.EnqueueManyAsync([.. Enumerable.Range(0, 50).Select(_ => TestHandler.Job() with { Lane = "a" })]);
        await queue.EnqueueAsync(TestHandler.Job() with { Lane = "b" });

        await DrainAsync(queue, new JobRunnerOptions { Concurrency = 4 });

        handler.Runs.Take(8).Select(job => job.Lane).ShouldContain("b");
        handler.Runs.Count.ShouldBe(51);
    }

    [Fact]
    public async Task A_worker_takes_only_its_lanes_and_only_kinds_it_knows()
    {
        var handler = new TestHandler(_ => new JobOutcome.Succeeded());
        var queue = Queue(handler);
        await queue.EnqueueAsync(TestHandler.Job("1") with { Lane = "mine" });
        await queue.EnqueueAsync(TestHandler.Job("2") with { Lane = "other" });
        await queue.EnqueueAsync(TestHandler.Job("3", kind: "unknown") with { Lane = "mine" });

        await DrainAsync(queue, new JobRunnerOptions { Lanes = ["mine"] });

        handler.Runs.Select(job => job.Payload).ShouldBe(["1"]);
        (await queue.ListAsync(new JobFilter(State: JobState.Ready))).Select(job => job.Payload).ShouldBe(["2", "3"]);
    }

    [Fact]
    public async Task A_scheduled_job_waits_for_its_time()
    {
        var handler = new TestHandler(_ => new JobOutcome.Succeeded());
        var queue = Queue(handler);
        var id = (await queue.EnqueueAsync(TestHandler.Job() with { RunAt = TimeSpan.FromHours(1) })).Id;

        (await DrainAsync(queue)).ShouldBe(0);
        (await queue.FindAsync(id))!.State.ShouldBe(JobState.Scheduled);
        await AdvanceAsync(TimeSpan.FromHours(1));

        (await DrainAsync(queue)).ShouldBe(1);
    }

    [Fact]
    public async Task A_running_worker_takes_a_scheduled_job_when_its_time_comes()
    {
        var ran = new Signal();
        var queue = Queue(new TestHandler(_ =>
        {
            ran.Set();
            return new JobOutcome.Succeeded();
        }));
        await using var worker = Start(queue);

        await queue.EnqueueAsync(TestHandler.Job() with { RunAt = TimeSpan.FromMilliseconds(50) });

        await ran.WaitAsync();
    }

    [Fact]
    public async Task A_snoozed_job_holds_no_slot_and_goes_on_from_its_checkpoint()
    {
        var handler = new TestHandler(job => job.Job.Checkpoint is null
            ? new JobOutcome.Snoozed(TimeSpan.FromHours(1), """{"ticket":7}""")
            : new JobOutcome.Succeeded());
        var queue = Queue(handler);
        var id = (await queue.EnqueueAsync(TestHandler.Job())).Id;
        await using (Start(queue, new JobRunnerOptions { Concurrency = 1 }))
        {
            await UntilAsync(queue, id, JobState.Snoozed);
            await AdvanceAsync(TimeSpan.FromHours(1));
            await UntilGoneAsync(queue, id);
        }

        handler.Runs.Select(job => (job.Checkpoint, job.Attempt)).ShouldBe([(null, 1), ("""{"ticket":7}""", 1)]);
    }

    [Fact]
    public async Task A_wake_up_ends_a_snooze_at_once()
    {
        var handler = new TestHandler(job => job.Job.Checkpoint is null
            ? new JobOutcome.Snoozed(TimeSpan.FromDays(1), "{}")
            : new JobOutcome.Succeeded());
        var queue = Queue(handler);
        var id = (await queue.EnqueueAsync(TestHandler.Job())).Id;
        await using var worker = Start(queue);
        await UntilAsync(queue, id, JobState.Snoozed);

        (await queue.WakeAsync(id)).ShouldBeTrue();

        await UntilGoneAsync(queue, id);
        (await queue.WakeAsync(id)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_wake_up_during_the_run_is_not_slept_through()
    {
        JobQueue queue = null!;
        var handler = new TestHandler(async (job, ct) =>
        {
            if (job.Job.Checkpoint is not null)
                return new JobOutcome.Succeeded();
            await queue.WakeAsync(job.Job.Id, ct);
            return new JobOutcome.Snoozed(TimeSpan.FromDays(1), "{}");
        });
        queue = Queue(handler);
        await queue.EnqueueAsync(TestHandler.Job());

        (await DrainAsync(queue)).ShouldBe(2);
    }

    [Fact]
    public async Task A_rate_limit_parks_the_job_and_spends_no_attempt()
    {
        var handler = new TestHandler(_ => new JobOutcome.RateLimited("default", TimeSpan.FromHours(1)));
        var queue = Queue(handler);
        var id = (await queue.EnqueueAsync(TestHandler.Job() with { MaxAttempts = 1 })).Id;
        await using var worker = Start(queue);

        await UntilAsync(queue, id, JobState.Parked);
        (await queue.FindAsync(id))!.Attempt.ShouldBe(1);
    }

    [Fact]
    public async Task A_unique_key_lets_one_unfinished_job_be()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        var job = TestHandler.Job() with { UniqueKey = "k" };
        var first = await queue.EnqueueAsync(job);
        var second = await queue.EnqueueAsync(job);

        first.IsNew.ShouldBeTrue();
        second.ShouldBe(first with { IsNew = false });
        await DrainAsync(queue);
        (await queue.EnqueueAsync(job)).IsNew.ShouldBeTrue();
    }

    [Fact]
    public async Task Many_jobs_are_answered_in_their_order_even_with_repeated_keys()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        var taken = await queue.EnqueueAsync(TestHandler.Job("old") with { UniqueKey = "taken" });

        var answers = await queue.EnqueueManyAsync(
        [
            TestHandler.Job("0"),
            TestHandler.Job("1") with { UniqueKey = "twice" },
            TestHandler.Job("2") with { UniqueKey = "taken" },
            TestHandler.Job("3") with { UniqueKey = "twice" },
            TestHandler.Job("4") with { RunAt = TimeSpan.FromHours(1) },
        ]);

        answers.Select(answer => answer.IsNew).ShouldBe([true, true, false, false, true]);
        answers[3].Id.ShouldBe(answers[1].Id);
        answers[2].Id.ShouldBe(taken.Id);
        var jobs = (await queue.ListAsync(new JobFilter())).ToDictionary(job => job.Id, job => job.Payload);
        jobs[answers[0].Id].ShouldBe("0");
        jobs[answers[1].Id].ShouldBe("1");
        jobs[answers[4].Id].ShouldBe("4");
    }

    [Fact]
    public async Task A_ready_job_knows_how_many_stand_before_it()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        await queue.EnqueueManyAsync([TestHandler.Job(), TestHandler.Job() with { Lane = "other" }, TestHandler.Job()]);
        var last = (await queue.EnqueueAsync(TestHandler.Job())).Id;
        var first = (await queue.EnqueueAsync(TestHandler.Job() with { Priority = -1 })).Id;
        var timed = (await queue.EnqueueAsync(TestHandler.Job() with { RunAt = TimeSpan.FromDays(1) })).Id;

        (await queue.PositionAsync(last)).ShouldBe(3);
        (await queue.PositionAsync(first)).ShouldBe(0);
        (await queue.PositionAsync(timed)).ShouldBeNull();
    }

    [Fact]
    public async Task The_queue_can_be_listed_and_counted()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        await queue.Lanes.ConfigureAsync("x", new LaneSettings { TenantConcurrency = 2 });
        await queue.EnqueueManyAsync(
            [.. Enumerable.Range(0, 5).Select(n => TestHandler.Job($"{n}") with { Tenant = n < 3 ? "ann" : "bob", Lane = n < 4 ? "x" : "y" })]);

        var ann = await queue.ListAsync(new JobFilter(Tenant: "ann", Lane: "x", State: JobState.Ready, Kind: "test"), limit: 2);
        var rest = await queue.ListAsync(new JobFilter(Tenant: "ann"), after: ann[^1].Id);
        var stats = await queue.StatsAsync();

        ann.Select(job => job.Payload).ShouldBe(["0", "1"]);
        rest.Select(job => job.Payload).ShouldBe(["2"]);
        stats.Depths.Select(depth => (depth.Lane, depth.State, depth.Count)).ShouldBe([("x", JobState.Ready, 3), ("x", JobState.Waiting, 1), ("y", JobState.Ready, 1)]);
    }

    [Fact]
    public async Task Two_processes_share_the_work_and_run_nothing_twice()
    {
        const int Jobs = 300;
        var ran = new System.Collections.Concurrent.ConcurrentDictionary<JobId, int>();
        var all = new Signal();
        JobHandler Handler() => new TestHandler(job =>
        {
            ran.AddOrUpdate(job.Job.Id, 1, (_, times) => times + 1);
            if (ran.Count == Jobs)
                all.Set();
            return new JobOutcome.Succeeded();
        });
        var one = Queue(Handler());
        var other = new JobQueue(OpenAnother(), new JobHandlers(Handler()));
        await using (Start(one, new JobRunnerOptions { Concurrency = 8 }))
        await using (Start(other, new JobRunnerOptions { Concurrency = 8 }))
        {
            await one.EnqueueManyAsync([.. Enumerable.Range(0, Jobs / 2).Select(_ => TestHandler.Job())]);
            await other.EnqueueManyAsync([.. Enumerable.Range(0, Jobs / 2).Select(_ => TestHandler.Job())]);
            await all.WaitAsync();
        }

        ran.Values.ShouldAllBe(times => times == 1);
        (await one.StatsAsync()).Depths.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", "default", 3, 1)]
    [InlineData("test", "", 3, 1)]
    [InlineData("test", "default", 0, 1)]
    [InlineData("test", "default", 1001, 1)]
    [InlineData("test", "default", 3, 0)]
    [InlineData("test", "default", 3, double.NaN)]
    [InlineData("test", "default", 3, double.PositiveInfinity)]
    public async Task A_job_out_of_range_is_refused(string kind, string lane, int attempts, double cost)
    {
        var queue = Queue();
        var job = new NewJob { Kind = kind, Payload = "{}", Lane = lane, MaxAttempts = attempts, Cost = cost };

        await Should.ThrowAsync<ArgumentException>(() => queue.EnqueueAsync(job));
    }
}

public sealed class SqliteQueueTests() : QueueContract(server: null);

[Collection(PostgresCollection.Name)]
public sealed class PostgresQueueTests(PostgresFixture postgres) : QueueContract(postgres.Server);
