// The reports and their queue. Filing twice leaves one open report; a decision, what it does and its line in the audit log are one transaction.
using Atelier.Accounts;
using Atelier.Durable;
using Atelier.Generating;

namespace Atelier.Moderation;

/// <summary>How filing a report ended.</summary>
/// <param name="Report">The open report; null where it was not taken.</param>
/// <param name="IsNew">Whether it was filed now; else the reporter had an open one about the same already.</param>
public sealed record Filing(Report? Report, bool IsNew);

/// <summary>How an act of a moderator or an administrator ended.</summary>
public enum ActResult
{
    /// <summary>Done, or it was so already.</summary>
    Done,

    /// <summary>There is no such thing.</summary>
    NotFound,

    /// <summary>Nothing to do in its present state.</summary>
    NotNow,

    /// <summary>The actor may not do that to this one: itself, or somebody of its own role or above.</summary>
    NotAllowed,
}

/// <summary>Files, lists and decides reports.</summary>
public sealed class Reports(Database database, AccountActs accounts, TimeProvider time)
{
    /// <summary>The longest text of a report, or of a note, in characters.</summary>
    public const int MaxWords = 1_000;

    /// <summary>How many open reports one account may have.</summary>
    public const int MaxOpen = 100;

    /// <summary>The most reports that one page holds.</summary>
    public const int MaxPage = 100;

    private const string Columns =
        "id, reporter, subject_kind, subject, reason, words, created_at, resolved_at, resolved_by, decision, note";

    /// <summary>Files a report. Not taken from somebody who has <see cref="MaxOpen"/> open ones.</summary>
    /// <exception cref="ArgumentException">The reason is none of the list, or the text too long.</exception>
    public Task<Filing> FileAsync(
        string reporter, ReportSubject kind, string subject, string reason, string words, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (!ReportNames.IsReason(reason))
            throw new ArgumentException($"'{reason}' is no reason of the list.", nameof(reason));
        if (words.Length > MaxWords)
            throw new ArgumentException($"The text has {words.Length} characters; at most {MaxWords} are allowed.", nameof(words));
        return database.TransactAsync(async transaction =>
        {
            var now = time.GetUtcNow();
            var open = await transaction.ScalarAsync<long>(
                "SELECT COUNT(*) FROM reports WHERE reporter = @reporter AND resolved_at IS NULL", new { reporter });
            var added = open >= MaxOpen ? 0 : await transaction.ExecuteAsync("""
                INSERT INTO reports (id, reporter, subject_kind, subject, reason, words, created_at)
                VALUES (@id, @reporter, @kind, @subject, @reason, @words, @at) ON CONFLICT DO NOTHING
                """, new
            {
                id = Guid.CreateVersion7(now).ToString("N"), reporter, kind = ReportNames.Of(kind), subject, reason, words = words.Trim(),
                at = now.ToUnixTimeMilliseconds(),
            });
            var row = await transaction.QuerySingleOrDefaultAsync<Row>($"""
                SELECT {Columns} FROM reports
                WHERE reporter = @reporter AND subject_kind = @kind AND subject = @subject AND resolved_at IS NULL
                """, new { reporter, kind = ReportNames.Of(kind), subject });
            return new Filing(row?.ToReport(), added == 1);
        }, cancellationToken);
    }

    /// <summary>A report, or null.</summary>
    public Task<Report?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => FindAsync(session, id), cancellationToken);

    /// <summary>A page of reports: open ones the oldest first, decided ones the latest first.</summary>
    /// <param name="open">Open ones, or decided ones.</param>
    /// <param name="after">The last id of the page before.</param>
    /// <param name="limit">How many, 1 to <see cref="MaxPage"/>.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<IReadOnlyList<Report>> ListAsync(
        bool open, string? after = null, int limit = 50, CancellationToken cancellationToken = default)
    {
        var (state, order, beyond) = open ? ("resolved_at IS NULL", "id", ">") : ("resolved_at IS NOT NULL", "id DESC", "<");
        var rows = await database.AskAsync(session => session.QueryAsync<Row>(
            $"SELECT {Columns} FROM reports WHERE {state} {(after is null ? "" : $"AND id {beyond} @after")} ORDER BY {order} LIMIT @limit",
            new { after, limit = Math.Clamp(limit, 1, MaxPage) }), cancellationToken);
        return [.. rows.Select(row => row.ToReport())];
    }

    /// <summary>How many reports are open, counted to at most <see cref="MaxOpen"/>.</summary>
    public Task<int> CountOpenAsync(CancellationToken cancellationToken = default) => database.AskAsync(session => session.ScalarAsync<int>(
        "SELECT COUNT(*) FROM (SELECT 1 FROM reports WHERE resolved_at IS NULL LIMIT @MaxOpen) AS open", new { MaxOpen }), cancellationToken);

    /// <summary>How many open reports there are about the same.</summary>
    public Task<int> CountOpenAsync(Report report, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        return database.AskAsync(session => session.ScalarAsync<int>(
            "SELECT COUNT(*) FROM reports WHERE subject_kind = @kind AND subject = @Subject AND resolved_at IS NULL",
            new { kind = ReportNames.Of(report.SubjectKind), report.Subject }), cancellationToken);
    }

    /// <summary>Decides a report and carries the decision out.</summary>
    /// <param name="id">The report.</param>
    /// <param name="actor">Who decides.</param>
    /// <param name="decision">What is decided.</param>
    /// <param name="note">Why, for colleagues; a banned person reads it too.</param>
    /// <param name="cancellationToken">Ends it before anything is done.</param>
    public Task<ActResult> ResolveAsync(
        string id, Account actor, Decision decision, string note, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(note);
        return database.TransactAsync(async transaction =>
        {
            // Two moderators at once: the second waits here, and finds it decided.
            await transaction.ExecuteAsync("UPDATE reports SET note = note WHERE id = @id", new { id });
            if (await FindAsync(transaction, id) is not { } report)
                return ActResult.NotFound;
            if (report.ResolvedAt is not null || !Fits(decision, report.SubjectKind))
                return ActResult.NotNow;
            var done = await CarryOutAsync(transaction, report, actor, decision, note);
            if (done == ActResult.NotAllowed)
                return done;
            await CloseAsync(transaction, report, actor, decision, note);
            AuditLog.Append(transaction, new Act(actor.Id, "report.resolve", "report", id, After: new
            {
                Decision = ReportNames.Of(decision), SubjectKind = ReportNames.Of(report.SubjectKind), report.Subject, report.Reason, Note = note,
            }));
            return ActResult.Done;
        }, cancellationToken);
    }

    private static bool Fits(Decision decision, ReportSubject kind) => decision switch
    {
        Decision.Hide or Decision.MarkNsfw => kind == ReportSubject.Generation,
        Decision.ClearProfile => kind == ReportSubject.Account,
        _ => true,
    };

    // What is gone meanwhile needs no more acting upon; the report is closed all the same.
    private async Task<ActResult> CarryOutAsync(Transaction transaction, Report report, Account actor, Decision decision, string note)
    {
        if (decision is Decision.Keep or Decision.Dismiss)
            return ActResult.Done;
        if (decision == Decision.ClearProfile)
            return await AccountActs.ClearProfileAsync(transaction, report.Subject, actor);
        var account = report.Subject;
        if (report.SubjectKind == ReportSubject.Generation)
        {
            if (await GenerationStore.FindAsync(transaction, report.Subject) is not { } generation)
                return ActResult.NotFound;
            account = generation.Owner;
            if (decision == Decision.MarkNsfw)
                return await PictureActs.MarkAsync(transaction, report.Subject, actor.Id, nsfw: true);
            if (decision == Decision.Hide)
                return await PictureActs.HideAsync(transaction, report.Subject, actor.Id, report.Reason, time.GetUtcNow());
        }
        var banned = await accounts.BanAsync(transaction, account, actor, note.Length > 0 ? note : ReportNames.TitleOf(report.Reason));
        if (banned != ActResult.NotAllowed && report.SubjectKind == ReportSubject.Generation)
            await PictureActs.HideAsync(transaction, report.Subject, actor.Id, report.Reason, time.GetUtcNow());
        return banned;
    }

    private Task<int> CloseAsync(Transaction transaction, Report report, Account actor, Decision decision, string note)
    {
        var which = decision == Decision.Dismiss ? "id = @Id" : "subject_kind = @kind AND subject = @Subject AND resolved_at IS NULL";
        return transaction.ExecuteAsync(
            $"UPDATE reports SET resolved_at = @at, resolved_by = @actor, decision = @decision, note = @note WHERE {which}",
            new
            {
                report.Id, kind = ReportNames.Of(report.SubjectKind), report.Subject, at = time.GetUtcNow().ToUnixTimeMilliseconds(), actor = actor.Id,
                decision = ReportNames.Of(decision), note = note.Trim(),
            });
    }

    private static async Task<Report?> FindAsync(Session session, string id) =>
        (await session.QuerySingleOrDefaultAsync<Row>($"SELECT {Columns} FROM reports WHERE id = @id", new { id }))?.ToReport();

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string Reporter { get; init; } = "";
        public string SubjectKind { get; init; } = "";
        public string Subject { get; init; } = "";
        public string Reason { get; init; } = "";
        public string Words { get; init; } = "";
        public long CreatedAt { get; init; }
        public long? ResolvedAt { get; init; }
        public string? ResolvedBy { get; init; }
        public string? Decision { get; init; }
        public string Note { get; init; } = "";

        public Report ToReport() => new()
        {
            Id = Id, Reporter = Reporter, SubjectKind = ReportNames.ParseSubject(SubjectKind), Subject = Subject, Reason = Reason, Words = Words,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
            ResolvedAt = ResolvedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
            ResolvedBy = ResolvedBy, Decision = ReportNames.ParseDecision(Decision), Note = Note,
        };
    }
}
