// Ageing, recurring jobs, keys with a lifetime, dead letters in bulk, numbers. Every test runs on both databases.
using Atelier.Testing;

namespace Atelier.Durable.Tests;

public abstract class HousekeepingContract(PostgresServer? server) : QueueRig(server)
{
    [Fact]
    public async Task A_job_of_lesser_priority_moves_up_while_it_waits()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        var options = new QueueMaintenanceOptions { Ageing = TimeSpan.FromMinutes(10) };
        var low = (await queue.EnqueueAsync(TestHandler.Job() with { Priority = 2 })).Id;
        await queue.EnqueueManyAsync([.. Enumerable.Repeat(TestHandler.Job(), 3)]);
        (await queue.PositionAsync(low)).ShouldBe(3);

        for (var ticks = 0; ticks < 2; ticks++)
        {
            await AdvanceAsync(TimeSpan.FromMinutes(11));
            (await new QueueMaintenance(queue, options, Clock, Quiet.Logs).TryRoundAsync(begunToo: false, default)).ShouldNotBeNull();
        }

        (await queue.PositionAsync(low)).ShouldBe(0);
        (await queue.FindAsync(low))!.Priority.ShouldBe(2, "its priority is what it was; only its rank moved");
    }

    [Fact]
    public async Task Every_tick_of_a_recurring_job_is_enqueued_once_however_many_processes_look()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        var other = new JobQueue(OpenAnother(), queue.Handlers);
        var hourly = new RecurringJob("clean", Schedule.Parse("every 1h"), TestHandler.Job("\"clean\"") with { Tenant = "system" });
        await queue.Recurring.SetAsync(hourly);
        await other.Recurring.SetAsync(hourly);

        for (var hour = 1; hour <= 3; hour++)
        {
            await AdvanceAsync(TimeSpan.FromHours(1));
            await Task.WhenAll(Enumerable.Range(0, 6).Select(n => (n % 2 == 0 ? queue : other).Recurring.TickAsync(default)));
            (await queue.ListAsync(new JobFilter())).Count.ShouldBe(hour);
        }

        await AdvanceAsync(TimeSpan.FromDays(2));
        await queue.Recurring.TickAsync(default);
        (await queue.ListAsync(new JobFilter())).Count.ShouldBe(4, "missed ticks are made up for by one job");
        var recurring = (await queue.Recurring.ListAsync()).ShouldHaveSingleItem();
        recurring.NextAt!.Value.ShouldBeGreaterThan(Clock.GetUtcNow());
        recurring.LastJob.ShouldNotBeNull();

        (await queue.Recurring.RemoveAsync("clean")).ShouldBeTrue();
        (await queue.Recurring.RemoveAsync("clean")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_recurring_job_with_a_unique_key_skips_ticks_while_the_last_one_is_unfinished()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        await queue.Recurring.SetAsync(new RecurringJob("slow", Schedule.Parse("*/5 * * * *"), TestHandler.Job() with { UniqueKey = "slow" }));

        for (var tick = 0; tick < 3; tick++)
        {
            await AdvanceAsync(TimeSpan.FromMinutes(5));
            await queue.Recurring.TickAsync(default);
        }

        (await queue.ListAsync(new JobFilter())).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_key_with_a_lifetime_stays_taken_when_its_job_is_over_and_is_free_after_that()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        var order = TestHandler.Job() with { UniqueKey = "order-7", UniqueFor = TimeSpan.FromHours(24) };
        var first = await queue.EnqueueAsync(order);
        await DrainAsync(queue);

        (await queue.EnqueueAsync(order)).ShouldBe(first with { IsNew = false });
        (await queue.EnqueueManyAsync([TestHandler.Job(), order, order]))
            .Select(answer => (answer.Id == first.Id, answer.IsNew)).ShouldBe([(false, true), (true, false), (true, false)]);

        await AdvanceAsync(TimeSpan.FromHours(25));
        (await queue.EnqueueAsync(order)).IsNew.ShouldBeTrue();
    }

    [Fact]
    public async Task Of_many_callers_at_once_with_one_key_one_makes_the_job_and_all_get_its_id()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        var other = new JobQueue(OpenAnother(), queue.Handlers);
        var order = TestHandler.Job() with { UniqueKey = "order-7", UniqueFor = TimeSpan.FromHours(24) };

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => (n % 2 == 0 ? queue : other).EnqueueAsync(order)));

        answers.Count(answer => answer.IsNew).ShouldBe(1);
        answers.Select(answer => answer.Id).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_key_is_unique_within_its_scope()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        var job = TestHandler.Job() with { UniqueKey = "k", UniqueScope = UniqueScope.Tenant, Tenant = "ann" };

        (await queue.EnqueueAsync(job)).IsNew.ShouldBeTrue();
        (await queue.EnqueueAsync(job with { Tenant = "bob" })).IsNew.ShouldBeTrue();
        (await queue.EnqueueAsync(job)).IsNew.ShouldBeFalse();
    }

    [Fact]
    public async Task Dead_letters_are_retried_edited_and_discarded_one_by_one_and_in_bulk()
    {
        var queue = Queue(new TestHandler(job => job.Job.Payload == "good"
            ? new JobOutcome.Succeeded()
            : new JobOutcome.Dead(new JobError(job.Job.Payload, "no"))));
        await queue.EnqueueManyAsync([.. Enumerable.Range(0, 6).Select(n => TestHandler.Job(n < 4 ? "typo" : "gone"))]);
        await DrainAsync(queue);

        var typos = await queue.DeadLettersAsync(new DeadLetterFilter(ErrorCode: "typo"));
        typos.Count.ShouldBe(4);
        typos[0].Job.Failures.ShouldHaveSingleItem().Error.Message.ShouldBe("no");
        await Database.TransactAsync(tx => queue.RetryDeadAsync(tx, typos[0].Job.Id, new JobEdit(Payload: "good", Lane: "other")));
        (await queue.FindAsync(typos[0].Job.Id))!.Lane.ShouldBe("other");
        await DrainAsync(queue);
        (await queue.FindAsync(typos[0].Job.Id)).ShouldBeNull();

        (await queue.RetryDeadAsync(new DeadLetterFilter(ErrorCode: "typo"))).ShouldBe(3);
        await DrainAsync(queue);
        (await queue.DeadLettersAsync(new DeadLetterFilter(ErrorCode: "typo")))[0].Job.Failures.Count.ShouldBe(2, "the whole history is kept");
        (await queue.DiscardDeadAsync(new DeadLetterFilter(Lane: "default", ErrorCode: "gone"))).ShouldBe(2);
        (await queue.DeadLettersAsync()).Count.ShouldBe(3);
    }

    [Fact]
    public async Task The_numbers_tell_what_all_workers_did()
    {
        var queue = Queue(new TestHandler(job => job.Job.Payload switch
        {
            "good" => new JobOutcome.Succeeded(),
            "sleepy" when job.Job.Checkpoint is null => new JobOutcome.Snoozed(Due.After(TimeSpan.Zero), "1"),
            "sleepy" => new JobOutcome.Succeeded(),
            _ => new JobOutcome.Dead(new JobError("boom", "no")),
        }));
        await queue.EnqueueManyAsync([TestHandler.Job("good"), TestHandler.Job("good"), TestHandler.Job("sleepy"), TestHandler.Job("bad")]);

        await DrainAsync(queue);

        var lane = (await queue.ActivityAsync()).ShouldHaveSingleItem();
        lane.Claimed.ShouldBe(5);
        lane.Ended[JobState.Succeeded].ShouldBe(3);
        lane.Ended[JobState.Snoozed].ShouldBe(1);
        lane.Ended[JobState.Dead].ShouldBe(1);
        lane.Errors.ShouldBe(new Dictionary<string, long> { ["boom"] = 1 });
    }

    [Fact]
    public async Task A_chore_is_done_by_one_process_a_turn()
    {
        var other = OpenAnother();
        var takers = await Task.WhenAll(Enumerable.Range(0, 10).Select(n =>
            Chores.TakeAsync(n % 2 == 0 ? Database : other, "sweep", TimeSpan.FromMinutes(1), default)));
        takers.Count(taken => taken).ShouldBe(1);

        (await Chores.TakeAsync(other, "sweep", TimeSpan.FromMinutes(1), default)).ShouldBeFalse();
        await AdvanceAsync(TimeSpan.FromMinutes(1));
        (await Chores.TakeAsync(other, "sweep", TimeSpan.FromMinutes(1), default)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_lane_that_adapts_halves_its_places_under_rate_limits_and_finds_back()
    {
        var limited = true;
        var queue = Queue(new TestHandler(_ => limited
            ? new JobOutcome.RateLimited("elsewhere", Due.After(TimeSpan.Zero))
            : new JobOutcome.Succeeded()));
        await queue.Lanes.ConfigureAsync("default", new LaneSettings { Adaptive = new AdaptiveConcurrency(1, 20) });
        await queue.EnqueueAsync(TestHandler.Job());
        var runner = new JobRunner(queue, new JobRunnerOptions(), Clock, Quiet.Logs);
        await runner.DrainAsync(TimeSpan.FromMilliseconds(1_500), default);
        var shrunk = await LimitAsync();
        shrunk.ShouldBeLessThan(20);

        limited = false;
        await queue.EnqueueManyAsync([.. Enumerable.Repeat(TestHandler.Job(), 400)]);
        await DrainAsync(queue);
        (await LimitAsync()).ShouldBeGreaterThan(shrunk);

        async Task<int> LimitAsync() => (await queue.Lanes.ListAsync()).Single(lane => lane.Name == "default").Limit!.Value;
    }
}

public sealed class SqliteHousekeepingTests() : HousekeepingContract(server: null);

[Collection(PostgresCollection.Name)]
public sealed class PostgresHousekeepingTests(PostgresFixture postgres) : HousekeepingContract(postgres.Server);
