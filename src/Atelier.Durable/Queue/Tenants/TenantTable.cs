// The tenants' rows, and the jobs that wait for a place. Everything runs in the transaction that moves the jobs.
namespace Atelier.Durable;

/// <summary>Statements about tenants that both databases understand.</summary>
internal static class TenantTable
{
    // The settings may be a moment old: they only say what to aim at.
    private const string WithSettings =
        """
        lane, tenant, held, turn,
        (select weight from tenants where tenants.tenant = lane_tenants.tenant) as weight,
        coalesce((select concurrency from tenants where tenants.tenant = lane_tenants.tenant),
            (select tenant_concurrency from lanes where name = lane_tenants.lane)) as concurrency,
        (select virtual_time from lanes where name = lane_tenants.lane) as virtual_time
        """;

    /// <summary>Locks the tenants' rows and makes those that are missing, and their lanes' too.</summary>
    public static async Task<IReadOnlyList<TenantRow>> LockAsync(
        Transaction tx, IReadOnlyList<LaneTenant> keys, LaneSettings newLanes, CancellationToken ct)
    {
        var wanted = Keys(tx.Dialect, keys);
        var rows = await EnterAsync();
        if (rows.All(row => row.VirtualTime is not null))
            return rows;
        await tx.ExecuteAsync(
            $"""
            insert into lanes (name, settings, tenant_concurrency)
            select distinct k.lane, @settings, cast(@places as integer) from {wanted.Sql} where true order by k.lane on conflict do nothing
            """,
            new Dictionary<string, object?>(wanted.Arguments!, StringComparer.Ordinal)
            {
                ["settings"] = LaneRow.Write(newLanes),
                ["places"] = newLanes.TenantConcurrency,
            },
            ct);
        return await EnterAsync();

        Task<IReadOnlyList<TenantRow>> EnterAsync() => tx.QueryAsync<TenantRow>(
            $"""
            insert into lane_tenants (lane, tenant, held, turn)
            select k.lane, k.tenant, 0, 0 from {wanted.Sql} where true order by k.lane, k.tenant
            on conflict (lane, tenant) do update set held = lane_tenants.held
            returning {WithSettings}
            """,
            wanted.Arguments,
            ct);
    }

    /// <summary>Writes locked rows back.</summary>
    public static void Write(Transaction tx, IReadOnlyCollection<TenantRow> rows)
    {
        var k = RowSet.Of(
            tx.Dialect,
            "k",
            ("lane", rows.Select(row => row.Lane).ToArray()),
            ("tenant", rows.Select(row => row.Tenant).ToArray()),
            ("held", rows.Select(row => row.Held).ToArray()),
            ("turn", rows.Select(row => row.Turn).ToArray()));
        tx.Postpone(
            $"""
            update lane_tenants set held = k.held, turn = k.turn from {k.Sql}
            where lane_tenants.lane = k.lane and lane_tenants.tenant = k.tenant
            """,
            k.Arguments);
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
        where l.name = jobs.lane and jobs.tenant = @tenant and jobs.state = 'ready' and jobs.turn > l.virtual_time;
        update lane_tenants set turn = l.virtual_time + cast((lane_tenants.turn - l.virtual_time) * @factor as bigint) from lanes l
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
    public static Task<int> ForgetIdleAsync(Transaction tx, CancellationToken ct) => tx.ExecuteAsync(
        """
        delete from lane_tenants where held = 0 and turn <= (select virtual_time from lanes where name = lane_tenants.lane)
            and not exists (select 1 from jobs where state = 'waiting' and jobs.lane = lane_tenants.lane and jobs.tenant = lane_tenants.tenant)
        """,
        ct: ct);

    private static RowSet Keys(Dialect dialect, IReadOnlyList<LaneTenant> keys) => RowSet.Of(
        dialect, "k", ("lane", keys.Select(key => key.Lane).ToArray()), ("tenant", keys.Select(key => key.Tenant).ToArray()));
}
