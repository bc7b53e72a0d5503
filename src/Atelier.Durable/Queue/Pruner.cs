// Removes what has been kept long enough: events, dead letters, keys, numbers, progress without a job. A crash leaves some of it for the next time.
namespace Atelier.Durable;

internal sealed class Pruner(JobQueue queue, QueueMaintenanceOptions options)
{
    public async Task PruneAsync(CancellationToken ct)
    {
        while (await EventLog.TrimAsync(queue.Database, options.EventRetention, ct) > 0)
            ct.ThrowIfCancellationRequested();
        await queue.Database.TransactAsync(
            Durability.Relaxed,
            async tx =>
            {
                await tx.ExecuteAsync(
                    "delete from dead_jobs where died_at < (select durable_now()) - @age",
                    new { age = (long)options.DeadLetterRetention.TotalMilliseconds },
                    ct);
                await tx.ExecuteAsync("delete from job_keys where expires_at <= (select durable_now())", ct: ct);
                await TenantTable.ForgetIdleAsync(tx, ct);
                await LaneTable.TidyAsync(tx, ct);
                await StatisticsTable.TrimAsync(tx, (int)options.StatisticsRetention.TotalMinutes, ct);
                await tx.ExecuteAsync(
                    "delete from job_progress where not exists (select 1 from jobs where jobs.id = job_progress.job_id)", ct: ct);
            },
            ct);
    }
}
