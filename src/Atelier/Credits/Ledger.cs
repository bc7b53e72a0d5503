// Gives credits, takes them back, lets them expire, and tells what a person has. Every change is one transaction of the ledger, written at most once.
using Atelier.Durable;

namespace Atelier.Credits;

/// <summary>What a person has.</summary>
/// <param name="Credit">Credits that never expire.</param>
/// <param name="Bonus">Bonus credits that have not expired.</param>
/// <param name="Held">Credits set aside for unfinished pictures.</param>
/// <param name="NextExpiry">When the next bonus credits expire; null where none do.</param>
public sealed record Balance(long Credit, long Bonus, long Held, DateTimeOffset? NextExpiry)
{
    /// <summary>Credits that can be spent now.</summary>
    public long Available => Credit + Bonus;
}

/// <summary>Credits that an administrator gives, or takes back.</summary>
/// <param name="AccountId">To whom, or from whom.</param>
/// <param name="Amount">How many, negative for taking; not 0, at most <see cref="MostAmount"/> either way.</param>
/// <param name="Actor">The administrator.</param>
public sealed record CreditGrant(string AccountId, long Amount, string Actor)
{
    /// <summary>The most credits one grant moves.</summary>
    public const long MostAmount = 1_000_000_000;

    /// <summary>Longest note and key in characters.</summary>
    public const int MaxNote = 200;

    /// <summary>Whether they are bonus credits, which are spent first and may expire. Without effect on taking, which takes those first.</summary>
    public bool Bonus { get; init; }

    /// <summary>How long bonus credits last; null for ever.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>Why, for people; at most <see cref="MaxNote"/> characters.</summary>
    public string Note { get; init; } = "";

    /// <summary>A second grant under the same key changes nothing; null for none.</summary>
    public string? Key { get; init; }
}

/// <summary>How a grant ended.</summary>
public enum GrantResult
{
    /// <summary>Written.</summary>
    Done,

    /// <summary>The same grant was written before under its key.</summary>
    Repeated,

    /// <summary>The key was used for another amount; nothing was written.</summary>
    KeyReused,

    /// <summary>There are fewer credits than were to be taken; nothing was written.</summary>
    TooFew,
}

/// <summary>The ledger of credits.</summary>
public sealed class Ledger(Database database, CreditOptions options, TimeProvider time)
{
    private const int ExpiredAtOnce = 200;

    /// <summary>What a person has at this moment.</summary>
    public Task<Balance> BalanceAsync(string accountId, CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => BalanceAsync(session, accountId), cancellationToken);

    /// <summary>Gives a new account its bonus credits, once however often it is called. Does nothing where pictures cost no credits.</summary>
    /// <param name="transaction">The transaction that opens the account.</param>
    /// <param name="accountId">The account.</param>
    /// <param name="cancellationToken">Ends it before anything is written.</param>
    public async Task WelcomeAsync(Transaction transaction, string accountId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (!options.Enabled || options.OnSignUp == 0)
            return;
        var grant = new CreditGrant(accountId, options.OnSignUp, "atelier") { Bonus = true, For = options.BonusFor };
        await GiveAsync(transaction, grant, $"welcome:{accountId}", LedgerKind.Welcome, cancellationToken);
    }

    /// <summary>Gives or takes credits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The amount is 0 or too large, or the note too long.</exception>
    public Task<GrantResult> GrantAsync(CreditGrant grant, CancellationToken cancellationToken = default)
    {
        Check(grant);
        return database.TransactAsync(transaction => GrantAsync(transaction, grant, cancellationToken), cancellationToken);
    }

    /// <summary>The same within a transaction.</summary>
    /// <inheritdoc cref="GrantAsync(CreditGrant, CancellationToken)" path="/exception"/>
    public async Task<GrantResult> GrantAsync(Transaction transaction, CreditGrant grant, CancellationToken cancellationToken = default)
    {
        Check(grant);
        var kind = grant.Amount > 0 ? LedgerKind.Grant : LedgerKind.Take;
        var key = grant.Key is { } given ? $"grant:{grant.AccountId}:{given}" : $"grant:{Guid.CreateVersion7(time.GetUtcNow()):N}";
        if (await AmountOfAsync(transaction, key) is { } earlier)
            return earlier == grant.Amount ? GrantResult.Repeated : GrantResult.KeyReused;
        if (kind == LedgerKind.Take)
            return await TakeAsync(transaction, grant, key, cancellationToken);
        return await GiveAsync(transaction, grant, key, kind, cancellationToken) || await AmountOfAsync(transaction, key) == grant.Amount
            ? GrantResult.Done
            : GrantResult.KeyReused;
    }

    private static void Check(CreditGrant grant)
    {
        ArgumentNullException.ThrowIfNull(grant);
        if (grant.Amount is 0 or > CreditGrant.MostAmount or < -CreditGrant.MostAmount || grant.Note.Length > CreditGrant.MaxNote)
            throw new ArgumentOutOfRangeException(nameof(grant), grant, "An amount is not 0 and not too large, and a note is short.");
    }

    /// <summary>Writes down what has expired, and answers of how many people. A crash in between leaves the rest for the next round.</summary>
    public async Task<int> ExpireAsync(CancellationToken cancellationToken = default)
    {
        var accounts = await database.AskAsync(session => session.QueryAsync<string>("""
            SELECT DISTINCT account_id FROM credit_lots WHERE remaining > 0 AND expires_at IS NOT NULL AND expires_at <= @now LIMIT @ExpiredAtOnce
            """, new { now = time.GetUtcNow().ToUnixTimeMilliseconds(), ExpiredAtOnce }), cancellationToken);
        foreach (var account in accounts)
        {
            await database.TransactAsync(async transaction =>
            {
                var now = time.GetUtcNow();
                var purse = await Purse.OpenAsync(transaction, account, now, cancellationToken);
                Posting.Post(transaction, [.. purse.Expiries(now)]);
            }, cancellationToken);
        }
        return accounts.Count;
    }

    private async Task<Balance> BalanceAsync(Session session, string accountId)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        // What has expired is not shown, whether somebody has written that down yet or not.
        var row = await session.QuerySingleOrDefaultAsync<Row>("""
            SELECT b.credit, b.held, SUM(l.remaining) AS bonus, MIN(l.expires_at) AS next_expiry
            FROM credit_balances b
            LEFT JOIN credit_lots l ON l.account_id = b.account_id AND l.remaining > 0 AND (l.expires_at IS NULL OR l.expires_at > @now)
            WHERE b.account_id = @accountId GROUP BY b.account_id, b.credit, b.held
            """, new { accountId, now });
        return row is null
            ? new Balance(0, 0, 0, NextExpiry: null)
            : new Balance(row.Credit, (long)(row.Bonus ?? 0), row.Held, row.NextExpiry is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null);
    }

    private async Task<bool> GiveAsync(Transaction transaction, CreditGrant grant, string key, LedgerKind kind, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var lot = grant.Bonus ? Guid.CreateVersion7(now).ToString("N") : null;
        transaction.Postpone("INSERT INTO credit_balances (account_id) VALUES (@AccountId) ON CONFLICT (account_id) DO NOTHING", new { grant.AccountId });
        if (lot is not null)
        {
            // Empty until the entry below fills it; where the key turns out to be used, an empty lot does no harm.
            transaction.Postpone("INSERT INTO credit_lots (id, account_id, remaining, expires_at) VALUES (@lot, @AccountId, 0, @end)",
                new { lot, grant.AccountId, end = grant.For is { } time ? (now + time).ToUnixTimeMilliseconds() : (long?)null });
        }
        var target = grant.Bonus ? LedgerAccount.Bonus(grant.AccountId) : LedgerAccount.Credit(grant.AccountId);
        return await new Posting(key, kind, grant.AccountId, [new Line(LedgerAccount.Grants, -grant.Amount), new Line(target, grant.Amount, lot)], now)
        {
            Actor = grant.Actor, Note = grant.Note,
        }.TryPostAsync(transaction, ct);
    }

    private async Task<GrantResult> TakeAsync(Transaction transaction, CreditGrant grant, string key, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var purse = await Purse.OpenAsync(transaction, grant.AccountId, now, ct);
        if (purse.Available < -grant.Amount)
            return GrantResult.TooFew;
        Posting.Post(transaction, [.. purse.Expiries(now)]);
        var taken = new Posting(key, LedgerKind.Take, grant.AccountId, [.. purse.Draw(-grant.Amount), new Line(LedgerAccount.Grants, -grant.Amount)], now)
        {
            Actor = grant.Actor, Note = grant.Note,
        };
        return await taken.TryPostAsync(transaction, ct) ? GrantResult.Done
            : await AmountOfAsync(transaction, key) == grant.Amount ? GrantResult.Repeated : GrantResult.KeyReused;
    }

    private static Task<long?> AmountOfAsync(Session session, string key) => session.ScalarAsync<long?>("""
        SELECT CAST(-SUM(e.amount) AS BIGINT) FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
        WHERE t.key = @key AND e.account = @Grants
        """, new { key, LedgerAccount.Grants });

    private sealed class Row
    {
        public long Credit { get; init; }
        public long Held { get; init; }
        public decimal? Bonus { get; init; }
        public long? NextExpiry { get; init; }
    }
}
