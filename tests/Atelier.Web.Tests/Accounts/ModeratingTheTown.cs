// From a report to a ban, by people with browsers and forms: what moderators may do, what everybody else sees of it. On both databases.
using System.Net;
using Atelier.Accounts;
using Atelier.Web.Tests.Api;

namespace Atelier.Web.Tests.Accounts;

public sealed class ModeratingTheTownOnSqlite : ModeratingTheTown
{
    protected override Task<string?> DatabaseAsync() => Task.FromResult<string?>(null);
}

[Collection(OnPostgres.Name)]
public sealed class ModeratingTheTownOnPostgres(Databases databases) : ModeratingTheTown
{
    protected override async Task<string?> DatabaseAsync() => await databases.PostgresAsync();
}

public abstract class ModeratingTheTown
{
    protected abstract Task<string?> DatabaseAsync();

    [Fact]
    public async Task A_reported_picture_is_hidden_everywhere_and_its_banned_painter_is_told_why()
    {
        await using var town = await Town.OpenAsync(await DatabaseAsync());
        using var ann = await town.PersonAsync("ann");
        using var bob = await town.PersonAsync("bob");
        using var carl = await town.PersonAsync("carl");
        using var dora = await town.PersonAsync("dora");
        using var stranger = town.Visitor();
        var picture = await PaintAsync(town, bob);

        (await dora.GetAsync("/moderation")).ShouldSatisfyAllConditions(
            page => page.Status.ShouldBe(HttpStatusCode.NotFound), page => page.Html.ShouldContain("There is nothing here"));
        (await ann.SendAsync("/admin/users", $"/admin/users/{await IdAsync(town, "carl")}/role", ("role", "moderator"), ("return", "/admin/users"))).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await carl.GetAsync("/admin")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await carl.GetAsync("/moderation")).Html.ShouldContain("No report is open.");

        (await stranger.GetAsync($"/g/{picture}/report")).Location.ShouldStartWith("/sign-in");
        (await dora.SendAsync($"/g/{picture}/report", $"/g/{picture}/report", ("words", "no reason"))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await dora.SendAsync($"/g/{picture}/report", $"/g/{picture}/report", ("reason", "hate"), ("words", "<b>look</b>"))).Location.ShouldBe($"/g/{picture}/report?filed=1");
        (await dora.SendAsync($"/g/{picture}/report", $"/g/{picture}/report", ("reason", "spam"))).Status.ShouldBe(HttpStatusCode.SeeOther);

        var queue = await carl.GetAsync("/moderation");
        queue.Html.ShouldContain("Reported by dora");
        queue.Html.ShouldContain("1 report is open");
        var report = (await town.Server.Part<Moderation.Reports>().ListAsync(open: true)).ShouldHaveSingleItem();
        (await dora.SendAsync($"/g/{picture}/report?filed=1", $"/moderation/reports/{report.Id}", ("decision", "hide"))).Status.ShouldNotBe(HttpStatusCode.SeeOther);
        (await carl.SendAsync("/moderation", $"/moderation/reports/{report.Id}", ("decision", "hide"), ("note", "clear"), ("return", "/moderation"))).Location.ShouldBe("/moderation");

        foreach (var path in new[] { $"/g/{picture}", $"/api/v1/images/{picture}/full", $"/api/v1/generations/{picture}" })
        {
            (await dora.GetAsync(path)).Status.ShouldBe(HttpStatusCode.NotFound, path);
            (await stranger.GetAsync(path)).Status.ShouldBe(HttpStatusCode.NotFound, path);
            (await bob.GetAsync(path)).Status.ShouldBe(HttpStatusCode.OK, path);
        }
        (await bob.GetAsync($"/g/{picture}")).Html.ShouldContain("Hidden by a moderator: Hatred against people");

        await ReportAProfileAsync(town, bob, carl, dora, stranger);
        (await carl.SendAsync("/moderation/banned", $"/moderation/banned/{await IdAsync(town, "ann")}/ban", ("reason", "no"))).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await carl.SendAsync($"/g/{picture}", $"/moderation/banned/{await IdAsync(town, "bob")}/ban", ("reason", "Hatred, again and again."))).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await bob.IsInAsync()).ShouldBeFalse();
        (await bob.SignInAsync("bob")).Html.ShouldContain("Hatred, again and again.");
        (await bob.SignInAsync("bob", "not the password")).Html.ShouldNotContain("Hatred");
        (await carl.GetAsync("/moderation/banned")).Html.ShouldContain("Hatred, again and again.");

        (await carl.SendAsync("/moderation/banned", $"/moderation/banned/{await IdAsync(town, "bob")}/unban")).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await bob.SignInAsync("bob")).Status.ShouldBe(HttpStatusCode.SeeOther);
        var log = await carl.GetAsync("/moderation/audit");
        foreach (var action in new[] { "account.role", "picture.hide", "report.resolve", "account.ban", "account.unban" })
            log.Html.ShouldContain(action);
        (await carl.GetAsync("/moderation/audit?actor=ann")).Html.ShouldNotContain("account.ban");
    }

    // Dora follows bob and finds his profile wanting.
    private static async Task ReportAProfileAsync(Town town, Person bob, Person carl, Person dora, Person stranger)
    {
        await bob.SendAsync("/settings", "/settings/profile", ("username", "bob"), ("full_name", "Bob"), ("bio", "<i>Buy</i> this\nsecond line"), ("website", "https://spam.example"));
        (await dora.SendAsync("/u/bob", "/u/bob/follow?follows=1", ("return", "/u/bob/followers"))).Location.ShouldBe("/u/bob/followers");
        (await dora.GetAsync("/u/bob")).Html.ShouldContain("href=\"/u/bob/followers\"");
        (await stranger.GetAsync("/u/bob/followers")).Html.ShouldContain("href=\"/u/dora\"");
        (await stranger.GetAsync("/u/bob/following")).Html.ShouldContain("Bob follows nobody yet.");
        var followed = (await dora.GetAsync("/u/dora/following")).Html;
        followed.ShouldContain("<span class=\"person-bio\"><i>Buy</i> this</span>");
        followed.ShouldNotContain("second line");
        followed.ShouldContain("/u/bob/follow?follows=0");
        (await stranger.GetAsync("/u/nobody/followers")).Status.ShouldBe(HttpStatusCode.NotFound);

        (await stranger.GetAsync("/u/bob/report")).Location.ShouldStartWith("/sign-in");
        (await bob.GetAsync("/u/bob/report")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await bob.GetAsync("/u/bob")).Html.ShouldNotContain("/u/bob/report");
        (await dora.GetAsync("/u/bob")).Html.ShouldContain("/u/bob/report");
        for (var i = 0; i < 2; i++)
            (await dora.SendAsync("/u/bob/report", "/u/bob/report", ("reason", "spam"), ("words", "the website"))).Location.ShouldBe("/u/bob/report?filed=1");
        (await dora.GetAsync("/u/bob/report?filed=1")).Html.ShouldContain("Thank you");
        var queue = (await carl.GetAsync("/moderation")).Html;
        queue.ShouldContain("1 report is open");
        queue.ShouldContain("https://spam.example");
        queue.ShouldNotContain("Mark not safe for work");
        var report = (await town.Server.Part<Moderation.Reports>().ListAsync(open: true)).ShouldHaveSingleItem();
        (await carl.SendAsync("/moderation", $"/moderation/reports/{report.Id}", ("decision", "clear_profile"), ("return", "/moderation"))).Location.ShouldBe("/moderation");
        (await stranger.GetAsync("/u/bob")).Html.ShouldNotContain("spam.example");
        (await carl.GetAsync("/moderation/audit?action=account.clear_profile")).Html.ShouldContain("spam.example");
    }

    private static async Task<string> PaintAsync(Town town, Person painter)
    {
        var sent = await painter.SendAsync("/", "/", ("prompt", "a sign"), ("count", "1"));
        var id = sent.Location!.Split("from=")[1][..32];
        (await town.Server.Painter.NextAsync()).Finish();
        using var patience = new CancellationTokenSource(AtelierServer.Patience);
        await foreach (var _ in town.Server.Part<Durable.EventFeed>().ReadAsync(new Durable.EventFilter(Subject: id), Durable.EventCursor.Start, patience.Token))
        {
            if ((await town.Server.Part<Generating.GenerationStore>().FindAsync(id, patience.Token))!.IsFinished)
                break;
        }
        var change = new Generating.GenerationChange { Visibility = Generating.Visibility.Public };
        (await town.Server.Part<Generating.GenerationCommands>().ChangeAsync(id, await IdAsync(town, "bob"), change)).ShouldBe(Generating.CommandResult.Done);
        return id;
    }

    private static async Task<string> IdAsync(Town town, string username) => (await town.Server.Part<AccountStore>().FindByUsernameAsync(username))!.Id;
}
