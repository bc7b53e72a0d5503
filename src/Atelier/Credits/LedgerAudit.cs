// Recomputes the whole ledger and says what does not agree. Reads only, all of it as of one moment.
using Atelier.Durable;

namespace Atelier.Credits;

/// <summary>Looks through the whole database for credits that appeared or vanished.</summary>
public sealed class LedgerAudit(Database database)
{
    private const string Names = "'user:' || b.account_id || ";

    // Each finds what must not be; the first column says in words what it is about.
    private static readonly (string Rule, string Sql)[] Rules =
    [
        ("a transaction sums to zero",
            "SELECT transaction_id FROM ledger_entries GROUP BY transaction_id HAVING SUM(amount) <> 0"),
        ("a balance equals its entries", $"""
            SELECT b.account_id FROM credit_balances b
            WHERE b.credit <> (SELECT COALESCE(SUM(amount), 0) FROM ledger_entries WHERE account = {Names}':credit')
                OR b.bonus <> (SELECT COALESCE(SUM(amount), 0) FROM ledger_entries WHERE account = {Names}':bonus')
                OR b.held <> (SELECT COALESCE(SUM(amount), 0) FROM ledger_entries WHERE account = {Names}':held')
            """),
        ("entries belong to a balance", """
            SELECT DISTINCT account FROM ledger_entries WHERE account LIKE 'user:%' AND NOT EXISTS
                (SELECT 1 FROM credit_balances b WHERE account IN ('user:' || b.account_id || ':credit', 'user:' || b.account_id || ':bonus', 'user:' || b.account_id || ':held'))
            """),
        ("bonus credits lie in lots",
            "SELECT b.account_id FROM credit_balances b WHERE b.bonus <> (SELECT COALESCE(SUM(remaining), 0) FROM credit_lots l WHERE l.account_id = b.account_id)"),
        ("what is held is for unfinished generations", """
            SELECT b.account_id FROM credit_balances b
            WHERE b.held <> (SELECT COALESCE(SUM(credits), 0) FROM generations g WHERE g.owner = b.account_id AND g.finished_at IS NULL)
            """),
        ("nothing is below zero",
            "SELECT account_id FROM credit_balances WHERE credit < 0 OR bonus < 0 OR held < 0"),
        ("a completed generation is captured once, and an unfinished or failed one never", """
            SELECT g.id FROM generations g
            WHERE (SELECT COUNT(*) FROM ledger_transactions t WHERE t.generation_id = g.id AND t.kind = 'capture')
                <> CASE WHEN g.status = 'completed' AND g.credits > 0 THEN 1 ELSE 0 END
            """),
        ("every hold but the last of an unfinished generation was ended, once", """
            SELECT h.key FROM ledger_transactions h
            WHERE h.kind = 'hold'
                AND (SELECT COUNT(*) FROM ledger_transactions e WHERE e.key IN ('capture' || SUBSTR(h.key, 5), 'release' || SUBSTR(h.key, 5)))
                    <> CASE WHEN EXISTS (SELECT 1 FROM generations g WHERE g.id = h.generation_id AND g.finished_at IS NULL
                        AND g.credits > 0 AND h.key = 'hold:' || g.id || ':' || g.holds) THEN 0 ELSE 1 END
            """),
        ("a generation costs what was held for it", """
            SELECT g.id FROM generations g
            WHERE g.credits > 0 AND g.credits <> COALESCE((SELECT SUM(e.amount) FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
                WHERE t.key = 'hold:' || g.id || ':' || g.holds AND e.amount > 0), 0)
            """),
    ];

    /// <summary>What does not agree, in sentences; empty where everything does.</summary>
    public Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken = default) =>
        database.ReadAsync(async session =>
        {
            var findings = new List<string>();
            foreach (var (rule, sql) in Rules)
                findings.AddRange((await session.QueryAsync<string>(sql)).Select(subject => $"{rule}: not so for {subject}"));
            return (IReadOnlyList<string>)findings;
        }, cancellationToken);
}
