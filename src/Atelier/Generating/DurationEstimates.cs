// How long a generation will still take, from what its model took lately. An estimate, kept for seconds and never written.
using System.Collections.Concurrent;
using Atelier.Catalogue;
using Atelier.Durable;

namespace Atelier.Generating;

/// <summary>Estimates durations from the latest completed generations of a model.</summary>
public sealed class DurationEstimates(Database database, ModelCatalogue catalogue, TimeProvider time)
{
    private const int Sample = 20;
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, (double Seconds, DateTimeOffset At)> _known = new(StringComparer.Ordinal);

    /// <summary>Seconds from the engine's start to the picture; the catalogue's typical duration until enough have been observed.</summary>
    public async Task<double> SecondsAsync(string model, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        if (_known.TryGetValue(model, out var known) && now - known.At < KeptFor)
            return known.Seconds;
        var average = await database.AskAsync(session => session.ScalarAsync<double?>("""
            SELECT AVG(CAST(took AS DOUBLE PRECISION)) FROM (
                SELECT finished_at - started_at AS took FROM generations
                WHERE model = @model AND status = 'completed' AND started_at IS NOT NULL ORDER BY id DESC LIMIT @Sample) AS latest
            """, new { model, Sample }), cancellationToken);
        var seconds = average / 1000 ?? catalogue.Find(model)?.TypicalSeconds ?? 10;
        _known[model] = (seconds, now);
        return seconds;
    }

    /// <summary>Whole seconds until an unfinished generation is expected to be done; null for a finished one.</summary>
    /// <param name="generation">The generation.</param>
    /// <param name="position">How many jobs stand before it; null where it does not wait in line.</param>
    /// <param name="progress">How far it is painted, 0 to 1.</param>
    /// <param name="slots">How many are painted at once.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<int?> RemainingAsync(
        Generation generation, int? position, double progress, int slots, CancellationToken cancellationToken = default)
    {
        if (generation.IsFinished)
            return null;
        var each = await SecondsAsync(generation.Model, cancellationToken);
        var own = each * (1 - Math.Clamp(progress, 0, 1));
        var untilRetry = generation.RetryAt is { } retryAt ? Math.Max(0, (retryAt - time.GetUtcNow()).TotalSeconds) : 0;
        return (int)Math.Ceiling(own + untilRetry + (position ?? 0) * each / Math.Max(1, slots));
    }
}
