// Every page, light and dark, on a desk and in a hand: nothing that axe can find is wrong, nothing scrolls sideways.
using Atelier.Durable;
using Microsoft.Playwright;

namespace Atelier.EndToEnd.Pages;

[Collection(BrowserCollection.Name)]
public sealed class AccessibilityTests(Browser browser)
{
    // ./test installs it here; it is a tool of the tests and no part of the program.
    private const string Axe = "artifacts/npm/node_modules/axe-core/axe.min.js";

    // The light one last: a test goes on with the page as it came.
    private static readonly ColorScheme[] Schemes = [ColorScheme.Dark, ColorScheme.Light];

    private static readonly string[] Scenes =
    [
        "/library", "/library?show=failed", "/no/such/page", "/explore", "/search?q=picture", "/search?q=nothing", "/u/local", "/collections", "/styles",
        "/settings", "/credits", "/notifications",
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_page_is_accessible_and_fits_its_screen(bool isPhone)
    {
        await using var studio = await Studio.OpenAsync();
        await studio.FillAsync(3, (128, 128), (192, 108), (108, 192));
        await using var visit = await browser.VisitAsync(studio, isPhone ? Screen.Phone : Screen.Desktop);
        var page = await visit.OpenAsync("/");
        await page.CreateAsync("a picture in the making");
        (await studio.Painter.NextAsync()).Show(0.5);
        await page.Locator(".tile .unfinished").Expect().ToBeVisibleAsync();
        await CheckAsync(page, "create");
        await page.Locator("#queue-summary").ClickAsync();
        await page.Locator("#queue").Expect().ToBeVisibleAsync();
        await CheckAsync(page, "create with the queue");
        await page.Locator("#queue").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Close the queue" }).ClickAsync();
        await page.Locator(".composer-more summary").ClickAsync();
        await CheckAsync(page, "create with more");
        await page.Locator(".model-button").ClickAsync();
        await page.Locator("#model-cards").Expect().ToBeVisibleAsync();
        await CheckAsync(page, "the models");
        await page.Keyboard.PressAsync("Escape");
        await page.EvaluateAsync("document.querySelector('#dropped').showPopover()");
        await CheckAsync(page, "a dropped picture");
        await page.Keyboard.PressAsync("Escape");
        await page.EvaluateAsync("document.querySelector('#brush').showPopover()");
        await CheckAsync(page, "the brush");
        await page.Keyboard.PressAsync("Escape");
        await page.Tiles("processing").Locator(".tile-link").ClickAsync();
        await page.ArrivesAtAsync("/g/");
        await CheckAsync(page, "a picture in the making");
        await studio.Part<Database>().TransactAsync(transaction => transaction.ExecuteAsync("UPDATE generations SET visibility = 'public' WHERE batch_index = 0"));
        foreach (var path in Scenes)
        {
            await page.GotoAsync(path);
            await CheckAsync(page, path);
            await KeepAsync(page, path, isPhone);
        }
        await page.GotoAsync("/explore");
        await page.Locator(".picture-link").First.ClickAsync();
        await page.Locator("dialog.over .facts-words").Expect().ToBeVisibleAsync();
        await CheckAsync(page, "a picture over a list");
        await KeepAsync(page, "over", isPhone);
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("dialog.over").Expect().ToBeHiddenAsync();
        await page.Keyboard.PressAsync("z");
        await page.Locator("dialog.viewer").Expect().ToBeVisibleAsync();
        await CheckAsync(page, "the viewer over a list");
        await page.GotoAsync("/library");
        await page.Tiles("completed").First.Locator(".tile-link").ClickAsync();
        await page.ArrivesAtAsync("/g/");
        await page.ReloadAsync();
        await page.Locator("main picture-page").Expect().ToBeVisibleAsync();
        await CheckAsync(page, "a picture");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Download as …" }).ClickAsync();
        await CheckAsync(page, "the formats to download");
        await page.Keyboard.PressAsync("Escape");
        await page.GetByRole(AriaRole.Switch, new PageGetByRoleOptions { Name = "Public" }).ClickAsync();
        await page.Locator("[data-zoom]").ClickAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Details (I)" }).ClickAsync();
        await page.Locator(".viewer-side .facts-words").Expect().ToBeVisibleAsync();
        await CheckAsync(page, "the viewer");
        await page.GotoAsync("/library");
        await page.Locator(".tile .pick").First.ClickAsync();
        await page.Locator(".narrow summary").ClickAsync();
        await CheckAsync(page, "a selection");
        await page.Locator(".narrow summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Delete" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Undo" }).Expect().ToBeVisibleAsync();
        await CheckAsync(page, "a notice");
        await page.GotoAsync("/library?show=deleted");
        await CheckAsync(page, "the recently deleted");
        await page.GotoAsync("/notifications");
        await page.Locator(".told-choice summary").ClickAsync();
        await CheckAsync(page, "notifications");
    }

    [Fact]
    public async Task The_pages_of_accounts_are_accessible_and_fit_every_screen()
    {
        await using var studio = await Studio.OpenAsync(hasAccounts: true);
        foreach (var screen in new[] { Screen.Desktop, Screen.Phone })
        {
            await using var visit = await browser.VisitAsync(studio, screen);
            var page = await visit.OpenAsync("/sign-in");
            foreach (var path in new[] { "/sign-in", "/forgot", "/reset?account=nobody&token=none", "/sign-up" })
            {
                await page.GotoAsync(path);
                await CheckAsync(page, $"{path} {screen}");
            }
            var name = $"reader{screen.Width}";
            await page.GetByLabel("Email").FillAsync($"{name}@example.org");
            await page.GetByLabel("Username").FillAsync(name);
            await page.GetByLabel("Password").FillAsync("correct horse battery");
            await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign up" }).ClickAsync();
            await page.Locator(".composer").Expect().ToBeVisibleAsync();
            foreach (var path in new[] { "/", "/settings", "/credits", $"/u/{name}" })
            {
                await page.GotoAsync(path);
                await CheckAsync(page, $"{path} {screen}");
                await KeepAsync(page, $"accounts{path}", screen.IsPhone);
            }
        }
    }

    /// <summary>Keeps how the page looks, light and dark, for people to see, where they ask for it.</summary>
    internal static async Task KeepAsync(IPage page, string name, bool isPhone, bool isWhole = false)
    {
        if (Environment.GetEnvironmentVariable("ATELIER_SHOTS") is not { } shots)
            return;
        foreach (var scheme in Schemes)
        {
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            var file = $"{name.Trim('/').Replace('/', '-').Replace('?', '-')}{(isPhone ? "-phone" : "")}{(scheme == ColorScheme.Dark ? "-dark" : "")}.png";
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(shots, file), FullPage = isWhole });
        }
    }

    /// <summary>Nothing on the page is wrong as far as axe can tell, light and dark, and nothing scrolls sideways.</summary>
    internal static async Task CheckAsync(IPage page, string name)
    {
        if (!await page.EvaluateAsync<bool>("'axe' in window"))
            await page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(RepositoryFolder(), Axe)));
        foreach (var scheme in Schemes)
        {
            // The schemes are the style sheet's alone: what is on the page and what the server sent are the same.
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            (await page.SidewaysAsync()).ShouldBeLessThanOrEqualTo(0, $"{name}, {scheme}, scrolls sideways");
            var violations = await page.EvaluateAsync<string[]>("""
                async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
                  .flatMap(violation => violation.nodes.map(node => `${violation.id}: ${node.html}: ${node.failureSummary}`))
                """);
            violations.ShouldBeEmpty($"{name}, {scheme}");
        }
    }

    private static string RepositoryFolder()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Atelier.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests run inside the repository.");
        return folder;
    }
}
