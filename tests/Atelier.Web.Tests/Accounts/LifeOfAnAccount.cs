// Signing up, in and out, and what proves an account, over real HTTP on both databases.
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Atelier.Accounts;
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Submitting;
using Atelier.Testing;
using Atelier.Vips;
using Atelier.Web.Tests.Api;

namespace Atelier.Web.Tests.Accounts;

public sealed class LifeOfAnAccountOnSqlite : LifeOfAnAccount
{
    protected override Task<string?> DatabaseAsync() => Task.FromResult<string?>(null);
}

[Collection(OnPostgres.Name)]
public sealed class LifeOfAnAccountOnPostgres(Databases databases) : LifeOfAnAccount
{
    protected override async Task<string?> DatabaseAsync() => await databases.PostgresAsync();
}

public abstract class LifeOfAnAccount
{
    protected abstract Task<string?> DatabaseAsync();

    [Fact]
    public async Task The_first_takes_over_what_was_there_and_runs_the_place_and_those_who_follow_are_users()
    {
        var database = await DatabaseAsync();
        using var folder = new TempFolder();
        await using (var before = await AtelierServer.StartAsync(database, folder: folder))
            (await before.Part<Submission>().SubmitAsync(new GenerationRequest { Prompt = "made before" }, Submitter.Local)).ShouldBeOfType<SubmissionResult.Accepted>();
        await using var town = await Town.OpenAsync(database, folder);
        using var visitor = town.Visitor();
        (await visitor.GetAsync("/")).Location.ShouldBe("/sign-in?return=%2F");
        (await visitor.GetAsync("/sign-in?return=%2F")).Location.ShouldBe("/sign-up?return=%2F");
        (await visitor.GetAsync("/sign-up")).Html.ShouldContain("you will be the administrator, and the pictures that were made so far will be yours");

        var people = Enumerable.Range(0, 6).Select(_ => town.Visitor()).ToList();
        var answers = await Task.WhenAll(people.Select((person, index) => person.SignUpAsync($"person{index}")));

        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.SeeOther);
        var accounts = await town.Server.Part<Database>().ReadAsync(session => session.QueryAsync<(string Id, string Role)>("SELECT id, role FROM accounts"));
        accounts.Count.ShouldBe(6);
        accounts.Where(account => account.Role == "admin").ShouldHaveSingleItem().Id.ShouldBe(Account.LocalId);
        var libraries = await Task.WhenAll(people.Select(person => person.GetAsync("/library")));
        libraries.Count(library => library.Html.Contains("made before", StringComparison.Ordinal)).ShouldBe(1);
        people.ForEach(person => person.Dispose());
    }

    [Fact]
    public async Task What_is_taken_or_unfit_is_said_at_its_field_and_nothing_is_recorded()
    {
        await using var town = await Town.OpenAsync(await DatabaseAsync());
        using var ada = await town.PersonAsync("ada");
        using var other = town.Visitor();

        (await other.SignUpAsync("ADA", "other@example.org")).Html.ShouldContain("Somebody else has this name");
        (await other.SignUpAsync("other", "ADA@example.org")).Html.ShouldContain("This address has an account");
        (await other.SignUpAsync("other", "no address")).Html.ShouldContain("Write an email address");
        (await other.SignUpAsync("other", "a@b.org\r\nBcc: c@d.org")).Html.ShouldContain("Write an email address");
        (await other.SignUpAsync("admin")).Html.ShouldContain("This name is reserved");
        (await other.SignUpAsync("a<b>")).Html.ShouldContain("letters (a–z), digits or underscores");
        (await other.SignUpAsync("other", password: "too short")).Html.ShouldContain("Use at least 10 characters");
        var refused = await other.SignUpAsync("somebody_else", password: "Somebody_Else");
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Html.ShouldContain("first thing others would try");
        refused.Html.ShouldContain("value=\"somebody_else\"");
        refused.Html.ShouldNotContain("Somebody_Else", Case.Sensitive);

        refused.SetCookies.ShouldNotContain(cookie => cookie.Contains("atelier_session", StringComparison.Ordinal));
        (await town.Server.Part<AccountStore>().FindByUsernameAsync("other")).ShouldBeNull();
    }

    [Fact]
    public async Task Signing_out_ends_the_session_itself_and_signing_in_begins_another()
    {
        await using var town = await Town.OpenAsync(await DatabaseAsync());
        using var ada = town.Visitor();
        var first = (await ada.SignUpAsync("ada", back: "/library?show=failed")).ShouldNotBeNull();
        first.Location.ShouldBe("/library?show=failed");
        var cookie = first.Cookie("atelier_session").ShouldNotBeNull();
        cookie.ShouldContain("httponly", Case.Insensitive);
        cookie.ShouldContain("samesite=lax", Case.Insensitive);
        using var elsewhere = town.Visitor();
        (await elsewhere.SignInAsync("ADA@example.org")).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await ada.GetAsync("/settings")).Html.ShouldContain("Where you are signed in");
        await TurnPushOnAsync(town, ada, elsewhere);

        (await ada.SendAsync("/settings", "/sign-out")).Location.ShouldBe("/sign-in");

        (await ada.IsInAsync()).ShouldBeFalse();
        (await AsAsync(town, cookie)).ShouldBe(HttpStatusCode.SeeOther, "the token of the ended session still works");
        (await elsewhere.IsInAsync()).ShouldBeTrue();
        (await elsewhere.GetAsync("/settings")).Html.ShouldNotContain("not told anything yet");
        (await ada.SignInAsync("ada")).Status.ShouldBe(HttpStatusCode.SeeOther);
        await ada.SendAsync("/settings", "/settings/sessions");
        (await ada.IsInAsync()).ShouldBeTrue();
        (await elsewhere.IsInAsync()).ShouldBeFalse();
    }

    // A device that asks to be told is listed to its account alone, and lasts as long as the session that asked.
    private static async Task TurnPushOnAsync(Town town, Person ada, Person elsewhere)
    {
        (string, string)[] Subscription(string endpoint) =>
        [
            ("endpoint", endpoint), ("p256dh", "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"), ("auth", "BTBZMqHH6r4Tts7J_aSIgg"),
        ];
        (await ada.SendAsync("/settings", "/settings/push", Subscription("https://192.168.0.1/x"))).ShouldSatisfyAllConditions(
            page => page.Status.ShouldBe(HttpStatusCode.UnprocessableEntity), page => page.Html.ShouldContain("named no push service"));
        (await ada.SendAsync("/settings", "/settings/push", Subscription("https://push.example/ada"))).Location.ShouldBe("/settings?done=push");
        (await ada.GetAsync("/settings")).Html.ShouldContain("· this browser");
        var listed = await elsewhere.GetAsync("/settings");
        listed.Html.ShouldContain("not told anything yet");
        listed.Html.ShouldNotContain("push.example");
        using var eve = await town.PersonAsync("eve");
        (await eve.GetAsync("/settings")).Html.ShouldNotContain("not told anything yet");
        await eve.SendAsync("/settings", "/settings/push", Subscription("https://push.example/eve"));
        var own = (await town.Server.Part<Notifying.PushDevices>().ListAsync((await town.Server.Part<AccountStore>().FindByUsernameAsync("eve"))!.Id)).ShouldHaveSingleItem();
        await ada.SendAsync("/settings", "/settings/push/remove", ("id", own.Id));
        (await eve.GetAsync("/settings")).Html.ShouldContain("not told anything yet");
        (await eve.SendAsync("/settings", "/settings/push/remove", ("id", own.Id))).Location.ShouldBe("/settings?done=push-removed");
        (await eve.GetAsync("/settings")).Html.ShouldNotContain("not told anything yet");
        var worker = await eve.GetAsync("/push-worker.js");
        worker.Response.Content.Headers.ContentType!.MediaType.ShouldBe("text/javascript");
        worker.Html.ShouldContain("showNotification");
    }

    [Fact]
    public async Task A_session_lasts_while_it_is_used_and_ends_after_a_month_without_use()
    {
        await using var town = await Town.OpenAsync(await DatabaseAsync());
        using var ada = await town.PersonAsync("ada");

        town.Time.Advance(TimeSpan.FromDays(20));
        (await ada.GetAsync("/settings")).Cookie("atelier_session").ShouldNotBeNull("the browser must keep it longer, too");
        town.Time.Advance(TimeSpan.FromDays(20));
        (await ada.IsInAsync()).ShouldBeTrue();
        town.Time.Advance(TimeSpan.FromDays(31));
        (await ada.IsInAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task A_forgotten_password_is_set_anew_by_a_link_that_works_once()
    {
        await using var town = await Town.OpenAsync(await DatabaseAsync());
        using var ada = await town.PersonAsync("ada");
        using var visitor = town.Visitor();
        (await visitor.GetAsync(await town.Post.LinkAsync("Your address at Atelier"))).Html.ShouldContain("Your address is confirmed");
        (await ada.GetAsync("/settings")).Html.ShouldContain("confirmed");

        await visitor.SendAsync("/forgot", "/forgot", ("name", "ada@example.org"));
        var link = await town.Post.LinkAsync("A new password for Atelier");
        var token = Uri.UnescapeDataString(link.Split("token=")[1]);
        (await visitor.SendAsync(link, "/reset", ("token", token), ("password", "short"))).Html.ShouldContain("Use at least 10 characters");
        (await visitor.SendAsync(link, "/reset", ("token", token), ("password", "a second password"))).Location.ShouldBe("/sign-in?done=reset");

        (await ada.IsInAsync()).ShouldBeFalse("the old sessions must end");
        (await visitor.GetAsync(link)).Status.ShouldBe(HttpStatusCode.Gone);
        (await visitor.SendAsync("/forgot", "/reset", ("token", token), ("password", "a third password"))).Status.ShouldBe(HttpStatusCode.Gone);
        (await visitor.SignInAsync("ada")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await visitor.SignInAsync("ada", "a second password")).Status.ShouldBe(HttpStatusCode.SeeOther);

        await visitor.SendAsync("/forgot", "/forgot", ("name", "ada"));
        var late = await town.Post.LinkAsync("A new password for Atelier");
        town.Time.Advance(TimeSpan.FromMinutes(61));
        (await visitor.GetAsync(late)).Status.ShouldBe(HttpStatusCode.Gone);
    }

    [Fact]
    public async Task A_changed_password_ends_every_other_session()
    {
        await using var town = await Town.OpenAsync(await DatabaseAsync());
        using var ada = await town.PersonAsync("ada");
        using var elsewhere = town.Visitor();
        await elsewhere.SignInAsync("ada");

        (await ada.SendAsync("/settings", "/settings/password", ("present", "not it at all"), ("password", "a second password"))).Html.ShouldContain("not your present password");
        (await ada.SendAsync("/settings", "/settings/password", ("present", Town.Password), ("password", "a second password"))).Location.ShouldBe("/settings?done=password");

        (await ada.IsInAsync()).ShouldBeTrue();
        (await elsewhere.IsInAsync()).ShouldBeFalse();
        (await elsewhere.SignInAsync("ada", "a second password")).Status.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task A_key_acts_as_far_as_its_scopes_go_until_it_is_revoked_or_its_time_is_over()
    {
        await using var town = await Town.OpenAsync(await DatabaseAsync());
        using var ada = await town.PersonAsync("ada");
        var reader = await KeyAsync(ada, "reader", "read");
        var writer = await KeyAsync(ada, "writer", "read", "write");
        (await ada.GetAsync("/settings")).Html.ShouldNotContain(writer);

        (await town.WithKeyAsync(HttpMethod.Get, "/api/v1/generations", null)).ShouldBe(HttpStatusCode.Unauthorized);
        (await town.WithKeyAsync(HttpMethod.Get, "/api/v1/generations", "atl_wrong")).ShouldBe(HttpStatusCode.Unauthorized);
        (await town.WithKeyAsync(HttpMethod.Get, "/api/v1/generations", reader)).ShouldBe(HttpStatusCode.OK);
        (await town.WithKeyAsync(HttpMethod.Post, "/api/v1/generations", reader)).ShouldBe(HttpStatusCode.Forbidden);
        (await town.WithKeyAsync(HttpMethod.Post, "/api/v1/generations", writer)).ShouldBe(HttpStatusCode.Accepted);
        (await town.WithKeyAsync(HttpMethod.Get, "/api/v1/providers", writer)).ShouldBe(HttpStatusCode.Forbidden, "an administrator's key without the scope");
        (await town.WithKeyAsync(HttpMethod.Get, "/settings", writer)).ShouldBe(HttpStatusCode.Forbidden, "a key must not change how the account is proved");
        (await ada.GetAsync("/settings")).Html.ShouldContain("used just now");

        using (var program = new HttpClient { BaseAddress = town.Server.Http.BaseAddress })
        {
            program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", writer);
            (await program.GetFromJsonAsync<JsonElement>("/api/v1/account")).GetProperty("email").GetString().ShouldBe("ada@example.org");
            using var changed = await program.PatchAsJsonAsync("/api/v1/account", new { full_name = "Ada Lovelace" });
            (await changed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("full_name").GetString().ShouldBe("Ada Lovelace");
            using var refused = await program.PatchAsJsonAsync("/api/v1/account", new { role = "admin", website = "javascript:alert(1)" });
            refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            var problem = await refused.Content.ReadAsStringAsync();
            problem.ShouldContain("'role' is not a field");
            problem.ShouldContain("begins with https://");
        }

        var id = Regex.Match((await ada.GetAsync("/settings")).Html, "value=\"(?<id>[0-9a-f]{32})\" aria-label=\"Revoke reader\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["id"].Value;
        await ada.SendAsync("/settings", "/settings/key", ("id", id));
        (await town.WithKeyAsync(HttpMethod.Get, "/api/v1/generations", reader)).ShouldBe(HttpStatusCode.Unauthorized);
        town.Time.Advance(TimeSpan.FromDays(29));
        (await town.WithKeyAsync(HttpMethod.Get, "/api/v1/generations", writer)).ShouldBe(HttpStatusCode.OK);
        town.Time.Advance(TimeSpan.FromDays(2));
        (await town.WithKeyAsync(HttpMethod.Get, "/api/v1/generations", writer)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task By_invitation_only_the_invited_get_in_each_once()
    {
        await using var town = await Town.OpenAsync(await DatabaseAsync(), settings: "accounts.sign_up=invitation");
        using var ada = await town.PersonAsync("ada");
        using var visitor = town.Visitor();
        (await visitor.GetAsync("/sign-up")).Html.ShouldContain("one signs up by invitation");
        (await visitor.SendAsync("/forgot", "/sign-up", ("email", "eve@example.org"), ("username", "eve"), ("password", Town.Password))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);

        var invitations = town.Server.Part<Invitations>();
        var code = await invitations.CreateAsync(Account.LocalId, "bob@example.org", Role.Pro);
        (await visitor.GetAsync($"/sign-up?invitation={code}")).Html.ShouldContain("value=\"bob@example.org\"");
        (await InvitedAsync(visitor, "eve", code)).Html.ShouldContain("for another address");
        (await InvitedAsync(visitor, "bob", code)).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await town.Server.Part<AccountStore>().FindByUsernameAsync("bob"))!.Role.ShouldBe(Role.Pro);
        using var another = town.Visitor();
        (await InvitedAsync(another, "bob2", code)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var late = await invitations.CreateAsync(Account.LocalId, email: null, Role.User);
        town.Time.Advance(TimeSpan.FromDays(8));
        (await InvitedAsync(another, "carl", late)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_profile_and_its_picture_are_kept_within_their_rules()
    {
        await using var town = await Town.OpenAsync(await DatabaseAsync());
        using var ada = await town.PersonAsync("ada");
        using var bob = await town.PersonAsync("bob");

        (await ProfileAsync(bob, "ADA")).Html.ShouldContain("Somebody else has this name");
        (await ProfileAsync(bob, "bob", website: "javascript:alert(1)")).Html.ShouldContain("begins with https://");
        (await ProfileAsync(bob, "bob", fullName: new string('x', 81))).Html.ShouldContain("at most 80 characters");
        (await ProfileAsync(bob, "Robert", "<script>alert(1)</script>", "https://bob.example/?a=1&b=2")).Location.ShouldBe("/settings?done=profile");
        var page = await (await bob.RawAsync("/settings")).Content.ReadAsStringAsync();
        page.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt;");
        page.ShouldNotContain("<script>alert(1)");
        (await town.Server.Part<AccountStore>().FindByUsernameAsync("robert"))!.Website.ShouldBe("https://bob.example/?a=1&b=2");

        (await bob.UploadAsync("/settings/avatar", "avatar", Encoding.ASCII.GetBytes("<svg xmlns='http://www.w3.org/2000/svg'/>"))).Html.ShouldContain("This picture cannot be used");
        (await bob.UploadAsync("/settings/avatar", "avatar", [])).Html.ShouldContain("Choose a picture");
        (await bob.GetAsync("/avatars/robert")).Status.ShouldBe(HttpStatusCode.NotFound);
        // A picture with a page of script behind it is drawn anew: only its pixels are kept.
        (await bob.UploadAsync("/settings/avatar", "avatar", [.. Images.Png(300, 200), .. "<script>alert(1)</script>"u8])).Location.ShouldBe("/settings?done=profile");
        using var avatar = await ada.RawAsync("/avatars/robert");
        avatar.Content.Headers.ContentType!.MediaType.ShouldBe("image/webp");
        var bytes = await avatar.Content.ReadAsByteArrayAsync();
        Encoding.Latin1.GetString(bytes).ShouldNotContain("script");
        using var drawn = VipsImage.FromEncoded(bytes);
        (drawn.Width, drawn.Height).ShouldBe((Avatars.Side, Avatars.Side));

        town.Time.Advance(TimeSpan.FromDays(3));
        await town.Server.Part<StorageMaintenance>().RunOnceAsync(CancellationToken.None);
        (await ada.GetAsync("/avatars/robert")).Status.ShouldBe(HttpStatusCode.OK, "the sweep must know what an avatar is");
    }

    [Fact]
    public async Task Who_leaves_takes_everything_along_and_leaves_nothing_behind()
    {
        await using var town = await Town.OpenAsync(await DatabaseAsync());
        using var ada = await town.PersonAsync("ada");
        using var bob = await town.PersonAsync("bob");
        var account = (await town.Server.Part<AccountStore>().FindByUsernameAsync("bob"))!;
        var key = await KeyAsync(bob, "reader", "read");
        var accepted = (await town.Server.Part<Submission>().SubmitAsync(new GenerationRequest { Prompt = "a red boat", Width = 64, Height = 64 }, new Submitter(account.Id)))
            .ShouldBeOfType<SubmissionResult.Accepted>();
        (await town.Server.Painter.NextAsync()).Finish();
        var id = accepted.Generations[0].Id;
        await town.UntilAsync(id, generation => generation?.Status == GenerationStatus.Completed);

        using var export = await bob.RawAsync("/settings/export");
        using (var zip = new ZipArchive(await export.Content.ReadAsStreamAsync()))
        {
            zip.Entries.Select(entry => entry.FullName).ShouldBe(["account.json", "generations.jsonl", $"pictures/{id}.webp"], ignoreOrder: true);
            await using var records = zip.GetEntry("generations.jsonl")!.Open();
            (await new StreamReader(records).ReadToEndAsync()).ShouldContain("a red boat");
            zip.GetEntry($"pictures/{id}.webp")!.Length.ShouldBeGreaterThan(0);
        }

        (await ada.SendAsync("/settings", "/settings/delete", ("present", Town.Password))).Html.ShouldContain("You are the only administrator here");
        (await bob.SendAsync("/settings", "/settings/delete", ("present", "a wrong password"))).Html.ShouldContain("Nothing was deleted");
        (await bob.SendAsync("/settings", "/settings/delete", ("present", Town.Password))).Location.ShouldBe("/sign-in?done=deleted");

        (await bob.IsInAsync()).ShouldBeFalse();
        (await town.WithKeyAsync(HttpMethod.Get, "/api/v1/generations", key)).ShouldBe(HttpStatusCode.Unauthorized);
        (await bob.SignInAsync("bob")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        await town.UntilAsync(id, generation => generation is null);
        using var next = town.Visitor();
        (await next.SignUpAsync("bob", "bob@example.org")).Status.ShouldBe(HttpStatusCode.SeeOther, "name and address are free again");
        (await town.Server.Part<AccountStore>().FindByUsernameAsync("bob"))!.Id.ShouldNotBe(account.Id);
    }

    [Fact]
    public async Task Of_two_who_take_one_username_in_the_same_moment_one_gets_it()
    {
        await using var town = await Town.OpenAsync(await DatabaseAsync());
        using var first = await town.PersonAsync("first");
        using var ada = await town.PersonAsync("ada");
        using var bob = await town.PersonAsync("bob");
        for (var round = 0; round < 8; round++)
        {
            var answers = await Task.WhenAll(ProfileAsync(ada, $"both{round}"), ProfileAsync(bob, $"both{round}"));

            answers.Count(answer => answer.Location == "/settings?done=profile").ShouldBe(1);
            answers.Count(answer => answer.Html.Contains("Somebody else has this name", StringComparison.Ordinal)).ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_second_process_honours_what_the_first_one_signed()
    {
        var database = await DatabaseAsync();
        using var folder = new TempFolder();
        await using var first = await Town.OpenAsync(database, folder);
        using var ada = await first.PersonAsync("ada");
        await ada.SendAsync("/forgot", "/forgot", ("name", "ada"));
        var link = await first.Post.LinkAsync("A new password for Atelier");

        await using var second = await Town.OpenAsync(database, folder);
        using var visitor = second.Visitor();

        (await visitor.GetAsync(link)).Status.ShouldBe(HttpStatusCode.OK);
        var keys = await second.Server.Part<Database>().ReadAsync(session => session.QueryAsync<string>("SELECT sealed FROM protection_keys"));
        keys.ShouldNotBeEmpty();
        keys.ShouldAllBe(key => !key.Contains('<', StringComparison.Ordinal));
    }

    private static Task<Shown> ProfileAsync(Person person, string username, string fullName = "", string website = "") => person.SendAsync(
        "/settings", "/settings/profile", ("username", username), ("full_name", fullName), ("bio", ""), ("website", website));

    private static Task<Shown> InvitedAsync(Person person, string username, string code) => person.SendAsync(
        $"/sign-up?invitation={code}", "/sign-up", ("email", $"{username}@example.org"), ("username", username), ("password", Town.Password), ("invitation", code));

    private static async Task<string> KeyAsync(Person person, string name, params string[] scopes)
    {
        var made = await person.SendAsync("/settings", "/settings/keys", [("name", name), ("days", "30"), .. scopes.Select(scope => ("scope", scope))]);
        made.Response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        return Regex.Match(made.Html, "atl_[A-Za-z0-9_-]{43}", RegexOptions.None, TimeSpan.FromSeconds(1)).Value;
    }

    private static async Task<HttpStatusCode> AsAsync(Town town, string cookie)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = town.Server.Http.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/settings");
        request.Headers.Add("Cookie", cookie.Split(';')[0]);
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }
}
