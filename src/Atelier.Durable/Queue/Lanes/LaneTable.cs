// The lanes' rows and their counters. A claim reads and writes them in the transaction that leases the jobs.
namespace Atelier.Durable;

/// <summary>Statements about lanes that both databases understand.</summary>
internal static class LaneTable
{
    /// <summary>A lane's columns and how many jobs hold a place in it.</summary>
    public const string Columns =
        """
        name, mode, settings, buckets, adaptive_limit, adapted_at, virtual_time, parked_until, park_reason, begun,
        coalesce((select sum(ended) from lane_ends where lane_ends.lane = lanes.name), 0) as ended, durable_now() as now
        """;

    public static async Task<bool> AnyAsync(Session session, CancellationToken ct) =>
        await session.ScalarAsync<long?>("select 1 from lanes limit 1", ct: ct) is not null;

    public static Task<IReadOnlyList<LaneRow>> ListAsync(Session session, CancellationToken ct) =>
        session.QueryAsync<LaneRow>($"select {Columns} from lanes order by name", ct: ct);

    public static Task<IReadOnlyList<ParkedKeyRow>> ParkedKeysAsync(Session session, CancellationToken ct) =>
        session.QueryAsync<ParkedKeyRow>(
            "select lane, key, parked_until, park_reason from lane_keys where parked_until > durable_now() order by lane, key", ct: ct);

    /// <summary>Counts places that are given back, in this stripe's rows.</summary>
    public static void End(Transaction tx, string stripe, IReadOnlyList<(string Lane, int Count)> ended)
    {
        var k = RowSet.Of(
            tx.Dialect, "k", ("lane", ended.Select(lane => lane.Lane).ToArray()), ("n", ended.Select(lane => lane.Count).ToArray()));
        tx.Postpone(
            $"""
            insert into lane_ends (lane, stripe, ended) select k.lane, @stripe, k.n from {k.Sql} where true order by k.lane
            on conflict (lane, stripe) do update set ended = lane_ends.ended + excluded.ended
            """,
            new Dictionary<string, object>(k.Arguments, StringComparer.Ordinal) { ["stripe"] = stripe });
    }

    /// <summary>Writes what claims change of lanes that they have locked.</summary>
    public static void Write(Transaction tx, IReadOnlyList<LaneRow> lanes)
    {
        var k = RowSet.Of(
            tx.Dialect,
            "k",
            ("lane", lanes.Select(lane => lane.Name).ToArray()),
            ("buckets", lanes.Select(lane => lane.Buckets).ToArray()),
            ("virtual_time", lanes.Select(lane => lane.VirtualTime).ToArray()),
            ("begun", lanes.Select(lane => lane.Begun).ToArray()));
        tx.Postpone(
            $"""
            update lanes set buckets = k.buckets, virtual_time = k.virtual_time, begun = k.begun from {k.Sql} where lanes.name = k.lane
            """,
            k.Arguments);
    }

    /// <summary>Changes where a lane's adaptive concurrency stands; lanes without a row do not adapt.</summary>
    public static async Task AdaptAsync(Transaction tx, string lane, Func<LaneRow, LaneRow> adapt, CancellationToken ct)
    {
        // Looked at before it is locked: a claim passes over a locked lane, and most lanes do not adapt.
        var settings = await tx.ScalarAsync<string>("select settings from lanes where name = @lane", new { lane }, ct);
        if (settings is null || new LaneRow { Settings = settings }.Read().Adaptive is null)
            return;
        var lockIt = tx.Dialect == Dialect.Postgres ? " for update" : "";
        var row = await tx.QuerySingleOrDefaultAsync<LaneRow>($"select {Columns} from lanes where name = @lane{lockIt}", new { lane }, ct);
        if (row is not null && adapt(row) is { } after && after != row)
        {
            await tx.ExecuteAsync(
                "update lanes set adaptive_limit = @AdaptiveLimit, adapted_at = @AdaptedAt where name = @Name", after, ct);
        }
    }

    /// <summary>Makes a lane's row if it has none.</summary>
    public static void Add(Transaction tx, string lane, LaneSettings settings) => tx.Postpone(
        "insert into lanes (name, settings, tenant_concurrency) values (@lane, @json, @TenantConcurrency) on conflict (name) do nothing",
        new { lane, json = LaneRow.Write(settings), settings.TenantConcurrency });

    /// <summary>Sets a lane's limits. Its buckets begin full again only if the number of rates changes.</summary>
    public static Task ConfigureAsync(Transaction tx, string lane, LaneSettings settings, CancellationToken ct) => tx.ExecuteAsync(
        """
        insert into lanes (name, settings, tenant_concurrency) values (@lane, @json, @TenantConcurrency)
        on conflict (name) do update set settings = excluded.settings, tenant_concurrency = excluded.tenant_concurrency, adaptive_limit = null
        """,
        new { lane, json = LaneRow.Write(settings), settings.TenantConcurrency },
        ct);

    /// <summary>Sets what a lane that has a row lets through.</summary>
    public static Task SetModeAsync(Transaction tx, string lane, LaneMode mode, CancellationToken ct) => tx.ExecuteAsync(
        "update lanes set mode = @mode where name = @lane", new { lane, mode = mode.ToString().ToLowerInvariant() }, ct);

    /// <summary>Parks a lane that has a row, or a key in it; an earlier end never replaces a later one.</summary>
    public static void Park(Transaction tx, string lane, string key, Due until, string? reason)
    {
        var args = new { lane, key, at = until.Time?.ToUnixTimeMilliseconds(), after = until.DelayMilliseconds, reason };
        if (key.Length == 0)
        {
            tx.Postpone(
                """
                update lanes set parked_until = coalesce(@at, durable_now() + @after), park_reason = @reason
                where name = @lane and coalesce(parked_until, 0) < coalesce(@at, durable_now() + @after)
                """,
                args);
            return;
        }

        tx.Postpone(
            """
            insert into lane_keys (lane, key, parked_until, park_reason) values (@lane, @key, coalesce(@at, durable_now() + @after), @reason)
            on conflict (lane, key) do update set parked_until = excluded.parked_until, park_reason = excluded.park_reason
            where lane_keys.parked_until < excluded.parked_until
            """,
            args);
    }

    /// <summary>Ends the parking of a lane or of a key in it, and makes the jobs ready that it had set aside.</summary>
    public static Task UnparkAsync(Transaction tx, string lane, string key, CancellationToken ct) => tx.ExecuteAsync(
        """
        update lanes set parked_until = null, park_reason = null where name = @lane and @key = '';
        delete from lane_keys where lane = @lane and key = @key;
        update jobs set state = 'ready', due_at = null, queued_at = durable_now()
        where state = 'parked' and lane = @lane and (@key = '' or lane_key = @key)
        """,
        new { lane, key },
        ct);

    /// <summary>Adds the stripes up in one row a lane, so that they do not outlive their processes; forgets parkings that are over.</summary>
    public static async Task TidyAsync(Transaction tx, CancellationToken ct)
    {
        var stripes = await tx.QueryAsync<LaneRow>("delete from lane_ends where stripe <> '' returning lane as name, ended", ct: ct);
        var sums = stripes.GroupBy(row => row.Name).Select(lane => (lane.Key, (int)lane.Sum(row => row.Ended))).ToList();
        if (sums.Count > 0)
            End(tx, stripe: "", sums);
        await tx.ExecuteAsync(
            """
            delete from lane_keys where parked_until <= (select durable_now());
            update lanes set parked_until = null, park_reason = null where parked_until <= (select durable_now())
            """,
            ct: ct);
    }
}

internal sealed record ParkedKeyRow
{
    public string Lane { get; init; } = "";

    public string Key { get; init; } = "";

    public long ParkedUntil { get; init; }

    public string? ParkReason { get; init; }

    public ParkedUntil ToParked() => new(Key, DateTimeOffset.FromUnixTimeMilliseconds(ParkedUntil), ParkReason);
}
