// The contract of progress: cheap, coalesced, never of a run that has lost its lease. On both databases.
using System.Text;
using Atelier.Testing;

namespace Atelier.Durable.Tests;

public abstract class ProgressContract(PostgresServer? server) : QueueRig(server)
{
    [Fact]
    public async Task The_latest_progress_of_a_running_job_can_be_read_and_is_gone_with_the_job()
    {
        var reported = new Signal();
        var finish = new Signal();
        var queue = Queue(new TestHandler(async (job, _) =>
        {
            for (var step = 1; step <= 1_000; step++)
                job.ReportProgress(new JobProgress(step / 2_000.0, $"step {step}", Encoding.ASCII.GetBytes("png"), "image/png"));
            reported.Set();
            await finish.WaitAsync(CancellationToken.None);
            return new JobOutcome.Succeeded();
        }));
        var id = (await queue.EnqueueAsync(TestHandler.Job())).Id;
        await using (Start(queue))
        {
            await reported.WaitAsync();
            var progress = await ProgressAsync(queue, id, read => read?.Fraction == 0.5);
            progress!.Note.ShouldBe("step 1000");
            Encoding.ASCII.GetString(progress.Preview.Span).ShouldBe("png");
            progress.PreviewType.ShouldBe("image/png");
            finish.Set();
            await UntilGoneAsync(queue, id);
        }

        (await queue.ReadProgressAsync(id)).ShouldBeNull();
    }

    [Fact]
    public async Task A_thousand_reports_are_a_few_events()
    {
        var queue = Queue(new TestHandler(async (job, ct) =>
        {
            for (var step = 1; step <= 1_000; step++)
            {
                job.ReportProgress(new JobProgress(step / 1_000.0));
                await Task.Yield();
            }

            return new JobOutcome.Succeeded();
        })
        {
            Describe = (job, progress) => new NewEvent("jobs", job.Id.ToString(), "progress", $"{progress.Fraction}"),
        });
        await queue.EnqueueManyAsync([.. Enumerable.Range(0, 10).Select(_ => TestHandler.Job())]);

        await DrainAsync(queue);

        (await EventsAsync()).Count.ShouldBeLessThan(100);
    }

    [Fact]
    public async Task Progress_told_just_before_a_snooze_is_kept_with_its_event_in_order()
    {
        var queue = Queue(new TestHandler(job =>
        {
            job.ReportProgress(new JobProgress(0.4, "polled"));
            return new JobOutcome.Snoozed(TimeSpan.FromDays(1), "{}")
            {
                Commit = tx => EventLog.AppendAsync(tx, new NewEvent("jobs", "", "snoozed", "{}")),
            };
        })
        {
            Describe = (_, _) => new NewEvent("jobs", "", "progress", "{}"),
        });
        var id = (await queue.EnqueueAsync(TestHandler.Job())).Id;
        await using (Start(queue))
            await UntilAsync(queue, id, JobState.Snoozed);

        (await queue.ReadProgressAsync(id))!.Note.ShouldBe("polled");
        (await EventsAsync())[^1].ShouldBe("snoozed");
        (await EventsAsync()).ShouldContain("progress");
    }

    [Fact]
    public async Task Progress_of_a_run_without_its_lease_is_not_written()
    {
        var queue = Queue(new TestHandler(_ => new JobOutcome.Succeeded()));
        var id = (await queue.EnqueueAsync(TestHandler.Job())).Id;
        var late = new ProgressRow { Id = id.Value, Lease = 42, Fraction = 1 };

        var written = await Database.TransactAsync(tx => queue.Store.WriteProgressAsync(tx, [late], default));

        written.ShouldBeEmpty();
        (await queue.ReadProgressAsync(id)).ShouldBeNull();
    }

    [Theory]
    [InlineData(300 * 1024, "image/png")]
    [InlineData(10, null)]
    [InlineData(0, "image/png")]
    public async Task A_preview_out_of_range_is_refused(int bytes, string? type)
    {
        var queue = Queue(new TestHandler(job =>
        {
            Should.Throw<ArgumentException>(() => job.ReportProgress(new JobProgress(0.5, null, new byte[bytes], type)));
            return new JobOutcome.Refused(new JobError("as_expected", ""));
        }));
        await queue.EnqueueAsync(TestHandler.Job() with { MaxAttempts = 1 });

        await DrainAsync(queue);

        (await queue.DeadLettersAsync()).ShouldBeEmpty();
    }

    private Task<IReadOnlyList<string>> EventsAsync() =>
        Database.ReadAsync(session => session.QueryAsync<string>("select type from events order by id"));

    private static async Task<JobProgress?> ProgressAsync(JobQueue queue, JobId id, Func<JobProgress?, bool> seen)
    {
        using var limit = new CancellationTokenSource(Soon);
        using var sleeper = queue.Database.Signals.Listen(Topics.All);
        while (true)
        {
            var progress = await queue.ReadProgressAsync(id, limit.Token);
            if (seen(progress))
                return progress;
            await sleeper.SleepAsync(TimeSpan.FromMilliseconds(20), limit.Token);
        }
    }
}

public sealed class SqliteProgressTests() : ProgressContract(server: null);

[Collection(PostgresCollection.Name)]
public sealed class PostgresProgressTests(PostgresFixture postgres) : ProgressContract(postgres.Server);
