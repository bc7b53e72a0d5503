// What a person sees from the first word to the finished picture, in a real browser against the real server.
using Microsoft.Playwright;

namespace Atelier.EndToEnd.Pages;

[Collection(BrowserCollection.Name)]
public sealed class CreatingTests(Browser browser)
{
    [Fact]
    public async Task A_prompt_becomes_a_picture_before_the_readers_eyes()
    {
        await using var studio = await Studio.OpenAsync();
        await using var visit = await browser.VisitAsync(studio);
        var page = await visit.OpenAsync("/");
        await page.EvaluateAsync("window.stayed = true");

        await page.CreateAsync("a lighthouse at sunset");
        await page.Tiles("processing").Expect().ToHaveCountAsync(1);
        var easel = await studio.Painter.NextAsync();
        easel.Show(0.4);
        await page.Locator(".tile .unfinished").Expect().ToBeVisibleAsync();
        await page.Locator(".tile-status").Expect().ToContainTextAsync("Painting 40%");
        await page.Locator(".tile progress").Expect().ToHaveAttributeAsync("value", "40");
        easel.Finish();

        await page.Locator(".tile[data-status=completed] img").Expect().ToHaveJSPropertyAsync("complete", true);
        await page.Locator("#announcement").Expect().ToHaveTextAsync("Ready: a lighthouse at sunset.");
        (await page.EvaluateAsync<bool>("window.stayed === true")).ShouldBeTrue("the page was never left");
        (await page.InputValueAsync("#prompt")).ShouldBe("a lighthouse at sunset");
        visit.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_queue_follows_in_another_tab_and_a_reload_keeps_it()
    {
        await using var studio = await Studio.OpenAsync();
        await using var visit = await browser.VisitAsync(studio);
        var library = await visit.OpenAsync("/library");
        var create = await visit.OpenAsync("/");
        await library.Locator("#queue-summary").ClickAsync();

        await create.Locator("input[name=count][value='2']").CheckAsync(new LocatorCheckOptions { Force = true });
        await create.CreateAsync("two herons");
        var first = await studio.Painter.NextAsync();
        first.Show(0.5);

        var painting = library.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Painting" });
        await painting.GetByText("Painting 50%").Expect().ToBeVisibleAsync();
        await library.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Waiting" }).GetByText("two herons").Expect().ToBeVisibleAsync();
        await library.ReloadAsync();
        await painting.GetByText("Painting 50%").Expect().ToBeVisibleAsync();

        first.Finish();
        (await studio.Painter.NextAsync()).Finish();
        await library.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Done" }).GetByRole(AriaRole.Listitem).Expect().ToHaveCountAsync(2);
        visit.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Earlier_batches_come_below_and_new_ones_on_top_of_them()
    {
        await using var studio = await Studio.OpenAsync();
        await studio.FillAsync(9);
        await using var visit = await browser.VisitAsync(studio);
        var page = await visit.OpenAsync("/");
        (await page.EvaluateAsync<int>("performance.getEntriesByType('navigation')[0].decodedBodySize")).ShouldBeLessThan(30_000);
        await page.EvaluateAsync("scrollTo(0, document.body.scrollHeight)");
        await page.Locator("#latest .batch").Expect().ToHaveCountAsync(9);
        await page.EvaluateAsync("document.querySelectorAll('.batch').forEach(batch => batch.stayed = true)");

        await page.CreateAsync("a newcomer");
        (await studio.Painter.NextAsync()).Finish();
        await page.Tiles("completed").Expect().ToHaveCountAsync(10);
        await page.Locator("#latest > :first-child .batch-prompt").Expect().ToHaveTextAsync("a newcomer");
        (await page.EvaluateAsync<int>("[...document.querySelectorAll('.batch')].filter(batch => batch.stayed).length")).ShouldBe(9);
        visit.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_script_a_link_leads_to_earlier_batches()
    {
        await using var studio = await Studio.OpenAsync();
        await studio.FillAsync(6);
        await using var visit = await browser.VisitAsync(studio, Screen.Desktop with { HasScript = false });
        var page = await visit.OpenAsync("/");
        await page.Locator(".batch").Expect().ToHaveCountAsync(4);
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Earlier" }).ClickAsync();
        await page.Locator(".batch").Expect().ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Back to the latest" }).ClickAsync();
        await page.Locator(".composer").Expect().ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_restart_of_the_server_loses_nothing_and_the_page_comes_back_by_itself()
    {
        await using var studio = await Studio.OpenAsync();
        await using var visit = await browser.VisitAsync(studio);
        var page = await visit.OpenAsync("/");
        await page.CreateAsync("a long painting");
        (await studio.Painter.NextAsync()).Show(0.3);
        await page.Locator(".tile-status").Expect().ToContainTextAsync("Painting 30%");

        await studio.StopAsync();
        await studio.StartAsync();
        var again = await studio.Painter.NextAsync();
        again.Show(0.7);

        await page.Locator(".tile-status").Expect().ToContainTextAsync("Painting 70%");
        again.Finish();
        await page.Tiles("completed").Expect().ToHaveCountAsync(1);
        visit.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_painting_can_be_canceled_and_tried_again()
    {
        await using var studio = await Studio.OpenAsync();
        await using var visit = await browser.VisitAsync(studio);
        var page = await visit.OpenAsync("/");
        await page.CreateAsync("a mistake");
        await studio.Painter.NextAsync();

        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Cancel: a mistake" }).First.ClickAsync();
        await page.Tiles("canceled").Expect().ToHaveCountAsync(1);
        await page.Locator(".tile").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Retry: a mistake" }).ClickAsync();
        (await studio.Painter.NextAsync()).Finish();

        await page.Tiles("completed").Expect().ToHaveCountAsync(1);
        visit.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_failure_says_why_and_keeps_the_operators_details_to_itself()
    {
        await using var studio = await Studio.OpenAsync();
        await using var visit = await browser.VisitAsync(studio);
        var page = await visit.OpenAsync("/");
        await page.CreateAsync("something forbidden");
        (await studio.Painter.NextAsync()).Fail("The engine refuses to paint this.");

        await page.Tiles("failed").Expect().ToContainTextAsync("The engine refuses to paint this.");
        await page.Locator(".tile-link").ClickAsync();
        await page.Locator(".stage").Expect().ToContainTextAsync("The engine refuses to paint this.");
        await page.Locator(".stage").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Retry" }).Expect().ToBeVisibleAsync();
        (await page.ContentAsync()).ShouldNotContain("for the operator only");
        visit.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_wrong_is_said_at_the_field_and_what_was_typed_stays()
    {
        await using var studio = await Studio.OpenAsync();
        await using var visit = await browser.VisitAsync(studio, Screen.Desktop with { HasScript = false });
        var page = await visit.OpenAsync("/");
        await page.Locator("#seed").EvaluateAsync("field => field.removeAttribute('pattern')");
        await page.Locator("#seed").FillAsync("seventeen");
        await page.Locator("select[name=style]").SelectOptionAsync("neon");
        await page.CreateAsync("a well kept prompt");

        await page.Locator("#seed-error").Expect().ToContainTextAsync("Seed must be a whole number");
        (await page.InputValueAsync("#prompt")).ShouldBe("a well kept prompt");
        (await page.InputValueAsync("#seed")).ShouldBe("seventeen");
        (await page.InputValueAsync("select[name=style]")).ShouldBe("neon");
    }

    [Fact]
    public async Task Everything_works_without_script()
    {
        await using var studio = await Studio.OpenAsync();
        await using var visit = await browser.VisitAsync(studio, Screen.Desktop with { HasScript = false });
        var page = await visit.OpenAsync("/");
        await page.CreateAsync("plain and simple");
        var easel = await studio.Painter.NextAsync();
        (await page.InputValueAsync("#prompt")).ShouldBe("plain and simple");
        await page.ReloadAsync();
        await page.Tiles("processing").Expect().ToHaveCountAsync(1);
        await page.Locator("#queue-summary").ClickAsync();
        await page.Locator(".queue-item").GetByText("plain and simple").Expect().ToBeVisibleAsync();

        easel.Finish();
        await studio.CompletedAsync(1);
        await page.ReloadAsync();
        await page.Tiles("completed").Locator(".tile-link").ClickAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Delete" }).ClickAsync();
        await page.GetByText("Nothing here yet.").Expect().ToBeVisibleAsync();
    }

    [Fact]
    public async Task Everything_can_be_done_from_the_keyboard()
    {
        await using var studio = await Studio.OpenAsync();
        studio.Painter.PaintsAtOnce = true;
        await using var visit = await browser.VisitAsync(studio);
        var page = await visit.OpenAsync("/");
        await page.Locator("#prompt").Expect().ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("a keyboard");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.Tiles("completed").Expect().ToHaveCountAsync(1);

        for (var i = 0; i < 40 && !await page.EvaluateAsync<bool>("document.activeElement.classList.contains('tile-link')"); i++)
            await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await page.ArrivesAtAsync("/g/");
        await page.Keyboard.PressAsync("z");
        await page.Locator("dialog.viewer").Expect().ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("dialog.viewer").Expect().ToBeHiddenAsync();
        await page.Keyboard.PressAsync("i");
        await page.Locator(".facts-all").Expect().Not.ToHaveAttributeAsync("open", "");
        await page.Keyboard.PressAsync("Escape");
        await page.UntilAsync("location.pathname === '/' && document.activeElement.classList.contains('tile-link')");
        visit.Errors.ShouldBeEmpty();
    }
}
