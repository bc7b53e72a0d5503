// What becomes of a job after a run: the decisions alone, for every outcome and every row.
using FsCheck;
using FsCheck.Fluent;

namespace Atelier.Durable.Tests;

public sealed class SettlementTests
{
    private const long Now = 1_000_000;
    private static readonly JobError Broken = new("broken", "It broke.");
    private static readonly JobRunnerOptions Options = new()
    {
        BackoffBase = TimeSpan.FromSeconds(1),
        BackoffLimit = TimeSpan.FromSeconds(60),
    };

    [Fact]
    public void Every_outcome_of_every_job_is_a_legal_step_that_loses_no_attempt()
    {
        Prop.ForAll(Gen.Zip(Rows(), Outcomes()).ToArbitrary(), pair =>
        {
            var (row, outcome) = pair;
            var step = Settlement.After(row, outcome, Options, Random.Shared);

            JobState.Running.MayBecome(step.To).ShouldBeTrue();
            step.To.IsTimed().ShouldBe(step.DueAt is not null);
            step.Row.Attempts.ShouldBe(row.Attempts + (outcome is JobOutcome.Retry or JobOutcome.Dead ? 1 : 0));
            step.Row.Crashes.ShouldBe(0);
            if (row.CancelRequested)
                step.To.ShouldNotBeOneOf(JobState.Snoozed, JobState.Parked, JobState.Retrying, JobState.Ready);
            if (outcome is JobOutcome.Retry && !row.CancelRequested)
                (step.To == JobState.Dead).ShouldBe(step.Row.Attempts >= row.MaxAttempts || row.Deadline <= (step.DueAt ?? long.MaxValue));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(0, 1_000)]
    [InlineData(3, 8_000)]
    [InlineData(20, 60_000)]
    public void Backoff_is_anywhere_between_nothing_and_a_limit_that_doubles(int failures, long limit)
    {
        var row = Row() with { Attempts = failures, MaxAttempts = 1_000 };
        var waits = Enumerable.Range(0, 400)
            .Select(_ => Settlement.After(row, new JobOutcome.Retry(Broken), Options, Random.Shared).DueAt!.Value - Now)
            .ToList();

        waits.ShouldAllBe(wait => wait >= 0 && wait <= limit);
        waits.Max().ShouldBeGreaterThan(limit * 3 / 4);
        waits.Min().ShouldBeLessThan(limit / 4);
    }

    [Fact]
    public void A_wait_that_the_handler_chose_is_kept()
    {
        var step = Settlement.After(Row(), new JobOutcome.Retry(Broken, TimeSpan.FromSeconds(7)), Options, Random.Shared);

        step.DueAt.ShouldBe(Now + 7_000);
    }

    [Fact]
    public void A_history_keeps_the_latest_failures_only()
    {
        var row = Row();
        for (var n = 0; n < 80; n++)
            row = row.WithFailure(Broken with { Code = $"{n}", Details = new string('x', 20_000) }) with { Attempts = n + 1 };

        var failures = row.ToJob().Failures;
        failures.Count.ShouldBe(50);
        failures[^1].Error.Code.ShouldBe("79");
        failures[^1].Error.Details!.Length.ShouldBeLessThan(10_000);
    }

    private static JobRow Row() => new()
    {
        Id = 1,
        Kind = "test",
        Lane = "default",
        State = "running",
        MaxAttempts = 3,
        Lease = 5,
        Now = Now,
        Payload = "{}",
    };

    private static Gen<JobRow> Rows() =>
        from attempts in Gen.Choose(0, 4)
        from most in Gen.Choose(1, 5)
        from crashes in Gen.Choose(0, 3)
        from cancel in ArbMap.Default.GeneratorFor<bool>()
        from woken in ArbMap.Default.GeneratorFor<bool>()
        from deadline in Gen.Elements<long?>(null, Now - 1, Now + 500, Now + 1_000_000)
        select Row() with
        {
            Attempts = Math.Min(attempts, most - 1),
            MaxAttempts = most,
            Crashes = crashes,
            CancelRequested = cancel,
            Woken = woken,
            Deadline = deadline,
        };

    private static Gen<JobOutcome> Outcomes() => Gen.Elements<JobOutcome>(
        new JobOutcome.Succeeded(),
        new JobOutcome.Canceled(),
        new JobOutcome.Snoozed(TimeSpan.FromSeconds(3), "{}"),
        new JobOutcome.Snoozed(DateTimeOffset.FromUnixTimeMilliseconds(Now - 5)),
        new JobOutcome.RateLimited("lane", TimeSpan.FromSeconds(3)),
        new JobOutcome.Retry(Broken),
        new JobOutcome.Retry(Broken, TimeSpan.FromSeconds(3)),
        new JobOutcome.Refused(Broken),
        new JobOutcome.Dead(Broken));
}
