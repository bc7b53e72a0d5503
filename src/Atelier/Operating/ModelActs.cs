// Switches models on and off and sets what they cost in credits. The setting and its line in the audit log are one transaction.
using Atelier.Credits;
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Moderation;

namespace Atelier.Operating;

/// <summary>What the operator decided about a model; null leaves it to the catalogue.</summary>
/// <param name="Enabled">Whether it can be asked for.</param>
/// <param name="Credits">What one picture of standard quality costs.</param>
public sealed record ModelDecision(bool? Enabled, long? Credits);

/// <summary>Reads and changes the decisions about models.</summary>
public sealed class ModelActs(Database database, ModelSwitches switches, PriceList prices)
{
    /// <summary>Every decision, by model; models without one are absent.</summary>
    public async Task<IReadOnlyDictionary<string, ModelDecision>> ReadAsync(CancellationToken cancellationToken = default) =>
        (await database.AskAsync(session => session.QueryAsync<Row>("SELECT model, enabled, credits FROM model_settings"), cancellationToken))
        .ToDictionary(row => row.Model, row => new ModelDecision(row.Enabled, row.Credits), StringComparer.OrdinalIgnoreCase);

    /// <summary>Decides about a model. Holds in all processes within seconds; what was submitted before stays as it is.</summary>
    public async Task<ModelDecision> ChangeAsync(
        string actor, string model, Func<ModelDecision, ModelDecision> change, CancellationToken cancellationToken = default)
    {
        var now = await database.TransactAsync(async transaction =>
        {
            await transaction.ExecuteAsync("INSERT INTO model_settings (model) VALUES (@model) ON CONFLICT (model) DO UPDATE SET model = @model", new { model });
            var row = (await transaction.QueryAsync<Row>("SELECT model, enabled, credits FROM model_settings WHERE model = @model", new { model })).Single();
            var before = new ModelDecision(row.Enabled, row.Credits);
            var after = change(before);
            if (after != before)
            {
                await transaction.ExecuteAsync(
                    "UPDATE model_settings SET enabled = @Enabled, credits = @Credits WHERE model = @model", new { model, after.Enabled, after.Credits });
                AuditLog.Append(transaction, new Act(actor, "model.settings", "model", model, before, after));
            }
            return after;
        }, cancellationToken);
        switches.Forget();
        await prices.RefreshAsync(cancellationToken);
        return now;
    }

    private sealed class Row
    {
        public string Model { get; init; } = "";
        public bool? Enabled { get; init; }
        public long? Credits { get; init; }
    }
}
