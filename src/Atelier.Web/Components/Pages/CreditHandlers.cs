// Shows the reader's credits: one page of a history that goes on from the last id of the page before.
using Atelier.Credits;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Pages;

internal sealed class CreditHandlers(PageFrames frames, LedgerHistory history)
{
    private const int PageSize = 50;

    /// <summary>The balance and the part of the history that the address names.</summary>
    public async Task<IResult> ShowAsync(HttpContext http)
    {
        var frame = await frames.OfAsync(http);
        if (frame.Credits is null)
            return Answers.Problem(frames, http, StatusCodes.Status404NotFound, "Pictures cost nothing here", "There are no credits on this server.");
        var before = http.Request.Query["before"].ToString();
        var listed = await history.ListAsync(
            CurrentUser.Of(http).Owner, before.Length == 32 && before.All(char.IsAsciiHexDigitLower) ? before : null, PageSize + 1, http.RequestAborted);
        var shown = listed.Take(PageSize).ToList();
        return new Page<CreditsPage>(new Dictionary<string, object?>
        {
            [nameof(CreditsPage.Frame)] = frame,
            [nameof(CreditsPage.Events)] = shown,
            [nameof(CreditsPage.Next)] = listed.Count > PageSize ? shown[^1].Id : null,
        });
    }
}
