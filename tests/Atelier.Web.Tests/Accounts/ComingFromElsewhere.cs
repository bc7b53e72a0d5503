// Signing in by another service: what it vouches for holds, and nothing else does.
using System.Net;
using Atelier.Accounts;

namespace Atelier.Web.Tests.Accounts;

public sealed class ComingFromElsewhere
{
    [Fact]
    public async Task Who_is_vouched_for_gets_in_as_the_same_account_every_time()
    {
        await using var issuer = await FakeIssuer.OpenAsync();
        await using var town = await Town.OpenAsync(settings: issuer.Settings);
        using var ada = town.Visitor();
        (await ada.GetAsync("/sign-up")).Html.ShouldContain("Go on with Fake");

        (await ComeAsync(ada, issuer, "?return=%2Flibrary")).Location.ShouldBe("/library");
        (await ada.GetAsync("/settings")).Html.ShouldContain("ada@example.org");
        using var again = town.Visitor();
        (await ComeAsync(again, issuer)).Location.ShouldBe("/");

        var account = (await town.Server.Part<AccountStore>().FindByUsernameAsync("AdaL")).ShouldNotBeNull();
        account.EmailConfirmed.ShouldBeTrue();
        account.Role.ShouldBe(Role.Admin, "the first one is, however he comes");
        (await again.GetAsync("/settings")).Html.ShouldContain("AdaL");
        // The only way in is kept until there is another.
        (await ada.SendAsync("/settings", "/settings/service", ("issuer", issuer.Address))).Html.ShouldContain("your only way in");
        issuer.Subject = "person-2";
        using var thief = town.Visitor();
        (await ComeAsync(thief, issuer)).Html.ShouldContain("Sign in as you do otherwise");
        (await thief.IsInAsync()).ShouldBeFalse("the same address at the service is not the same person here");
    }

    [Fact]
    public async Task An_account_is_linked_by_who_has_proved_both()
    {
        await using var issuer = await FakeIssuer.OpenAsync();
        await using var town = await Town.OpenAsync(settings: issuer.Settings);
        using var ada = await town.PersonAsync("ada");
        using var elsewhere = town.Visitor();
        (await ComeAsync(elsewhere, issuer)).Html.ShouldContain("Sign in as you do otherwise");

        (await ComeAsync(ada, issuer, "?link=1")).Location.ShouldBe("/settings?done=service");
        (await ComeAsync(elsewhere, issuer)).Location.ShouldBe("/");
        using var bob = await town.PersonAsync("bob");
        (await ComeAsync(bob, issuer, "?link=1")).Html.ShouldContain("belongs to another account");
        // Who has signed out on the way is not linked.
        issuer.Subject = "person-3";
        var there = await bob.GetAsync("/sign-in/with/fake?link=1");
        await bob.SendAsync("/settings", "/sign-out");
        (await bob.GetAsync(issuer.Agree(there.Location!))).Html.ShouldContain("not signed in as the one who began this");

        (await ada.SendAsync("/settings", "/settings/service", ("issuer", issuer.Address))).Location.ShouldBe("/settings?done=service");
        using var later = town.Visitor();
        issuer.Subject = "person-1";
        (await ComeAsync(later, issuer)).Html.ShouldContain("Sign in as you do otherwise");
    }

    [Fact]
    public async Task What_is_not_signed_for_this_very_sign_in_is_refused()
    {
        await using var issuer = await FakeIssuer.OpenAsync();
        await using var town = await Town.OpenAsync(settings: ["accounts.sign_ins_per_minute=1000", .. issuer.Settings]);
        using var eve = town.Visitor();
        var lies = new (string Name, Action Tell)[]
        {
            ("another nonce", () => issuer.Bend = claims => claims["nonce"] = "another"),
            ("no nonce", () => issuer.Bend = claims => claims.Remove("nonce")),
            ("another audience", () => issuer.Bend = claims => claims["aud"] = "another program"),
            ("two audiences without a party", () => issuer.Bend = claims => claims["aud"] = new[] { FakeIssuer.ClientId, "another program" }),
            ("another issuer", () => issuer.Bend = claims => claims["iss"] = "https://another.example"),
            ("expired", () => issuer.Bend = claims => claims["exp"] = TimeProvider.System.GetUtcNow().AddHours(-1).ToUnixTimeSeconds()),
            ("without an end", () => issuer.Bend = claims => claims.Remove("exp")),
            ("nobody", () => issuer.Bend = claims => claims["sub"] = ""),
            ("unsigned", () => issuer.Algorithm = "none"),
            ("signed with the shared secret", () => issuer.Algorithm = "HS256"),
            ("signed by somebody else", () => issuer.SignsWithAnother = true),
        };
        foreach (var (name, tell) in lies)
        {
            (issuer.Bend, issuer.Algorithm, issuer.SignsWithAnother) = (_ => { }, "RS256", false);
            tell();
            var answer = await ComeAsync(eve, issuer);
            answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity, name);
            answer.Html.ShouldContain("could not vouch for you", customMessage: name);
            (await eve.IsInAsync()).ShouldBeFalse(name);
        }
        (issuer.Bend, issuer.Algorithm, issuer.SignsWithAnother) = (_ => { }, "RS256", false);

        // A state that this browser was not given, none at all, one that was used, one of a journey long ago, and somebody else's journey.
        var there = (await eve.GetAsync("/sign-in/with/fake")).Location!;
        var back = issuer.Agree(there);
        (await eve.GetAsync(back.Split("&state=")[0] + "&state=another")).Html.ShouldContain("not begun in this browser");
        (await eve.GetAsync(back)).Html.ShouldContain("not begun in this browser");
        there = (await eve.GetAsync("/sign-in/with/fake")).Location!;
        using var other = town.Visitor();
        (await other.GetAsync(issuer.Agree(there))).Html.ShouldContain("not begun in this browser");
        // A code that was made for another journey: its verifier does not fit.
        var foreign = issuer.Agree((await other.GetAsync("/sign-in/with/fake")).Location!);
        var state = issuer.Agree((await eve.GetAsync("/sign-in/with/fake")).Location!).Split("&state=")[1];
        (await eve.GetAsync($"{foreign.Split("&state=")[0]}&state={state}")).Html.ShouldContain("could not vouch for you");
        there = (await eve.GetAsync("/sign-in/with/fake")).Location!;
        town.Time.Advance(TimeSpan.FromMinutes(11));
        (await eve.GetAsync(issuer.Agree(there))).Html.ShouldContain("too long ago");
        (await eve.GetAsync("/sign-in/callback/fake?error=access_denied&state=x")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await eve.GetAsync("/sign-in/with/nobody")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await eve.IsInAsync()).ShouldBeFalse();
    }

    private static async Task<Shown> ComeAsync(Person person, FakeIssuer issuer, string query = "")
    {
        var there = await person.GetAsync($"/sign-in/with/fake{query}");
        there.Status.ShouldBe(HttpStatusCode.SeeOther);
        return await person.GetAsync(issuer.Agree(there.Location!));
    }
}
