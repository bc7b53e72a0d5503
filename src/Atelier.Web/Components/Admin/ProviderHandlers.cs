// Shows providers and lanes and carries out what administrators do to them. Each act is the product's own; nothing is kept here.
using System.Globalization;
using Atelier.Durable;
using Atelier.Operating;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Admin;

internal sealed class ProviderHandlers(PageFrames frames, ProviderRecords providers, JobQueue queue, OperatorActs acts)
{
    private const int MostReason = 200, MostPlaces = 1_000_000;

    /// <summary>The page.</summary>
    public async Task<IResult> ShowAsync(HttpContext http)
    {
        var state = await QueueRecords.ReadAsync(queue, 1, http.RequestAborted);
        return new Page<ProvidersPage>(new Dictionary<string, object?>
        {
            [nameof(ProvidersPage.Frame)] = await frames.OfAsync(http),
            [nameof(ProvidersPage.Providers)] = await providers.AllAsync(http.RequestAborted),
            [nameof(ProvidersPage.Lanes)] = state.Lanes,
            [nameof(ProvidersPage.Depths)] = state.Depths,
        });
    }

    /// <summary>Lifts what holds a key back.</summary>
    public async Task<IResult> CureAsync(string provider, string key, HttpContext http)
    {
        if (!(await providers.KeysAsync(http.RequestAborted)).Any(known => known.Provider == provider && known.Label == key))
            return await Answers.NotFoundAsync(frames, http);
        await acts.CureAsync(CurrentUser.CallerOf(http).Id, provider, key, http.RequestAborted);
        return await BackAsync(http);
    }

    /// <summary>Pauses, drains, resumes, parks, unparks or limits a lane.</summary>
    public async Task<IResult> LaneAsync(string lane, string word, HttpContext http)
    {
        var (actor, ends) = (CurrentUser.CallerOf(http).Id, http.RequestAborted);
        var known = (await queue.Lanes.ListAsync(ends)).FirstOrDefault(status => status.Name == lane);
        if (known is null)
            return await Answers.NotFoundAsync(frames, http);
        var form = await http.Request.ReadFormAsync(ends);
        switch (word)
        {
            case "pause" or "drain" or "resume":
                await acts.SetModeAsync(actor, lane, word switch { "pause" => LaneMode.Paused, "drain" => LaneMode.Draining, _ => LaneMode.Open }, ends);
                break;
            case "park" when Number(form["minutes"]) is { } minutes:
                await acts.ParkAsync(actor, lane, TimeSpan.FromMinutes(Math.Min(minutes, 525_600)), Short(form["reason"]), key: null, ends);
                break;
            case "unpark":
                await acts.UnparkAsync(actor, lane, form["key"].ToString() is { Length: > 0 } key ? key : null, ends);
                break;
            case "limits":
                await acts.ConfigureAsync(actor, lane, known.Settings with { Concurrency = Number(form["concurrency"]), TenantConcurrency = Number(form["per_user"]) }, ends);
                break;
            default:
                return await Answers.NotFoundAsync(frames, http);
        }
        return Answers.Back(http, form["return"], AdminLinks.Providers);
    }

    private static async Task<IResult> BackAsync(HttpContext http) =>
        Answers.Back(http, (await http.Request.ReadFormAsync(http.RequestAborted))["return"], AdminLinks.Providers);

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostPlaces ? number : null;

    private static string? Short(string? text) => text is { Length: > 0 and <= MostReason } && !text.Any(char.IsControl) ? text : null;
}
