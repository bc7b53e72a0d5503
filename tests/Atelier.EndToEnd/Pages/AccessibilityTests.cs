// Every page, light and dark, on a desk and in a hand: nothing that axe can find is wrong, nothing scrolls sideways.
using System.Text.Json;
using Microsoft.Playwright;

namespace Atelier.EndToEnd.Pages;

[Collection(BrowserCollection.Name)]
public sealed class AccessibilityTests(Browser browser)
{
    // ./test installs it here; it is a tool of the tests and no part of the program.
    private const string Axe = "artifacts/npm/node_modules/axe-core/axe.min.js";

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Every_page_is_accessible_and_fits_its_screen(bool isPhone, bool isDark)
    {
        await using var studio = await Studio.OpenAsync();
        await studio.FillAsync(3, (128, 128), (192, 108), (108, 192));
        await using var visit = await browser.VisitAsync(studio, (isPhone ? Screen.Phone : Screen.Desktop) with { IsDark = isDark });
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
        await page.Tiles("processing").Locator(".tile-link").ClickAsync();
        await page.ArrivesAtAsync("/g/");
        await CheckAsync(page, "a picture in the making");
        foreach (var (path, name) in new[] { ("/library", "library"), ("/library?show=failed", "an empty library"), ("/no/such/page", "an unknown page") })
        {
            await page.GotoAsync(path);
            await CheckAsync(page, name);
        }
        await page.GotoAsync("/library");
        await page.Tiles("completed").First.Locator(".tile-link").ClickAsync();
        await page.ArrivesAtAsync("/g/");
        await CheckAsync(page, "a picture");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Delete" }).ClickAsync();
        await CheckAsync(page, "a question");
    }

    /// <summary>Nothing on the page is wrong as far as axe can tell, and nothing scrolls sideways.</summary>
    internal static async Task CheckAsync(IPage page, string name)
    {
        (await page.SidewaysAsync()).ShouldBeLessThanOrEqualTo(0, $"{name} scrolls sideways");
        await page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(RepositoryFolder(), Axe)));
        var result = await page.EvaluateAsync<JsonElement>("axe.run(document, { resultTypes: ['violations'] })");
        var violations = result.GetProperty("violations").EnumerateArray().SelectMany(violation => violation.GetProperty("nodes").EnumerateArray()
            .Select(node => $"{name}: {violation.GetProperty("id")}: {node.GetProperty("html")}: {node.GetProperty("failureSummary")}")).ToList();
        violations.ShouldBeEmpty(string.Join('\n', violations));
    }

    private static string RepositoryFolder()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Atelier.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests run inside the repository.");
        return folder;
    }
}
