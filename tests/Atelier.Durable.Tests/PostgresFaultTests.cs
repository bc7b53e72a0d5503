// What only a server can do to its clients: cut their connections, lose their notifications, swallow an acknowledgement.
using Npgsql;

namespace Atelier.Durable.Tests;

[Collection(PostgresCollection.Name)]
public sealed class PostgresFaultTests(PostgresFixture postgres) : QueueRig(postgres.Server)
{
    [Fact]
    public async Task Nothing_is_lost_or_done_twice_while_connections_are_cut_again_and_again()
    {
        const int Jobs = 400;
        const int Cuts = 15;
        await Database.TransactAsync(tx => tx.ExecuteAsync("create table done (job_id bigint not null)"));
        var settled = 0;
        var turn = new SemaphoreSlim(0);
        var queue = Queue(new TestHandler(async (job, ct) =>
        {
            await job.CheckpointAsync("{}", ct: ct);
            if (Interlocked.Increment(ref settled) % (Jobs / Cuts) == 0)
                turn.Release();
            return new JobOutcome.Succeeded { Commit = tx => tx.ExecuteAsync("insert into done values (@Value)", job.Job.Id) };
        }));
        await queue.EnqueueManyAsync([.. Enumerable.Range(0, Jobs).Select(_ => TestHandler.Job() with { MaxAttempts = 100 })]);
        var options = new JobRunnerOptions
        {
            Concurrency = 8,
            LeaseTimeout = TimeSpan.FromSeconds(10),
            BackoffBase = TimeSpan.FromMilliseconds(10),
            Housekeeping = new QueueMaintenanceOptions { RescueInterval = TimeSpan.FromMilliseconds(200) },
        };

        await using (Start(queue, options))
        {
            for (var cut = 0; cut < Cuts; cut++)
            {
                await turn.WaitAsync(Soon);
                await CutAllAsync();
            }

            await EmptyAsync(queue);
        }

        var done = await Database.ReadAsync(session => session.QueryAsync<long>("select job_id from done"));
        done.Count.ShouldBe(Jobs);
        done.Distinct().Count().ShouldBe(Jobs);
        (await queue.DeadLettersAsync()).ShouldBeEmpty();
        turn.Dispose();
    }

    [Fact]
    public async Task A_job_is_picked_up_within_a_second_without_any_notification()
    {
        var ran = new Signal();
        var queue = Queue(new TestHandler(_ =>
        {
            ran.Set();
            return new JobOutcome.Succeeded();
        }));
        await using var worker = Start(queue);

        await using (var stranger = NpgsqlDataSource.Create(ConnectionString))
        await using (var insert = stranger.CreateCommand(
            "insert into jobs (kind, lane, tenant, priority, cost, state, max_attempts, enqueued_at, payload) " +
            "values ('test', 'default', '', 0, 1, 'ready', 3, durable_now(), '{}')"))
        {
            await insert.ExecuteNonQueryAsync();
        }

        await ran.WaitAsync();
    }

    [Fact]
    public async Task Reads_do_not_notice_that_the_connections_in_the_pool_have_died()
    {
        for (var cut = 0; cut < 3; cut++)
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Database.AskAsync(session => session.ScalarAsync<long>("select count(*) from jobs"))));
            await CutAllAsync();
            (await Database.AskAsync(session => session.ScalarAsync<long>("select count(*) from jobs"))).ShouldBe(0);
            await CutAllAsync();
            (await Database.ReadAsync(session => session.ScalarAsync<long>("select count(*) from jobs"))).ShouldBe(0);
        }
    }

    [Fact]
    public async Task Another_process_is_woken_by_a_notification_also_after_its_listener_was_cut()
    {
        using var ear = Database.Signals.Listen(Topics.Cancel);
        var other = OpenAnother();
        await ListeningAsync();
        await CutAllAsync();
        await ListeningAsync();
        await ear.SleepAsync(TimeSpan.Zero, default);

        other.Signals.Publish(Topics.Cancel);

        using var limit = new CancellationTokenSource(Soon);
        await ear.SleepAsync(Timeout.InfiniteTimeSpan, limit.Token);
    }

    [Fact]
    public async Task A_claim_whose_acknowledgement_was_lost_is_given_back_by_the_worker_itself()
    {
        var handler = new TestHandler(_ => new JobOutcome.Succeeded());
        var queue = Queue(handler);
        await using var worker = Start(queue, new JobRunnerOptions { LeaseTimeout = TimeSpan.FromSeconds(2), Lanes = ["default"] });
        await UntilGoneAsync(queue, (await queue.EnqueueAsync(TestHandler.Job("first"))).Id);
        var id = (await queue.EnqueueAsync(TestHandler.Job("lost") with { Lane = "hidden" })).Id;

        // As if the worker had claimed it and never heard so.
        await Database.TransactAsync(tx => tx.ExecuteAsync(
            "insert into leases (lease, worker_id, job_ids) select 7, id, array[@Value] from workers; update jobs set lane = 'default', lease = 7 where id = @Value", id));

        await UntilGoneAsync(queue, id);
        handler.Runs.Single(job => job.Payload == "lost").ShouldSatisfyAllConditions(job => job.Attempt.ShouldBe(1), job => job.Crashes.ShouldBe(0));
    }

    private async Task CutAllAsync()
    {
        await using var other = NpgsqlDataSource.Create(ConnectionString + ";Pooling=false");
        await using var cut = other.CreateCommand(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
        await cut.ExecuteNonQueryAsync();
    }

    private async Task ListeningAsync()
    {
        await using var other = NpgsqlDataSource.Create(ConnectionString + ";Pooling=false");
        using var ear = Database.Signals.Listen(Topics.All);
        using var limit = new CancellationTokenSource(Soon);
        while (true)
        {
            await using var look = other.CreateCommand(
                "select count(*) from pg_stat_activity where datname = current_database() and query = 'listen atelier_durable' and state = 'idle'");
            if ((long)(await look.ExecuteScalarAsync(limit.Token))! > 0)
                return;
            await ear.SleepAsync(TimeSpan.FromMilliseconds(20), limit.Token);
        }
    }

    private static async Task EmptyAsync(JobQueue queue)
    {
        using var limit = new CancellationTokenSource(Soon);
        using var sleeper = queue.Database.Signals.Listen(Topics.All);
        while (await queue.Database.ReadAsync(session => session.ScalarAsync<long>("select count(*) from jobs"), limit.Token) > 0)
            await sleeper.SleepAsync(TimeSpan.FromMilliseconds(50), limit.Token);
    }
}
