// What operators should see to, from the event stream that is kept for them, and whether it still holds. Reads only.
using System.Text.Json;
using Atelier.Durable;
using Atelier.Generating;

namespace Atelier.Operating;

/// <summary>Something that an operator should see to.</summary>
/// <param name="Id">Its place in the order of events.</param>
/// <param name="Kind">What happened, such as <c>provider.key_benched</c>.</param>
/// <param name="Provider">At which provider.</param>
/// <param name="Key">With which key.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="At">When.</param>
/// <param name="Until">When it ends by itself; null where somebody has to see to it.</param>
/// <param name="Current">Whether it still holds.</param>
public sealed record Alert(long Id, string Kind, string Provider, string Key, string Reason, DateTimeOffset At, DateTimeOffset? Until, bool Current);

/// <summary>Reads the alerts.</summary>
public sealed class Alerts(Database database, ProviderHealth health)
{
    /// <summary>The most alerts that are read at once.</summary>
    public const int Most = 200;

    /// <summary>The latest alerts, those that still hold first, then the latest first. Of one key only the latest holds.</summary>
    public async Task<IReadOnlyList<Alert>> ReadAsync(int limit = 50, CancellationToken cancellationToken = default)
    {
        var rows = await database.AskAsync(session => session.QueryAsync<Row>(
            "SELECT id, type, data, at FROM events WHERE stream = @OperatorStream ORDER BY id DESC LIMIT @limit",
            new { GenerationEvents.OperatorStream, limit = Math.Clamp(limit, 1, Most) }), cancellationToken);
        var benched = (await health.ReadAsync(cancellationToken)).Blocks.Where(block => block.Model.Length == 0)
            .Select(block => (block.Provider, block.KeyLabel)).ToHashSet();
        var alerts = new List<Alert>();
        foreach (var row in rows)
        {
            using var data = JsonDocument.Parse(row.Data);
            var (provider, key) = (Text(data, "provider"), Text(data, "key"));
            DateTimeOffset? until = data.RootElement.TryGetProperty("until", out var end) && end.ValueKind == JsonValueKind.String ? end.GetDateTimeOffset() : null;
            alerts.Add(new Alert(
                row.Id, row.Type, provider, key, Text(data, "reason"), DateTimeOffset.FromUnixTimeMilliseconds(row.At), until, benched.Remove((provider, key))));
        }
        return [.. alerts.OrderByDescending(alert => alert.Current).ThenByDescending(alert => alert.Id)];
    }

    private static string Text(JsonDocument data, string name) =>
        data.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private sealed class Row
    {
        public long Id { get; init; }
        public string Type { get; init; } = "";
        public string Data { get; init; } = "";
        public long At { get; init; }
    }
}
