// The ledger's step of every change of a generation's status: hold, capture, release. Each is written in the transaction of that change.
using System.Text.Json;
using Atelier.Durable;

namespace Atelier.Credits;

/// <summary>Credits set aside for one picture.</summary>
/// <param name="AccountId">Whose.</param>
/// <param name="GenerationId">For which generation.</param>
/// <param name="Number">How often it has been held for, this time included: 1 at the submission, more after retries.</param>
/// <param name="Credits">How many; none are moved where it is 0.</param>
public sealed record Hold(string AccountId, string GenerationId, int Number, long Credits)
{
    /// <summary>The type of the event in a person's stream that tells of a balance that runs low.</summary>
    public const string LowEvent = "credits.low";

    /// <summary>The balance below which the event is written, once when it is passed.</summary>
    public const long LowBalance = 3;

    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Sets credits aside for pictures of one person. Lock jobs and generations before.</summary>
    /// <returns>Null when done; otherwise what is missing, and nothing is written.</returns>
    public static async Task<CreditShortage?> TakeAsync(Transaction transaction, IReadOnlyList<Hold> holds, DateTimeOffset now, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(holds);
        var paid = holds.Where(hold => hold.Credits > 0).ToList();
        if (paid.Count == 0)
            return null;
        var (account, total) = (paid[0].AccountId, paid.Sum(hold => hold.Credits));
        if (paid.Exists(hold => hold.AccountId != account))
            throw new ArgumentException("Holds that are taken together are of one account.", nameof(holds));
        var purse = await Purse.OpenAsync(transaction, account, now, ct);
        var before = purse.Available;
        if (before < total)
            return new CreditShortage(total, before);
        var postings = purse.Expiries(now).ToList();
        postings.AddRange(paid.Select(hold => new Posting(
            hold.Key("hold"), LedgerKind.Hold, account, [.. purse.Draw(hold.Credits), new Line(LedgerAccount.Held(account), hold.Credits)], now)
        {
            GenerationId = hold.GenerationId,
            Actor = account,
        }));
        Posting.Post(transaction, postings);
        if (before >= LowBalance && purse.Available < LowBalance)
            EventLog.Append(transaction, new NewEvent(account, "", LowEvent, JsonSerializer.Serialize(new { purse.Available }, Format)));
        return null;
    }

    /// <summary>Notes that a picture is painted without a charge, and why.</summary>
    public static void Waive(Transaction transaction, Hold hold, string reason, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(hold);
        Posting.Post(transaction, [new Posting(hold.Key("waive"), LedgerKind.Waive, hold.AccountId, [], now) { GenerationId = hold.GenerationId, Note = reason }]);
    }

    /// <summary>Pays for a completed picture with what was set aside for it.</summary>
    public void Capture(Transaction transaction, DateTimeOffset now)
    {
        if (Credits == 0)
            return;
        Posting.Post(transaction, [new Posting(
            Key("capture"), LedgerKind.Capture, AccountId, [new Line(LedgerAccount.Held(AccountId), -Credits), new Line(LedgerAccount.Revenue, Credits)], now)
        {
            GenerationId = GenerationId,
        }]);
    }

    /// <summary>Gives back what was set aside, to where it came from.</summary>
    /// <param name="transaction">The transaction that ends the generation.</param>
    /// <param name="reason">Why, as the end of a sentence that begins with "Given back:".</param>
    /// <param name="now">The time.</param>
    public async Task ReleaseAsync(Transaction transaction, string reason, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (Credits == 0)
            return;
        var taken = await transaction.QueryAsync<Row>("""
            SELECT e.account, e.amount, e.lot_id FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
            WHERE t.key = @key ORDER BY e.line
            """, new { key = Key("hold") });
        Posting.Post(transaction, [new Posting(
            Key("release"), LedgerKind.Release, AccountId, [.. taken.Select(line => new Line(line.Account, -line.Amount, line.LotId))], now)
        {
            GenerationId = GenerationId,
            Note = reason,
        }]);
    }

    private string Key(string step) => $"{step}:{GenerationId}:{Number}";

    private sealed class Row
    {
        public string Account { get; init; } = "";
        public long Amount { get; init; }
        public string? LotId { get; init; }
    }
}

/// <summary>Too few credits.</summary>
/// <param name="Price">What it would take.</param>
/// <param name="Available">What there is.</param>
public sealed record CreditShortage(long Price, long Available);
