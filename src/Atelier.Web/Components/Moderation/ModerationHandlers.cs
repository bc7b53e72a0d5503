// Shows moderators the reports and carries out what they decide. Each act is the product's own; nothing is kept here.
using Atelier.Accounts;
using Atelier.Client;
using Atelier.Generating;
using Atelier.Moderation;
using Atelier.Web.Components.Admin;
using Atelier.Web.Components.Layout;
using Atelier.Web.Endpoints;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Moderation;

/// <summary>A report with what a moderator has to see of it.</summary>
/// <param name="Report">The report.</param>
/// <param name="Generation">What it is about; null for accounts, and where it is gone.</param>
/// <param name="Owner">Whose it is, or the account it is about.</param>
/// <param name="Others">How many more open reports there are about the same.</param>
public sealed record ModerationCase(ReportRecord Report, Generation? Generation, Account? Owner, int Others);

internal sealed class ModerationHandlers(
    PageFrames frames, Reports reports, ModerationRecords records, GenerationStore generations, AccountStore accounts, AccountActs accountActs,
    PictureActs pictureActs, PromptWords words)
{
    private const int PageSize = 30;

    /// <summary>The oldest open report behind the one that the address names.</summary>
    public async Task<IResult> ShowAsync(HttpContext http)
    {
        var after = Id(http.Request.Query["after"]);
        var next = await reports.ListAsync(open: true, after, limit: 1, http.RequestAborted);
        return new Page<ModerationPage>(new Dictionary<string, object?>
        {
            [nameof(ModerationPage.Frame)] = await frames.OfAsync(http),
            [nameof(ModerationPage.Case)] = next.Count == 0 ? null : await CaseAsync(next[0], http.RequestAborted),
            [nameof(ModerationPage.IsFirst)] = after is null,
        });
    }

    /// <summary>Decides a report.</summary>
    public async Task<IResult> DecideAsync(string id, HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var note = form["note"].ToString();
        if (ReportNames.ParseDecision(form["decision"]) is not { } decision || Id(id) is null || !ModerationReader.IsPlain(note, AccountActs.MaxReason))
            return Answers.Back(http, form["return"], Links.Moderation);
        return await reports.ResolveAsync(id, CurrentUser.CallerOf(http).Account!, decision, note.Trim(), http.RequestAborted) switch
        {
            ActResult.NotFound => await Answers.NotFoundAsync(frames, http),
            ActResult.NotAllowed => Answers.Problem(frames, http, StatusCodes.Status403Forbidden, "Not this account",
                "It is your own, or of your role or above. The report is still open."),
            // Decided by a colleague in the meantime: the next one is what there is to do.
            _ => Answers.Back(http, form["return"], Links.Moderation),
        };
    }

    /// <summary>The reports that were decided.</summary>
    public async Task<IResult> DecidedAsync(HttpContext http)
    {
        var listed = await reports.ListAsync(open: false, Id(http.Request.Query["after"]), PageSize + 1, http.RequestAborted);
        return new Page<DecidedPage>(new Dictionary<string, object?>
        {
            [nameof(DecidedPage.Frame)] = await frames.OfAsync(http),
            [nameof(DecidedPage.Items)] = await records.OfAsync([.. listed.Take(PageSize)], http.RequestAborted),
            [nameof(DecidedPage.Next)] = listed.Count > PageSize ? listed[PageSize - 1].Id : null,
        });
    }

    /// <summary>The banned accounts.</summary>
    public async Task<IResult> BannedAsync(HttpContext http)
    {
        var banned = await accountActs.BannedAsync(AuditEndpoints.NumberOf(http.Request.Query["before"]), PageSize, http.RequestAborted);
        return new Page<BannedPage>(new Dictionary<string, object?>
        {
            [nameof(BannedPage.Frame)] = await frames.OfAsync(http),
            [nameof(BannedPage.Banned)] = banned,
            [nameof(BannedPage.Next)] = banned.Count == PageSize ? $"{banned[^1].Account.BannedAt!.Value.ToUnixTimeMilliseconds()}" : null,
        });
    }

    /// <summary>The words of prompts.</summary>
    public async Task<IResult> WordsAsync(HttpContext http) => new Page<WordsPage>(new Dictionary<string, object?>
    {
        [nameof(WordsPage.Frame)] = await frames.OfAsync(http),
        [nameof(WordsPage.Words)] = (await words.ReadAsync(http.RequestAborted)).Words,
    });

    /// <summary>Puts a word on the list.</summary>
    public async Task<IResult> PutWordAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var rule = form["rule"] == "block" ? WordRule.Block : WordRule.Nsfw;
        var put = await words.PutAsync(CurrentUser.CallerOf(http).Id, form["word"].ToString(), rule, form["note"].ToString(), http.RequestAborted);
        return put is null
            ? Answers.Problem(frames, http, StatusCodes.Status422UnprocessableEntity, "That is not a word",
                $"It must hold a letter or a digit, and at most {PromptWords.MaxWord} characters. Nothing was changed.")
            : Answers.Back(http, form["return"], AdminLinks.Words);
    }

    /// <summary>Takes a word off the list.</summary>
    public async Task<IResult> RemoveWordAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        await words.RemoveAsync(CurrentUser.CallerOf(http).Id, form["word"].ToString(), http.RequestAborted);
        return Answers.Back(http, form["return"], AdminLinks.Words);
    }

    /// <summary>Hides, shows or marks a picture from its own page.</summary>
    public async Task<IResult> PictureAsync(string id, string word, HttpContext http)
    {
        var (actor, ends) = (CurrentUser.CallerOf(http).Id, http.RequestAborted);
        var result = Id(id) is null ? ActResult.NotFound : word switch
        {
            "hide" => await pictureActs.HideAsync(id, actor, "other", ends),
            "unhide" => await pictureActs.UnhideAsync(id, actor, ends),
            "mark-nsfw" => await pictureActs.MarkAsync(id, actor, nsfw: true, ends),
            "unmark-nsfw" => await pictureActs.MarkAsync(id, actor, nsfw: false, ends),
            _ => ActResult.NotFound,
        };
        var form = await http.Request.ReadFormAsync(ends);
        return result == ActResult.NotFound ? await Answers.NotFoundAsync(frames, http) : Answers.Back(http, form["return"], Links.Generation(id));
    }

    private async Task<ModerationCase> CaseAsync(Report report, CancellationToken cancellationToken)
    {
        var generation = report.SubjectKind == ReportSubject.Generation ? await generations.FindAsync(report.Subject, cancellationToken) : null;
        var owner = report.SubjectKind == ReportSubject.Account ? report.Subject : generation?.Owner;
        return new ModerationCase(
            (await records.OfAsync([report], cancellationToken))[0], generation, owner is null ? null : await accounts.FindAsync(owner, cancellationToken),
            await reports.CountOpenAsync(report, cancellationToken) - 1);
    }

    private static string? Id(string? text) => text is not null && GenerationIds.IsLegal(text) ? text : null;
}
