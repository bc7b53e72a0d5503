// Jobs that come again and again. A tick's job and the time of the next tick are one transaction: exactly one job a tick, whoever does it.
using System.Text.Json;

namespace Atelier.Durable;

/// <summary>A job that is enqueued on a schedule.</summary>
/// <param name="Name">Its name; 1 to 200 characters.</param>
/// <param name="Schedule">When.</param>
/// <param name="Job">What to enqueue. With a <see cref="NewJob.UniqueKey"/> a tick is skipped while the job of an earlier one is unfinished.</param>
/// <param name="NextAt">When next, on the database's clock; set by the queue.</param>
/// <param name="LastJob">The job of the latest tick; null before the first.</param>
public sealed record RecurringJob(string Name, Schedule Schedule, NewJob Job, DateTimeOffset? NextAt = null, JobId? LastJob = null);

/// <summary>Sets and lists recurring jobs; <see cref="QueueMaintenance"/> of any process enqueues them.</summary>
public sealed class RecurringJobs
{
    private const int MostAtOnce = 100;

    private readonly JobQueue _queue;

    internal RecurringJobs(JobQueue queue) => _queue = queue;

    /// <summary>
    /// Sets a recurring job in place of one of the same name. Its next tick is kept if the schedule stays the same, so every process may
    /// set it at each start. Ticks missed while nobody ran are made up for by one job.
    /// </summary>
    /// <exception cref="ArgumentException">A property is out of its range, or the job has a <see cref="NewJob.RunAt"/>.</exception>
    public Task SetAsync(RecurringJob recurring, CancellationToken ct = default)
    {
        if (recurring.Name.Length is < 1 or > 200)
            throw new ArgumentException($"Name has {recurring.Name.Length} characters; allowed are 1 to 200.", nameof(recurring));
        if (recurring.Job.RunAt is not null || recurring.Job.Deadline is not null)
            throw new ArgumentException("A recurring job has neither RunAt nor Deadline: its schedule says when it runs.", nameof(recurring));
        NewJob.Validate(recurring.Job);
        return _queue.Database.TransactAsync(
            async tx =>
            {
                var now = await tx.ScalarAsync<long>("select durable_now()", ct: ct);
                await tx.ExecuteAsync(
                    """
                    insert into recurring_jobs (name, schedule, job, next_at) values (@Name, @schedule, @job, @next)
                    on conflict (name) do update set schedule = excluded.schedule, job = excluded.job,
                        next_at = case when recurring_jobs.schedule = excluded.schedule then recurring_jobs.next_at else excluded.next_at end
                    """,
                    new
                    {
                        recurring.Name,
                        schedule = recurring.Schedule.ToString(),
                        job = JsonSerializer.Serialize(recurring.Job),
                        next = recurring.Schedule.Next(DateTimeOffset.FromUnixTimeMilliseconds(now)).ToUnixTimeMilliseconds(),
                    },
                    ct);
                tx.SignalAfterCommit(Topics.Timed);
            },
            ct);
    }

    /// <summary>Ends a recurring job; false if there is none. Jobs that it has enqueued stay.</summary>
    public async Task<bool> RemoveAsync(string name, CancellationToken ct = default) => await _queue.Database.TransactAsync(
        tx => tx.ExecuteAsync("delete from recurring_jobs where name = @name", new { name }, ct), ct) == 1;

    /// <summary>All recurring jobs by name.</summary>
    public async Task<IReadOnlyList<RecurringJob>> ListAsync(CancellationToken ct = default)
    {
        var rows = await _queue.Database.AskAsync(
            session => session.QueryAsync<RecurringRow>("select * from recurring_jobs order by name", ct: ct), ct);
        return [.. rows.Select(row => row.ToRecurringJob())];
    }

    /// <summary>Enqueues what is due; answers how long until the next tick, null if there is none.</summary>
    internal async Task<TimeSpan?> TickAsync(CancellationToken ct)
    {
        const string Next = "select min(next_at) - durable_now() from recurring_jobs";
        var next = await _queue.Database.AskAsync(session => session.ScalarAsync<long?>(Next, ct: ct), ct);
        if (next <= 0)
        {
            await _queue.Database.TransactAsync(tx => TickAsync(tx, ct), ct);
            next = await _queue.Database.AskAsync(session => session.ScalarAsync<long?>(Next, ct: ct), ct);
        }

        return next is { } milliseconds ? TimeSpan.FromMilliseconds(Math.Max(0, milliseconds)) : null;
    }

    private async Task TickAsync(Transaction tx, CancellationToken ct)
    {
        foreach (var row in await _queue.Store.LockDueRecurringAsync(tx, MostAtOnce, ct))
        {
            var recurring = row.ToRecurringJob();
            var enqueued = await _queue.EnqueueAsync(tx, recurring.Job, ct);
            var next = recurring.Schedule.Next(DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(row.Now, row.NextAt)));
            await tx.ExecuteAsync(
                "update recurring_jobs set next_at = @next, last_job_id = @job where name = @Name",
                new { next = next.ToUnixTimeMilliseconds(), job = enqueued.Id.Value, row.Name },
                ct);
        }
    }
}

internal sealed record RecurringRow
{
    public string Name { get; init; } = "";

    public string Schedule { get; init; } = "";

    public string Job { get; init; } = "";

    public long NextAt { get; init; }

    public long? LastJobId { get; init; }

    public long Now { get; init; }

    public RecurringJob ToRecurringJob() => new(
        Name,
        Durable.Schedule.Parse(Schedule),
        JsonSerializer.Deserialize<NewJob>(Job)!,
        DateTimeOffset.FromUnixTimeMilliseconds(NextAt),
        LastJobId is { } id ? new JobId(id) : null);
}
