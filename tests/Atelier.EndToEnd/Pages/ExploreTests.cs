// The public gallery in a real browser: nothing moves, back keeps the place, words are marked, and all of it works without script.
using Atelier.Accounts;
using Atelier.Durable;
using Atelier.Gallery;
using Atelier.Generating;
using Microsoft.Playwright;

namespace Atelier.EndToEnd.Pages;

[Collection(BrowserCollection.Name)]
public sealed class ExploreTests(Browser browser)
{
    private const int PageSize = 20;

    [Fact]
    public async Task Nothing_moves_while_explore_grows_and_back_keeps_the_place()
    {
        await using var studio = await ExhibitAsync(PageSize * 2 + 6);
        await using var visit = await browser.VisitAsync(studio);
        var page = await visit.OpenAsync("/explore");
        (await page.EvaluateAsync<int>("performance.getEntriesByType('navigation')[0].decodedBodySize")).ShouldBeLessThan(30_000);
        await page.EvaluateAsync("""
            window.shift = 0;
            new PerformanceObserver(list => { for (const entry of list.getEntries()) window.shift += entry.value; })
                .observe({ type: 'layout-shift', buffered: true });
            """);
        await page.UntilAsync("{ scrollTo(0, document.body.scrollHeight); return !document.querySelector('[data-more]'); }");
        await page.EvaluateAsync("scrollTo(0, document.body.scrollHeight)");
        await page.Locator(".picture img").Last.Expect().ToHaveJSPropertyAsync("complete", true);
        (await page.EvaluateAsync<double>("window.shift")).ShouldBeLessThanOrEqualTo(0.02);

        var last = page.Locator(".picture-link").Last;
        var target = (await last.GetAttributeAsync("href"))!;
        var place = await page.EvaluateAsync<double>("window.place = scrollY");
        var over = page.Locator("dialog.over");
        await last.ClickAsync();
        await over.Locator(".facts-words").Expect().ToBeVisibleAsync();
        await page.ArrivesAtAsync(target);
        await page.Keyboard.PressAsync("l");
        await over.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Like: 1 like" }).Expect().ToHaveAttributeAsync("aria-pressed", "true");
        foreach (var leave in new Func<Task>[]
        {
            () => page.Keyboard.PressAsync("Escape"),
            () => over.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Back to the library" }).ClickAsync(),
            () => page.GoBackAsync(new PageGoBackOptions { WaitUntil = WaitUntilState.Commit }),
        })
        {
            await leave();
            await page.ArrivesAtAsync("/explore");
            await over.Expect().ToBeHiddenAsync();
            await last.Expect().ToBeFocusedAsync();
            (await page.EvaluateAsync<double>("window.place === scrollY ? scrollY : -1")).ShouldBe(place, "it is the same page at the same place");
            await page.GoForwardAsync(new PageGoForwardOptions { WaitUntil = WaitUntilState.Commit });
            await over.Locator(".facts-words").Expect().ToBeVisibleAsync();
            await page.ArrivesAtAsync(target);
        }
        await page.ReloadAsync();
        await page.Locator("main .facts-words").Expect().ToBeVisibleAsync();
        await over.Expect().ToHaveCountAsync(0);
        await page.GoBackAsync(new PageGoBackOptions { WaitUntil = WaitUntilState.Commit });
        await page.ArrivesAtAsync("/explore");
        await page.Locator($".picture-link[href='{target}']").Expect().ToBeInViewportAsync();
        visit.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_script_pictures_are_found_liked_followed_and_gone_when_private()
    {
        await using var studio = await ExhibitAsync(PageSize + 2);
        await studio.Part<Database>().TransactAsync(async transaction =>
        {
            await AccountStore.InsertAsync(transaction, new Account { Id = "anna", Username = "anna", Bio = "<b>paints</b>" });
            await transaction.ExecuteAsync("UPDATE generations SET owner = 'anna', prompt = '<i>fox</i> in the snow' WHERE prompt = 'picture number 1'");
            // The words of a prompt are taken up when its picture comes: here they are taken up again.
            await transaction.ExecuteAsync("UPDATE gallery SET nsfw = 1 WHERE owner = 'anna'");
            await transaction.ExecuteAsync("UPDATE gallery SET nsfw = 0 WHERE owner = 'anna'");
        });
        await using var visit = await browser.VisitAsync(studio, Screen.Phone with { HasScript = false });
        var page = await visit.OpenAsync("/explore");
        (await page.SidewaysAsync()).ShouldBeLessThanOrEqualTo(0);
        await page.Locator(".picture").Expect().ToHaveCountAsync(PageSize);
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Load more" }).ClickAsync();
        await page.Locator(".picture").Expect().ToHaveCountAsync(2);

        await page.GotoAsync("/search?q=fox+sno");
        (await page.Locator(".found").InnerHTMLAsync()).ShouldBe("&lt;i&gt;<mark>fox</mark>&lt;/i&gt; in the <mark>snow</mark>");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Like, 0 likes" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Liked, 1 like" }).Expect().ToHaveAttributeAsync("aria-pressed", "true");

        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "anna", Exact = true }).ClickAsync();
        await page.GetByText("<b>paints</b>").Expect().ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Follow", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Following" }).Expect().ToBeVisibleAsync();
        await page.GetByText("1 follower").Expect().ToBeVisibleAsync();
        await page.GotoAsync("/explore?sort=following");
        await page.Locator(".picture").Expect().ToHaveCountAsync(1);

        await page.GotoAsync("/collections");
        await page.GetByLabel("Name").FillAsync("Foxes");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Begin" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Foxes" }).Expect().ToBeVisibleAsync();
        await page.GotoAsync("/collections");
        await page.GetByLabel("Name").FillAsync("Owls");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Begin" }).ClickAsync();
        await page.GotoAsync("/collections");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Earlier: Foxes" }).ClickAsync();
        await page.Locator(".card-name").First.Expect().ToHaveTextAsync("Foxes");
        await page.Locator(".collection-slot:target .card-name").Expect().ToHaveTextAsync("Foxes");

        await studio.Part<Database>().TransactAsync(transaction => transaction.ExecuteAsync("UPDATE generations SET visibility = 'private' WHERE owner = 'anna'"));
        foreach (var path in new[] { "/explore?sort=following", "/search?q=fox", "/u/anna", "/explore?sort=all&tag=fox" })
        {
            await page.GotoAsync(path);
            await page.Locator(".picture").Expect().ToHaveCountAsync(0);
        }
    }

    [Fact]
    public async Task A_like_changes_in_its_place()
    {
        await using var studio = await ExhibitAsync(3);
        await using var visit = await browser.VisitAsync(studio);
        var page = await visit.OpenAsync("/explore");
        var second = page.Locator(".picture").Nth(1).Locator("[data-like]");
        await second.ClickAsync();
        await second.Expect().ToHaveAttributeAsync("aria-pressed", "true");
        await second.Expect().ToHaveTextAsync("1");
        page.Url.ShouldEndWith("/explore");
        await ArrangeAsync(studio, page);
        (await studio.Part<GalleryStore>().ExploreAsync(GalleryOrder.All, new GalleryFilter(), "local")).Pictures[0].Likes.ShouldBe(1);
        visit.Errors.ShouldBeEmpty();
    }

    // With the keyboard alone: what is moved keeps the focus, until it can go no further.
    private static async Task ArrangeAsync(Studio studio, IPage page)
    {
        var pictures = (await studio.Part<GenerationStore>().ListAsync(new GenerationFilter())).Select(generation => generation.Id).ToList();
        var collection = (await studio.Part<Collections>().CreateAsync("local", "Foxes", "", isPublic: true))!.Id;
        await studio.Part<Collections>().AddAsync(collection, "local", pictures);
        await page.GotoAsync($"/c/{collection}");
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Arrange" }).ClickAsync();
        var moved = page.Locator($"#item-{pictures[0]}");
        await moved.GetByTitle("Later").FocusAsync();
        foreach (var place in new[] { 1, 2, 2 })
        {
            await page.RunAndWaitForResponseAsync(() => page.Keyboard.PressAsync("Enter"), response => response.Request.Method == "GET" && response.Url.Contains("/c/", StringComparison.Ordinal));
            await page.Locator(".arranged").Nth(place).Expect().ToHaveIdAsync($"item-{pictures[0]}");
            await moved.GetByTitle("Later").Expect().ToBeFocusedAsync();
        }
        await moved.GetByTitle("Take out").ClickAsync();
        await page.Locator(".arranged").Expect().ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Done" }).ClickAsync();
        await page.Locator(".picture").Expect().ToHaveCountAsync(2);
    }

    private static async Task<Studio> ExhibitAsync(int count)
    {
        var studio = await Studio.OpenAsync();
        await studio.FillAsync(count, (128, 128), (192, 108), (96, 144), (210, 90));
        await studio.Part<Database>().TransactAsync(transaction => transaction.ExecuteAsync("UPDATE generations SET visibility = 'public'"));
        return studio;
    }
}
