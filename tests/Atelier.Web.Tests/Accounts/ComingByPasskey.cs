// Signing in with a passkey: what a device signs for this challenge, this site and this account opens it, once, and nothing else does. On both databases.
using System.Buffers.Text;
using System.IO.Compression;
using System.Net;
using System.Text;
using Atelier.Accounts;
using Atelier.Durable;
using Atelier.Web.Configuration;
using Atelier.Web.Security.Passkeys;
using Atelier.Web.Tests.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Web.Tests.Accounts;

public sealed class ComingByPasskeyOnSqlite : ComingByPasskey
{
    protected override Task<string?> DatabaseAsync() => Task.FromResult<string?>(null);
}

[Collection(OnPostgres.Name)]
public sealed class ComingByPasskeyOnPostgres(Databases databases) : ComingByPasskey
{
    protected override async Task<string?> DatabaseAsync() => await databases.PostgresAsync();
}

public abstract class ComingByPasskey
{
    protected abstract Task<string?> DatabaseAsync();

    [Fact]
    public async Task A_passkey_opens_its_own_account_and_no_lie_about_it_does()
    {
        await using var town = await Town.OpenAsync(await DatabaseAsync(), settings: "accounts.sign_ins_per_minute=1000");
        using var ada = await town.PersonAsync("ada");
        using var bob = await town.PersonAsync("bob");
        using var device = new SoftwareAuthenticator(town.Server.Http.BaseAddress!);
        await NoLieAddsOneAsync(town, ada, bob, device);

        (await AddAsync(ada, device, "Ada’s phone")).Location.ShouldBe("/settings?done=passkey");

        var page = await ada.GetAsync("/settings");
        page.Html.ShouldContain("Ada’s phone");
        page.Html.ShouldContain("never used");
        using var same = device.Copied();
        (await AddAsync(bob, same, "mine now")).Html.ShouldContain("or this passkey is here already");
        using var elsewhere = await town.PersonAsync("elsewhere");
        var asked = await elsewhere.SendAgainAsync("/sign-in/passkey/options");
        asked.Response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var cookie = asked.Cookie("atelier_passkey").ShouldNotBeNull();
        foreach (var part in new[] { "httponly", "samesite=strict", "max-age=300" })
            cookie.ShouldContain(part, Case.Insensitive);
        var answer = device.Sign(asked.Html);
        var entered = await elsewhere.SendAgainAsync("/sign-in/passkey", ("credential", answer), ("return", "/library"));
        entered.Location.ShouldBe("/library");
        entered.Cookie("atelier_session").ShouldNotBeNull("who signs in gets a session of his own, whatever the browser had before");
        (await elsewhere.GetAsync("/settings")).Html.ShouldContain("ada@example.org");
        (await elsewhere.GetAsync("/settings")).Html.ShouldContain("used just now");

        using var eve = town.Visitor();
        eve.Receive(cookie);
        Refused(await eve.SendAgainAsync("/sign-in/passkey", ("credential", answer)), "a challenge that was answered, by who kept all of it");
        await NoLieSignsInAsync(town, eve, device);
        (await InAsync(eve, device)).Location.ShouldBe("/", "the passkey itself is as good as before");
        await ExportsAsync(eve, device);
    }

    [Fact]
    public async Task A_copied_counter_a_removed_passkey_and_a_banned_account_get_nobody_in_and_the_last_way_in_stays()
    {
        await using var town = await Town.OpenAsync(await DatabaseAsync(), settings: "accounts.sign_ins_per_minute=1000");
        using var ada = await town.PersonAsync("ada");
        using var visitor = town.Visitor();
        using var device = new SoftwareAuthenticator(town.Server.Http.BaseAddress!) { Counter = 7 };
        using var other = new SoftwareAuthenticator(town.Server.Http.BaseAddress!);
        var (database, passkeys) = (town.Server.Part<Database>(), town.Server.Part<Passkeys>());
        await AddAsync(ada, device, "key");

        device.Counter = 9;
        (await InAsync(visitor, device)).Location.ShouldBe("/");
        using var copy = device.Copied();
        Refused(await InAsync(visitor, copy), "the same counter");
        copy.Counter = 8;
        Refused(await InAsync(visitor, copy), "a counter that went backwards");
        copy.Counter = 0;
        Refused(await InAsync(visitor, copy), "a counter that began anew");
        device.Counter = 10;
        (await InAsync(visitor, device)).Location.ShouldBe("/");
        // Two answers that were verified at once with one counter: the database lets one of them in.
        var verified = (await passkeys.CredentialsAsync(Account.LocalId))[0];
        verified.SignCount = 11;
        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => passkeys.SignInAsync(Account.LocalId, verified, new SignInPlace("", ""))));
        results.Count(result => result is SignInResult.SignedIn).ShouldBe(1);

        await database.TransactAsync(tx => tx.ExecuteAsync("UPDATE accounts SET password_hash = NULL WHERE username = 'ada'"));
        (await RemoveAsync(ada, device)).Html.ShouldContain("This passkey is your only way in");
        await AddAsync(ada, other, "other");
        // Both at once: one of them stays.
        await Task.WhenAll(new[] { device, other }.Select(key => passkeys.RemoveAsync(Account.LocalId, Base64Url.EncodeToString(key.CredentialId))));
        (await passkeys.ListAsync(Account.LocalId)).ShouldHaveSingleItem();
        var (gone, left) = (await passkeys.ListAsync(Account.LocalId))[0].Name == "key" ? (other, device) : (device, other);
        gone.Counter = 20;
        Refused(await InAsync(visitor, gone), "a passkey that was removed");
        (await ada.SendAgainAsync("/settings/password", ("password", Town.Password))).Location.ShouldBe("/settings?done=password");
        left.Counter = 30;
        (await InAsync(visitor, left)).Location.ShouldBe("/", "a new password leaves passkeys alone");
        using var bob = await town.PersonAsync("bob");
        await RemoveAsync(bob, left);
        (await passkeys.ListAsync(Account.LocalId)).ShouldHaveSingleItem("nobody removes another's");

        await BehindAProxyTheSiteIsTheOneThatPeopleSeeAsync(town, left);
        await database.TransactAsync(tx => tx.ExecuteAsync("UPDATE accounts SET banned_at = 1, ban_reason = 'it was spam' WHERE username = 'ada'"));
        left.Counter = 40;
        (await InAsync(visitor, left)).Html.ShouldContain("it was spam");
        await database.TransactAsync(tx => tx.ExecuteAsync("UPDATE accounts SET banned_at = NULL WHERE username = 'ada'"));
        using var again = town.Visitor();
        await again.SignInAsync("ada");
        (await RemoveAsync(again, left)).Location.ShouldBe("/settings?done=passkeys");
        Refused(await InAsync(visitor, left), "the last one, removed");
    }

    private static async Task BehindAProxyTheSiteIsTheOneThatPeopleSeeAsync(Town town, SoftwareAuthenticator device)
    {
        var settings = town.Server.Part<AtelierSettings>();
        var ceremony = ActivatorUtilities.CreateInstance<PasskeyCeremony>(
            town.Server.App.Services, settings with { Server = settings.Server with { PublicUrl = "https://art.example" } });
        async Task<SignInResult> TryAsync(string origin)
        {
            using var moved = device.Copied();
            (moved.RpId, moved.Origin, moved.Counter) = ("art.example", origin, 35);
            var http = new DefaultHttpContext { RequestServices = town.Server.App.Services };
            (http.Request.Scheme, http.Request.Host) = ("http", new HostString("127.0.0.1", 5000));
            var options = await ceremony.BeginSigningInAsync(http);
            options.ShouldContain("\"rpId\":\"art.example\"");
            http.Response.Headers.SetCookie.ToString().ShouldContain("secure");
            http.Request.Headers.Cookie = http.Response.Headers.SetCookie.ToString().Split(';')[0];
            return await ceremony.FinishSigningInAsync(http, moved.Sign(options));
        }

        (await TryAsync("http://127.0.0.1:5000")).ShouldBeOfType<SignInResult.Refused>();
        (await TryAsync("https://art.example")).ShouldBeOfType<SignInResult.SignedIn>();
    }

    private static async Task NoLieAddsOneAsync(Town town, Person ada, Person bob, SoftwareAuthenticator device)
    {
        foreach (var (name, tell) in Lies().Append(("an answer for signing in", (device, options) => device.Sign(options.Replace("\"user\"", "\"allowCredentials\":[],\"userVerification\":\"required\",\"user\"", StringComparison.Ordinal)))))
        {
            using var liar = device.Copied();
            var options = (await ada.SendAgainAsync("/settings/passkeys/options")).Html;
            (await ada.SendAgainAsync("/settings/passkeys", ("name", "a lie"), ("credential", tell(liar, options)))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity, name);
        }
        // Somebody else's challenge, even with the cookie that belongs to it.
        var foreign = await bob.SendAgainAsync("/settings/passkeys/options");
        ada.Receive(foreign.Cookie("atelier_passkey")!);
        (await ada.SendAgainAsync("/settings/passkeys", ("name", "a lie"), ("credential", device.Create(foreign.Html)))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var late = await ada.SendAgainAsync("/settings/passkeys/options");
        town.Time.Advance(TimeSpan.FromMinutes(5));
        (await ada.SendAgainAsync("/settings/passkeys", ("name", "late"), ("credential", device.Create(late.Html)))).Html.ShouldContain("not finished in time");
        (await AddAsync(ada, device, "  ")).Html.ShouldContain("Give it a name");
        (await ada.PostAsync("/settings/passkeys/options")).Status.ShouldBe(HttpStatusCode.BadRequest, "a request without proof of its page");
        (await town.Server.Part<Passkeys>().ListAsync(Account.LocalId)).ShouldBeEmpty();
    }

    private static async Task NoLieSignsInAsync(Town town, Person eve, SoftwareAuthenticator device)
    {
        var bob = (await town.Server.Part<AccountStore>().FindByUsernameAsync("bob"))!.Id;
        IEnumerable<(string, Func<SoftwareAuthenticator, string, string>)> lies =
        [
            .. Lies().Select(lie => (lie.Name, (Func<SoftwareAuthenticator, string, string>)((liar, options) => lie.Tell(liar, options)))),
            ("another's account", (liar, options) => { liar.UserHandle = bob; return liar.Sign(options); }),
            ("no account", (liar, options) => { liar.UserHandle = "nobody"; return liar.Sign(options); }),
            ("a handle that is no text", (liar, options) => { liar.UserHandle = "\0"; return liar.Sign(options); }),
            ("an unknown passkey", (liar, options) => { liar.CredentialId = new byte[32]; return liar.Sign(options); }),
            ("another key", (liar, options) => { using var forged = liar.Forged(); return forged.Sign(options); }),
            ("no JSON", (_, _) => "a passkey"), ("nothing", (_, _) => ""), ("empty JSON", (_, _) => "{}"), ("a flood", (_, _) => new string('x', 20_000)),
        ];
        foreach (var (name, tell) in lies)
        {
            using var liar = device.Copied();
            var options = (await eve.SendAgainAsync("/sign-in/passkey/options")).Html;
            Refused(await eve.SendAgainAsync("/sign-in/passkey", ("credential", tell(liar, options))), name);
        }
        // One try for each challenge: after a wrong answer the right one comes too late.
        var asked = await eve.SendAgainAsync("/sign-in/passkey/options");
        await eve.SendAgainAsync("/sign-in/passkey", ("credential", "{}"));
        eve.Receive(asked.Cookie("atelier_passkey")!);
        Refused(await eve.SendAgainAsync("/sign-in/passkey", ("credential", device.Sign(asked.Html))), "a challenge that was answered wrongly");
        using var other = town.Visitor();
        asked = await eve.SendAgainAsync("/sign-in/passkey/options");
        Refused(await other.SendAgainAsync("/sign-in/passkey", ("credential", device.Sign(asked.Html))), "a challenge of another browser");
        town.Time.Advance(TimeSpan.FromMinutes(5));
        Refused(await eve.SendAgainAsync("/sign-in/passkey", ("credential", device.Sign(asked.Html))), "a challenge of five minutes ago");
        // The challenge that adds a passkey is none for signing in.
        using var ada = town.Visitor();
        (await ada.SignInAsync("ada")).Status.ShouldBe(HttpStatusCode.SeeOther);
        var adding = await ada.SendAgainAsync("/settings/passkeys/options");
        adding.Status.ShouldBe(HttpStatusCode.OK, adding.Html);
        eve.Receive(adding.Cookie("atelier_passkey")!);
        var bent = adding.Html.Replace("\"user\"", "\"allowCredentials\":[],\"userVerification\":\"required\",\"user\"", StringComparison.Ordinal);
        Refused(await eve.SendAgainAsync("/sign-in/passkey", ("credential", device.Sign(bent))), "a challenge for something else");
        (await eve.PostAsync("/sign-in/passkey", ("credential", "{}"))).Status.ShouldBe(HttpStatusCode.BadRequest, "a form without proof of its page");
        (await eve.IsInAsync()).ShouldBeFalse();
    }

    // What is as wrong for a new passkey as for signing in.
    private static IEnumerable<(string Name, Func<SoftwareAuthenticator, string, string> Tell)> Lies()
    {
        var lies = new (string Name, Action<SoftwareAuthenticator> Bend)[]
        {
            ("another site", device => device.Origin = "https://evil.example"),
            ("another port", device => device.Origin += "1"),
            ("this site over another protocol", device => device.Origin = device.Origin.Replace("http:", "https:", StringComparison.Ordinal)),
            ("another site's passkey", device => device.RpId = "evil.example"),
            ("within another site's page", device => device.CrossOrigin = true),
            ("another challenge", device => device.Challenge = Base64Url.EncodeToString(new byte[32])),
            ("nobody there", device => device.Flags = 0x04),
            ("somebody, but who", device => device.Flags = 0x01),
        };
        return lies.Select(lie => (lie.Name, (Func<SoftwareAuthenticator, string, string>)((device, options) =>
        {
            lie.Bend(device);
            return options.Contains("\"user\"", StringComparison.Ordinal) ? device.Create(options) : device.Sign(options);
        })));
    }

    private static async Task ExportsAsync(Person person, SoftwareAuthenticator device)
    {
        using var export = await person.RawAsync("/settings/export");
        using var zip = new ZipArchive(await export.Content.ReadAsStreamAsync());
        await using var account = zip.GetEntry("account.json")!.Open();
        var text = await new StreamReader(account, Encoding.UTF8).ReadToEndAsync();
        text.ShouldContain("\"passkeys\":");
        text.ShouldContain("phone");
        text.ShouldNotContain(Base64Url.EncodeToString(device.CredentialId));
    }

    private static void Refused(Shown answer, string what)
    {
        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity, what);
        answer.Html.ShouldContain(Passkeys.Wrong, customMessage: what);
        answer.Cookie("atelier_session").ShouldBeNull(what);
    }

    private static async Task<Shown> AddAsync(Person person, SoftwareAuthenticator device, string name)
    {
        var options = await person.SendAgainAsync("/settings/passkeys/options");
        return await person.SendAgainAsync("/settings/passkeys", ("name", name), ("credential", device.Create(options.Html)));
    }

    private static async Task<Shown> InAsync(Person person, SoftwareAuthenticator device)
    {
        var options = await person.SendAgainAsync("/sign-in/passkey/options");
        return await person.SendAgainAsync("/sign-in/passkey", ("credential", device.Sign(options.Html)));
    }

    private static Task<Shown> RemoveAsync(Person person, SoftwareAuthenticator device) =>
        person.SendAgainAsync("/settings/passkey", ("id", Base64Url.EncodeToString(device.CredentialId)));
}
