// Finding, turning, deleting: the library and the page of one picture in a real browser.
using Microsoft.Playwright;

namespace Atelier.EndToEnd.Pages;

[Collection(BrowserCollection.Name)]
public sealed class LibraryTests(Browser browser)
{
    private const int PageSize = 12;

    [Fact]
    public async Task Nothing_moves_while_the_library_loads_and_grows()
    {
        await using var studio = await Studio.OpenAsync();
        await studio.FillAsync(PageSize + 10, (128, 128), (192, 108), (96, 144), (210, 90));
        await using var visit = await browser.VisitAsync(studio);
        var page = await visit.OpenAsync("/library");
        (await page.EvaluateAsync<int>("performance.getEntriesByType('navigation')[0].decodedBodySize")).ShouldBeLessThan(30_000);
        await page.EvaluateAsync("""
            window.shift = 0;
            new PerformanceObserver(list => { for (const entry of list.getEntries()) window.shift += entry.value; })
                .observe({ type: 'layout-shift', buffered: true });
            """);
        await page.EvaluateAsync("scrollTo(0, document.body.scrollHeight)");
        await page.Locator(".tile").Expect().ToHaveCountAsync(PageSize + 10);
        await page.Locator("[data-more]").Expect().ToHaveCountAsync(0);
        await page.EvaluateAsync("scrollTo(0, document.body.scrollHeight)");
        await page.Locator(".tile img").Last.Expect().ToHaveJSPropertyAsync("complete", true);
        (await page.EvaluateAsync<double>("window.shift")).ShouldBe(0);
        visit.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_script_a_link_leads_to_the_older_pictures()
    {
        await using var studio = await Studio.OpenAsync();
        await studio.FillAsync(PageSize + 3);
        await using var visit = await browser.VisitAsync(studio, Screen.Desktop with { HasScript = false });
        var page = await visit.OpenAsync("/library");
        await page.Locator(".tile").Expect().ToHaveCountAsync(PageSize);
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Load more" }).ClickAsync();
        await page.Locator(".tile").Expect().ToHaveCountAsync(3);
    }

    [Fact]
    public async Task A_search_finds_prompts_and_its_address_can_be_kept()
    {
        await using var studio = await Studio.OpenAsync();
        await studio.FillAsync(12);
        await using var visit = await browser.VisitAsync(studio);
        var page = await visit.OpenAsync("/library");
        await page.GetByRole(AriaRole.Searchbox).FillAsync("number 7");
        await page.GetByRole(AriaRole.Searchbox).PressAsync("Enter");
        await page.Locator("a[aria-current=true][href*='q=number']").Expect().ToBeVisibleAsync();
        await page.Locator(".tile").Expect().ToHaveCountAsync(1);
        await page.GotoAsync("/library?q=nothing%20like%20it");
        await page.GetByText("Nothing found.").Expect().ToBeVisibleAsync();
    }

    [Fact]
    public async Task Arrows_turn_to_the_neighbours_within_the_list_and_a_deletion_can_be_undone()
    {
        await using var studio = await Studio.OpenAsync();
        await studio.FillAsync(3);
        await using var visit = await browser.VisitAsync(studio);
        var page = await visit.OpenAsync("/library");
        await page.Locator(".tile-link").First.ClickAsync();
        await page.Locator(".facts-words").Expect().ToHaveTextAsync("picture number 3");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Locator(".facts-words").Expect().ToHaveTextAsync("picture number 2");
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.Locator(".facts-words").Expect().ToHaveTextAsync("picture number 3");

        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Delete" }).ClickAsync();
        await page.ArrivesAtAsync("/library");
        await page.Locator(".tile").Expect().ToHaveCountAsync(2);
        await page.Locator("#notice").Expect().ToContainTextAsync("Picture deleted.");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Undo" }).ClickAsync();
        await page.Locator("#notice").Expect().ToContainTextAsync("Picture restored.");
        await page.Locator(".tile").Expect().ToHaveCountAsync(3);

        await page.GotoAsync("/library?q=number%203");
        await page.Locator(".tile-link").ClickAsync();
        await page.Locator(".facts-words").Expect().ToHaveTextAsync("picture number 3");
        await page.Locator("a[rel=next]").Expect().ToHaveCountAsync(0);
        visit.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Many_are_selected_changed_downloaded_deleted_and_brought_back()
    {
        await using var studio = await Studio.OpenAsync();
        await studio.FillAsync(8);
        await using var visit = await browser.VisitAsync(studio);
        var page = await visit.OpenAsync("/library");
        var boxes = page.Locator(".tile .pick");
        await boxes.Nth(1).ClickAsync();
        await boxes.Nth(4).ClickAsync(new LocatorClickOptions { Modifiers = [KeyboardModifier.Shift] });
        await page.Locator("[data-count]").Expect().ToHaveTextAsync("4 selected");
        await page.Locator(".tile-link").Nth(4).ClickAsync();
        await page.Locator("[data-count]").Expect().ToHaveTextAsync("3 selected");

        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Download" }).ClickAsync());
        using (var zip = System.IO.Compression.ZipFile.OpenRead(await download.PathAsync()))
        {
            zip.Entries.Select(entry => entry.Name[..^14]).Order().ShouldBe(["picture-number-5", "picture-number-6", "picture-number-7"]);
            using var picture = new StreamReader(zip.Entries[0].Open());
            (await picture.ReadToEndAsync()).ShouldContain("picture number");
        }

        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Publish" }).ClickAsync();
        await page.Locator("#notice").Expect().ToContainTextAsync("3 pictures made public.");
        await page.Locator(".tile-public").Expect().ToHaveCountAsync(3);
        await page.Locator(".selection").Expect().ToBeHiddenAsync();

        await page.Locator("[data-day-all]").ClickAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Delete" }).ClickAsync();
        await page.Locator("#notice").Expect().ToContainTextAsync("8 pictures deleted.");
        await page.Locator(".tile").Expect().ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Undo" }).ClickAsync();
        await page.Locator(".tile").Expect().ToHaveCountAsync(8);
        (await page.Locator(".tile-caption").AllTextContentsAsync())[0].ShouldBe("picture number 8");
        visit.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task New_pictures_come_into_an_open_library_where_they_belong_and_nowhere_else()
    {
        await using var studio = await Studio.OpenAsync();
        await using var visit = await browser.VisitAsync(studio);
        var (library, search, create) = (await visit.OpenAsync("/library"), await visit.OpenAsync("/library?q=heron"), await visit.OpenAsync("/"));
        await create.CreateAsync("an otter");
        (await studio.Painter.NextAsync()).Finish();
        await library.Tiles("completed").Expect().ToHaveCountAsync(1);
        await create.CreateAsync("a heron");
        (await studio.Painter.NextAsync()).Finish();

        await library.Tiles("completed").Expect().ToHaveCountAsync(2);
        (await library.Locator(".tile-caption").AllTextContentsAsync()).ShouldBe(["a heron", "an otter"]);
        await search.Tiles("completed").Expect().ToHaveCountAsync(1);
        await search.Locator(".tile-caption").Expect().ToHaveTextAsync("a heron");
        visit.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_script_too_many_are_deleted_at_once_and_restored_from_the_recently_deleted()
    {
        await using var studio = await Studio.OpenAsync();
        await studio.FillAsync(3);
        await using var visit = await browser.VisitAsync(studio, Screen.Desktop with { HasScript = false });
        var page = await visit.OpenAsync("/library");
        await page.Locator(".tile .pick").Nth(0).CheckAsync();
        await page.Locator(".tile .pick").Nth(2).CheckAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Delete" }).ClickAsync();
        await page.Locator(".tile").Expect().ToHaveCountAsync(1);
        await page.Locator("#notice").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Undo" }).Expect().ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Recently deleted" }).ClickAsync();
        await page.Locator(".tile").Expect().ToHaveCountAsync(2);
        await page.Locator(".tile img").First.Expect().ToHaveJSPropertyAsync("complete", true);
        (await page.Locator(".tile img").First.EvaluateAsync<int>("image => image.naturalWidth")).ShouldBeGreaterThan(0);
        await page.Locator(".tile .pick").First.CheckAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Restore" }).ClickAsync();
        await page.Locator(".tile").Expect().ToHaveCountAsync(1);
        await page.GotoAsync("/library");
        await page.Locator(".tile").Expect().ToHaveCountAsync(2);
    }

    [Fact]
    public async Task Remix_fills_the_form_and_leaves_the_seed_to_chance()
    {
        await using var studio = await Studio.OpenAsync();
        await studio.FillAsync(1, (210, 90));
        await using var visit = await browser.VisitAsync(studio);
        var page = await visit.OpenAsync("/library");
        await page.Locator(".tile-link").ClickAsync();
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Remix" }).ClickAsync();
        await page.Locator("#prompt").Expect().ToHaveValueAsync("picture number 1");
        await page.Locator("input[name=aspect_ratio][value='21:9']").Expect().ToBeCheckedAsync();
        await page.Locator("#seed").Expect().ToHaveValueAsync("");
        visit.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_chosen_colours_come_from_the_server_and_stay()
    {
        await using var studio = await Studio.OpenAsync();
        await using var visit = await browser.VisitAsync(studio, Screen.Desktop with { HasScript = false });
        var page = await visit.OpenAsync("/library");
        var html = page.Locator("html");
        await html.Expect().ToHaveAttributeAsync("data-theme", "auto");
        await page.Locator("#theme-switch").ClickAsync();
        await page.Locator("#theme-switch").ClickAsync();
        await html.Expect().ToHaveAttributeAsync("data-theme", "dark");
        await page.GotoAsync("/");
        await html.Expect().ToHaveAttributeAsync("data-theme", "dark");
    }

    [Fact]
    public async Task A_form_from_elsewhere_does_nothing_and_no_form_leads_elsewhere()
    {
        await using var studio = await Studio.OpenAsync();
        await using var visit = await browser.VisitAsync(studio, Screen.Desktop with { HasScript = false });
        var page = await visit.OpenAsync("/");
        await page.Locator("#command input[name=return]").EvaluateAsync("field => field.value = 'https://example.org/'");
        await page.Locator("#theme-switch").ClickAsync();
        page.Url.ShouldBe(studio.Address.ToString());

        await page.Locator(".composer input[name=form_token]").EvaluateAsync("field => field.value = 'forged'");
        await page.CreateAsync("forged");
        await page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "That form was too old" }).Expect().ToBeVisibleAsync();
        await page.GotoAsync("/");
        await page.Locator(".tile").Expect().ToHaveCountAsync(0);
    }
}
