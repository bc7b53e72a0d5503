// Moderation and administration in a real browser: a report becomes a decision, charts can be read by everybody, nothing is out of reach on a phone.
using Atelier.Durable;
using Atelier.Gallery;
using Atelier.Generating;
using Atelier.Moderation;
using Atelier.Notifying;
using Atelier.Web.Components.Layout;
using Microsoft.Playwright;

namespace Atelier.EndToEnd.Pages;

[Collection(BrowserCollection.Name)]
public sealed class BehindTheScenesTests(Browser browser)
{
    private static readonly string[] Scenes =
    [
        "/admin", "/admin?range=7d", "/admin/users", "/admin/providers", "/admin/dead-letters", "/admin/models", "/admin/settings",
        "/u/bob", "/u/bob/followers", "/collections", "/settings", "/moderation", "/moderation/decided", "/moderation/banned", "/moderation/words", "/moderation/audit",
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_report_becomes_a_decision_with_and_without_script(bool hasScript)
    {
        await using var studio = await Studio.OpenAsync();
        await studio.FillAsync(1);
        var id = (await studio.Part<GenerationStore>().ListAsync(new GenerationFilter()))[0].Id;
        await using var visit = await browser.VisitAsync(studio, Screen.Desktop with { HasScript = hasScript });
        var page = await visit.OpenAsync($"/g/{id}/report");
        await page.GetByLabel("Cruelty or gore").CheckAsync();
        await page.GetByLabel("Anything that helps").FillAsync("look at the left");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Report", Exact = true }).ClickAsync();
        await page.GetByText("Your report is with the moderators.").Expect().ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Account of local" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Moderation 1 open" }).ClickAsync();
        await page.GetByText("look at the left").Expect().ToBeVisibleAsync();
        var picture = page.Locator(".case-veil img");
        await picture.Expect().ToHaveCSSAsync("filter", new System.Text.RegularExpressions.Regex("blur", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.Locator(".case-veil-word").ClickAsync();
        await picture.Expect().ToHaveCSSAsync("filter", "none");
        await page.GetByLabel("Note").FillAsync("clear");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Hide", Exact = true }).ClickAsync();
        await page.GetByText("No report is open.").Expect().ToBeVisibleAsync();

        await page.GotoAsync($"/g/{id}");
        await page.GetByText("Hidden by a moderator: Cruelty or gore.").Expect().ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Show again" }).ClickAsync();
        await page.GetByText("Hidden by a moderator").Expect().ToHaveCountAsync(0);
        await page.GotoAsync("/moderation/audit?action=picture.unhide");
        await page.Locator("tbody tr").Expect().ToHaveCountAsync(1);
        visit.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Charts_are_told_drawn_and_listed()
    {
        await using var studio = await Studio.OpenAsync();
        await FillAsync(studio);
        await using var visit = await browser.VisitAsync(studio);
        var page = await visit.OpenAsync("/admin");

        await page.Locator(".alert").GetByText("The key first of replicate is out of use").Expect().ToBeVisibleAsync();
        await page.Locator("svg.drawing").Expect().ToHaveCountAsync(6);
        foreach (var id in new[] { "depth", "throughput", "latency", "errors", "costs", "users" })
        {
            var chart = page.Locator($"#{id}");
            (await chart.Locator("svg.drawing").GetAttributeAsync("aria-label")).ShouldNotBeNull().Length.ShouldBeGreaterThan(20);
            await chart.Locator("svg.drawing text").First.Expect().ToBeVisibleAsync();
            await chart.Locator("summary").ClickAsync();
            await chart.Locator("tbody tr").First.Expect().ToBeVisibleAsync();
        }
        await page.Locator("#throughput tbody tr").Expect().ToHaveCountAsync(24);
        (await page.Locator("#costs svg").GetAttributeAsync("aria-label"))!.ShouldContain("$1.50 in 7 days");
        (await page.Locator("#errors svg").GetAttributeAsync("aria-label"))!.ShouldContain("most often provider_error");
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "7 days" }).ClickAsync();
        await page.Locator("#throughput tbody tr").Expect().ToHaveCountAsync(28);
        visit.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_scene_is_accessible_light_and_dark_on_a_desk_and_in_a_hand()
    {
        await using var studio = await Studio.OpenAsync();
        await FillAsync(studio);
        foreach (var screen in new[] { Screen.Desktop, Screen.Phone })
        {
            await using var visit = await browser.VisitAsync(studio, screen);
            var page = await visit.OpenAsync("/u/bob/report");
            await AccessibilityTests.CheckAsync(page, "a report");
            var collection = (await studio.Part<Collections>().ListAsync("local", "local"))[0].Id;
            var oldest = (await studio.Part<Reports>().ListAsync(open: true))[0].Id;
            foreach (var path in (string[])[.. Scenes, Links.Arrange(collection), $"/moderation?after={oldest}"])
            {
                await page.GotoAsync(path);
                await AccessibilityTests.CheckAsync(page, $"{path} {screen}");
                await AccessibilityTests.KeepAsync(page, path, screen.IsPhone, isWhole: true);
            }
            visit.Errors.ShouldBeEmpty();
        }
    }

    // A day of numbers, a dead letter, a report, a benched key: something on every page.
    private static async Task FillAsync(Studio studio)
    {
        await studio.FillAsync(4, (128, 128), (192, 108));
        var pictures = await studio.Part<GenerationStore>().ListAsync(new GenerationFilter());
        foreach (var name in new[] { "Foxes", "Owls and other birds of the night" })
            await studio.Part<Collections>().AddAsync((await studio.Part<Collections>().CreateAsync("local", name, "", isPublic: true))!.Id, "local", [.. pictures.Select(picture => picture.Id)]);
        await studio.Part<Reports>().FileAsync("local", ReportSubject.Generation, pictures[0].Id, "violence", "look at the left");
        var decided = (await studio.Part<Reports>().FileAsync("local", ReportSubject.Generation, pictures[1].Id, "other", "nothing much")).Report!;
        await studio.Part<PictureActs>().MarkAsync(pictures[1].Id, "local", nsfw: true);
        await studio.Part<Reports>().ResolveAsync(decided.Id, new Accounts.Account { Id = "local", Username = "local", Role = Accounts.Role.Admin }, Decision.Keep, "it is fine");
        await studio.Part<PromptWords>().PutAsync("local", "secret project", WordRule.Block, "It is secret.");
        await studio.Part<ProviderHealth>().BenchAsync("replicate", "first", until: null, "It is not valid.", "401 invalid token");
        await studio.Part<JobQueue>().Lanes.ParkAsync("sketch", TimeSpan.FromHours(1), "their outage");
        await studio.Part<JobQueue>().EnqueueAsync(new NewJob { Kind = "generation", Lane = "sketch", Payload = "{}", RunAt = Due.After(TimeSpan.FromDays(1)) });
        await studio.Part<Database>().TransactAsync(async tx =>
        {
            await Accounts.AccountStore.InsertAsync(tx, new Accounts.Account { Id = "bob", Username = "bob", Email = "bob@example.org", FullName = "Bob Painter" });
            await Accounts.AccountStore.InsertAsync(tx, new Accounts.Account { Id = "ann", Username = "ann", FullName = "Ann of the Long Name", Bio = "I paint foxes, owls and the sea at night.\nMore about me." });
            await tx.ExecuteAsync("UPDATE accounts SET bio = 'Everything here is for sale.', website = 'https://shop.example' WHERE id = 'bob'");
            await Accounts.AccountStore.InsertAsync(tx, new Accounts.Account { Id = "eve", Username = "eve", Email = "eve@example.org" });
            await tx.ExecuteAsync("UPDATE accounts SET banned_at = @at, ban_reason = 'spam' WHERE id = 'eve'", new { at = DateTimeOffset.UnixEpoch.AddYears(56).ToUnixTimeMilliseconds() });
            await tx.ExecuteAsync("""
                INSERT INTO dead_jobs (id, kind, lane, tenant, priority, cost, attempts, max_attempts, crashes, enqueued_at, payload, failures, died_at, lane_key, error_code)
                VALUES (900, 'generation', 'sketch', 'local', 0, 1, 3, 3, 0, durable_now(), '{"Id":"x","Owner":"local"}',
                    '[{"Attempt":1,"At":"2026-01-01T00:00:00Z","Error":{"Code":"provider_error","Message":"It did not answer.","Details":"HTTP 502 from upstream"}}]', durable_now(), '', 'provider_error')
                """);
            for (var hour = 0; hour < 24; hour++)
            {
                await tx.ExecuteAsync("""
                    INSERT INTO queue_minutes (minute, lane, stripe, claimed, waited_ms, ran_ms, settle_ms, succeeded, retried, snoozed, parked, refused, dead,
                        canceled, handed_back, rescued)
                    VALUES (durable_now() / 60000 - @ago, 'sketch', 'past', @n, 0, 0, 0, @n, 0, 0, 0, 0, 1, 0, 0, 0)
                    """, new { ago = hour * 60, n = 20 + (hour * 7 % 40) });
            }
            await tx.ExecuteAsync("INSERT INTO queue_errors (minute, lane, code, stripe, count) VALUES (durable_now() / 60000 - 5, 'sketch', 'provider_error', 'past', 12), (durable_now() / 60000 - 5, 'sketch', 'rate_limited', 'past', 3)");
            await tx.ExecuteAsync("UPDATE generation_attempts SET cost = 0.375");
        });
        foreach (var follower in new[] { "ann", "local" })
            await studio.Part<Follows>().SetAsync(follower, "bob", follows: true);
        await studio.Part<Reports>().FileAsync("ann", ReportSubject.Account, "bob", "spam", "Only advertising.");
        var device = PushSubscription.Parse("https://push.example/x", "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "BTBZMqHH6r4Tts7J_aSIgg", new PushOptions());
        await studio.Part<PushDevices>().AddAsync("local", session: null, device!, "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Firefox/140.0");
    }
}
