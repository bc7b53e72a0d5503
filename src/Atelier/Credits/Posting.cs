// Writes transactions into the ledger, with the balances that follow from them, in the caller's transaction: all of it is there after a crash, or nothing.
using System.Text;
using Atelier.Durable;

namespace Atelier.Credits;

/// <summary>Why credits moved.</summary>
public enum LedgerKind
{
    /// <summary>Bonus credits for signing up.</summary>
    Welcome,

    /// <summary>Given by an administrator.</summary>
    Grant,

    /// <summary>Taken back by an administrator.</summary>
    Take,

    /// <summary>Set aside for a picture.</summary>
    Hold,

    /// <summary>A held picture was completed and is paid.</summary>
    Capture,

    /// <summary>Given back, because there was no picture.</summary>
    Release,

    /// <summary>Bonus credits that expired.</summary>
    Expire,

    /// <summary>A picture that costs nothing by way of exception; it has no entries.</summary>
    Waive,
}

/// <summary>One line of a transaction.</summary>
/// <param name="Account">A ledger account.</param>
/// <param name="Amount">Credits that arrive; negative for those that leave. Never 0.</param>
/// <param name="Lot">The lot of bonus credits they belong to; null for others.</param>
internal sealed record Line(string Account, long Amount, string? Lot = null);

/// <summary>A transaction of the ledger that is not written yet.</summary>
internal sealed record Posting(string Key, LedgerKind Kind, string AccountId, IReadOnlyList<Line> Lines, DateTimeOffset At)
{
    /// <summary>UUIDv7 as 32 hex digits.</summary>
    public string Id { get; } = Guid.CreateVersion7(At).ToString("N");

    public string? GenerationId { get; init; }

    /// <summary>Who did it: an account's id, or what of the product did.</summary>
    public string Actor { get; init; } = "atelier";

    public string Note { get; init; } = "";

    /// <summary>Writes what has its turn exactly once anyway, because a status change carries it. A second time is a bug and fails the transaction.</summary>
    public static void Post(Transaction transaction, IReadOnlyList<Posting> postings)
    {
        if (postings.Count == 0)
            return;
        var arguments = new Dictionary<string, object>();
        transaction.Postpone(HeadersOf(postings, arguments), arguments);
        PostLines(transaction, postings);
    }

    /// <summary>Writes it unless a transaction of its key is there. False where one is: then nothing is written.</summary>
    public async Task<bool> TryPostAsync(Transaction transaction, CancellationToken ct)
    {
        var arguments = new Dictionary<string, object>();
        if (await transaction.ExecuteAsync(HeadersOf([this], arguments) + " ON CONFLICT (key) DO NOTHING", arguments, ct) == 0)
            return false;
        PostLines(transaction, [this]);
        return true;
    }

    private static string HeadersOf(IReadOnlyList<Posting> postings, Dictionary<string, object> arguments)
    {
        var sql = new StringBuilder("INSERT INTO ledger_transactions (id, key, kind, account_id, generation_id, actor, note, created_at) VALUES ");
        for (var i = 0; i < postings.Count; i++)
        {
            var posting = postings[i];
            sql.Append(i == 0 ? "" : ", ").Append($"(@id{i}, @key{i}, @kind{i}, @account{i}, NULLIF(@generation{i}, ''), @actor{i}, @note{i}, @at{i})");
            arguments[$"id{i}"] = posting.Id;
            arguments[$"key{i}"] = posting.Key;
            arguments[$"kind{i}"] = LedgerKinds.Of(posting.Kind);
            arguments[$"account{i}"] = posting.AccountId;
            arguments[$"generation{i}"] = posting.GenerationId ?? "";
            arguments[$"actor{i}"] = posting.Actor;
            arguments[$"note{i}"] = posting.Note;
            arguments[$"at{i}"] = posting.At.ToUnixTimeMilliseconds();
        }
        return sql.ToString();
    }

    private static void PostLines(Transaction transaction, IReadOnlyList<Posting> postings)
    {
        var sql = new StringBuilder("INSERT INTO ledger_entries (transaction_id, line, account, amount, lot_id) VALUES ");
        var arguments = new Dictionary<string, object>();
        var count = 0;
        foreach (var posting in postings)
        {
            if (posting.Lines.Sum(line => line.Amount) != 0)
                throw new InvalidOperationException($"The ledger transaction {posting.Key} does not sum to zero.");
            foreach (var (line, number) in posting.Lines.Select((line, number) => (line, number)))
            {
                sql.Append(count == 0 ? "" : ", ").Append($"(@id{count}, @line{count}, @account{count}, @amount{count}, NULLIF(@lot{count}, ''))");
                arguments[$"id{count}"] = posting.Id;
                arguments[$"line{count}"] = number;
                arguments[$"account{count}"] = line.Account;
                arguments[$"amount{count}"] = line.Amount;
                arguments[$"lot{count++}"] = line.Lot ?? "";
            }
        }
        if (count == 0)
            return;
        transaction.Postpone(sql.ToString(), arguments);
        foreach (var person in postings.GroupBy(posting => posting.AccountId))
            Balance(transaction, person.Key, [.. person.SelectMany(posting => posting.Lines)]);
    }

    // At the end, because a picture is completed before its place in the lane is free, and submitted after it has one: whoever held the
    // balance while he waits for the place would stop the other. The balance before the lots: whoever spends waits at that one row.
    private static void Balance(Transaction transaction, string accountId, IReadOnlyList<Line> lines)
    {
        transaction.PostponeToEnd("""
            UPDATE credit_balances SET credit = credit + @credit, bonus = bonus + @bonus, held = held + @held WHERE account_id = @accountId
            """, new
        {
            accountId,
            credit = Sum(LedgerAccount.Credit(accountId)),
            bonus = Sum(LedgerAccount.Bonus(accountId)),
            held = Sum(LedgerAccount.Held(accountId)),
        });
        foreach (var lot in lines.Where(line => line.Lot is not null).GroupBy(line => line.Lot!))
            transaction.PostponeToEnd("UPDATE credit_lots SET remaining = remaining + @amount WHERE id = @id", new { id = lot.Key, amount = lot.Sum(line => line.Amount) });

        long Sum(string account) => lines.Where(line => line.Account == account).Sum(line => line.Amount);
    }
}

/// <summary>The names of kinds in the database and the API.</summary>
public static class LedgerKinds
{
    private static readonly string[] Names = ["welcome", "grant", "take", "hold", "capture", "release", "expire", "waive"];

    /// <summary>A kind's name.</summary>
    public static string Of(LedgerKind kind) => Names[(int)kind];

    /// <summary>The kind of a name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static LedgerKind Parse(string name) => Array.IndexOf(Names, name) is >= 0 and var index
        ? (LedgerKind)index
        : throw new ArgumentException($"There is no kind of ledger transaction '{name}'.", nameof(name));
}
