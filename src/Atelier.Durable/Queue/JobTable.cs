// Writes on jobs that both databases understand. They run in the caller's transaction and commit or vanish with it.
namespace Atelier.Durable;

/// <summary>Writes of rows that the caller has locked, or that need no lock.</summary>
internal static class JobTable
{
    /// <summary>The state: a job with a lease runs, though the column beside it still says that it is ready.</summary>
    public const string State = "case when lease is null then state else 'running' end";

    /// <summary>A condition that holds for ready jobs that nobody runs.</summary>
    public const string IsReady = "state = 'ready' and lease is null";

    /// <summary>The columns of an unfinished job.</summary>
    public const string Columns =
        $"id, kind, lane, lane_key, tenant, priority, {Rank} as rank, turn, admitted, cost, {State} as state, attempts, max_attempts, crashes, " +
        "enqueued_at, queued_at, due_at, deadline, lease, cancel_requested, woken, unique_key, payload, checkpoint, failures";

    /// <summary>The columns of a job that a claim answers; the rest of them are as the claim has set them.</summary>
    public const string ClaimedColumns =
        $"id, kind, lane, lane_key, tenant, priority, {Rank} as rank, turn, admitted, cost, attempts, max_attempts, crashes, enqueued_at, queued_at, " +
        "deadline, lease, cancel_requested, unique_key, payload, checkpoint, failures";

    /// <summary>The rank as <see cref="JobRow.Rank"/> has it.</summary>
    public const string Rank = "case when begun then -2147483648 else rank end";

    /// <summary>The columns of a dead letter, but for the time of its death.</summary>
    public const string DeadColumns =
        "id, kind, lane, lane_key, tenant, priority, cost, attempts, max_attempts, crashes, enqueued_at, deadline, " +
        "unique_key, payload, checkpoint, failures";

    /// <summary>Writes a locked job's new state and everything that changes with it. The lease ends.</summary>
    public static void Update(Transaction tx, JobRow row) => tx.Postpone(
        """
        update jobs set state = @State, rank = @Rank, begun = @HoldsLane, due_at = @DueAt, attempts = @Attempts, crashes = @Crashes,
            checkpoint = @Checkpoint, failures = @Failures, lease = null, woken = false,
            queued_at = case when @State = 'ready' then durable_now() else queued_at end
        where id = @Id
        """,
        row);

    /// <summary>
    /// Lets jobs sleep whose leases hold and that nothing keeps awake; answers which those are. They keep their places.
    /// </summary>
    public static Task<IReadOnlyList<long>> SnoozeAsync(
        Transaction tx, IReadOnlyList<(LeasedId Leased, JobOutcome.Snoozed Snooze)> snoozes, CancellationToken ct)
    {
        var k = RowSet.Of(
            tx.Dialect,
            "k",
            ("id", snoozes.Select(job => job.Leased.Id).ToArray()),
            ("lease", snoozes.Select(job => job.Leased.Lease).ToArray()),
            ("at", snoozes.Select(job => job.Snooze.Until.Time?.ToUnixTimeMilliseconds()).ToArray()),
            ("after", snoozes.Select(job => job.Snooze.Until.DelayMilliseconds).ToArray()),
            ("checkpoint", snoozes.Select(job => job.Snooze.Checkpoint).ToArray()));
        return tx.QueryAsync<long>(
            $"""
            update jobs set state = 'snoozed', due_at = coalesce(k.at, (select durable_now()) + k.after),
                checkpoint = coalesce(k.checkpoint, jobs.checkpoint), crashes = 0, rank = {Rank}, lease = null
            from {k.Sql}
            where jobs.id = k.id and jobs.lease = k.lease and not jobs.cancel_requested and not jobs.woken
                and (jobs.deadline is null or jobs.deadline > (select durable_now()))
            returning jobs.id
            """,
            k.Arguments,
            ct);
    }

    /// <summary>Removes a locked job and its progress.</summary>
    public static void Remove(Transaction tx, long id)
    {
        tx.Postpone("delete from jobs where id = @id", new { id });
        RemoveProgress(tx, id);
    }

    /// <summary>Forgets a job's progress.</summary>
    public static void RemoveProgress(Transaction tx, long id) => tx.Postpone("delete from job_progress where job_id = @id", new { id });

    /// <summary>Keeps a removed job among the dead letters.</summary>
    public static void Bury(Transaction tx, JobRow row) => tx.Postpone(
        $"""
        insert into dead_jobs ({DeadColumns}, error_code, died_at)
        values (@Id, @Kind, @Lane, @LaneKey, @Tenant, @Priority, @Cost, @Attempts, @MaxAttempts, @Crashes, @EnqueuedAt, @Deadline,
            @UniqueKey, @Payload, @Checkpoint, @Failures, @ErrorCode, durable_now())
        """,
        row);

    /// <summary>
    /// Brings a dead job back, under its old id; without its deadline, and without its unique key if another job has that by now. One of a
    /// tenant waits for a place.
    /// </summary>
    public static Task ReviveAsync(Transaction tx, JobRow row, CancellationToken ct) => tx.ExecuteAsync(
        """
        insert into jobs (id, kind, lane, lane_key, tenant, priority, rank, turn, cost, state, max_attempts, enqueued_at, queued_at,
            unique_key, payload, checkpoint, failures)
        values (@Id, @Kind, @Lane, @LaneKey, @Tenant, @Priority, @Priority,
            coalesce((select virtual_time from lanes where name = @Lane), 0), @Cost, @State, @MaxAttempts, @EnqueuedAt, durable_now(),
            case when exists (select 1 from jobs where unique_key = @UniqueKey) then null else @UniqueKey end,
            @Payload, @Checkpoint, @Failures)
        """,
        row,
        ct);

    /// <summary>Stores a checkpoint if the lease holds; answers whether it does.</summary>
    public static async Task<bool> CheckpointAsync(Transaction tx, LeasedId leased, string checkpoint, CancellationToken ct) =>
        await tx.ExecuteAsync(
            "update jobs set checkpoint = @checkpoint where id = @Id and lease = @Lease",
            new { checkpoint, leased.Id, leased.Lease },
            ct) == 1;

    /// <summary>Marks a running job: its worker is to cancel it.</summary>
    public static Task RequestCancelAsync(Transaction tx, long id, CancellationToken ct) =>
        tx.ExecuteAsync("update jobs set cancel_requested = true where id = @id", new { id }, ct);

    /// <summary>Makes a job that does not run ready to be canceled by a worker that has its handler.</summary>
    public static Task SendToBeCanceledAsync(Transaction tx, long id, CancellationToken ct) =>
        tx.ExecuteAsync("update jobs set cancel_requested = true, state = 'ready', due_at = null where id = @id", new { id }, ct);

    /// <summary>
    /// Promotes a job that waits for a time, or remembers the wake-up of one that runs; answers how it stands then, null if there is none.
    /// </summary>
    public static Task<JobRow?> WakeAsync(Transaction tx, long id, CancellationToken ct) => tx.QuerySingleOrDefaultAsync<JobRow>(
        $"""
        update jobs set woken = (lease is not null), {Promotion}
        where id = @id
        returning {Columns}
        """,
        new { id },
        ct);

    /// <summary>Puts a waiting job before all others that its tenant has waiting in its lane. False if it does not wait.</summary>
    public static async Task<bool> PlaceFirstAsync(Transaction tx, long id, CancellationToken ct) => await tx.ExecuteAsync(
        """
        update jobs set place = (
            select min(other.place) - 1 from jobs other where other.state = 'waiting' and other.lane = jobs.lane and other.tenant = jobs.tenant)
        where id = @id and state = 'waiting'
        """,
        new { id },
        ct) == 1;

    /// <summary>What promotion changes: a job of a tenant without a place waits for one.</summary>
    public const string Promotion =
        """
        state = case when due_at is null then state when admitted or tenant = '' then 'ready' else 'waiting' end,
        queued_at = case when due_at is null then queued_at else durable_now() end,
        turn = case when due_at is null or admitted then turn else coalesce((select virtual_time from lanes where name = lane), 0) end,
        due_at = null
        """;
}
