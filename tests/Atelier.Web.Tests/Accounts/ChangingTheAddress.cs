// Another address for an account: by a link to the new one, followed by who is signed in, once. On both databases.
using System.Net;
using Atelier.Accounts;
using Atelier.Durable;
using Atelier.Web.Tests.Api;

namespace Atelier.Web.Tests.Accounts;

public sealed class ChangingTheAddressOnSqlite : ChangingTheAddress
{
    protected override Task<string?> DatabaseAsync() => Task.FromResult<string?>(null);
}

[Collection(OnPostgres.Name)]
public sealed class ChangingTheAddressOnPostgres(Databases databases) : ChangingTheAddress
{
    protected override async Task<string?> DatabaseAsync() => await databases.PostgresAsync();
}

public abstract class ChangingTheAddress
{
    private const string NewAddress = "Your new address at Atelier";

    protected abstract Task<string?> DatabaseAsync();

    [Fact]
    public async Task An_address_changes_by_a_link_to_the_new_one_that_works_once_for_who_is_signed_in()
    {
        await using var town = await Town.OpenAsync(await DatabaseAsync());
        using var first = await town.PersonAsync("first");
        using var ada = await town.PersonAsync("ada");
        using var other = town.Visitor();
        await other.SignUpAsync("other", "ädele@example.org");
        await other.SendAgainAsync("/forgot", ("name", "ada"));
        var reset = await town.Post.LinkAsync("A new password for Atelier");

        (await AskAsync(ada, "no address")).Html.ShouldContain("Write an email address");
        (await AskAsync(ada, "a@b.org\r\nBcc: c@d.org")).Html.ShouldContain("Write an email address");
        (await AskAsync(ada, "ada@example.org")).Html.ShouldContain("This is your address already");
        (await AskAsync(ada, "ada@new.example", "a wrong password")).Html.ShouldContain("not your present password");
        (await AskAsync(ada, " FIRST@example.org ")).Html.ShouldContain(AccountRules.EmailTaken.Message);
        (await AskAsync(ada, "ÄDELE@example.org")).Html.ShouldContain(AccountRules.EmailTaken.Message);
        (await AskAsync(ada, " Ada@New.example ")).Location.ShouldBe("/settings?done=address");
        var mails = new[] { await town.Post.NextAsync(NewAddress), await town.Post.NextAsync("Your address at Atelier is about to change") };
        mails[0].To.ShouldBe("Ada@New.example");
        mails[1].To.ShouldBe("ada@example.org");
        mails[1].Text.ShouldNotContain("token=");
        (await ada.GetAsync("/settings")).Html.ShouldContain("ada@example.org", customMessage: "until the link is followed nothing changes");

        var link = PostRoom.LinkOf(mails[0]);
        // Whoever gets a mail that was mistyped does not get the account with it.
        using var stranger = town.Visitor();
        (await stranger.GetAsync(link)).Location.ShouldBe($"/sign-in?return={Uri.EscapeDataString(link)}");
        (await other.GetAsync(link)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await ada.GetAsync(link)).Location.ShouldBe("/settings?done=email");

        (await town.Post.NextAsync("Your address at Atelier has changed")).To.ShouldBe("ada@example.org");
        var account = (await town.Server.Part<AccountStore>().FindByUsernameAsync("ada"))!;
        (account.Email, account.EmailConfirmed).ShouldBe(("Ada@New.example", true));
        (await ada.GetAsync(link)).Status.ShouldBe(HttpStatusCode.Gone, "the link was used");
        (await stranger.GetAsync(reset)).Status.ShouldBe(HttpStatusCode.Gone, "links to the old address end with it");
        (await stranger.SignInAsync("ada@example.org")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await stranger.SignInAsync("ada@new.EXAMPLE")).Status.ShouldBe(HttpStatusCode.SeeOther);
        using var next = town.Visitor();
        (await next.SignUpAsync("next", "ada@example.org")).Status.ShouldBe(HttpStatusCode.SeeOther, "the old address is free");
    }

    [Fact]
    public async Task A_link_ends_with_time_with_every_other_change_and_with_the_account()
    {
        await using var town = await Town.OpenAsync(await DatabaseAsync());
        using var first = await town.PersonAsync("first");
        using var ada = await town.PersonAsync("ada");
        async Task<string> LinkAsync(string email)
        {
            (await AskAsync(ada, email)).Location.ShouldBe("/settings?done=address");
            return PostRoom.LinkOf(await town.Post.NextAsync(NewAddress));
        }

        var late = await LinkAsync("a@new.example");
        (await ada.GetAsync(late.Replace("token=", "token=x", StringComparison.Ordinal))).Status.ShouldBe(HttpStatusCode.Gone);
        town.Time.Advance(TimeSpan.FromHours(1));
        (await ada.GetAsync(late)).Status.ShouldBe(HttpStatusCode.Gone);
        var (earlier, later) = (await LinkAsync("b@new.example"), await LinkAsync("c@new.example"));
        (await ada.GetAsync(later)).Location.ShouldBe("/settings?done=email");
        (await ada.GetAsync(earlier)).Status.ShouldBe(HttpStatusCode.Gone, "the address has changed otherwise");
        var beforePassword = await LinkAsync("d@new.example");
        await ada.SendAgainAsync("/settings/password", ("present", Town.Password), ("password", Town.Password));
        (await ada.GetAsync(beforePassword)).Status.ShouldBe(HttpStatusCode.Gone, "who changes the password takes it back");
        var taken = await LinkAsync("E@new.example");
        using var quicker = town.Visitor();
        await quicker.SignUpAsync("quicker", "e@new.example");
        var answer = await ada.GetAsync(taken);
        answer.Status.ShouldBe(HttpStatusCode.Conflict);
        answer.Html.ShouldContain("Somebody else has this address");

        // Without a password, only who has just signed in.
        await town.Server.Part<Database>().TransactAsync(tx => tx.ExecuteAsync("UPDATE accounts SET password_hash = NULL WHERE username = 'ada'"));
        (await AskAsync(ada, "f@new.example")).Html.ShouldContain("within the last ten minutes");
        await town.Server.Part<Database>().TransactAsync(tx => tx.ExecuteAsync("UPDATE sessions SET created_at = @now", new { now = town.Time.GetUtcNow().ToUnixTimeMilliseconds() }));
        var last = await LinkAsync("f@new.example");
        (await ada.SendAgainAsync("/settings/delete", ("present", "ada"))).Location.ShouldBe("/sign-in?done=deleted");
        (await ada.GetAsync(last)).Status.ShouldBe(HttpStatusCode.Gone, "there is no account any more");
        (await town.Server.Part<AccountStore>().FindByUsernameAsync("ada")).ShouldBeNull();
    }

    [Fact]
    public async Task Of_two_who_change_to_one_address_in_the_same_moment_one_gets_it()
    {
        await using var town = await Town.OpenAsync(await DatabaseAsync());
        using var first = await town.PersonAsync("first");
        using var ada = await town.PersonAsync("ada");
        using var bob = await town.PersonAsync("bob");
        for (var round = 0; round < 8; round++)
        {
            var links = new List<string>();
            foreach (var person in new[] { ada, bob })
            {
                (await AskAsync(person, $"both{round}@new.example")).Location.ShouldBe("/settings?done=address");
                links.Add(PostRoom.LinkOf(await town.Post.NextAsync(NewAddress)));
            }

            var answers = await Task.WhenAll(ada.GetAsync(links[0]), bob.GetAsync(links[1]));

            answers.Select(answer => answer.Status).ShouldBe([HttpStatusCode.SeeOther, HttpStatusCode.Conflict], ignoreOrder: true);
        }
    }

    private static Task<Shown> AskAsync(Person person, string email, string password = Town.Password) =>
        person.SendAgainAsync("/settings/email", ("email", email), ("present", password));
}
