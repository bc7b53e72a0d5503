// New jobs take their tenants' places and turns; leases come with a claim and go with the last of its jobs. On both databases.
using Atelier.Testing;

namespace Atelier.Durable.Tests;

public abstract class PlacesContract(PostgresServer? server) : QueueRig(server)
{
    [Fact]
    public async Task Jobs_that_come_together_get_the_places_and_turns_that_they_would_get_one_by_one()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        await queue.Lanes.ConfigureAsync("default", new LaneSettings { TenantConcurrency = 3 });
        await queue.Tenants.ConfigureAsync("heavy", new TenantSettings(Weight: 4, Concurrency: 5));
        await Database.TransactAsync(tx => queue.Tenants.PauseAsync(tx, "paused"));
        NewJob[] jobs =
        [
            .. from n in Enumerable.Range(0, 7)
               from tenant in new[] { "heavy", "plain", "paused", "dear" }
               select Of(tenant, cost: tenant == "dear" ? 2.5 : 1),
        ];

        // The second time the rows are there, and some places are taken; a key among them makes no difference but for itself.
        await queue.EnqueueManyAsync(jobs[..8]);
        await queue.EnqueueManyAsync(jobs[8..]);
        await queue.EnqueueManyAsync([Of("late", cost: 1) with { UniqueKey = "k" }, Of("late", cost: 3), Of("late", cost: 1)]);

        var rows = await Database.ReadAsync(session => session.QueryAsync<JobRow>($"select {JobTable.Columns} from jobs order by id"));
        string Line(string tenant) => string.Join(' ', rows.Where(row => row.Tenant == tenant).Select(row =>
            row.StateValue == JobState.Ready ? $"{row.Turn / (double)TenantTurns.Unit:0.##}" : row.State));
        Line("heavy").ShouldBe("0 0.25 0.5 0.75 1 waiting waiting");
        Line("plain").ShouldBe("0 1 2 waiting waiting waiting waiting");
        Line("dear").ShouldBe("0 2.5 5 waiting waiting waiting waiting");
        Line("paused").ShouldBe("waiting waiting waiting waiting waiting waiting waiting");
        Line("late").ShouldBe("0 1 4");
        rows.Where(row => row.StateValue == JobState.Ready).ShouldAllBe(row => row.Admitted);
        rows.Where(row => row.StateValue == JobState.Waiting).ShouldAllBe(row => !row.Admitted);
    }

    [Fact]
    public async Task A_tenant_who_was_idle_begins_at_the_virtual_time_of_the_lane()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        await queue.EnqueueManyAsync([Of("early", cost: 1), Of("other", cost: 1)]);
        await using (Start(queue))
            await UntilEmptyAsync();
        await Database.TransactAsync(tx => tx.ExecuteAsync("update lanes set virtual_time = 7000000"));

        await queue.EnqueueManyAsync([Of("early", cost: 1), Of("new", cost: 1)]);

        (await Database.ReadAsync(session => session.QueryAsync<long>("select turn from jobs order by id"))).ShouldBe([7_000_000, 7_000_000]);
    }

    [Fact]
    public async Task Places_that_are_given_back_while_nobody_waits_are_there_for_the_next()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        await queue.Lanes.ConfigureAsync("default", new LaneSettings { TenantConcurrency = 2 });
        await using (Start(queue))
        {
            for (var round = 0; round < 5; round++)
            {
                await queue.EnqueueManyAsync([Of("ann", cost: 1), Of("ann", cost: 1), Of("bob", cost: 1)]);
                await UntilEmptyAsync();
            }
        }

        (await Database.ReadAsync(session => session.ScalarAsync<long>("select sum(held) from lane_tenants"))).ShouldBe(0);
        await queue.EnqueueManyAsync([Of("ann", cost: 1), Of("ann", cost: 1), Of("ann", cost: 1)]);
        (await queue.StatsAsync()).Depths.Select(depth => (depth.State, depth.Count)).ShouldBe([(JobState.Ready, 2), (JobState.Waiting, 1)], ignoreOrder: true);
    }

    [Fact]
    public async Task A_lease_is_forgotten_when_nothing_runs_under_it_and_not_before()
    {
        var (running, finish) = (new Signal(), new Signal());
        var queue = Queue(new TestHandler(async (job, _) =>
        {
            if (job.Job.Payload == "slow")
            {
                running.Set();
                await finish.WaitAsync(CancellationToken.None);
            }

            return new JobOutcome.Succeeded();
        }));
        await queue.EnqueueManyAsync([.. Enumerable.Range(0, 20).Select(n => TestHandler.Job(n == 0 ? "slow" : "quick"))]);
        await using (Start(queue, new JobRunnerOptions { LeaseTimeout = TimeSpan.FromSeconds(1) }))
        {
            await running.WaitAsync();
            await UntilAsync(async () => await CountAsync("jobs") == 1);
            await Task.Delay(TimeSpan.FromMilliseconds(300));
            (await Database.ReadAsync(session => session.QueryAsync<long>(
                "select 1 from leases join jobs on jobs.lease = leases.lease"))).Count.ShouldBe(1);
            finish.Set();
            await UntilAsync(async () => await CountAsync("leases") == 0);
        }
    }

    [Fact]
    public async Task What_ran_when_the_database_was_brought_up_to_date_is_rescued()
    {
        // The queue as it was before leases had a table of their own.
        await Database.TransactAsync(async tx =>
        {
            foreach (var table in new[] { "jobs", "dead_jobs", "workers", "job_progress", "events", "lanes", "lane_keys", "lane_ends", "tenants",
                "lane_tenants", "lane_tenant_names", "job_keys", "recurring_jobs", "queue_minutes", "queue_errors", "chores", "leases" })
            {
                await tx.ExecuteAsync($"drop table if exists {table}");
            }

            if (tx.Dialect == Dialect.Postgres)
                await tx.ExecuteAsync("drop function durable_now()");
            foreach (var number in new[] { 1, 2, 3 })
                await tx.ExecuteAsync(Migration(number));
            await tx.ExecuteAsync(
                """
                insert into jobs (kind, lane, tenant, priority, rank, cost, state, max_attempts, enqueued_at, worker_id, lease, payload, due_at)
                values ('test', 'default', '', 0, 0, 1, 'running', 3, 0, 'gone', 5, 'bare', null),
                    ('test', 'default', '', 0, -2147483648, 1, 'running', 3, 0, 'gone', 5, 'begun', null),
                    ('test', 'default', '', 0, 0, 1, 'ready', 3, 0, null, null, 'ready', null),
                    ('test', 'default', '', 0, 0, 1, 'scheduled', 3, 0, null, null, 'scheduled', 9000000000000);
                insert into lanes (name, settings, tenant_concurrency) values ('default', '{}', 1);
                insert into lane_tenants (lane, tenant, held, turn) values ('default', 'ann', 0, 0)
                """);
            await tx.ExecuteAsync(Migration(4));
            await tx.ExecuteAsync(Migration(5));
        });
        var ran = new HashSet<string>();
        var queue = Queue(new TestHandler(job =>
        {
            lock (ran)
                ran.Add($"{job.Job.Payload} {job.Job.Crashes}");
            return new JobOutcome.Succeeded();
        }));
        (await queue.ListAsync(new JobFilter { State = JobState.Running })).Select(job => job.Payload).ShouldBe(["bare", "begun"]);

        await using (Start(queue))
            await UntilAsync(async () => await CountAsync("jobs") == 1);

        ran.ShouldBe(["bare 1", "begun 1", "ready 0"], ignoreOrder: true);
        var next = await queue.EnqueueAsync(TestHandler.Job());
        next.Id.Value.ShouldBeGreaterThan(4, "ids are never given twice");
        await queue.EnqueueManyAsync([Of("ann", cost: 1), Of("ann", cost: 1), Of("bob", cost: 1)]);
        (await CountAsync("lane_tenants where held = 1")).ShouldBe(2, "ann's row and the new one");
    }

    private string Migration(int number)
    {
        var name = $"{DurableMigrations.Source.Prefix}.{Database.Dialect}.{number:000}.sql";
        using var reader = new StreamReader(typeof(JobQueue).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    protected Task UntilEmptyAsync() => UntilAsync(async () => await CountAsync("jobs") == 0);

    protected Task<long> CountAsync(string table) => Database.ReadAsync(session => session.ScalarAsync<long>($"select count(*) from {table}"));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
            await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
    }

    protected static NewJob Of(string tenant, double cost) => TestHandler.Job() with { Tenant = tenant, Cost = cost };
}

public sealed class SqlitePlacesTests() : PlacesContract(server: null);

[Collection(PostgresCollection.Name)]
public sealed class PostgresPlacesTests(PostgresFixture postgres) : PlacesContract(postgres.Server)
{
    [Fact]
    public async Task A_tenants_row_is_found_in_whatever_epoch_it_is()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        await queue.Lanes.ConfigureAsync("default", new LaneSettings { TenantConcurrency = 5 });
        NewJob[] jobs = [Of("ann", cost: 1), Of("bob", cost: 1), Of("ann", cost: 1)];
        await queue.EnqueueManyAsync(jobs);
        await MoveToAsync(90);
        await queue.EnqueueManyAsync(jobs);

        // Put back to an earlier moment, the database does not agree with what is remembered: neither giving back nor taking minds.
        await MoveToAsync(2);
        await using (Start(queue, keepHouse: false)) // housekeeping would forget who is idle
            await UntilEmptyAsync();
        (await CountAsync("lane_tenants where held = 0 and epoch < 90")).ShouldBe(2);
        await MoveToAsync(90);
        await queue.EnqueueManyAsync(jobs);
        await MoveToAsync(2);
        await queue.EnqueueManyAsync(jobs);

        (await CountAsync("lane_tenants where held = case tenant when 'ann' then 4 else 2 end")).ShouldBe(2);
        (await CountAsync("lane_tenants")).ShouldBe(2);
        (await CountAsync("jobs where state = 'ready' and admitted")).ShouldBe(6);
    }

    [Fact]
    public async Task Tenants_that_are_forgotten_come_back()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        for (var round = 1; round <= 3; round++)
        {
            await queue.EnqueueManyAsync([Of("ann", cost: 1), Of("bob", cost: 1)]);
            await using (Start(queue, keepHouse: false))
                await UntilEmptyAsync();
            await Database.TransactAsync(tx => tx.ExecuteAsync("update lanes set virtual_time = virtual_time + 100000000"));
            (await Database.TransactAsync(tx => TenantTable.ForgetIdleAsync(tx, default))).ShouldBe(2);
            (await CountAsync("lane_tenants") + await CountAsync("lane_tenant_names")).ShouldBe(0);
        }
    }

    [Fact]
    public async Task Only_what_was_committed_is_remembered_and_a_row_that_begins_anew_too()
    {
        var (epochs, ann) = (new TenantEpochs(), new LaneTenant("default", "ann"));
        await SeeAsync(5);
        await Should.ThrowAsync<TimeoutException>(() => SeeAsync(9, new TimeoutException()));
        epochs.From(ann).ShouldBe(5);

        await SeeAsync(0);
        epochs.From(ann).ShouldBe(0);

        Task SeeAsync(int epoch, Exception? failure = null) => Database.TransactAsync(tx =>
        {
            epochs.Saw(tx, [(ann, epoch)]);
            return failure is null ? Task.CompletedTask : Task.FromException(failure);
        });
    }

    private Task MoveToAsync(int epoch) => Database.TransactAsync(tx => tx.ExecuteAsync("update lane_tenants set epoch = @epoch", new { epoch }));
}
