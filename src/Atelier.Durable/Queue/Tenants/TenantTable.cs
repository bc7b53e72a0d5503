// The tenants' rows, and the jobs that wait for a place. Everything runs in the transaction that moves the jobs.
namespace Atelier.Durable;

/// <summary>Statements about tenants that both databases understand.</summary>
internal static class TenantTable
{
    // A statement that locks many rows by writing them takes them in the order of its keys, as all others do, unless it hashes the keys.
    private const string KeysFirst = "set local enable_hashjoin = off", AnyOrder = "set local enable_hashjoin to default";

    // On PostgreSQL one write in eight moves a row to the next epoch, which costs an entry in the index.
    private const string NextEpoch = ", epoch = lane_tenants.epoch + (random() < 0.125)::integer";

    /// <summary>Locks the tenants' rows and makes those that are missing, and their lanes' too.</summary>
    public static async Task<IReadOnlyList<TenantRow>> LockAsync(
        Transaction tx, IReadOnlyList<LaneTenant> keys, TenantEpochs epochs, LaneSettings newLanes, CancellationToken ct)
    {
        var rows = await LockExistingAsync(tx, keys, epochs, ct);
        if (rows.Count < keys.Count)
        {
            var known = rows.Select(row => row.Key).ToHashSet();
            LaneTenant[] missing = [.. keys.Where(key => !known.Contains(key))];
            Add(tx, missing, newLanes);
            rows = [.. rows, .. await LockExistingAsync(tx, missing, new TenantEpochs(), ct)];
        }

        epochs.Saw(tx, [.. rows.Select(row => (row.Key, row.Epoch))]);
        return rows;
    }

    /// <summary>In one order for everybody, so that no two transactions wait for each other. The settings may be a moment old.</summary>
    private static Task<IReadOnlyList<TenantRow>> LockExistingAsync(
        Transaction tx, IReadOnlyList<LaneTenant> keys, TenantEpochs epochs, CancellationToken ct)
    {
        var ordered = InOrder(keys);
        var k = Keys(tx.Dialect, ordered, ("epoch", ordered.Select(epochs.From).ToArray()));

        // On PostgreSQL the rows are looked up one by one, in the order of the keys, whatever its statistics say: they are young here.
        const string Same = "lane = k.lane and tenant = k.tenant and epoch >= k.epoch";
        var rows = tx.Dialect == Dialect.Postgres
            ? $"{k.Sql} cross join lateral (select * from lane_tenants where {Same} for update) t"
            : $"{k.Sql} join lane_tenants t on t.lane = k.lane and t.tenant = k.tenant";
        return tx.QueryAsync<TenantRow>(
            $"""
            with l as materialized (select name, tenant_concurrency, virtual_time from lanes where name in (select lane from {k.Sql}))
            select t.lane, t.tenant, t.epoch, t.held, t.turn, t.owed, t.waits, s.weight, l.virtual_time,
                case when s.paused then 0 else coalesce(s.concurrency, l.tenant_concurrency) end as concurrency
            from {rows} join l on l.name = t.lane left join tenants s on s.tenant = t.tenant
            """,
            k.Arguments,
            ct);
    }

    private static void Add(Transaction tx, IReadOnlyList<LaneTenant> keys, LaneSettings newLanes)
    {
        var k = Keys(tx.Dialect, InOrder(keys));
        tx.Postpone(
            $"""
            insert into lanes (name, settings, tenant_concurrency)
            select distinct k.lane, @settings, cast(@places as integer) from {k.Sql} where true order by k.lane on conflict do nothing
            """,
            new Dictionary<string, object?>(k.Arguments!, StringComparer.Ordinal)
            {
                ["settings"] = LaneRow.Write(newLanes),
                ["places"] = newLanes.TenantConcurrency,
            });
        tx.Postpone(
            tx.Dialect == Dialect.Postgres
                ? $"""
                  with k as (
                      insert into lane_tenant_names (lane, tenant) select k.lane, k.tenant from {k.Sql} order by k.lane, k.tenant
                      on conflict do nothing returning lane, tenant)
                  insert into lane_tenants (lane, tenant, held, turn, waits) select k.lane, k.tenant, 0, 0, false from k
                  """
                : $"""
                  insert into lane_tenants (lane, tenant, held, turn, waits)
                  select k.lane, k.tenant, 0, 0, false from {k.Sql} where true on conflict do nothing
                  """,
            k.Arguments);
    }

    /// <summary>Writes locked rows back, after all that the transaction does to the tenants' jobs.</summary>
    public static void Write(Transaction tx, IReadOnlyCollection<TenantRow> rows)
    {
        var k = RowSet.Of(
            tx.Dialect,
            "k",
            ("lane", rows.Select(row => row.Lane).ToArray()),
            ("tenant", rows.Select(row => row.Tenant).ToArray()),
            ("epoch", rows.Select(row => row.Epoch).ToArray()),
            ("held", rows.Select(row => row.Held).ToArray()),
            ("turn", rows.Select(row => row.Turn).ToArray()),
            ("owed", rows.Select(row => row.Owed).ToArray()),
            ("waits", rows.Select(row => row.Waits).ToArray()));
        const string AnyWaits = "exists (select 1 from jobs where state = 'waiting' and jobs.lane = k.lane and jobs.tenant = k.tenant)";
        var changes = $"held = k.held, turn = k.turn, owed = k.owed, waits = coalesce(k.waits, {AnyWaits})";
        tx.Postpone(Update(tx.Dialect, k.Sql, changes), k.Arguments);
    }

    /// <summary>
    /// Takes places for new jobs without reading the rows first; answers what each tenant got. Rows that are missing, and those of tenants
    /// to whom something is owed, are left alone: they are not in the answer.
    /// </summary>
    /// <param name="tx">A transaction on PostgreSQL.</param>
    /// <param name="wanted">How many places for jobs of which cost.</param>
    /// <param name="epochs">Where to look for the rows.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<IReadOnlyList<TakenPlaces>> TakePlacesAsync(
        Transaction tx, IReadOnlyDictionary<LaneTenant, (int Count, double Cost)> wanted, TenantEpochs epochs, CancellationToken ct)
    {
        var keys = InOrder(wanted.Keys);
        var k = Keys(
            tx.Dialect,
            keys,
            ("epoch", keys.Select(epochs.From).ToArray()),
            ("places", keys.Select(key => wanted[key].Count).ToArray()),
            ("cost", keys.Select(key => wanted[key].Cost).ToArray()));
        const string Given = "least(w.places, greatest(0, w.most - held))";
        var longest = (double)TenantTurns.Unit * TenantTurns.Unit;
        tx.Postpone(KeysFirst);
        var taken = await tx.QueryAsync<TakenPlaces>(
            $"""
            with wanted as materialized (
                select k.lane, k.tenant, k.epoch, k.places, l.virtual_time,
                    case when s.paused then 0 else coalesce(s.concurrency, l.tenant_concurrency, 2147483647) end as most,
                    trunc(greatest(1, least(k.cost / coalesce(s.weight, 1) * {TenantTurns.Unit}, @longest)))::bigint as service
                from {k.Sql} join lanes l on l.name = k.lane left join tenants s on s.tenant = k.tenant order by k.lane, k.tenant)
            {Update(
                tx.Dialect,
                "wanted w",
                $"""
                given = {Given}, held = held + {Given}, waits = waits or {Given} < w.places,
                turn = case when {Given} = 0 then turn else greatest(turn, w.virtual_time) + {Given} * w.service end
                """,
                source: "w")}
                and owed = 0
            returning lane_tenants.lane, lane_tenants.tenant, lane_tenants.epoch, given, turn, w.service
            """,
            new Dictionary<string, object>(k.Arguments, StringComparer.Ordinal) { ["longest"] = longest },
            ct);
        tx.Postpone(AnyOrder);
        epochs.Saw(tx, [.. taken.Select(places => (places.Key, places.Epoch))]);
        return taken;
    }

    /// <summary>Gives places back without reading the rows first; answers of which tenants, and whether jobs of theirs may be waiting, no more.</summary>
    public static async Task<IReadOnlyList<TenantRow>> ReleaseAsync(
        Transaction tx, Dictionary<LaneTenant, int> places, TenantEpochs epochs, CancellationToken ct)
    {
        var keys = InOrder(places.Keys);
        var k = Keys(
            tx.Dialect,
            keys,
            ("epoch", keys.Select(epochs.From).ToArray()),
            ("places", keys.Select(key => places[key]).ToArray()));
        if (tx.Dialect == Dialect.Postgres)
            tx.Postpone(KeysFirst);
        var released = await tx.QueryAsync<TenantRow>(
            $"""
            {Update(tx.Dialect, k.Sql, "held = case when held > k.places then held - k.places else 0 end")}
            returning lane_tenants.lane, lane_tenants.tenant, lane_tenants.epoch, waits
            """,
            k.Arguments,
            ct);
        if (tx.Dialect == Dialect.Postgres)
            tx.Postpone(AnyOrder);
        epochs.Saw(tx, [.. released.Select(tenant => (tenant.Key, tenant.Epoch))]);
        return released;
    }

    private static string Update(Dialect dialect, string from, string changes, string source = "k") =>
        $"""
        update lane_tenants set {changes}{(dialect == Dialect.Postgres ? NextEpoch : "")} from {from}
        where lane_tenants.lane = {source}.lane and lane_tenants.tenant = {source}.tenant and lane_tenants.epoch >= {source}.epoch
        """;

    /// <summary>The latest turns of jobs that have a place of these tenants; without those that have none.</summary>
    public static async Task<Dictionary<LaneTenant, long>> LastTurnsAsync(Transaction tx, IReadOnlyList<LaneTenant> keys, CancellationToken ct)
    {
        var k = Keys(tx.Dialect, InOrder(keys));
        var rows = await tx.QueryAsync<TenantRow>(
            $"""
            select k.lane, k.tenant, max(jobs.turn) as turn from {k.Sql} join jobs on jobs.tenant = k.tenant and jobs.lane = k.lane and jobs.admitted
            group by k.lane, k.tenant
            """,
            k.Arguments,
            ct);
        return rows.ToDictionary(row => row.Key, row => row.Turn);
    }

    /// <summary>Gives waiting jobs their turns and makes them ready; answers which of them were still waiting.</summary>
    public static Task<IReadOnlyList<long>> AdmitAsync(Transaction tx, IReadOnlyList<(long Id, long Turn)> admitted, CancellationToken ct)
    {
        var k = RowSet.Of(
            tx.Dialect,
            "k",
            ("id", admitted.Select(job => job.Id).ToArray()),
            ("turn", admitted.Select(job => job.Turn).ToArray()));
        return tx.QueryAsync<long>(
            $"""
            update jobs set state = 'ready', admitted = true, turn = k.turn from {k.Sql}
            where jobs.id = k.id and jobs.state = 'waiting'
            returning jobs.id
            """,
            k.Arguments,
            ct);
    }

    /// <summary>Stores what an operator says of a tenant.</summary>
    public static Task ConfigureAsync(Transaction tx, string tenant, TenantSettings settings, CancellationToken ct) => tx.ExecuteAsync(
        """
        insert into tenants (tenant, weight, concurrency) values (@tenant, @Weight, @Concurrency)
        on conflict (tenant) do update set weight = excluded.weight, concurrency = excluded.concurrency
        """,
        new { tenant, settings.Weight, settings.Concurrency },
        ct);

    /// <summary>Stores whether a tenant's jobs are let in.</summary>
    public static Task PauseAsync(Transaction tx, string tenant, bool paused, CancellationToken ct) => tx.ExecuteAsync(
        """
        insert into tenants (tenant, paused) values (@tenant, @paused) on conflict (tenant) do update set paused = excluded.paused
        """,
        new { tenant, paused },
        ct);

    public static async Task<bool> IsPausedAsync(Session session, string tenant, CancellationToken ct) =>
        await session.ScalarAsync<bool?>("select paused from tenants where tenant = @tenant", new { tenant }, ct) ?? false;

    public static async Task<TenantSettings?> FindAsync(Session session, string tenant, CancellationToken ct) =>
        await session.QuerySingleOrDefaultAsync<TenantRow>("select tenant, weight, concurrency from tenants where tenant = @tenant", new { tenant }, ct)
            is { } row
            ? new TenantSettings(row.Weight ?? 1, row.Concurrency)
            : null;

    /// <summary>
    /// Draws the turns of a tenant's ready jobs together, or apart, as his new weight asks; those behind the lane's virtual time stay.
    /// </summary>
    public static Task ReweighAsync(Transaction tx, string tenant, double factor, CancellationToken ct) => tx.ExecuteAsync(
        """
        update jobs set turn = l.virtual_time + cast((jobs.turn - l.virtual_time) * @factor as bigint) from lanes l
        where l.name = jobs.lane and jobs.tenant = @tenant and jobs.state = 'ready' and jobs.lease is null and jobs.turn > l.virtual_time;
        update lane_tenants set turn = l.virtual_time + cast((lane_tenants.turn - l.virtual_time) * @factor as bigint),
            owed = cast(owed * @factor as bigint)
        from lanes l
        where l.name = lane_tenants.lane and lane_tenants.tenant = @tenant and lane_tenants.turn > l.virtual_time
        """,
        new { tenant, factor },
        ct);

    /// <summary>In which lanes a tenant, or all tenants of a lane, may have jobs that wait.</summary>
    public static Task<IReadOnlyList<LaneTenant>> WaitingAsync(Session session, string? lane, string? tenant, CancellationToken ct) =>
        session.QueryAsync<LaneTenant>(
            "select distinct lane, tenant from jobs where state = 'waiting'" +
            (lane is null ? "" : " and lane = @lane") + (tenant is null ? "" : " and tenant = @tenant"),
            new { lane, tenant },
            ct);

    /// <summary>Forgets tenants that have no jobs in a lane and whose last turn is over; answers how many.</summary>
    public static Task<int> ForgetIdleAsync(Transaction tx, CancellationToken ct)
    {
        const string Forget =
            """
            delete from lane_tenants where held = 0 and turn <= (select virtual_time from lanes where name = lane_tenants.lane)
                and not exists (select 1 from jobs where state = 'waiting' and jobs.lane = lane_tenants.lane and jobs.tenant = lane_tenants.tenant)
            """;
        return tx.ExecuteAsync(
            tx.Dialect == Dialect.Postgres
                ? $"""
                  with gone as ({Forget} returning lane, tenant)
                  delete from lane_tenant_names n using gone where n.lane = gone.lane and n.tenant = gone.tenant
                  """
                : Forget,
            ct: ct);
    }

    private static LaneTenant[] InOrder(IEnumerable<LaneTenant> keys) =>
        [.. keys.OrderBy(key => key.Lane, StringComparer.Ordinal).ThenBy(key => key.Tenant, StringComparer.Ordinal)];

    private static RowSet Keys(Dialect dialect, LaneTenant[] keys, params (string Column, Array Values)[] more) => RowSet.Of(
        dialect, "k", [("lane", keys.Select(key => key.Lane).ToArray()), ("tenant", keys.Select(key => key.Tenant).ToArray()), .. more]);
}

/// <summary>The places that a tenant got for new jobs.</summary>
internal sealed record TakenPlaces
{
    public string Lane { get; init; } = "";

    public string Tenant { get; init; } = "";

    public int Epoch { get; init; }

    /// <summary>How many.</summary>
    public int Given { get; init; }

    /// <summary>His turn behind the last of them.</summary>
    public long Turn { get; init; }

    /// <summary>The virtual time that each of them takes.</summary>
    public long Service { get; init; }

    public LaneTenant Key => new(Lane, Tenant);
}
