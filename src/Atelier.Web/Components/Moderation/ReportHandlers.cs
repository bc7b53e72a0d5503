// Takes readers' reports about pictures. A report that was sent twice is one report.
using Atelier.Generating;
using Atelier.Moderation;
using Atelier.Web.Components.Layout;
using Atelier.Web.Endpoints;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Moderation;

internal sealed class ReportHandlers(PageFrames frames, GenerationStore generations, Reports reports)
{
    /// <summary>The form, or thanks for it.</summary>
    public async Task<IResult> ShowAsync(string id, HttpContext http) =>
        await ShowAsync(id, http, problem: null, isFiled: http.Request.Query["filed"] == "1");

    /// <summary>Takes the form.</summary>
    public async Task<IResult> FileAsync(string id, HttpContext http)
    {
        if (await generations.FindVisibleAsync(id, http, http.RequestAborted) is null)
            return await Answers.NotFoundAsync(frames, http);
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (reason, words) = (form["reason"].ToString(), form["words"].ToString());
        if (!ReportNames.IsReason(reason))
            return await ShowAsync(id, http, "Choose what is wrong with it.", isFiled: false, words: words);
        if (!ModerationReader.IsPlain(words, Reports.MaxWords))
            return await ShowAsync(id, http, $"Write at most {Wording.Number(Reports.MaxWords)} characters of plain text.", isFiled: false, reason, words);
        var filing = await reports.FileAsync(CurrentUser.CallerOf(http).Id, ReportSubject.Generation, id, reason, words, http.RequestAborted);
        return filing.Report is null
            ? await ShowAsync(id, http, $"{Reports.MaxOpen} of your reports are open; wait until moderators have looked at some.", isFiled: false, reason, words)
            : Answers.SeeOther(http, $"{Links.Report(id)}?filed=1");
    }

    private async Task<IResult> ShowAsync(string id, HttpContext http, string? problem, bool isFiled, string? reason = null, string words = "")
    {
        if (await generations.FindVisibleAsync(id, http, http.RequestAborted) is not { } generation)
            return await Answers.NotFoundAsync(frames, http);
        return new Page<ReportPage>(new Dictionary<string, object?>
        {
            [nameof(ReportPage.Frame)] = await frames.OfAsync(http),
            [nameof(ReportPage.Generation)] = generation,
            [nameof(ReportPage.IsFiled)] = isFiled,
            [nameof(ReportPage.Problem)] = problem,
            [nameof(ReportPage.Reason)] = reason,
            [nameof(ReportPage.Words)] = words,
        }, problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}
