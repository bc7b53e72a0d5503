// A newcomer in a real browser, from the first look to the last deletion, with the built-in painter: no dead end, no error of the pages.
// ATELIER_SCREENSHOTS=docs/screenshots keeps what the newcomer saw.
using Atelier.Accounts;
using Atelier.Durable;
using Atelier.Submitting;
using Microsoft.Playwright;

namespace Atelier.EndToEnd.Pages;

[Collection(BrowserCollection.Name)]
public sealed class NewcomerTests(Browser browser)
{
    private const string Password = "four small red boats";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Somebody_new_finds_the_way_through_everything(bool isPhone)
    {
        await using var studio = await Studio.OpenAsync(hasAccounts: true, sketches: true);
        await ExhibitAsync(studio);
        await using var visit = await browser.VisitAsync(studio, isPhone ? Screen.Phone : Screen.Desktop);
        var name = isPhone ? "phone" : "desktop";

        // A look around before anything is given away.
        var page = await visit.OpenAsync("/explore");
        await page.Locator(".picture").Expect().ToHaveCountAsync(6);
        await KeepAsync(page, $"explore-{name}");
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Create", Exact = true }).ClickAsync();
        await page.ArrivesAtAsync("/sign-");

        // Sign up; the first account is in somebody's hands already, so this is an ordinary one with ten credits.
        await page.GotoAsync("/sign-up");
        await page.GetByLabel("Email").FillAsync("nora@example.org");
        await page.GetByLabel("Username").FillAsync("nora");
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign up" }).ClickAsync();
        await page.ArrivesAtAsync("/");
        await page.GetByText("10").First.Expect().ToBeVisibleAsync();

        // Create four, and watch them come.
        await page.GetByLabel("Prompt", new PageGetByLabelOptions { Exact = true }).FillAsync("a red fox in the snow at dawn");
        await page.GetByLabel("Who may see it").SelectOptionAsync("public");
        await page.GetByRole(AriaRole.Radio, new PageGetByRoleOptions { Name = "4", Exact = true }).CheckAsync(new LocatorCheckOptions { Force = true });
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Create", Exact = true }).ClickAsync();
        await page.Tiles("completed").Expect().ToHaveCountAsync(4);
        await page.Locator(isPhone ? "#bell-count" : "#bell .bell-count").Expect().ToContainTextAsync("1");
        await KeepAsync(page, $"create-{name}");

        // One of them: like it, start from it, take it home, hide it.
        await page.Locator(".tile-link").First.ClickAsync();
        await page.ArrivesAtAsync("/g/");
        var picture = new Uri(page.Url).AbsolutePath;
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Like: 0 likes" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Like: 1 like" }).Expect().ToHaveAttributeAsync("aria-pressed", "true");
        await KeepAsync(page, $"picture-{name}");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Download WebP" }).ClickAsync());
        download.SuggestedFilename.ShouldEndWith(".webp");
        await page.GetByRole(AriaRole.Switch, new PageGetByRoleOptions { Name = "Public" }).ClickAsync();
        await page.GetByRole(AriaRole.Switch, new PageGetByRoleOptions { Name = "Public" }).Expect().ToHaveAttributeAsync("aria-checked", "false");
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Remix" }).ClickAsync();
        await page.GetByLabel("Prompt", new PageGetByLabelOptions { Exact = true }).Expect().ToHaveValueAsync("a red fox in the snow at dawn");
        await page.GetByLabel("Prompt", new PageGetByLabelOptions { Exact = true }).FillAsync("a red fox in a sunny meadow");
        await page.GetByRole(AriaRole.Radio, new PageGetByRoleOptions { Name = "1", Exact = true }).CheckAsync(new LocatorCheckOptions { Force = true });
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Create", Exact = true }).ClickAsync();
        await page.Tiles("completed").Expect().ToHaveCountAsync(5);

        // Somebody else's: found by its words, followed to its maker.
        await page.GotoAsync("/search?q=lighthouse");
        await page.Locator("mark").First.Expect().ToHaveTextAsync("lighthouse");
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "anna" }).First.ClickAsync();
        await page.ArrivesAtAsync("/u/anna");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Follow", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Following" }).Expect().ToBeVisibleAsync();
        await KeepAsync(page, $"profile-{name}");

        // What the service has told meanwhile, and what it has cost.
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "1 follower" }).ClickAsync();
        await page.ArrivesAtAsync("/u/anna/followers");
        await page.GetByText("@nora").Expect().ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { NameRegex = new System.Text.RegularExpressions.Regex("^Notifications", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)) }).ClickAsync();
        await page.ArrivesAtAsync("/notifications");
        await page.GetByText("4 pictures are ready").Expect().ToBeVisibleAsync();
        await page.GotoAsync("/credits");
        await KeepAsync(page, $"credits-{name}");
        (await page.SidewaysAsync()).ShouldBeLessThanOrEqualTo(0);

        // And away with it.
        await page.GotoAsync(picture);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Delete" }).ClickAsync();
        await page.ArrivesAtAsync("/library");
        await page.Tiles("completed").Expect().ToHaveCountAsync(4);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Undo" }).Expect().ToBeVisibleAsync();
        await KeepAsync(page, $"library-{name}");
        visit.Errors.ShouldBeEmpty();
    }

    // A studio that has been somebody's for a while.
    private static async Task ExhibitAsync(Studio studio)
    {
        await studio.Part<Database>().TransactAsync(transaction => transaction.ExecuteAsync(
            "UPDATE accounts SET email = 'anna@example.org', email_key = 'anna@example.org', username = 'anna', username_key = 'anna' WHERE id = @LocalId", new { Account.LocalId }));
        await studio.Part<Database>().TransactAsync(transaction => transaction.ExecuteAsync("INSERT INTO credit_balances (account_id) VALUES (@LocalId) ON CONFLICT DO NOTHING", new { Account.LocalId }));
        await studio.Part<Credits.Ledger>().GrantAsync(new Credits.CreditGrant(Account.LocalId, 100, "test"));
        var shapes = new[] { (512, 512), (640, 360), (360, 640), (512, 384), (384, 512), (640, 272) };
        var prompts = new[]
        {
            "a lighthouse on a cliff at dusk", "a sailboat in a storm", "a bamboo forest in the morning mist", "a cup of coffee on a wooden table",
            "a red balloon over the mountains", "an old train crossing a bridge in autumn",
        };
        for (var i = 0; i < prompts.Length; i++)
        {
            var (width, height) = shapes[i];
            (await studio.Part<Submission>().SubmitAsync(
                new GenerationRequest { Prompt = prompts[i], Width = width, Height = height, Seed = i, Visibility = "public" }, Submitter.Local))
                .ShouldBeOfType<SubmissionResult.Accepted>();
        }
        await studio.CompletedAsync(prompts.Length);
    }

    private static async Task KeepAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("ATELIER_SCREENSHOTS") is not { Length: > 0 } folder)
            return;
        await page.UntilAsync("[...document.images].every(image => image.complete || image.loading === 'lazy')");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.jpg"), Type = ScreenshotType.Jpeg, Quality = 82 });
    }
}
