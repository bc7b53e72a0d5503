// Cancels the unfinished work of a banned account: a job of its own, written with the ban, so that no crash forgets it. Repeating is harmless.
using System.Text.Json;
using Atelier.Durable;
using Atelier.Generating;

namespace Atelier.Moderation;

/// <summary>Runs the jobs that follow bans.</summary>
public sealed class BanSweep(Database database, GenerationCommands commands) : JobHandler
{
    private const string Name = "ban_sweep";
    private const int Page = 200;

    /// <inheritdoc/>
    public override string Kind => Name;

    internal static Task EnqueueAsync(JobQueue queue, Transaction transaction, string account) => queue.EnqueueAsync(transaction, new NewJob
    {
        Kind = Name,
        Lane = "moderation",
        Payload = JsonSerializer.Serialize(new Payload(account)),
    });

    /// <inheritdoc/>
    public override async Task<JobOutcome> RunAsync(JobContext job, CancellationToken ct)
    {
        var account = JsonSerializer.Deserialize<Payload>(job.Job.Payload)!.Account;
        IReadOnlyList<string> page;
        var after = "";
        do
        {
            // The account is looked at anew for each page: the ban may have been lifted.
            page = await database.AskAsync(session => session.QueryAsync<string>("""
                SELECT id FROM generations WHERE owner = @account AND finished_at IS NULL AND deleted_at IS NULL AND id > @after
                    AND EXISTS (SELECT 1 FROM accounts WHERE id = @account AND banned_at IS NOT NULL) ORDER BY id LIMIT @Page
                """, new { account, after, Page }), ct);
            foreach (var id in page)
                await commands.CancelAsync(id, account, ct);
            after = page.Count == 0 ? after : page[^1];
        }
        while (page.Count == Page);
        return new JobOutcome.Succeeded();
    }

    private sealed record Payload(string Account);
}
