// Shows an account with its public pictures, collections and, to itself, what it likes; carries out follows. Keeps nothing.
using System.Globalization;
using Atelier.Accounts;
using Atelier.Gallery;
using Atelier.Web.Components.Layout;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Pages;

internal sealed class ProfileHandlers(PageFrames frames, AccountStore accounts, GalleryStore gallery, Follows follows, Likes likes, Collections collections)
{
    /// <summary>The page of an account, on the tab that the address names.</summary>
    public async Task<IResult> ShowAsync(string username, HttpContext http)
    {
        var frame = await frames.OfAsync(http);
        if (await FindAsync(username, http) is not { } account)
            return await Answers.NotFoundAsync(frames, http);
        var reader = CurrentUser.CallerOf(http);
        var tab = http.Request.Query["show"].ToString() switch
        {
            "collections" => "collections",
            "likes" when reader.Id == account.Id => "likes",
            _ => "pictures",
        };
        var after = http.Request.Query["after"].ToString();
        var (pictures, next) = await PicturesAsync(tab, account, reader, after, http);
        return new Page<ProfilePage>(new Dictionary<string, object?>
        {
            [nameof(ProfilePage.Frame)] = frame,
            [nameof(ProfilePage.Account)] = account,
            [nameof(ProfilePage.Tally)] = await follows.TallyAsync(account.Id, http.RequestAborted),
            [nameof(ProfilePage.Follows)] = reader.IsKnown && await follows.FollowsAsync(reader.Id, account.Id, http.RequestAborted),
            [nameof(ProfilePage.Tab)] = tab,
            [nameof(ProfilePage.Pictures)] = pictures,
            [nameof(ProfilePage.Next)] = next,
            [nameof(ProfilePage.Collections)] = tab == "collections" ? await collections.ListAsync(account.Id, reader.Id, before: null, limit: 60, http.RequestAborted) : [],
        });
    }

    /// <summary>Follows an account, or no longer.</summary>
    public async Task<IResult> FollowAsync(string username, HttpContext http)
    {
        if (await FindAsync(username, http) is not { } account)
            return await Answers.NotFoundAsync(frames, http);
        var result = await follows.SetAsync(CurrentUser.CallerOf(http).Id, account.Id, http.Request.Query["follows"].ToString() == "1", http.RequestAborted);
        return result == FollowResult.TooMany
            ? Answers.Problem(frames, http, StatusCodes.Status409Conflict, "That is one too many", $"An account may follow {Wording.Number(Follows.MostFollowed)} others.")
            : Answers.SeeOther(http, Links.Profile(account.Username));
    }

    private async Task<Account?> FindAsync(string username, HttpContext http) =>
        username.Length <= 30 && await accounts.FindByUsernameAsync(username, http.RequestAborted) is { BannedAt: null } account ? account : null;

    private async Task<(IReadOnlyList<GalleryPicture> Pictures, string? Next)> PicturesAsync(
        string tab, Account account, Caller reader, string after, HttpContext http)
    {
        if (tab == "collections")
            return ([], null);
        if (tab == "likes")
        {
            var liked = await likes.ListAsync(account.Id, LikedPlaceOf(after), ExploreHandlers.PageSize, http.RequestAborted);
            return (liked.Pictures, liked.Next is { } place ? string.Create(CultureInfo.InvariantCulture, $"{place.At}-{place.Id}") : null);
        }
        var nsfw = reader.Account?.ShowsNsfw == true || reader.Id == account.Id || http.Request.Query["nsfw"].ToString() == "1";
        var page = await gallery.OfAccountAsync(account.Id, reader.Id, nsfw, GalleryPlace.Parse(after), ExploreHandlers.PageSize, http.RequestAborted);
        return (page.Pictures, page.Next?.ToString());
    }

    private static LikedPlace? LikedPlaceOf(string text) =>
        text.Split('-') is [var at, var id] && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var moment) && id.Length == 32
            ? new LikedPlace(moment, id)
            : null;
}
