// Keys that stay taken for a time, also when their job is over. They are written in the transaction that adds the job.
namespace Atelier.Durable;

internal static class UniqueKeys
{
    /// <summary>Who holds the keys of these jobs that are taken. The keys that are free are locked until the transaction ends.</summary>
    public static async Task<Dictionary<string, JobId>> HoldersAsync(Transaction tx, IReadOnlyList<NewJob> jobs, CancellationToken ct)
    {
        var holders = new Dictionary<string, JobId>(StringComparer.Ordinal);
        foreach (var job in jobs.Where(job => job.UniqueFor is not null).OrderBy(job => job.ScopedKey, StringComparer.Ordinal))
        {
            // An expired row is as good as none; one that is in force stays as it is, and says whose it is.
            var row = await tx.QuerySingleOrDefaultAsync<KeyRow>(
                """
                insert into job_keys (key, job_id, expires_at) values (@ScopedKey, 0, durable_now() + @life)
                on conflict (key) do update set
                    job_id = case when job_keys.expires_at <= durable_now() then 0 else job_keys.job_id end,
                    expires_at = case when job_keys.expires_at <= durable_now() then excluded.expires_at else job_keys.expires_at end
                returning job_id
                """,
                new { job.ScopedKey, life = (long)job.UniqueFor!.Value.TotalMilliseconds },
                ct);
            if (row!.JobId != 0)
                holders[job.ScopedKey!] = new JobId(row.JobId);
        }

        return holders;
    }

    /// <summary>Notes whose the keys are now.</summary>
    public static async Task KeepAsync(Transaction tx, IReadOnlyList<(NewJob Job, Enqueued Added)> jobs, CancellationToken ct)
    {
        foreach (var (job, added) in jobs.Where(job => job.Job.UniqueFor is not null))
            await tx.ExecuteAsync("update job_keys set job_id = @Value where key = @ScopedKey", new { added.Id.Value, job.ScopedKey }, ct);
    }

    private sealed record KeyRow
    {
        public long JobId { get; init; }
    }
}
