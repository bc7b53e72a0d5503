// Takes readers' reports about pictures and accounts. A report that was sent twice is one report.
using Atelier.Accounts;
using Atelier.Generating;
using Atelier.Moderation;
using Atelier.Web.Components.Layout;
using Atelier.Web.Endpoints;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Moderation;

/// <summary>Something that a reader sees and may report.</summary>
/// <param name="Kind">A generation or an account.</param>
/// <param name="Id">Which one.</param>
/// <param name="Name">The account's username; empty for a generation.</param>
/// <param name="Quote">Words of it to know it by; may be empty.</param>
/// <param name="Page">Its page.</param>
/// <param name="Form">Where the report goes.</param>
public sealed record Reportable(ReportSubject Kind, string Id, string Name, string Quote, string Page, string Form);

internal sealed class ReportHandlers(PageFrames frames, GenerationStore generations, AccountStore accounts, Reports reports)
{
    /// <summary>The form about a picture, or thanks for it.</summary>
    public async Task<IResult> ShowPictureAsync(string id, HttpContext http) => await ShowAsync(await PictureAsync(id, http), http);

    /// <summary>Takes the form about a picture.</summary>
    public async Task<IResult> FilePictureAsync(string id, HttpContext http) => await FileAsync(await PictureAsync(id, http), http);

    /// <summary>The form about an account, or thanks for it.</summary>
    public async Task<IResult> ShowProfileAsync(string username, HttpContext http) => await ShowAsync(await ProfileAsync(username, http), http);

    /// <summary>Takes the form about an account.</summary>
    public async Task<IResult> FileProfileAsync(string username, HttpContext http) => await FileAsync(await ProfileAsync(username, http), http);

    private async Task<Reportable?> PictureAsync(string id, HttpContext http) =>
        await generations.FindVisibleAsync(id, http, http.RequestAborted) is { } generation
            ? new Reportable(ReportSubject.Generation, id, "", generation.Prompt, Links.Generation(id), Links.Report(id)) : null;

    // Nobody reports oneself.
    private async Task<Reportable?> ProfileAsync(string username, HttpContext http) =>
        username.Length <= AccountRules.LongestUsername && await accounts.FindByUsernameAsync(username, http.RequestAborted) is { BannedAt: null } account
        && account.Id != CurrentUser.CallerOf(http).Id
            ? new Reportable(ReportSubject.Account, account.Id, account.Username, account.Bio, Links.Profile(account.Username), Links.ReportProfile(account.Username)) : null;

    private Task<IResult> ShowAsync(Reportable? subject, HttpContext http) =>
        ShowAsync(subject, http, problem: null, isFiled: http.Request.Query["filed"] == "1");

    private async Task<IResult> FileAsync(Reportable? subject, HttpContext http)
    {
        if (subject is null)
            return await Answers.NotFoundAsync(frames, http);
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (reason, words) = (form["reason"].ToString(), form["words"].ToString());
        if (!ReportNames.IsReason(reason))
            return await ShowAsync(subject, http, "Choose what is wrong with it.", isFiled: false, words: words);
        if (!ModerationReader.IsPlain(words, Reports.MaxWords))
            return await ShowAsync(subject, http, $"Write at most {Wording.Number(Reports.MaxWords)} characters of plain text.", isFiled: false, reason, words);
        var filing = await reports.FileAsync(CurrentUser.CallerOf(http).Id, subject.Kind, subject.Id, reason, words, http.RequestAborted);
        return filing.Report is null
            ? await ShowAsync(subject, http, $"{Reports.MaxOpen} of your reports are open; wait until moderators have looked at some.", isFiled: false, reason, words)
            : Answers.SeeOther(http, $"{subject.Form}?filed=1");
    }

    private async Task<IResult> ShowAsync(Reportable? subject, HttpContext http, string? problem, bool isFiled, string? reason = null, string words = "")
    {
        if (subject is null)
            return await Answers.NotFoundAsync(frames, http);
        return new Page<ReportPage>(new Dictionary<string, object?>
        {
            [nameof(ReportPage.Frame)] = await frames.OfAsync(http),
            [nameof(ReportPage.Subject)] = subject,
            [nameof(ReportPage.IsFiled)] = isFiled,
            [nameof(ReportPage.Problem)] = problem,
            [nameof(ReportPage.Reason)] = reason,
            [nameof(ReportPage.Words)] = words,
        }, problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}
