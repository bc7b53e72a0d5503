// Which models the operator has switched off. A copy of the database; what another process changed is seen within a second.
using Atelier.Durable;

namespace Atelier.Generating;

/// <summary>Models that may not be asked for, although the catalogue has them.</summary>
public sealed class ModelSwitches(Database database, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private (long At, HashSet<string> Off)? _seen;

    /// <summary>Whether a model is switched off. What was submitted before is painted all the same.</summary>
    public async ValueTask<bool> IsOffAsync(string model, CancellationToken cancellationToken = default) =>
        (await ReadAsync(cancellationToken)).Contains(model);

    /// <summary>Makes this process look again at once.</summary>
    public void Forget() => _seen = null;

    private async ValueTask<HashSet<string>> ReadAsync(CancellationToken cancellationToken)
    {
        if (_seen is { } seen && time.GetElapsedTime(seen.At) < Fresh)
            return seen.Off;
        var at = time.GetTimestamp();
        var off = await database.AskAsync(session => session.QueryAsync<string>(
            $"SELECT model FROM model_settings WHERE enabled = {(session.Dialect == Dialect.Postgres ? "FALSE" : "0")}"), cancellationToken);
        var set = off.ToHashSet(StringComparer.OrdinalIgnoreCase);
        _seen = (at, set);
        return set;
    }
}
