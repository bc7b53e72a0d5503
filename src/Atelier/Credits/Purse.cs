// What a person can spend, locked until the caller's transaction ends: two who spend at once take turns here, so nobody overdraws.
using Atelier.Durable;

namespace Atelier.Credits;

internal sealed class Purse
{
    private readonly string _accountId;
    private readonly List<Lot> _lots;
    private readonly List<Lot> _expired;
    private long _credit;

    private Purse(string accountId, long credit, IReadOnlyList<Lot> lots, DateTimeOffset now)
    {
        (_accountId, _credit) = (accountId, credit);
        _lots = [.. lots.Where(lot => lot.ExpiresAt is not { } end || end > now.ToUnixTimeMilliseconds())];
        _expired = [.. lots.Except(_lots)];
    }

    /// <summary>Credits that can be spent now.</summary>
    public long Available => _credit + _lots.Sum(lot => lot.Remaining);

    /// <summary>Locks the balance and reads it; on PostgreSQL in one round trip. Lock jobs and generations before it.</summary>
    public static async Task<Purse> OpenAsync(Transaction transaction, string accountId, DateTimeOffset now, CancellationToken ct = default)
    {
        // An update that changes nothing locks the row on PostgreSQL; SQLite has one writer anyway. The read after it sees what the
        // holder of the lock before us committed, because a statement sees everything that was committed before it began.
        transaction.Postpone("UPDATE credit_balances SET held = held WHERE account_id = @accountId", new { accountId });
        var rows = await transaction.QueryAsync<Row>("""
            SELECT b.credit, l.id, l.remaining, l.expires_at
            FROM credit_balances b LEFT JOIN credit_lots l ON l.account_id = b.account_id AND l.remaining > 0
            WHERE b.account_id = @accountId
            ORDER BY COALESCE(l.expires_at, 9223372036854775807), l.id
            """, new { accountId }, ct);
        var lots = rows.Where(row => row.Id is not null).Select(row => new Lot(row.Id!, row.ExpiresAt) { Remaining = row.Remaining ?? 0 });
        return new Purse(accountId, rows.Count == 0 ? 0 : rows[0].Credit, [.. lots], now);
    }

    /// <summary>Takes credits out: bonus before others, the soonest to expire first.</summary>
    /// <exception cref="InvalidOperationException">There are not as many.</exception>
    public IReadOnlyList<Line> Draw(long amount)
    {
        if (amount > Available)
            throw new InvalidOperationException($"{amount} credits cannot be taken out of {Available}.");
        var lines = new List<Line>();
        foreach (var lot in _lots)
        {
            var part = Math.Min(amount, lot.Remaining);
            if (part == 0)
                continue;
            lot.Remaining -= part;
            amount -= part;
            lines.Add(new Line(LedgerAccount.Bonus(_accountId), -part, lot.Id));
        }
        if (amount > 0)
            lines.Add(new Line(LedgerAccount.Credit(_accountId), -amount));
        _credit -= amount;
        return lines;
    }

    /// <summary>What has expired and nobody has written down yet.</summary>
    public IEnumerable<Posting> Expiries(DateTimeOffset now) => _expired.Select(lot => new Posting(
        // A lot can expire twice: what was held of it when it did comes back later.
        $"expire:{lot.Id}:{Guid.CreateVersion7(now):N}", LedgerKind.Expire, _accountId,
        [new Line(LedgerAccount.Bonus(_accountId), -lot.Remaining, lot.Id), new Line(LedgerAccount.Expired, lot.Remaining)], now));

    private sealed record Lot(string Id, long? ExpiresAt)
    {
        public long Remaining { get; set; }
    }

    private sealed class Row
    {
        public long Credit { get; init; }
        public string? Id { get; init; }
        public long? Remaining { get; init; }
        public long? ExpiresAt { get; init; }
    }
}
