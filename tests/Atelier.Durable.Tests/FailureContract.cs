// The contract for everything that goes wrong in a run: failures, bugs, cancelling, deadlines, on both databases.
using Atelier.Testing;

namespace Atelier.Durable.Tests;

public abstract class FailureContract(PostgresServer? server) : QueueRig(server)
{
    private static readonly JobError Broken = new("broken", "It broke.", "line 1");
    private static readonly JobRunnerOptions AtOnce = new() { BackoffBase = TimeSpan.FromMilliseconds(1), BackoffLimit = TimeSpan.FromMilliseconds(1) };

    [Fact]
    public async Task A_failing_job_is_tried_as_often_as_it_may_and_then_kept_with_its_history()
    {
        var handler = new TestHandler(job => new JobOutcome.Retry(Broken with { Message = $"Attempt {job.Job.Attempt} broke." }));
        var queue = Queue(handler);
        var id = (await queue.EnqueueAsync(TestHandler.Job("7") with { MaxAttempts = 3 })).Id;

        (await DrainAsync(queue, AtOnce)).ShouldBe(3);

        handler.Runs.Select(job => job.Attempt).ShouldBe([1, 2, 3]);
        var letter = (await queue.DeadLettersAsync()).Single();
        letter.Job.ShouldSatisfyAllConditions(
            job => job.Id.ShouldBe(id),
            job => job.State.ShouldBe(JobState.Dead),
            job => job.Payload.ShouldBe("7"),
            job => job.Failures.Select(failure => failure.Error.Message).ShouldBe(["Attempt 1 broke.", "Attempt 2 broke.", "Attempt 3 broke."]),
            job => job.LastError!.Details.ShouldBe("line 1"));
        (await queue.FindAsync(id))!.State.ShouldBe(JobState.Dead);
    }

    [Fact]
    public async Task An_exception_is_a_failed_attempt_and_its_text_is_for_the_operator()
    {
        var queue = Queue(new TestHandler(job => job.Job.Attempt == 1 ? throw new InvalidDataException("secret") : new JobOutcome.Succeeded()));
        var id = (await queue.EnqueueAsync(TestHandler.Job())).Id;
        await using var worker = Start(queue, new JobRunnerOptions { BackoffBase = TimeSpan.FromDays(300), BackoffLimit = TimeSpan.FromDays(300) });

        var job = await UntilAsync(queue, id, JobState.Retrying);

        job.Attempt.ShouldBe(2);
        job.LastError!.Code.ShouldBe(JobError.Unhandled);
        job.LastError.Message.ShouldNotContain("secret");
        job.LastError.Details!.ShouldContain("secret");
    }

    [Fact]
    public async Task A_handlers_own_timeout_is_a_failed_attempt_too()
    {
        var queue = Queue(new TestHandler(_ => throw new TaskCanceledException("the request timed out")));
        await queue.EnqueueAsync(TestHandler.Job() with { MaxAttempts = 1 });

        await DrainAsync(queue, AtOnce);

        (await queue.DeadLettersAsync()).Single().Job.LastError!.Code.ShouldBe(JobError.Unhandled);
    }

    [Fact]
    public async Task A_refusal_ends_the_job_without_a_dead_letter()
    {
        var told = new List<JobTransition>();
        var queue = Queue(new TestHandler(_ => new JobOutcome.Refused(Broken)) { Observe = Into(told) });
        await queue.EnqueueAsync(TestHandler.Job());

        (await DrainAsync(queue)).ShouldBe(1);

        told.Select(transition => (transition.From, transition.To, transition.Error)).ShouldBe([(JobState.Running, JobState.Refused, Broken)]);
        (await queue.DeadLettersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_hopeless_job_dies_at_once()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Dead(Broken)));
        await queue.EnqueueAsync(TestHandler.Job() with { MaxAttempts = 9 });

        (await DrainAsync(queue)).ShouldBe(1);

        (await queue.DeadLettersAsync()).Single().Job.LastError.ShouldBe(Broken);
    }

    [Fact]
    public async Task A_dead_job_can_be_retried_under_its_id_or_discarded()
    {
        var told = new List<JobTransition>();
        var mended = false;
        var queue = Queue(new TestHandler(_ => mended ? new JobOutcome.Succeeded() : new JobOutcome.Dead(Broken)) { Observe = Into(told) });
        var retried = (await queue.EnqueueAsync(TestHandler.Job())).Id;
        var discarded = (await queue.EnqueueAsync(TestHandler.Job())).Id;
        await DrainAsync(queue);

        mended = true;
        (await Database.TransactAsync(tx => queue.RetryDeadAsync(tx, retried))).ShouldBeTrue();
        (await Database.TransactAsync(tx => queue.RetryDeadAsync(tx, retried))).ShouldBeFalse();
        (await Database.TransactAsync(tx => queue.DiscardDeadAsync(tx, discarded))).ShouldBeTrue();
        (await Database.TransactAsync(tx => queue.DiscardDeadAsync(tx, discarded))).ShouldBeFalse();
        (await queue.FindAsync(retried))!.ShouldSatisfyAllConditions(
            job => job.State.ShouldBe(JobState.Ready), job => job.Attempt.ShouldBe(1), job => job.LastError.ShouldBe(Broken));
        (await DrainAsync(queue)).ShouldBe(1);

        told.Where(transition => transition.Job.Id == retried).Select(transition => transition.To)
            .ShouldBe([JobState.Dead, JobState.Ready, JobState.Succeeded]);
        (await queue.DeadLettersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_an_outcome_commits_and_the_settling_are_one_transaction()
    {
        await Database.TransactAsync(tx => tx.ExecuteAsync("create table done (job_id bigint not null)"));
        var queue = Queue(new TestHandler(job => new JobOutcome.Succeeded
        {
            Commit = async tx =>
            {
                await tx.ExecuteAsync("insert into done values (@Value)", job.Job.Id);
                if (job.Job.Attempt == 1)
                    throw new InvalidDataException("after the write");
            },
        }));
        var id = (await queue.EnqueueAsync(TestHandler.Job())).Id;

        (await DrainAsync(queue, AtOnce)).ShouldBe(2);

        (await Database.ReadAsync(session => session.QueryAsync<long>("select job_id from done"))).ShouldBe([id.Value]);
    }

    [Fact]
    public async Task An_observer_that_always_throws_cannot_hold_a_job_for_ever()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()) { Observe = (_, _) => throw new InvalidDataException("observer") });
        await queue.EnqueueAsync(TestHandler.Job() with { MaxAttempts = 2 });

        (await DrainAsync(queue, AtOnce)).ShouldBe(2);

        (await queue.DeadLettersAsync()).Single().Job.LastError!.Details!.ShouldContain("observer");
    }

    [Fact]
    public async Task A_waiting_job_is_canceled_at_once_and_its_handler_told_in_the_same_transaction()
    {
        var told = new List<JobTransition>();
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()) { Observe = Into(told) });
        var ready = (await queue.EnqueueAsync(TestHandler.Job())).Id;
        var scheduled = (await queue.EnqueueAsync(TestHandler.Job() with { RunAt = TimeSpan.FromDays(1) })).Id;

        (await queue.CancelAsync(ready)).ShouldBe(CancelResult.Canceled);
        (await queue.CancelAsync(scheduled)).ShouldBe(CancelResult.Canceled);
        (await queue.CancelAsync(ready)).ShouldBe(CancelResult.NotFound);

        told.Select(transition => (transition.Job.Id, transition.From, transition.To))
            .ShouldBe([(ready, JobState.Ready, JobState.Canceled), (scheduled, JobState.Scheduled, JobState.Canceled)]);
        (await DrainAsync(queue)).ShouldBe(0);
    }

    [Fact]
    public async Task A_running_job_is_told_to_cancel_by_another_process()
    {
        var told = new List<JobTransition>();
        var running = new Signal();
        var asked = false;
        var handler = new TestHandler(async (job, ct) =>
        {
            running.Set();
            await Task.Delay(Timeout.Infinite, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            asked = job.CancelRequested;
            ct.ThrowIfCancellationRequested();
            return new JobOutcome.Succeeded();
        })
        {
            Observe = Into(told),
        };
        var queue = Queue(handler);
        var other = new JobQueue(OpenAnother(), new JobHandlers(new TestHandler(_ => new JobOutcome.Succeeded())));
        var id = (await queue.EnqueueAsync(TestHandler.Job())).Id;
        await using var worker = Start(queue, new JobRunnerOptions { LeaseTimeout = TimeSpan.FromSeconds(3) });
        await running.WaitAsync();

        (await other.CancelAsync(id)).ShouldBe(CancelResult.Requested);

        await UntilGoneAsync(queue, id);
        asked.ShouldBeTrue();
        told.Single().To.ShouldBe(JobState.Canceled);
    }

    [Fact]
    public async Task A_job_that_succeeds_in_spite_of_a_request_to_cancel_has_succeeded()
    {
        var told = new List<JobTransition>();
        JobQueue queue = null!;
        queue = Queue(new TestHandler(async (job, _) =>
        {
            await queue.CancelAsync(job.Job.Id, CancellationToken.None);
            return new JobOutcome.Succeeded();
        })
        {
            Observe = Into(told),
        });
        await queue.EnqueueAsync(TestHandler.Job());

        await DrainAsync(queue);

        told.Single().To.ShouldBe(JobState.Succeeded);
    }

    [Theory]
    [InlineData("snooze")]
    [InlineData("retry")]
    [InlineData("limit")]
    public async Task A_job_that_somebody_wants_canceled_does_not_wait_again(string end)
    {
        var told = new List<JobTransition>();
        JobQueue queue = null!;
        queue = Queue(new TestHandler(async (job, _) =>
        {
            await queue.CancelAsync(job.Job.Id, CancellationToken.None);
            return end switch
            {
                "snooze" => new JobOutcome.Snoozed(TimeSpan.FromDays(1)),
                "retry" => new JobOutcome.Retry(Broken),
                _ => new JobOutcome.RateLimited("default", TimeSpan.FromDays(1)),
            };
        })
        {
            Observe = Into(told),
        });
        await queue.EnqueueAsync(TestHandler.Job());

        await DrainAsync(queue);

        told.Single().To.ShouldBe(JobState.Canceled);
    }

    [Fact]
    public async Task A_process_without_the_handler_leaves_the_canceling_to_one_that_has_it()
    {
        var told = new List<JobTransition>();
        var handler = new TestHandler(_ => new JobOutcome.Succeeded()) { Observe = Into(told) };
        var stranger = Queue();
        var id = (await stranger.EnqueueAsync(TestHandler.Job() with { RunAt = TimeSpan.FromDays(1) })).Id;

        (await stranger.CancelAsync(id)).ShouldBe(CancelResult.Requested);
        await DrainAsync(Queue(handler));

        told.Single().To.ShouldBe(JobState.Canceled);
        handler.Runs.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_job_past_its_deadline_dies_waiting_and_is_not_run()
    {
        var told = new List<JobTransition>();
        var handler = new TestHandler(_ => new JobOutcome.Succeeded()) { Observe = Into(told) };
        var queue = Queue(handler);
        await queue.EnqueueAsync(TestHandler.Job() with { Deadline = Clock.GetUtcNow().AddMinutes(1) });
        await queue.EnqueueAsync(TestHandler.Job() with { Deadline = Clock.GetUtcNow().AddMinutes(1), RunAt = TimeSpan.FromDays(1) });

        await AdvanceAsync(TimeSpan.FromMinutes(2));
        await DrainAsync(queue);

        handler.Runs.ShouldBeEmpty();
        told.Select(transition => transition.Error!.Code).ShouldBe([JobError.DeadlinePassed, JobError.DeadlinePassed]);
        (await queue.DeadLettersAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_retry_that_would_come_after_the_deadline_is_not_waited_for()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Retry(Broken, TimeSpan.FromHours(2))));
        await queue.EnqueueAsync(TestHandler.Job() with { Deadline = Clock.GetUtcNow().AddHours(1) });

        await DrainAsync(queue);

        (await queue.DeadLettersAsync()).Single().Job.LastError.ShouldBe(Broken);
    }

    private static Func<Transaction, JobTransition, Task> Into(List<JobTransition> told) => (_, transition) =>
    {
        lock (told)
            told.Add(transition);
        return Task.CompletedTask;
    };
}

public sealed class SqliteFailureTests() : FailureContract(server: null);

[Collection(PostgresCollection.Name)]
public sealed class PostgresFailureTests(PostgresFixture postgres) : FailureContract(postgres.Server);
