// Who did what to whom: written in the transaction of the act itself, so that neither is there without the other. The database refuses to change it.
using System.Text.Json;
using System.Text.Json.Serialization;
using Atelier.Durable;

namespace Atelier.Moderation;

/// <summary>An act to write down.</summary>
/// <param name="Actor">The account that acted.</param>
/// <param name="Action">What it did, such as <c>picture.hide</c>.</param>
/// <param name="SubjectKind">What it was done to: generation, account, report, word, lane, key, dead_letter, model.</param>
/// <param name="Subject">Which one.</param>
/// <param name="Before">What held before; written as JSON. Null where nothing did.</param>
/// <param name="After">What holds now; written as JSON. Null where nothing does.</param>
public sealed record Act(string Actor, string Action, string SubjectKind, string Subject, object? Before = null, object? After = null);

/// <summary>An act that was written down.</summary>
/// <param name="Id">Ascending in the order of the acts.</param>
/// <param name="Actor">The account that acted.</param>
/// <param name="Action">What it did.</param>
/// <param name="SubjectKind">The kind of what it was done to.</param>
/// <param name="Subject">Which one.</param>
/// <param name="Before">What held before, as JSON.</param>
/// <param name="After">What held afterwards, as JSON.</param>
/// <param name="At">When, on the database's clock.</param>
public sealed record AuditEntry(long Id, string Actor, string Action, string SubjectKind, string Subject, string? Before, string? After, DateTimeOffset At);

/// <summary>Which acts to list; a null part matches all.</summary>
/// <param name="Actor">Only of this account.</param>
/// <param name="Action">Only these.</param>
/// <param name="Subject">Only to this one, of whatever kind.</param>
public sealed record AuditFilter(string? Actor = null, string? Action = null, string? Subject = null);

/// <summary>The log of acts.</summary>
public sealed class AuditLog(Database database)
{
    /// <summary>The most entries that one page holds.</summary>
    public const int MaxPage = 200;

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Writes an act down, in its own transaction.</summary>
    public static void Append(Transaction transaction, Act act)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(act);
        transaction.Postpone("""
            INSERT INTO audit_log (actor, action, subject_kind, subject, before, after, at)
            VALUES (@Actor, @Action, @SubjectKind, @Subject, @before, @after, durable_now())
            """, new { act.Actor, act.Action, act.SubjectKind, act.Subject, before = Json(act.Before), after = Json(act.After) });
    }

    /// <summary>A page of acts, the latest first.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="before">Only those older than this one: the last id of the page before.</param>
    /// <param name="limit">How many, 1 to <see cref="MaxPage"/>.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<IReadOnlyList<AuditEntry>> ListAsync(
        AuditFilter filter, long? before = null, int limit = 50, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var where = new List<string> { "1 = 1" };
        if (filter.Actor is not null)
            where.Add("actor = @Actor");
        if (filter.Action is not null)
            where.Add("action = @Action");
        if (filter.Subject is not null)
            where.Add("subject = @Subject");
        if (before is not null)
            where.Add("id < @before");
        var rows = await database.AskAsync(session => session.QueryAsync<Row>($"""
            SELECT id, actor, action, subject_kind, subject, before, after, at FROM audit_log
            WHERE {string.Join(" AND ", where)} ORDER BY id DESC LIMIT @limit
            """, new { filter.Actor, filter.Action, filter.Subject, before, limit = Math.Clamp(limit, 1, MaxPage) }), cancellationToken);
        return [.. rows.Select(row => new AuditEntry(
            row.Id, row.Actor, row.Action, row.SubjectKind, row.Subject, row.Before, row.After, DateTimeOffset.FromUnixTimeMilliseconds(row.At)))];
    }

    private static string? Json(object? value) => value is null ? null : JsonSerializer.Serialize(value, value.GetType(), Format);

    private sealed class Row
    {
        public long Id { get; init; }
        public string Actor { get; init; } = "";
        public string Action { get; init; } = "";
        public string SubjectKind { get; init; } = "";
        public string Subject { get; init; } = "";
        public string? Before { get; init; }
        public string? After { get; init; }
        public long At { get; init; }
    }
}
