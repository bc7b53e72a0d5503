// Carries a ban out, or its end: cancels unfinished work, hides public pictures, shows them again. A job of its own, written with the ban, so that
// no crash forgets it; every step looks at the account anew, so that repeating is harmless and the latest word counts.
using System.Text.Json;
using Atelier.Durable;
using Atelier.Generating;

namespace Atelier.Moderation;

/// <summary>Runs the jobs that follow bans.</summary>
public sealed class BanSweep(Database database, GenerationCommands commands, TimeProvider time) : JobHandler
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
        await EachAsync(account, "finished_at IS NULL AND EXISTS (SELECT 1 FROM accounts WHERE id = @account AND banned_at IS NOT NULL)",
            id => commands.CancelAsync(id, account, ct), ct);
        await EachAsync(account, "visibility = 'public' AND hidden_at IS NULL", id => ChangeAsync(id, account, isBanned: true, ct), ct);
        await EachAsync(account, "hidden_reason = 'account_banned'", id => ChangeAsync(id, account, isBanned: false, ct), ct);
        return new JobOutcome.Succeeded();
    }

    // Page after page by id, so that what was done is not looked at again.
    private async Task EachAsync(string account, string condition, Func<string, Task> act, CancellationToken ct)
    {
        IReadOnlyList<string> page;
        var after = "";
        do
        {
            page = await database.ReadAsync(session => session.QueryAsync<string>(
                $"SELECT id FROM generations WHERE owner = @account AND deleted_at IS NULL AND id > @after AND {condition} ORDER BY id LIMIT @Page",
                new { account, after, Page }), ct);
            foreach (var id in page)
                await act(id);
            after = page.Count == 0 ? after : page[^1];
        }
        while (page.Count == Page);
    }

    private Task ChangeAsync(string id, string account, bool isBanned, CancellationToken ct) => database.TransactAsync(async transaction =>
    {
        var change = isBanned
            ? "UPDATE generations SET hidden_at = @at, hidden_reason = @AccountBanned WHERE id = @id AND hidden_at IS NULL AND EXISTS"
            : "UPDATE generations SET hidden_at = NULL, hidden_reason = NULL WHERE id = @id AND hidden_reason = @AccountBanned AND NOT EXISTS";
        var changed = await transaction.ExecuteAsync(
            $"{change} (SELECT 1 FROM accounts WHERE id = @account AND banned_at IS NOT NULL)",
            new { id, account, at = time.GetUtcNow().ToUnixTimeMilliseconds(), ReportNames.AccountBanned });
        if (changed == 1 && await GenerationStore.FindAsync(transaction, id) is { } generation)
            EventLog.Append(transaction, GenerationEvents.ModerationOf(generation));
    }, ct);

    private sealed record Payload(string Account);
}
