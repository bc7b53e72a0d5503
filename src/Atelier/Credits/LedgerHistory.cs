// Tells what happened to a person's credits, the newest first. Reads only.
using Atelier.Durable;

namespace Atelier.Credits;

/// <summary>One transaction of the ledger, as its person sees it.</summary>
public sealed record LedgerEvent
{
    /// <summary>32 hex digits; later ones sort after earlier ones.</summary>
    public required string Id { get; init; }

    /// <summary>Why credits moved.</summary>
    public required LedgerKind Kind { get; init; }

    /// <summary>By how much what can be spent changed: negative for a hold, 0 for a capture, which was held before.</summary>
    public required long Change { get; init; }

    /// <summary>How many credits moved at all.</summary>
    public required long Amount { get; init; }

    /// <summary>For which generation; null for what is about none.</summary>
    public string? GenerationId { get; init; }

    /// <summary>That generation's prompt; null where it was deleted.</summary>
    public string? Prompt { get; init; }

    /// <summary>Who did it: an account's id, or <c>atelier</c>.</summary>
    public required string Actor { get; init; }

    /// <summary>A note for people; may be empty.</summary>
    public required string Note { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>Histories of credits.</summary>
public sealed class LedgerHistory(Database database)
{
    /// <summary>The most one page holds.</summary>
    public const int MaxPage = 200;

    /// <summary>A page of a person's history, the newest first.</summary>
    /// <param name="accountId">Whose.</param>
    /// <param name="before">Only what is older than this id: the last id of the page before.</param>
    /// <param name="limit">How many, 1 to <see cref="MaxPage"/>.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<IReadOnlyList<LedgerEvent>> ListAsync(
        string accountId, string? before = null, int limit = 50, CancellationToken cancellationToken = default)
    {
        var rows = await database.AskAsync(session => session.QueryAsync<Row>($"""
            SELECT t.id, t.kind, t.generation_id, t.actor, t.note, t.created_at, g.prompt,
                (SELECT CAST(COALESCE(SUM(e.amount), 0) AS BIGINT) FROM ledger_entries e WHERE e.transaction_id = t.id AND e.account IN (@credit, @bonus)) AS change,
                (SELECT CAST(COALESCE(SUM(e.amount), 0) AS BIGINT) FROM ledger_entries e WHERE e.transaction_id = t.id AND e.amount > 0) AS amount
            FROM ledger_transactions t LEFT JOIN generations g ON g.id = t.generation_id AND g.deleted_at IS NULL
            WHERE t.account_id = @accountId {(before is null ? "" : "AND t.id < @before")} ORDER BY t.id DESC LIMIT @limit
            """, new
        {
            accountId, before, limit = Math.Clamp(limit, 1, MaxPage),
            credit = LedgerAccount.Credit(accountId), bonus = LedgerAccount.Bonus(accountId),
        }), cancellationToken);
        return [.. rows.Select(row => row.ToEvent())];
    }

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string Kind { get; init; } = "";
        public string? GenerationId { get; init; }
        public string Actor { get; init; } = "";
        public string Note { get; init; } = "";
        public long CreatedAt { get; init; }
        public string? Prompt { get; init; }
        public long Change { get; init; }
        public long Amount { get; init; }

        public LedgerEvent ToEvent() => new()
        {
            Id = Id, Kind = LedgerKinds.Parse(Kind), Change = Change, Amount = Amount, GenerationId = GenerationId, Prompt = Prompt,
            Actor = Actor, Note = Note, At = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        };
    }
}
