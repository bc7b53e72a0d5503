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
    private const int PeopleSize = 40;

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
            [nameof(ProfilePage.Collections)] = tab == "collections" ? await collections.ListAsync(account.Id, reader.Id, after: null, limit: 60, http.RequestAborted) : [],
        });
    }

    /// <summary>Who follows an account.</summary>
    public Task<IResult> FollowersAsync(string username, HttpContext http) => PeopleAsync(username, http, followers: true);

    /// <summary>Whom an account follows.</summary>
    public Task<IResult> FollowingAsync(string username, HttpContext http) => PeopleAsync(username, http, followers: false);

    /// <summary>Follows an account, or no longer.</summary>
    public async Task<IResult> FollowAsync(string username, HttpContext http)
    {
        if (await FindAsync(username, http) is not { } account)
            return await Answers.NotFoundAsync(frames, http);
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var result = await follows.SetAsync(CurrentUser.CallerOf(http).Id, account.Id, http.Request.Query["follows"].ToString() == "1", http.RequestAborted);
        return result == FollowResult.TooMany
            ? Answers.Problem(frames, http, StatusCodes.Status409Conflict, "That is one too many", $"An account may follow {Wording.Number(Follows.MostFollowed)} others.")
            : Answers.Back(http, form["return"], Links.Profile(account.Username));
    }

    private async Task<IResult> PeopleAsync(string username, HttpContext http, bool followers)
    {
        var frame = await frames.OfAsync(http);
        if (await FindAsync(username, http) is not { } account)
            return await Answers.NotFoundAsync(frames, http);
        var place = PlaceOf(http.Request.Query["after"].ToString()) is var (at, id) ? new FollowPlace(at, id) : null;
        var (reader, ends) = (CurrentUser.CallerOf(http).Id, http.RequestAborted);
        var people = followers
            ? await follows.FollowersAsync(account.Id, place, PeopleSize + 1, reader, ends)
            : await follows.FollowingAsync(account.Id, place, PeopleSize + 1, reader, ends);
        return new Page<PeoplePage>(new Dictionary<string, object?>
        {
            [nameof(PeoplePage.Frame)] = frame,
            [nameof(PeoplePage.Account)] = account,
            [nameof(PeoplePage.IsOfFollowers)] = followers,
            [nameof(PeoplePage.IsFirst)] = place is null,
            [nameof(PeoplePage.People)] = people.Take(PeopleSize).ToList(),
            [nameof(PeoplePage.Next)] = people.Count > PeopleSize ? TextOf(people[PeopleSize - 1].FollowedAt, people[PeopleSize - 1].Id) : null,
        });
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
            var begin = PlaceOf(after) is var (at, id) ? new LikedPlace(at, id) : null;
            var liked = await likes.ListAsync(account.Id, begin, ExploreHandlers.PageSize, http.RequestAborted);
            return (liked.Pictures, liked.Next is { } place ? TextOf(place.At, place.Id) : null);
        }
        var nsfw = reader.Account?.ShowsNsfw == true || reader.Id == account.Id || http.Request.Query["nsfw"].ToString() == "1";
        var page = await gallery.OfAccountAsync(account.Id, reader.Id, nsfw, GalleryPlace.Parse(after), ExploreHandlers.PageSize, http.RequestAborted);
        return (page.Pictures, page.Next?.ToString());
    }

    private static string TextOf(long at, string id) => string.Create(CultureInfo.InvariantCulture, $"{at}-{id}");

    private static (long At, string Id)? PlaceOf(string text) =>
        text.Split('-') is [var at, var id] && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var moment)
            && id.Length is > 0 and <= 32 && id.All(char.IsAsciiLetterOrDigit)
            ? (moment, id)
            : null;
}
