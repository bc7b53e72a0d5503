// Tenants share a lane by their weights, each within his places. Every test runs on both databases.
using System.Collections.Concurrent;
using Atelier.Testing;

namespace Atelier.Durable.Tests;

public abstract class FairnessContract(PostgresServer? server) : QueueRig(server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task A_tenant_with_ten_thousand_jobs_delays_the_first_jobs_of_others_by_no_more_than_a_round()
    {
        var order = new ConcurrentQueue<string>();
        var queue = Queue(new TestHandler(job =>
        {
            order.Enqueue(job.Job.Tenant);
            return new JobOutcome.Succeeded();
        }));
        await queue.EnqueueManyAsync([.. Enumerable.Repeat(Of("crowd"), 10_000)]);
        await queue.EnqueueManyAsync([.. Enumerable.Range(0, 100).Select(n => Of($"user-{n}"))]);

        await RunAsync(queue, until: () => order.Count >= 300, concurrency: 1);

        var begun = order.ToList();
        var last = Enumerable.Range(0, 100).Max(n => begun.IndexOf($"user-{n}"));
        last.ShouldBeLessThanOrEqualTo(102, "one round of 101 active tenants, and the job that ran when they came");
    }

    [Fact]
    public async Task Backlogged_tenants_of_equal_weight_get_equal_service()
    {
        var served = await ServeAsync(200, ("ann", 1), ("bob", 1), ("cleo", 1), ("dan", 1));

        Jain(served.Values.Select(count => (double)count)).ShouldBeGreaterThanOrEqualTo(0.99);
    }

    [Fact]
    public async Task Weights_are_met_within_three_per_cent()
    {
        var served = await ServeAsync(350, ("one", 1), ("two", 2), ("four", 4));

        (served["one"] / 50.0).ShouldBe(1, 0.03);
        (served["two"] / 100.0).ShouldBe(1, 0.03);
        (served["four"] / 200.0).ShouldBe(1, 0.03);
    }

    [Fact]
    public async Task A_new_weight_counts_at_once_for_jobs_that_are_queued_already()
    {
        var queue = Queue(Succeeding(out var order));
        await queue.Lanes.ConfigureAsync("default", new LaneSettings { TenantConcurrency = null });
        await queue.EnqueueManyAsync([.. Enumerable.Range(0, 400).Select(n => Of(n % 2 == 0 ? "ann" : "bob"))]);

        await queue.Tenants.ConfigureAsync("ann", new TenantSettings(Weight: 3));
        await RunAsync(queue, until: () => order.Count >= 100, concurrency: 1);

        order.Take(100).Count(tenant => tenant == "ann").ShouldBeInRange(75 - 3, 75 + 3);
    }

    [Fact]
    public async Task What_a_job_costs_counts_against_its_tenant()
    {
        var queue = Queue(Succeeding(out var order));
        await queue.EnqueueManyAsync([.. Enumerable.Range(0, 200).Select(n => n % 2 == 0 ? Of("ann") with { Cost = 4 } : Of("bob"))]);

        await RunAsync(queue, until: () => order.Count >= 100, concurrency: 1);

        order.Take(100).Count(tenant => tenant == "bob").ShouldBeInRange(80 - 3, 80 + 3);
    }

    [Fact]
    public async Task A_repeated_job_leaves_its_tenants_place_to_the_next_of_the_same_batch()
    {
        var queue = Queue(Succeeding(out _));
        var once = Of("ann") with { UniqueKey = "once" };
        await queue.EnqueueManyAsync([once with { RunAt = Due.After(TimeSpan.FromHours(1)) }]);

        var batch = await queue.EnqueueManyAsync([once, Of("ann")]);

        batch[0].IsNew.ShouldBeFalse();
        (await queue.FindAsync(batch[1].Id))!.State.ShouldBe(JobState.Ready);
    }

    [Fact]
    public async Task A_tenant_has_one_place_at_a_time_and_gets_the_next_when_a_job_is_over_in_any_way()
    {
        var running = 0;
        var most = 0;
        var ends = new ConcurrentQueue<JobOutcome>(
        [
            new JobOutcome.Succeeded(), new JobOutcome.Dead(new JobError("e", "x")), new JobOutcome.Refused(new JobError("e", "x")),
            new JobOutcome.Canceled(), new JobOutcome.Snoozed(Due.After(TimeSpan.Zero)), new JobOutcome.Retry(new JobError("e", "x"), TimeSpan.Zero),
        ]);
        var queue = Queue(new TestHandler(async (_, ct) =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref running));
            await Task.Delay(1, ct);
            Interlocked.Decrement(ref running);
            return ends.TryDequeue(out var end) ? end : new JobOutcome.Succeeded();
        }));
        await queue.EnqueueManyAsync([.. Enumerable.Repeat(Of("ann"), 12)]);

        await DrainAsync(queue, new JobRunnerOptions { Concurrency = 8 });

        most.ShouldBe(1);
        (await queue.ListAsync(new JobFilter())).ShouldBeEmpty();
        (await HeldAsync("ann")).ShouldBe(0);
    }

    [Fact]
    public async Task A_tenants_jobs_run_in_the_order_of_their_coming()
    {
        var order = new ConcurrentQueue<string>();
        var queue = Queue(new TestHandler(job =>
        {
            order.Enqueue(job.Job.Payload);
            return new JobOutcome.Succeeded();
        }));
        await queue.EnqueueManyAsync([.. Enumerable.Range(0, 50).Select(n => Of("ann") with { Payload = $"{n}" })]);

        await DrainAsync(queue, new JobRunnerOptions { Concurrency = 8 });

        order.ShouldBe(Enumerable.Range(0, 50).Select(n => $"{n}"));
    }

    [Fact]
    public async Task More_places_let_waiting_jobs_in_at_once_and_fewer_hold_the_next_ones_back()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        await queue.EnqueueManyAsync([.. Enumerable.Repeat(Of("ann"), 10)]);
        (await ReadyAsync(queue)).ShouldBe(1);

        await queue.Tenants.ConfigureAsync("ann", new TenantSettings(Concurrency: 4));
        (await ReadyAsync(queue)).ShouldBe(4);

        await queue.Lanes.ConfigureAsync("default", new LaneSettings { TenantConcurrency = 7 });
        (await ReadyAsync(queue)).ShouldBe(4, "his own number comes before the lane's");

        await queue.Tenants.ConfigureAsync("ann", new TenantSettings(Concurrency: 2));
        await queue.EnqueueAsync(Of("ann"));
        (await ReadyAsync(queue)).ShouldBe(4);
        await DrainAsync(queue);
        (await HeldAsync("ann")).ShouldBe(0);
    }

    [Fact]
    public async Task Waiting_scheduled_revived_and_canceled_jobs_keep_the_count_of_places_right()
    {
        var queue = Queue(new TestHandler(job => job.Job.Payload == "dies"
            ? new JobOutcome.Dead(new JobError("e", "x"))
            : new JobOutcome.Succeeded()));
        var first = await queue.EnqueueAsync(Of("ann") with { Payload = "dies" });
        var waiting = await queue.EnqueueAsync(Of("ann"));
        var scheduled = await queue.EnqueueAsync(Of("ann") with { RunAt = TimeSpan.FromHours(1) });
        (await queue.FindAsync(waiting.Id))!.State.ShouldBe(JobState.Waiting);

        await queue.WakeAsync(scheduled.Id);
        (await queue.FindAsync(scheduled.Id))!.State.ShouldBe(JobState.Waiting);
        (await queue.CancelAsync(waiting.Id)).ShouldBe(CancelResult.Canceled);
        (await HeldAsync("ann")).ShouldBe(1);

        await DrainAsync(queue);
        (await Database.TransactAsync(tx => queue.RetryDeadAsync(tx, first.Id))).ShouldBeTrue();
        (await queue.FindAsync(first.Id))!.State.ShouldBe(JobState.Ready);
        (await HeldAsync("ann")).ShouldBe(1);
        (await queue.CancelAsync(first.Id)).ShouldBe(CancelResult.Canceled);
        (await HeldAsync("ann")).ShouldBe(0);
    }

    [Fact]
    public async Task A_second_job_under_a_unique_key_takes_no_place()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        await queue.Tenants.ConfigureAsync("ann", new TenantSettings(Concurrency: 5));

        await queue.EnqueueAsync(Of("ann") with { UniqueKey = "k" });
        await queue.EnqueueAsync(Of("ann") with { UniqueKey = "k" });
        await queue.EnqueueManyAsync([Of("ann") with { UniqueKey = "k" }, Of("ann") with { UniqueKey = "other" }]);

        (await HeldAsync("ann")).ShouldBe(2);
    }

    [Fact]
    public async Task Who_cancels_what_has_not_begun_owes_nothing_for_it()
    {
        var queue = Queue(Succeeding(out var order));
        await queue.Lanes.ConfigureAsync("default", new LaneSettings { TenantConcurrency = null });
        foreach (var canceled in await queue.EnqueueManyAsync([.. Enumerable.Repeat(Of("ann"), 100)]))
            (await queue.CancelAsync(canceled.Id)).ShouldBe(CancelResult.Canceled);

        await queue.EnqueueManyAsync([.. Enumerable.Repeat(Of("bob"), 20), Of("ann")]);
        await RunAsync(queue, until: () => order.Count >= 21, concurrency: 1);

        order.ToList().IndexOf("ann").ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task What_a_tenant_cancels_brings_no_new_job_before_those_that_he_has_queued()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        await queue.Lanes.ConfigureAsync("default", new LaneSettings { TenantConcurrency = null });
        var dear = await queue.EnqueueAsync(Of("ann") with { Cost = 5 });
        var second = await queue.EnqueueAsync(Of("ann"));
        await queue.CancelAsync(dear.Id);

        var third = await queue.EnqueueAsync(Of("ann"));

        (await queue.PositionAsync(second.Id)).ShouldBe(0);
        (await queue.PositionAsync(third.Id)).ShouldBe(1);
    }

    [Fact]
    public async Task A_tenant_who_was_idle_has_saved_nothing_up()
    {
        var queue = Queue(Succeeding(out var order));
        await queue.EnqueueManyAsync([.. Enumerable.Range(0, 200).Select(n => Of(n % 2 == 0 ? "ann" : "bob"))]);
        await RunAsync(queue, until: () => order.Count >= 100, concurrency: 1);
        var before = order.Count;

        await queue.EnqueueManyAsync([.. Enumerable.Repeat(Of("late"), 100)]);
        await RunAsync(queue, until: () => order.Count >= before + 60, concurrency: 1);

        order.Skip(before).Take(60).Count(tenant => tenant == "late").ShouldBeInRange(20 - 2, 20 + 2);
    }

    private static NewJob Of(string tenant) => TestHandler.Job() with { Tenant = tenant };

    private static TestHandler Succeeding(out ConcurrentQueue<string> order)
    {
        var begun = order = new ConcurrentQueue<string>();
        return new TestHandler(job =>
        {
            begun.Enqueue(job.Job.Tenant);
            return new JobOutcome.Succeeded();
        });
    }

    /// <summary>Serves so many jobs of tenants who all have more than enough, one at a time, and answers whose they were.</summary>
    private async Task<Dictionary<string, int>> ServeAsync(int jobs, params (string Name, double Weight)[] tenants)
    {
        var queue = Queue(Succeeding(out var order));
        foreach (var (name, weight) in tenants)
            await queue.Tenants.ConfigureAsync(name, new TenantSettings(weight));
        foreach (var (name, _) in tenants)
            await queue.EnqueueManyAsync([.. Enumerable.Repeat(Of(name), jobs)]);
        await RunAsync(queue, until: () => order.Count >= jobs, concurrency: 1);
        return order.Take(jobs).GroupBy(tenant => tenant).ToDictionary(group => group.Key, group => group.Count());
    }

    private async Task RunAsync(JobQueue queue, Func<bool> until, int concurrency)
    {
        await using var worker = Start(queue, new JobRunnerOptions { Concurrency = concurrency });
        using var limit = new CancellationTokenSource(Patience);
        using var sleeper = Database.Signals.Listen(Topics.All);
        while (!until())
            await sleeper.SleepAsync(TimeSpan.FromMilliseconds(20), limit.Token);
    }

    private async Task<long> ReadyAsync(JobQueue queue) =>
        (await queue.StatsAsync()).Depths.Where(depth => depth.State == JobState.Ready).Sum(depth => depth.Count);

    private Task<int> HeldAsync(string tenant) => Database.ReadAsync(
        session => session.ScalarAsync<int>("select coalesce(sum(held), 0) from lane_tenants where tenant = @tenant", new { tenant }));

    private static double Jain(IEnumerable<double> shares)
    {
        var all = shares.ToList();
        return Math.Pow(all.Sum(), 2) / (all.Count * all.Sum(share => share * share));
    }

    private static void InterlockedMax(ref int most, int now)
    {
        for (var seen = Volatile.Read(ref most); now > seen; seen = Volatile.Read(ref most))
            Interlocked.CompareExchange(ref most, now, seen);
    }
}

public sealed class SqliteFairnessTests() : FairnessContract(server: null);

[Collection(PostgresCollection.Name)]
public sealed class PostgresFairnessTests(PostgresFixture postgres) : FairnessContract(postgres.Server);
