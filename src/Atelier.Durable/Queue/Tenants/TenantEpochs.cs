// Remembers how far tenants' rows have moved on, so that a look need not pass what is gone. In memory only: it saves time, no more.
using System.Collections.Concurrent;

namespace Atelier.Durable;

/// <summary>
/// The epochs in which committed transactions of this process last saw tenants' rows on PostgreSQL. A row is in that one or a later one; if a
/// database was put back to an earlier time it is not found so, and looked for from the first.
/// </summary>
internal sealed class TenantEpochs
{
    private const int MostRemembered = 100_000;

    private readonly ConcurrentDictionary<LaneTenant, int> _seen = [];

    /// <summary>From which epoch on to look for a tenant's row.</summary>
    public int From(LaneTenant key) => _seen.GetValueOrDefault(key);

    /// <summary>Remembers where a transaction has seen rows, once it is committed.</summary>
    public void Saw(Transaction tx, IReadOnlyList<(LaneTenant Key, int Epoch)> rows)
    {
        if (tx.Dialect == Dialect.Postgres)
            tx.AfterCommit(() => Remember(rows));
    }

    private void Remember(IReadOnlyList<(LaneTenant Key, int Epoch)> rows)
    {
        if (_seen.Count > MostRemembered)
            _seen.Clear();
        foreach (var (key, epoch) in rows)
        {
            if (epoch > 0)
                _seen[key] = epoch;
            else
                _seen.TryRemove(key, out _);
        }
    }
}
