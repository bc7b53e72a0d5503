// A tenant orders his own jobs and pauses them, and no other tenant's job begins sooner or later for it. Every test runs on both databases.
using System.Collections.Concurrent;
using Atelier.Testing;

namespace Atelier.Durable.Tests;

public abstract class OwnOrderContract(PostgresServer? server) : QueueRig(server)
{
    [Fact]
    public async Task A_waiting_job_that_is_moved_to_the_front_is_the_next_of_its_tenant_whatever_the_others_priority()
    {
        var queue = Queue(Noting(out var order));
        var jobs = await EnqueueAsync(queue, "ann", 6);
        await queue.EnqueueAsync(Of("ann", "urgent") with { Priority = -5 });

        (await FrontAsync(queue, jobs[4])).ShouldBeTrue();
        (await FrontAsync(queue, jobs[3])).ShouldBeTrue();
        await WorkAsync(queue, until: () => order.Count == 7);

        // The first had its place already.
        order.ShouldBe(["ann-0", "ann-3", "ann-4", "urgent", "ann-1", "ann-2", "ann-5"]);
    }

    [Fact]
    public async Task A_ready_job_moves_before_its_tenants_ready_jobs_and_others_keep_their_turns()
    {
        var queue = Queue(Noting(out var order));
        await queue.Lanes.ConfigureAsync("default", new LaneSettings { TenantConcurrency = null });
        var ann = new List<JobId>();
        for (var i = 0; i < 4; i++)
        {
            ann.AddRange(await EnqueueAsync(queue, "ann", 1, i));
            await EnqueueAsync(queue, "bob", 1, i);
        }

        (await FrontAsync(queue, ann[2])).ShouldBeTrue();
        await WorkAsync(queue, until: () => order.Count == 8);

        order.ShouldBe(["bob-0", "ann-2", "ann-0", "bob-1", "ann-1", "bob-2", "ann-3", "bob-3"]);
    }

    [Fact]
    public async Task What_runs_is_over_or_belongs_to_nobody_cannot_be_moved()
    {
        var queue = Queue(Noting(out _));
        var bare = await queue.EnqueueAsync(Of("", "bare"));
        var later = await queue.EnqueueAsync(Of("ann", "later") with { RunAt = TimeSpan.FromHours(1) });

        (await FrontAsync(queue, bare.Id)).ShouldBeFalse();
        (await FrontAsync(queue, later.Id)).ShouldBeFalse();
        (await FrontAsync(queue, new JobId(long.MaxValue))).ShouldBeFalse();
    }

    [Fact]
    public async Task A_tenant_who_pauses_lets_nothing_begin_in_any_lane_and_goes_on_in_order_when_he_resumes()
    {
        var queue = Queue(Noting(out var order));
        await EnqueueAsync(queue, "ann", 3);
        await queue.EnqueueAsync(Of("ann", "elsewhere") with { Lane = "other" });
        await EnqueueAsync(queue, "bob", 2);

        await Database.TransactAsync(tx => queue.Tenants.PauseAsync(tx, "ann"));
        await queue.EnqueueAsync(Of("ann", "ann-3"));
        await WorkAsync(queue, until: () => order.Count >= 2);
        order.ShouldBe(["bob-0", "bob-1"]);
        (await HeldAsync("ann")).ShouldBe(0);
        var line = await queue.Tenants.LineAsync("ann");
        line.IsPaused.ShouldBeTrue();
        line.Lanes.Select(lane => (lane.Lane.Name, lane.InHand.Count, lane.WaitingCount)).ShouldBe([("default", 0, 4), ("other", 0, 1)]);

        await queue.Tenants.ConfigureAsync("ann", new TenantSettings(Concurrency: 2));
        (await HeldAsync("ann")).ShouldBe(0, "an operator's setting does not end the pause");
        await queue.Tenants.ConfigureAsync("ann", new TenantSettings());
        await Database.TransactAsync(tx => queue.Tenants.ResumeAsync(tx, "ann"));
        await WorkAsync(queue, until: () => order.Count >= 7);
        order.Where(name => name.StartsWith("ann", StringComparison.Ordinal)).ShouldBe(["ann-0", "ann-1", "ann-2", "ann-3"]);
        order.ShouldContain("elsewhere");
        (await HeldAsync("ann")).ShouldBe(0);
    }

    [Fact]
    public async Task What_has_begun_goes_on_while_its_tenant_pauses_and_a_parked_job_gives_its_place_up()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var queue = Queue(new TestHandler(async (_, _) =>
        {
            begun.TrySetResult();
            await go.Task;
            return new JobOutcome.Succeeded();
        }));
        await queue.Lanes.ConfigureAsync("default", new LaneSettings { TenantConcurrency = 2 });
        await queue.Lanes.ParkAsync("default", Due.After(TimeSpan.FromHours(1)), "their limit", key: "shut");
        var parked = await queue.EnqueueAsync(Of("ann", "parked") with { LaneKey = "shut" });
        var running = await queue.EnqueueAsync(Of("ann", "running"));
        await using var worker = Start(queue);
        await begun.Task.WaitAsync(Soon);
        await UntilAsync(queue, parked.Id, JobState.Parked);

        await Database.TransactAsync(tx => queue.Tenants.PauseAsync(tx, "ann"));
        (await queue.FindAsync(parked.Id))!.State.ShouldBe(JobState.Waiting);
        go.SetResult();
        await UntilGoneAsync(queue, running.Id);
        (await HeldAsync("ann")).ShouldBe(0);

        await Database.TransactAsync(tx => queue.Tenants.ResumeAsync(tx, "ann"));
        await UntilAsync(queue, parked.Id, JobState.Parked);
        (await HeldAsync("ann")).ShouldBe(1);
    }

    [Fact]
    public async Task A_line_tells_what_is_in_hand_and_who_waits_in_the_order_in_which_they_come()
    {
        var queue = Queue(Noting(out _));
        var jobs = await EnqueueAsync(queue, "ann", 30);
        await EnqueueAsync(queue, "bob", 5);
        await FrontAsync(queue, jobs[20]);

        var lane = (await queue.Tenants.LineAsync("ann", limit: 3)).Lanes.ShouldHaveSingleItem();

        lane.InHand.Select(job => job.Id).ShouldBe([jobs[0]]);
        lane.Waiting.Select(job => job.Id).ShouldBe([jobs[20], jobs[1], jobs[2]]);
        (lane.WaitingCount, lane.Places).ShouldBe((29, 1));
        (await queue.Tenants.LineAsync("nobody")).Lanes.ShouldBeEmpty();
    }

    private static TestHandler Noting(out ConcurrentQueue<string> order)
    {
        var begun = order = new ConcurrentQueue<string>();
        return new TestHandler(context =>
        {
            begun.Enqueue(context.Job.Payload);
            return new JobOutcome.Succeeded();
        });
    }

    private static NewJob Of(string tenant, string payload) => TestHandler.Job() with { Tenant = tenant, Payload = payload };

    private static async Task<List<JobId>> EnqueueAsync(JobQueue queue, string tenant, int count, int from = 0) =>
        [.. (await queue.EnqueueManyAsync([.. Enumerable.Range(from, count).Select(n => Of(tenant, $"{tenant}-{n}"))])).Select(added => added.Id)];

    private async Task WorkAsync(JobQueue queue, Func<bool> until)
    {
        await using var worker = Start(queue, new JobRunnerOptions { Concurrency = 1 });
        using var limit = new CancellationTokenSource(Soon);
        using var sleeper = Database.Signals.Listen(Topics.All);
        while (!until())
            await sleeper.SleepAsync(TimeSpan.FromMilliseconds(20), limit.Token);
    }

    private Task<bool> FrontAsync(JobQueue queue, JobId id) => Database.TransactAsync(tx => queue.Tenants.MoveToFrontAsync(tx, id));

    private Task<int> HeldAsync(string tenant) => Database.ReadAsync(
        session => session.ScalarAsync<int>("select coalesce(sum(held), 0) from lane_tenants where tenant = @tenant", new { tenant }));
}

public sealed class SqliteOwnOrderTests() : OwnOrderContract(null);

[Collection(PostgresCollection.Name)]
public sealed class PostgresOwnOrderTests(PostgresFixture postgres) : OwnOrderContract(postgres.Server);
