// Accounts as others see them, and follows, over the API.
using Atelier.Accounts;
using Atelier.Client;
using Atelier.Gallery;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

internal static class UserEndpoints
{
    private static readonly QueryParameters ListParameters = new([GalleryEndpoints.Limit, GalleryEndpoints.Cursor]);

    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("/users/{username}").WithTags("Users").Allow(Access.Reader);
        group.MapGet("", GetAsync).WithName("getUser").WithSummary("Read an account").Produces<UserRecord>().Refuses(400, 404);
        group.MapGet("/generations", PicturesAsync).WithName("listUserGenerations").WithSummary("List an account's public pictures")
            .WithMetadata(ListParameters).Produces<GalleryRecordPage>().Refuses(400, 404);
        group.MapGet("/followers", (string username, [AsParameters] Call call) => PeopleAsync(username, call, followers: true))
            .WithName("listFollowers").WithSummary("List who follows an account").WithMetadata(ListParameters).Produces<PersonPage>().Refuses(400, 404);
        group.MapGet("/following", (string username, [AsParameters] Call call) => PeopleAsync(username, call, followers: false))
            .WithName("listFollowing").WithSummary("List whom an account follows").WithMetadata(ListParameters).Produces<PersonPage>().Refuses(400, 404);
        group.MapPut("/follow", (string username, [AsParameters] Call call) => FollowAsync(username, call, follows: true)).Allow(Access.Write)
            .WithName("followUser").WithSummary("Follow an account").Produces(StatusCodes.Status204NoContent).Refuses(400, 403, 404, 409);
        group.MapDelete("/follow", (string username, [AsParameters] Call call) => FollowAsync(username, call, follows: false)).Allow(Access.Write)
            .WithName("unfollowUser").WithSummary("Follow an account no longer").Produces(StatusCodes.Status204NoContent).Refuses(400, 403, 404, 409);
    }

    private readonly record struct Call(HttpContext Http, AccountStore Accounts, Follows Follows, CancellationToken Ends);

    private static async Task<IResult> GetAsync(string username, [AsParameters] Call call)
    {
        if (await FindAsync(username, call.Accounts, call.Ends) is not { } account)
            return NoUser(username);
        var (tally, reader) = (await call.Follows.TallyAsync(account.Id, call.Ends), CurrentUser.CallerOf(call.Http));
        return TypedResults.Ok(new UserRecord
        {
            Username = account.Username, FullName = account.FullName, Bio = account.Bio, Website = account.Website,
            Pictures = tally.Pictures, Followers = tally.Followers, Following = tally.Following,
            Followed = reader.IsKnown && await call.Follows.FollowsAsync(reader.Id, account.Id, call.Ends),
        });
    }

    private static async Task<IResult> PicturesAsync(
        string username, HttpContext http, AccountStore accounts, GalleryStore gallery, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Request.Query);
        var limit = query.WholeNumber(GalleryEndpoints.Limit);
        var after = query.Parsed(GalleryEndpoints.Cursor.Name, GalleryPlace.Parse, "must be the next_cursor of a page.");
        if (query.Errors.Count > 0)
            return ProblemResult.InvalidParameters(query.Errors);
        if (await FindAsync(username, accounts, cancellationToken) is not { } account)
            return NoUser(username);
        var page = await gallery.OfAccountAsync(account.Id, CurrentUser.CallerOf(http).Id, nsfw: true, after, limit, cancellationToken);
        return TypedResults.Ok(GalleryRecords.Of(page.Pictures, page.Next?.ToString()));
    }

    private static async Task<IResult> PeopleAsync(string username, Call call, bool followers)
    {
        var query = new QueryReader(call.Http.Request.Query);
        var limit = query.WholeNumber(GalleryEndpoints.Limit);
        var place = query.Parsed(GalleryEndpoints.Cursor.Name, text => GalleryRecords.ParseCursor(text) is var (at, id) ? new FollowPlace(at, id) : null, "must be the next_cursor of a page.");
        if (query.Errors.Count > 0)
            return ProblemResult.InvalidParameters(query.Errors);
        if (await FindAsync(username, call.Accounts, call.Ends) is not { } account)
            return NoUser(username);
        var reader = CurrentUser.CallerOf(call.Http).Id;
        var people = followers
            ? await call.Follows.FollowersAsync(account.Id, place, limit + 1, reader, call.Ends)
            : await call.Follows.FollowingAsync(account.Id, place, limit + 1, reader, call.Ends);
        return TypedResults.Ok(new PersonPage(
            [.. people.Take(limit).Select(person => new PersonRecord(
                person.Username, person.FullName, person.Bio, person.Followed, DateTimeOffset.FromUnixTimeMilliseconds(person.FollowedAt)))],
            people.Count > limit ? GalleryRecords.Cursor(people[limit - 1].FollowedAt, people[limit - 1].Id) : null));
    }

    private static async Task<IResult> FollowAsync(string username, Call call, bool follows)
    {
        if (await FindAsync(username, call.Accounts, call.Ends) is not { } account)
            return NoUser(username);
        return await call.Follows.SetAsync(CurrentUser.CallerOf(call.Http).Id, account.Id, follows, call.Ends) switch
        {
            FollowResult.NotFound => NoUser(username),
            FollowResult.Oneself => ProblemResult.Of(ProblemKind.WrongState, "Nobody follows oneself."),
            FollowResult.TooMany => ProblemResult.Of(ProblemKind.WrongState, $"An account may follow {Follows.MostFollowed} others, and yours does."),
            _ => TypedResults.NoContent(),
        };
    }

    private static async Task<Account?> FindAsync(string username, AccountStore accounts, CancellationToken cancellationToken) =>
        username.Length <= 30 && username.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')
        && await accounts.FindByUsernameAsync(username, cancellationToken) is { BannedAt: null } account ? account : null;

    private static ProblemResult NoUser(string username) => ProblemResult.Of(ProblemKind.NotFound, $"There is no user '{Shown.Short(username)}'.");
}
