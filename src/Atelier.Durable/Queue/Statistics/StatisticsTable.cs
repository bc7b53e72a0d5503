// The numbers of all processes, by minute and lane. They are written beside the work, not with it: a crash loses a second's worth.
namespace Atelier.Durable;

internal static class StatisticsTable
{
    private static readonly (string Column, Func<LaneTally, long> Value)[] Numbers =
    [
        ("claimed", tally => tally.Claimed), ("waited_ms", tally => tally.WaitedMs), ("ran_ms", tally => tally.RanMs),
        ("settle_ms", tally => tally.SettleMs), ("succeeded", tally => tally.CountOf(JobState.Succeeded)),
        ("retried", tally => tally.CountOf(JobState.Retrying)), ("snoozed", tally => tally.CountOf(JobState.Snoozed)),
        ("parked", tally => tally.CountOf(JobState.Parked)), ("refused", tally => tally.CountOf(JobState.Refused)),
        ("dead", tally => tally.CountOf(JobState.Dead)), ("canceled", tally => tally.CountOf(JobState.Canceled)),
        ("handed_back", tally => tally.CountOf(JobState.Ready)), ("rescued", tally => tally.Rescued),
    ];

    private static readonly string Columns = string.Join(", ", Numbers.Select(number => number.Column));

    /// <summary>Adds to the present minute.</summary>
    public static async Task AddAsync(Transaction tx, string stripe, IReadOnlyList<LaneTally> tallies, CancellationToken ct)
    {
        var k = RowSet.Of(
            tx.Dialect,
            "k",
            [
                ("lane", tallies.Select(tally => tally.Lane).ToArray()),
                .. Numbers.Select(number => (number.Column, (Array)tallies.Select(number.Value).ToArray())),
            ]);
        await tx.ExecuteAsync(
            $"""
            insert into queue_minutes (minute, stripe, lane, {Columns})
            select durable_now() / 60000, @stripe, k.lane, {string.Join(", ", Numbers.Select(number => $"k.{number.Column}"))} from {k.Sql} where true
            on conflict (minute, lane, stripe) do update set
                {string.Join(", ", Numbers.Select(number => $"{number.Column} = queue_minutes.{number.Column} + excluded.{number.Column}"))}
            """,
            With(k, stripe),
            ct);

        var errors = tallies.SelectMany(tally => tally.Errors.Select(error => (tally.Lane, Code: error.Key, Count: error.Value))).ToList();
        if (errors.Count == 0)
            return;
        var e = RowSet.Of(
            tx.Dialect,
            "e",
            ("lane", errors.Select(error => error.Lane).ToArray()),
            ("code", errors.Select(error => error.Code).ToArray()),
            ("n", errors.Select(error => error.Count).ToArray()));
        await tx.ExecuteAsync(
            $"""
            insert into queue_errors (minute, stripe, lane, code, count)
            select durable_now() / 60000, @stripe, e.lane, e.code, e.n from {e.Sql} where true
            on conflict (minute, lane, code, stripe) do update set count = queue_errors.count + excluded.count
            """,
            With(e, stripe),
            ct);
    }

    /// <summary>The sums of the last so many minutes, the present one included, by lane.</summary>
    public static async Task<IReadOnlyList<LaneActivity>> SumAsync(Session session, int minutes, CancellationToken ct)
    {
        var rows = await session.QueryAsync<ActivityRow>(
            $"""
            select lane, {string.Join(", ", Numbers.Select(number => $"cast(sum({number.Column}) as bigint) as {number.Column}"))}
            from queue_minutes where minute > (select durable_now() / 60000) - @minutes group by lane order by lane
            """,
            new { minutes },
            ct);
        var errors = await session.QueryAsync<ErrorRow>(
            """
            select lane, code, cast(sum(count) as bigint) as count from queue_errors
            where minute > (select durable_now() / 60000) - @minutes group by lane, code
            """,
            new { minutes },
            ct);
        var byLane = errors.ToLookup(error => error.Lane, StringComparer.Ordinal);
        return [.. rows.Select(row => row.ToActivity(byLane[row.Lane]))];
    }

    /// <summary>What ended in each step of the last so many minutes, by lane.</summary>
    public static async Task<IReadOnlyList<LaneStep>> StepsAsync(Session session, int minutes, int step, CancellationToken ct)
    {
        var rows = await session.QueryAsync<StepRow>(
            """
            select minute / @step as at, lane, cast(sum(succeeded) as bigint) as succeeded, cast(sum(dead + refused) as bigint) as failed
            from queue_minutes where minute > (select durable_now() / 60000) - @minutes group by minute / @step, lane order by 1, lane
            """,
            new { minutes, step },
            ct);
        return [.. rows.Select(row => new LaneStep(DateTimeOffset.FromUnixTimeSeconds(row.At * step * 60), row.Lane, row.Succeeded, row.Failed))];
    }

    /// <summary>Removes what is older than so many minutes.</summary>
    public static Task TrimAsync(Transaction tx, int minutes, CancellationToken ct) => tx.ExecuteAsync(
        """
        delete from queue_minutes where minute <= (select durable_now() / 60000) - @minutes;
        delete from queue_errors where minute <= (select durable_now() / 60000) - @minutes
        """,
        new { minutes },
        ct);

    private static Dictionary<string, object> With(RowSet rows, string stripe) => new(rows.Arguments, StringComparer.Ordinal) { ["stripe"] = stripe };

    private sealed class ActivityRow
    {
        public string Lane { get; init; } = "";

        public long Claimed { get; init; }

        public long WaitedMs { get; init; }

        public long RanMs { get; init; }

        public long SettleMs { get; init; }

        public long Succeeded { get; init; }

        public long Retried { get; init; }

        public long Snoozed { get; init; }

        public long Parked { get; init; }

        public long Refused { get; init; }

        public long Dead { get; init; }

        public long Canceled { get; init; }

        public long HandedBack { get; init; }

        public long Rescued { get; init; }

        public LaneActivity ToActivity(IEnumerable<ErrorRow> errors) => new(Lane)
        {
            Claimed = Claimed,
            Waited = TimeSpan.FromMilliseconds(WaitedMs),
            Ran = TimeSpan.FromMilliseconds(RanMs),
            Settling = TimeSpan.FromMilliseconds(SettleMs),
            Ended = new Dictionary<JobState, long>
            {
                [JobState.Succeeded] = Succeeded,
                [JobState.Retrying] = Retried,
                [JobState.Snoozed] = Snoozed,
                [JobState.Parked] = Parked,
                [JobState.Refused] = Refused,
                [JobState.Dead] = Dead,
                [JobState.Canceled] = Canceled,
                [JobState.Ready] = HandedBack,
            },
            Rescued = Rescued,
            Errors = errors.ToDictionary(error => error.Code, error => error.Count, StringComparer.Ordinal),
        };
    }

    private sealed class StepRow
    {
        public long At { get; init; }

        public string Lane { get; init; } = "";

        public long Succeeded { get; init; }

        public long Failed { get; init; }
    }

    private sealed class ErrorRow
    {
        public string Lane { get; init; } = "";

        public string Code { get; init; } = "";

        public long Count { get; init; }
    }
}
