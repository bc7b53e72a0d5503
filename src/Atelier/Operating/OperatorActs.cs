// What operators do to lanes, keys and dead letters. Each act and its line in the audit log are one transaction.
using System.Globalization;
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Moderation;

namespace Atelier.Operating;

/// <summary>The operator's acts, with whoever does them.</summary>
public sealed class OperatorActs(Database database, JobQueue queue, KeyCare care, ProviderHealth health)
{
    /// <summary>Sets what a lane lets through.</summary>
    public Task SetModeAsync(string actor, string lane, LaneMode mode, CancellationToken cancellationToken = default) => ChangeLaneAsync(
        lane, async (transaction, before) =>
        {
            await queue.Lanes.SetModeAsync(transaction, lane, mode, cancellationToken);
            return new Act(actor, $"lane.{NameOf(mode)}", "lane", lane, before is null ? null : new { before.Mode }, new { Mode = mode });
        }, cancellationToken);

    /// <summary>Sets a lane's limits in place of those it had.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public Task ConfigureAsync(string actor, string lane, LaneSettings settings, CancellationToken cancellationToken = default) => ChangeLaneAsync(
        lane, async (transaction, before) =>
        {
            await queue.Lanes.ConfigureAsync(transaction, lane, settings, cancellationToken);
            return new Act(actor, "lane.limits", "lane", lane, before?.Settings, settings);
        }, cancellationToken);

    /// <summary>Lets no job of a lane, or of one key in it, begin until a time.</summary>
    public Task ParkAsync(string actor, string lane, Due until, string? reason, string? key, CancellationToken cancellationToken = default) => ChangeLaneAsync(
        lane, (transaction, before) =>
        {
            queue.Lanes.Park(transaction, lane, until, reason, key);
            return Task.FromResult(new Act(actor, "lane.park", "lane", lane, before?.Parked, new { Until = until.Time?.ToString("O", CultureInfo.InvariantCulture), Seconds = until.Delay?.TotalSeconds, Reason = reason, Key = key }));
        }, cancellationToken);

    /// <summary>Ends a parking.</summary>
    public Task UnparkAsync(string actor, string lane, string? key, CancellationToken cancellationToken = default) => ChangeLaneAsync(
        lane, async (transaction, before) =>
        {
            await queue.Lanes.UnparkAsync(transaction, lane, key, cancellationToken);
            return new Act(actor, "lane.unpark", "lane", lane, before?.Parked, new { Key = key });
        }, cancellationToken);

    /// <summary>Lifts what holds a key back, and lets the jobs that wait for it look again.</summary>
    public async Task CureAsync(string actor, string provider, string label, CancellationToken cancellationToken = default)
    {
        await database.TransactAsync(async transaction =>
        {
            var lifted = await ProviderHealth.CureAsync(transaction, provider, label);
            AuditLog.Append(transaction, new Act(actor, "key.cure", "key", $"{provider}/{label}", After: new { Lifted = lifted }));
        }, cancellationToken);
        health.Forget();
        await care.AwakeAsync(provider, cancellationToken);
    }

    /// <summary>Puts a dead letter back into the queue, as it was or edited. False where there is none.</summary>
    public Task<bool> RequeueAsync(string actor, JobId id, JobEdit? edit = null, CancellationToken cancellationToken = default) =>
        database.TransactAsync(async transaction =>
        {
            if (!await queue.RetryDeadAsync(transaction, id, edit, cancellationToken))
                return false;
            AuditLog.Append(transaction, new Act(actor, "dead_letter.requeue", "dead_letter", id.ToString(), After: edit));
            return true;
        }, cancellationToken);

    /// <summary>Forgets a dead letter for good. False where there is none.</summary>
    public Task<bool> DiscardAsync(string actor, JobId id, CancellationToken cancellationToken = default) =>
        database.TransactAsync(async transaction =>
        {
            if (!await queue.DiscardDeadAsync(transaction, id, cancellationToken))
                return false;
            AuditLog.Append(transaction, new Act(actor, "dead_letter.discard", "dead_letter", id.ToString()));
            return true;
        }, cancellationToken);

    private async Task ChangeLaneAsync(string lane, Func<Transaction, LaneStatus?, Task<Act>> change, CancellationToken cancellationToken)
    {
        var before = (await queue.Lanes.ListAsync(cancellationToken)).FirstOrDefault(status => status.Name == lane);
        await database.TransactAsync(async transaction => AuditLog.Append(transaction, await change(transaction, before)), cancellationToken);
    }

    private static string NameOf(LaneMode mode) => mode switch
    {
        LaneMode.Paused => "pause",
        LaneMode.Draining => "drain",
        _ => "resume",
    };
}
