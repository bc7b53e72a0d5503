// The table of running workers: one heartbeat row each, on the database's clock. A worker without a row has lost every lease it had.
namespace Atelier.Durable;

internal static class Workers
{
    public static Task RegisterAsync(Transaction tx, string id, HostProcess process, TimeSpan lease, CancellationToken ct) =>
        tx.ExecuteAsync(
            "insert into workers (id, host, pid, process_started, registered_at, lease_ms, expires_at) " +
            "values (@id, @Host, @Pid, @Started, durable_now(), @lease, durable_now() + @lease)",
            new { id, process.Host, process.Pid, process.Started, lease = (long)lease.TotalMilliseconds },
            ct);

    /// <summary>Extends the lease; false if somebody declared the worker dead.</summary>
    public static async Task<bool> BeatAsync(Transaction tx, string id, CancellationToken ct) =>
        await tx.ExecuteAsync("update workers set expires_at = durable_now() + lease_ms where id = @id", new { id }, ct) == 1;

    public static Task RemoveAsync(Transaction tx, string id, CancellationToken ct) =>
        tx.ExecuteAsync("delete from workers where id = @id", new { id }, ct);

    /// <summary>Declares workers dead whose heartbeat is overdue; answers how many.</summary>
    public static Task<int> ExpireAsync(Transaction tx, CancellationToken ct) =>
        tx.ExecuteAsync("delete from workers where expires_at <= (select durable_now())", ct: ct);

    /// <summary>The workers of a host.</summary>
    public static Task<IReadOnlyList<WorkerRow>> OnHostAsync(Session session, string host, CancellationToken ct) =>
        session.QueryAsync<WorkerRow>("select id, host, pid, process_started from workers where host = @host", new { host }, ct);
}

internal sealed class WorkerRow
{
    public string Id { get; init; } = "";

    public string? Host { get; init; }

    public int Pid { get; init; }

    public long ProcessStarted { get; init; }

    public HostProcess Process => new(Host, Pid, ProcessStarted);
}

internal sealed class RunningRow
{
    public long Id { get; init; }

    public long Lease { get; init; }

    public bool CancelRequested { get; init; }
}
