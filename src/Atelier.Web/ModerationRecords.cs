// Translates reports and acts into what people are told, with usernames in place of ids. A pure translation but for looking names up.
using Atelier.Accounts;
using Atelier.Client;
using Atelier.Moderation;

namespace Atelier.Web;

/// <summary>The contract's view of moderation.</summary>
public sealed class ModerationRecords(AccountStore accounts)
{
    /// <summary>Reports.</summary>
    public async Task<IReadOnlyList<ReportRecord>> OfAsync(IReadOnlyList<Report> reports, CancellationToken cancellationToken = default)
    {
        var names = await NamesAsync(reports.SelectMany(report => new[]
        {
            report.Reporter, report.ResolvedBy, report.SubjectKind == ReportSubject.Account ? report.Subject : null,
        }), cancellationToken);
        return [.. reports.Select(report => new ReportRecord
        {
            Id = report.Id,
            Reporter = names(report.Reporter),
            SubjectKind = ReportNames.Of(report.SubjectKind),
            Subject = report.SubjectKind == ReportSubject.Account ? names(report.Subject) : report.Subject,
            Reason = report.Reason,
            Words = report.Words,
            CreatedAt = report.CreatedAt,
            ResolvedAt = report.ResolvedAt,
            ResolvedBy = report.ResolvedBy is { } by ? names(by) : null,
            Decision = report.Decision is { } decision ? ReportNames.Of(decision) : null,
            Note = report.Note,
        })];
    }

    /// <summary>Acts.</summary>
    public async Task<IReadOnlyList<AuditRecord>> OfAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken = default)
    {
        var names = await NamesAsync(entries.SelectMany(entry => new[] { entry.Actor, entry.SubjectKind == "account" ? entry.Subject : null }), cancellationToken);
        return [.. entries.Select(entry => new AuditRecord
        {
            Id = entry.Id,
            Actor = names(entry.Actor),
            Action = entry.Action,
            SubjectKind = entry.SubjectKind,
            Subject = entry.SubjectKind == "account" ? names(entry.Subject) : entry.Subject,
            Before = entry.Before,
            After = entry.After,
            At = entry.At,
        })];
    }

    /// <summary>The id of the account with a username, or the text itself: an account that is gone is asked for by its id.</summary>
    public async Task<string?> IdOfAsync(string? name, CancellationToken cancellationToken = default) =>
        string.IsNullOrWhiteSpace(name) ? null : (await accounts.FindByUsernameAsync(name, cancellationToken))?.Id ?? name;

    /// <summary>How an account stands.</summary>
    public static AccountStandingRecord Of(Account account, string? whyBanned)
    {
        ArgumentNullException.ThrowIfNull(account);
        return new AccountStandingRecord(account.Username, RoleNames.Of(account.Role), account.BannedAt, account.BannedAt is null ? null : whyBanned ?? "");
    }

    private async Task<Func<string, string>> NamesAsync(IEnumerable<string?> ids, CancellationToken cancellationToken)
    {
        var found = await accounts.FindManyAsync([.. ids.OfType<string>().Distinct(StringComparer.Ordinal)], cancellationToken);
        return id => found.TryGetValue(id, out var account) ? account.Username : id;
    }
}
