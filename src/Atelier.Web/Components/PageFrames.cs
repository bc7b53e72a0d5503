// Reads what the frame of a page shows from the request: cookies for the reader's choices, the queue from the database. Keeps nothing.
using Atelier.Accounts;
using Atelier.Credits;
using Atelier.Durable;
using Atelier.Moderation;
using Atelier.Web.Components.Layout;
using Atelier.Web.Components.Queue;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components;

/// <summary>Makes the frames of pages.</summary>
internal sealed class PageFrames(IAntiforgery antiforgery, Assets assets, QueueReader queue, Reports reports, EventFeed feed, PriceList prices, Ledger ledger, TimeProvider time)
{
    /// <summary>The cookies in which a browser remembers what its reader chose.</summary>
    public const string ThemeCookie = "theme", QueueCookie = "queue", ZoneCookie = "zone";

    /// <summary>The themes there are.</summary>
    public static readonly string[] Themes = ["auto", "light", "dark"];

    /// <summary>The frame for a page of the reader. Ask for it before the page's own data: the live stream goes on from the frame's moment.</summary>
    public async Task<PageFrame> OfAsync(HttpContext http)
    {
        var end = await feed.EndAsync(http.RequestAborted);
        var bare = Bare(http);
        return bare with
        {
            Queue = await queue.ReadAsync(CurrentUser.Of(http).Owner, http.RequestAborted),
            OpenReports = bare.Reader.MayActAs(Role.Moderator) ? await reports.CountOpenAsync(http.RequestAborted) : null,
            Credits = await CreditsAsync(CurrentUser.CallerOf(http), http.RequestAborted),
            QueueOpen = http.Request.Cookies[QueueCookie] == "open",
            Live = $"{Links.Live}?after={end}",
        };
    }

    /// <summary>What a caller can spend; null where nothing is shown of it.</summary>
    public async Task<Balance?> CreditsAsync(Caller caller, CancellationToken cancellationToken) =>
        prices.Enabled && caller.IsKnown ? await ledger.BalanceAsync(caller.Id, cancellationToken) : null;

    /// <summary>A frame that asks no database: for pages that must be shown whatever has happened.</summary>
    public PageFrame Bare(HttpContext http)
    {
        var tokens = antiforgery.GetAndStoreTokens(http);
        var theme = http.Request.Cookies[ThemeCookie];
        return new PageFrame
        {
            Circumstances = CircumstancesOf(http),
            Reader = CurrentUser.CallerOf(http),
            Theme = Themes.Contains(theme) ? theme! : Themes[0],
            Path = http.Request.Path + http.Request.QueryString,
            TokenField = tokens.FormFieldName,
            Token = tokens.RequestToken ?? "",
            Queue = QueueView.Unknown,
            Live = Links.Live,
        };
    }

    /// <summary>Time, zone and assets for a request.</summary>
    public Circumstances CircumstancesOf(HttpContext http) => new(assets.Path, time.GetUtcNow(), ZoneOf(http.Request.Cookies[ZoneCookie]));

    private static TimeZoneInfo ZoneOf(string? name) =>
        name is { Length: > 0 and < 64 } && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;
}
