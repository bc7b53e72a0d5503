// The contract of leases: who lost one can change nothing, and no job is lost with its worker. On both databases.
using System.Diagnostics;
using Atelier.Testing;

namespace Atelier.Durable.Tests;

public abstract class LeaseContract(PostgresServer? server) : QueueRig(server)
{
    private static readonly JobRunnerOptions OneMinute = new()
    {
        LeaseTimeout = TimeSpan.FromMinutes(1),
        Housekeeping = new QueueMaintenanceOptions { RescueInterval = TimeSpan.FromMilliseconds(50) },
    };

    [Fact]
    public async Task A_lost_lease_can_neither_checkpoint_nor_settle_while_another_worker_has_the_job()
    {
        var (running, resume, refused) = (new Signal(), new Signal(), new Signal());
        var (taken, finish) = (new Signal(), new Signal());
        var slow = Queue(new TestHandler(async (job, _) =>
        {
            running.Set();
            await resume.WaitAsync(CancellationToken.None);
            await Should.ThrowAsync<LeaseLostException>(() => job.CheckpointAsync("\"slow\"", tx => WriteAsync(tx, "slow checkpoint")));
            refused.Set();
            return new JobOutcome.Succeeded { Commit = tx => WriteAsync(tx, "slow settle") };
        }));
        var quick = new JobQueue(OpenAnother(), new JobHandlers(new TestHandler(async (_, _) =>
        {
            taken.Set();
            await finish.WaitAsync(CancellationToken.None);
            return new JobOutcome.Succeeded { Commit = tx => WriteAsync(tx, "quick settle") };
        })));
        await Database.TransactAsync(tx => tx.ExecuteAsync("create table log (line text not null)"));
        var id = (await slow.EnqueueAsync(TestHandler.Job())).Id;
        var first = Start(slow, OneMinute with { Concurrency = 1 }, keepHouse: false);
        await running.WaitAsync();
        await DeclareDeadAsync();
        await using (Start(quick, OneMinute with { Concurrency = 1 }))
        {
            await taken.WaitAsync();
            resume.Set();
            await refused.WaitAsync();
            await first.DisposeAsync();
            (await quick.FindAsync(id))!.ShouldSatisfyAllConditions(
                job => job.State.ShouldBe(JobState.Running), job => job.Checkpoint.ShouldBeNull());
            finish.Set();
            await UntilGoneAsync(quick, id);
        }

        (await Database.ReadAsync(session => session.QueryAsync<string>("select line from log"))).ShouldBe(["quick settle"]);
    }

    [Fact]
    public async Task A_run_whose_lease_is_lost_is_interrupted()
    {
        var running = new Signal();
        var interrupted = new Signal();
        var queue = Queue(new TestHandler(async (job, ct) =>
        {
            if (job.Job.Crashes > 0)
                return new JobOutcome.Succeeded();
            running.Set();
            await Task.Delay(Timeout.Infinite, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            interrupted.Set();
            job.CancelRequested.ShouldBeFalse();
            throw new OperationCanceledException(ct);
        }));
        var id = (await queue.EnqueueAsync(TestHandler.Job())).Id;
        await using var worker = Start(queue, OneMinute);
        await running.WaitAsync();

        await DeclareDeadAsync();
        Database.Signals.Publish(Topics.Cancel);

        await interrupted.WaitAsync();
        await UntilGoneAsync(queue, id);
    }

    [Fact]
    public async Task The_job_of_a_dead_worker_is_ready_at_once_and_has_spent_no_attempt()
    {
        var told = new List<JobTransition>();
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()) { Observe = (_, transition) => Add(told, transition) });
        var id = (await queue.EnqueueAsync(TestHandler.Job() with { MaxAttempts = 1 })).Id;
        await CrashOnAsync(id);

        await DrainAsync(queue);

        told.Select(transition => (transition.From, transition.To, transition.Detail, transition.Job.Attempt, transition.Job.Crashes)).ShouldBe(
        [
            (JobState.Running, JobState.Ready, TransitionDetail.Rescued, 1, 1),
            (JobState.Running, JobState.Succeeded, null, 1, 0),
        ]);
        told[0].Error!.Code.ShouldBe(JobError.LeaseLost);
    }

    [Fact]
    public async Task A_job_that_kills_its_workers_waits_longer_each_time_and_is_dead_in_the_end()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        var id = (await queue.EnqueueAsync(TestHandler.Job())).Id;
        var rescuer = new Rescuer(queue, new QueueMaintenanceOptions { MaxCrashes = 3 }, Quiet.Logs.CreateLogger(""));

        await CrashOnAsync(id);
        await rescuer.RescueAsync(default);
        (await queue.FindAsync(id))!.State.ShouldBe(JobState.Ready);
        await CrashOnAsync(id);
        await rescuer.RescueAsync(default);
        (await queue.FindAsync(id))!.State.ShouldBe(JobState.Retrying);
        await queue.WakeAsync(id);
        await CrashOnAsync(id);
        await rescuer.RescueAsync(default);

        (await queue.DeadLettersAsync()).Single().Job.ShouldSatisfyAllConditions(
            job => job.Crashes.ShouldBe(3),
            job => job.Failures.Select(failure => failure.Error.Code).ShouldBe([JobError.LeaseLost, JobError.LeaseLost, JobError.LeaseLost]));
    }

    [Fact]
    public async Task An_observer_that_throws_does_not_keep_jobs_from_their_rescue()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()) { Observe = (_, _) => throw new InvalidDataException("observer") });
        var id = (await queue.EnqueueAsync(TestHandler.Job())).Id;
        await CrashOnAsync(id);
        var overdue = (await queue.EnqueueAsync(TestHandler.Job() with { RunAt = TimeSpan.FromDays(1), Deadline = Clock.GetUtcNow() })).Id;
        await AdvanceAsync(TimeSpan.FromSeconds(1));

        await new Rescuer(queue, new QueueMaintenanceOptions(), Quiet.Logs.CreateLogger("")).RescueAsync(default);

        (await queue.FindAsync(id))!.State.ShouldBe(JobState.Ready);
        (await queue.FindAsync(overdue))!.State.ShouldBe(JobState.Dead);
    }

    [Fact]
    public async Task A_worker_that_beats_keeps_its_jobs()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        var id = (await queue.EnqueueAsync(TestHandler.Job())).Id;
        await ClaimAsync("alive", id);
        var rescuer = new Rescuer(queue, new QueueMaintenanceOptions(), Quiet.Logs.CreateLogger(""));

        await AdvanceAsync(TimeSpan.FromSeconds(50));
        (await Database.TransactAsync(tx => Workers.BeatAsync(tx, "alive", default))).ShouldBeTrue();
        await AdvanceAsync(TimeSpan.FromSeconds(50));
        await rescuer.RescueAsync(default);
        (await queue.FindAsync(id))!.State.ShouldBe(JobState.Running);
        await AdvanceAsync(TimeSpan.FromSeconds(11));
        await rescuer.RescueAsync(default);

        (await queue.FindAsync(id))!.State.ShouldBe(JobState.Ready);
        (await Database.TransactAsync(tx => Workers.BeatAsync(tx, "alive", default))).ShouldBeFalse();
    }

    [Fact]
    public async Task The_jobs_of_a_process_that_died_on_this_host_are_rescued_without_waiting_for_the_lease()
    {
        if (HostProcess.Current().Host is null)
            return; // only Linux tells
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        var id = (await queue.EnqueueAsync(TestHandler.Job())).Id;
        using var process = Process.Start(new ProcessStartInfo("sleep", "1000") { UseShellExecute = false })!;
        var neighbour = HostProcess.Current() with { Pid = process.Id, Started = HostProcess.StartOf(process.Id)!.Value };
        await Database.TransactAsync(tx => Workers.RegisterAsync(tx, "neighbour", neighbour, TimeSpan.FromMinutes(5), default));
        await ClaimAsync("neighbour", id, register: false);
        var rescuer = new Rescuer(queue, new QueueMaintenanceOptions(), Quiet.Logs.CreateLogger(""));

        await rescuer.RescueAsync(default);
        (await queue.FindAsync(id))!.State.ShouldBe(JobState.Running);
        process.Kill();
        await process.WaitForExitAsync();
        await rescuer.RescueAsync(default);

        (await queue.FindAsync(id))!.State.ShouldBe(JobState.Ready);
    }

    [Fact]
    public async Task A_beat_that_comes_after_the_goodbye_does_not_bring_the_worker_back()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        var lease = new WorkerLease(queue, new RunsInHand(), TimeSpan.FromMinutes(5), Clock, Quiet.Logs.CreateLogger(""));
        await lease.RegisterAsync(default);
        await lease.BeatAsync(default);
        (await queue.StatsAsync()).Workers.ShouldBe(1);

        await lease.EndAsync(default);
        await lease.BeatAsync(default);

        (await queue.StatsAsync()).Workers.ShouldBe(0);
    }

    [Fact]
    public async Task A_stopping_worker_hands_back_what_it_cannot_finish_and_spends_no_attempt()
    {
        var told = new List<JobTransition>();
        var running = new Signal();
        var queue = Queue(new TestHandler(async (_, ct) =>
        {
            running.Set();
            await Task.Delay(Timeout.Infinite, ct);
            return new JobOutcome.Succeeded();
        })
        {
            Observe = (_, transition) => Add(told, transition),
        });
        var id = (await queue.EnqueueAsync(TestHandler.Job())).Id;
        var worker = Start(queue, new JobRunnerOptions { Grace = TimeSpan.FromMilliseconds(10) });
        await running.WaitAsync();

        await worker.StopAsync();

        (await queue.FindAsync(id))!.ShouldSatisfyAllConditions(job => job.State.ShouldBe(JobState.Ready), job => job.Attempt.ShouldBe(1));
        told.Single().Detail.ShouldBe(TransitionDetail.HandedBack);
        (await queue.StatsAsync()).Workers.ShouldBe(0);
    }

    [Fact]
    public async Task A_stopping_worker_lets_runs_finish_within_the_grace()
    {
        var running = new Signal();
        var finish = new Signal();
        var queue = Queue(new TestHandler(async (_, _) =>
        {
            running.Set();
            await finish.WaitAsync(CancellationToken.None);
            return new JobOutcome.Succeeded();
        }));
        var id = (await queue.EnqueueAsync(TestHandler.Job())).Id;
        var worker = Start(queue);
        await running.WaitAsync();

        var stopping = worker.StopAsync();
        finish.Set();
        await stopping;

        (await queue.FindAsync(id)).ShouldBeNull();
    }

    [Fact]
    public async Task Only_who_holds_the_lease_may_settle_checkpoint_or_lock_and_only_once()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        var id = (await queue.EnqueueAsync(TestHandler.Job())).Id;
        var leased = await ClaimAsync("worker", id);
        var stranger = leased with { Lease = 1 };

        (await Database.TransactAsync(tx => queue.Store.RemoveDoneAsync(tx, [stranger], default))).ShouldBeEmpty();
        (await Database.TransactAsync(tx => queue.Store.LockAsync(tx, stranger, default))).ShouldBeNull();
        (await Database.TransactAsync(tx => JobTable.CheckpointAsync(tx, stranger, "{}", default))).ShouldBeFalse();
        (await queue.FindAsync(id))!.Checkpoint.ShouldBeNull();

        (await Database.TransactAsync(tx => JobTable.CheckpointAsync(tx, leased, "{}", default))).ShouldBeTrue();
        (await Database.TransactAsync(tx => queue.Store.RemoveDoneAsync(tx, [stranger, leased], default)))
            .ShouldHaveSingleItem().Id.ShouldBe(id.Value);
        (await Database.TransactAsync(tx => queue.Store.RemoveDoneAsync(tx, [leased], default))).ShouldBeEmpty();
        (await Database.TransactAsync(tx => queue.Store.LockAsync(tx, leased, default))).ShouldBeNull();
    }

    [Fact]
    public async Task A_worker_that_is_not_registered_can_claim_nothing()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        await queue.EnqueueAsync(TestHandler.Job());

        var claimed = await Database.TransactAsync(tx => queue.Store.ClaimAsync(tx, new Claim("nobody", 1, 1, ["test"], null), default));

        claimed.ShouldBeEmpty();
    }

    /// <summary>A worker claims the job and is never heard of again; the time its lease runs out has come.</summary>
    private async Task CrashOnAsync(JobId id)
    {
        await ClaimAsync(Guid.NewGuid().ToString("N"), id);
        await AdvanceAsync(TimeSpan.FromMinutes(2));
    }

    private async Task<LeasedId> ClaimAsync(string worker, JobId id, bool register = true)
    {
        var elsewhere = new HostProcess("elsewhere", 1, 1);
        if (register)
            await Database.TransactAsync(tx => Workers.RegisterAsync(tx, worker, elsewhere, TimeSpan.FromMinutes(1), default));
        var claim = new Claim(worker, Random.Shared.NextInt64(2, long.MaxValue), 1, ["test"], null);
        var claimed = await Database.TransactAsync(tx => JobStore.For(Database.Dialect).ClaimAsync(tx, claim, default));
        claimed.Single().Id.ShouldBe(id.Value);
        return new LeasedId(id.Value, claim.Lease);
    }

    private Task DeclareDeadAsync() => Database.TransactAsync(tx => tx.ExecuteAsync("delete from workers"));

    private static Task WriteAsync(Transaction tx, string line) => tx.ExecuteAsync("insert into log values (@line)", new { line });

    private static Task Add(List<JobTransition> told, JobTransition transition)
    {
        told.Add(transition);
        return Task.CompletedTask;
    }
}

public sealed class SqliteLeaseTests() : LeaseContract(server: null);

[Collection(PostgresCollection.Name)]
public sealed class PostgresLeaseTests(PostgresFixture postgres) : LeaseContract(postgres.Server);
