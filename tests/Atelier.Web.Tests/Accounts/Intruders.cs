// What somebody tries who is not the one he says: guesses, prepared sessions, bent addresses, questions about who is here.
using System.Buffers.Binary;
using System.Net;
using Atelier.Accounts;
using Atelier.Durable;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Atelier.Web.Tests.Accounts;

public sealed class Intruders
{
    [Fact]
    public async Task Who_asks_too_much_is_told_how_long_to_wait_and_nobody_else_is()
    {
        await using var town = await Town.OpenAsync(null, null, "limits.reads_per_minute=6");
        using var person = await town.PersonAsync("ada");
        using var crowd = town.Visitor();

        Shown answer;
        for (var asked = 1; (answer = await crowd.GetAsync("/api/v1/models")).Status == HttpStatusCode.OK; asked++)
            asked.ShouldBeLessThanOrEqualTo(6);

        answer.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Response.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        (await person.GetAsync("/api/v1/models")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Nobody_learns_who_has_an_account_and_guesses_end_after_a_few()
    {
        await using var town = await Town.OpenAsync(settings: "accounts.sign_ins_per_minute=1000");
        using var ada = await town.PersonAsync("ada");
        using var eve = town.Visitor();

        // The same words for an unknown name, a wrong password, an account that rests, and even for the right password while it rests.
        var answers = new List<Shown> { await eve.SignInAsync("nobody@example.org", "a wrong password") };
        for (var i = 0; i <= SignIn.TriesBeforeRest; i++)
            answers.Add(await eve.SignInAsync("ada@example.org", "a wrong password"));
        answers.Add(await eve.SignInAsync("ada@example.org"));
        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.UnprocessableEntity);
        answers.ShouldAllBe(answer => answer.Html.Contains(SignIn.Wrong, StringComparison.Ordinal));
        (await ada.IsInAsync()).ShouldBeTrue("who is in already is not put out by guesses");

        town.Time.Advance(SignIn.Rest);
        (await eve.SignInAsync("ada@example.org", "a wrong password")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await eve.SignInAsync("ada@example.org")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity, "one more wrong guess begins another rest");
        town.Time.Advance(SignIn.Rest);
        (await eve.SignInAsync("ada@example.org")).Status.ShouldBe(HttpStatusCode.SeeOther);

        var known = await eve.SendAsync("/forgot", "/forgot", ("name", "ada"));
        using var other = town.Visitor();
        var unknown = await other.SendAsync("/forgot", "/forgot", ("name", "nobody"));
        Sentence(known).ShouldBe(Sentence(unknown));
    }

    [Fact]
    public async Task A_crowd_of_guesses_at_once_is_no_better_than_one_after_the_other_and_each_costs_the_same_work()
    {
        await using var town = await Town.OpenAsync(settings: "accounts.sign_ins_per_minute=1000");
        using var ada = await town.PersonAsync("ada");
        var signIn = town.Server.Part<SignIn>();

        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => signIn.WithPasswordAsync("ada", "a wrong password", new SignInPlace("", ""))));

        var counted = await town.Server.Part<Database>().ReadAsync(session => session.ScalarAsync<long>("SELECT failed_sign_ins FROM accounts WHERE username = 'ada'"));
        counted.ShouldBe(SignIn.TriesBeforeRest, "the others must not even have been judged");
        await EveryGuessCostsTheSameAsync(town);
    }

    // Counted in rounds of the hash, which is where the time goes: a clock would tell the truth only now and then.
    private static async Task EveryGuessCostsTheSameAsync(Town town)
    {
        using var bob = await town.PersonAsync("bob");
        using var carl = await town.PersonAsync("carl");
        using var dora = await town.PersonAsync("dora");
        var (database, hasher) = (town.Server.Part<Database>(), new CountingHasher());
        var signIn = new SignIn(database, new Passwords(hasher, Passwords.Iterations), town.Time);
        var hash = new Passwords().Hash(Town.Password);
        Task WriteAsync(string sql) => database.TransactAsync(tx => tx.ExecuteAsync(sql, new { hash }));
        await WriteAsync("UPDATE accounts SET password_hash = @hash");
        await WriteAsync("UPDATE accounts SET password_hash = NULL WHERE username = 'carl'");
        await WriteAsync("UPDATE accounts SET banned_at = 1 WHERE username = 'dora'");
        var carlId = (await town.Server.Part<AccountStore>().FindByUsernameAsync("carl"))!.Id;
        var adaId = (await town.Server.Part<AccountStore>().FindByUsernameAsync("ada"))!.Id;
        Func<Task>[] guesses =
        [
            () => GuessAsync("nobody", Town.Password), () => GuessAsync("nobody", Town.Password), () => GuessAsync("bob", "a wrong password"),
            () => GuessAsync("BOB@example.org", "a wrong password"), () => GuessAsync("carl", Town.Password), () => GuessAsync("ada", Town.Password),
            () => GuessAsync("dora", Town.Password), () => GuessAsync("dora", "a wrong password"), () => GuessAsync("bob", Town.Password),
            () => signIn.IsPasswordAsync(carlId, Town.Password), () => signIn.IsPasswordAsync(adaId, Town.Password), () => signIn.IsPasswordAsync("nobody", Town.Password),
        ];
        foreach (var (index, guess) in guesses.Index())
        {
            hasher.Rounds = 0;
            await guess();
            hasher.Rounds.ShouldBe(Passwords.Iterations, $"guess {index}");
        }
        Task GuessAsync(string name, string password) => signIn.WithPasswordAsync(name, password, new SignInPlace("", ""));
    }

    [Fact]
    public async Task A_picture_that_is_something_else_too_leaves_only_its_pixels()
    {
        await using var town = await Town.OpenAsync();
        using var eve = await town.PersonAsync("eve");
        foreach (var (name, file, type, bytes, isPicture) in Polyglots.All())
        {
            var sent = await eve.UploadAsync("/settings/avatar", "avatar", bytes, file, type);

            using var avatar = await eve.RawAsync("/avatars/eve");
            if (!isPicture)
            {
                sent.Html.ShouldContain("This picture cannot be used", customMessage: name);
                avatar.StatusCode.ShouldBe(HttpStatusCode.NotFound, name);
                continue;
            }
            sent.Location.ShouldBe("/settings?done=profile", name);
            avatar.Content.Headers.ContentType!.ToString().ShouldBe("image/webp", name);
            avatar.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"], name);
            Polyglots.ShouldBePixelsOnly(await avatar.Content.ReadAsByteArrayAsync(), name);
            await eve.SendAgainAsync("/settings/avatar", ("remove", "1"));
        }
        // Nothing of what was sent lies in the store either.
        foreach (var blob in Directory.EnumerateFiles(town.Server.BlobFolder, "*", SearchOption.AllDirectories))
            Polyglots.ShouldBePixelsOnly(await File.ReadAllBytesAsync(blob), blob);
    }

    [Fact]
    public async Task A_token_that_somebody_prepared_never_becomes_a_session()
    {
        await using var town = await Town.OpenAsync();
        using var ada = await town.PersonAsync("ada");
        var address = town.Server.Http.BaseAddress!;
        var jar = new CookieContainer();
        jar.Add(address, new Cookie("atelier_session", "prepared-by-eve"));
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = jar }) { BaseAddress = address };
        var page = await browser.GetStringAsync("/forgot");
        var token = page.Split("name=\"form_token\" value=\"")[1].Split('"')[0];
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["form_token"] = token, ["name"] = "ada", ["password"] = Town.Password });

        using var answer = await browser.PostAsync("/sign-in", form);

        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        var given = jar.GetCookies(address)["atelier_session"].ShouldNotBeNull().Value;
        given.ShouldNotBe("prepared-by-eve");
        (await town.Server.Part<SessionStore>().FindCallerAsync("prepared-by-eve")).ShouldBeNull();
        // Signing in once more in the same browser ends the session before.
        using var again = new FormUrlEncodedContent(new Dictionary<string, string> { ["form_token"] = token, ["name"] = "ada", ["password"] = Town.Password });
        (await browser.PostAsync("/sign-in", again)).Dispose();
        (await town.Server.Part<SessionStore>().FindCallerAsync(given)).ShouldBeNull();
    }

    [Fact]
    public async Task Signing_in_leads_to_no_other_site_and_takes_no_form_from_one()
    {
        await using var town = await Town.OpenAsync();
        using var ada = await town.PersonAsync("ada");
        foreach (var target in new[] { "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "/%0d%0aSet-Cookie:x=y\r\nx", "~//evil.example" })
        {
            using var person = town.Visitor();
            var answer = await person.SignInAsync("ada", back: target);
            answer.Status.ShouldBe(HttpStatusCode.SeeOther);
            answer.Location.ShouldBe("/", target);
        }
        using var other = town.Visitor();
        (await other.PostAsync("/sign-in", ("name", "ada"), ("password", Town.Password))).Status.ShouldBe(HttpStatusCode.BadRequest, "a form without proof of its page");
        (await ada.PostAsync("/settings/sessions")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await ada.PostAsync("/sign-out")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await ada.IsInAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task The_banned_are_nobody_with_every_proof_they_have()
    {
        await using var town = await Town.OpenAsync();
        using var ada = await town.PersonAsync("ada");
        using var bob = await town.PersonAsync("bob");
        var account = (await town.Server.Part<AccountStore>().FindByUsernameAsync("bob"))!;
        var key = (await town.Server.Part<PersonalKeys>().CreateAsync(account.Id, "a key", Scopes.All, lasts: null))!.Secret;
        await bob.SendAsync("/settings", "/forgot", ("name", "bob"));
        var link = await town.Post.LinkAsync("A new password for Atelier");
        (await town.WithKeyAsync(HttpMethod.Get, "/api/v1/generations", key)).ShouldBe(HttpStatusCode.OK);

        await town.Server.Part<Database>().TransactAsync(tx => tx.ExecuteAsync("UPDATE accounts SET banned_at = 1 WHERE id = @Id", new { account.Id }));

        (await bob.IsInAsync()).ShouldBeFalse();
        (await town.WithKeyAsync(HttpMethod.Get, "/api/v1/generations", key)).ShouldBe(HttpStatusCode.Unauthorized);
        (await bob.SignInAsync("bob")).Html.ShouldContain("may not be used any more");
        (await bob.SignInAsync("bob", "a wrong password")).Html.ShouldContain(SignIn.Wrong);
        var token = Uri.UnescapeDataString(link.Split("token=")[1]);
        (await bob.SendAsync("/forgot", "/reset", ("token", token), ("password", "a second password"))).Status.ShouldBe(HttpStatusCode.Gone);
    }

    [Fact]
    public async Task Too_many_tries_from_one_place_have_to_wait()
    {
        await using var town = await Town.OpenAsync(settings: ["accounts.sign_ins_per_minute=3", "accounts.sign_ups_per_hour=2"]);
        using var eve = town.Visitor();
        for (var i = 0; i < 3; i++)
            (await eve.SignInAsync($"person{i}", "a wrong password")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);

        var answer = await eve.SignInAsync("person4", "a wrong password");

        answer.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Response.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        answer.Html.ShouldContain("Too many tries");
        (await eve.SendAsync("/forgot", "/sign-in/passkey", ("credential", "{}"))).Status.ShouldBe(HttpStatusCode.TooManyRequests, "another kind of try is a try");
        for (var i = 0; i < 2; i++)
            await eve.SignUpAsync("a b");
        (await eve.SignUpAsync("eve")).Status.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    private static string Sentence(Shown page) => page.Html.Split("role=\"status\"")[1].Split("</p>")[0];
}

/// <summary>Hashes as the real one does, and counts the rounds.</summary>
internal sealed class CountingHasher : IPasswordHasher<Account>
{
    private readonly PasswordHasher<Account> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Passwords.Iterations }));

    public long Rounds { get; set; }

    public string HashPassword(Account user, string password) => Counted(_hasher.HashPassword(user, password));

    public PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword) =>
        _hasher.VerifyHashedPassword(user, Counted(hashedPassword), providedPassword);

    // Where the framework's own form of a hash says how many rounds it took.
    private string Counted(string hash)
    {
        Rounds += BinaryPrimitives.ReadUInt32BigEndian(Convert.FromBase64String(hash).AsSpan(5));
        return hash;
    }
}
