// Pictures on the whole screen, and the page of one picture with its relatives, in a real browser.
using System.Text.Json;
using Microsoft.Playwright;

namespace Atelier.EndToEnd.Pages;

[Collection(BrowserCollection.Name)]
public sealed class ViewerTests(Browser browser)
{
    [Fact]
    public async Task Keys_lead_through_the_library_on_the_whole_screen_and_back_to_where_one_was()
    {
        await using var studio = await Studio.OpenAsync();
        await studio.FillAsync(4);
        await using var visit = await browser.VisitAsync(studio);
        var page = await visit.OpenAsync("/library");
        var (viewer, picture, side) = (page.Locator("dialog.viewer"), page.Locator(".viewer-stage img"), page.Locator(".viewer-side"));
        await page.Locator(".tile-link").First.FocusAsync();
        await page.Keyboard.PressAsync("z");
        await picture.Expect().ToHaveAttributeAsync("alt", "picture number 4");
        (await page.EvaluateAsync<bool>("document.querySelector('dialog.viewer').contains(document.activeElement)")).ShouldBeTrue();
        await page.Keyboard.PressAsync("ArrowRight");
        await picture.Expect().ToHaveAttributeAsync("alt", "picture number 3");
        await page.Keyboard.PressAsync("z");
        await page.Locator("dialog.viewer.zoomed").Expect().ToHaveCountAsync(1);

        await page.Keyboard.PressAsync("i");
        await side.Locator(".facts-words").Expect().ToHaveTextAsync("picture number 3");
        await page.Keyboard.PressAsync("l");
        await side.Locator(".like[aria-pressed=true]").Expect().ToHaveTextAsync("1");
        await page.Keyboard.PressAsync("Delete");
        await picture.Expect().ToHaveAttributeAsync("alt", "picture number 2");
        await page.Locator(".tile").Expect().ToHaveCountAsync(3);

        await page.Keyboard.PressAsync("c");
        await page.Keyboard.PressAsync("ArrowRight");
        await picture.Expect().ToHaveAttributeAsync("alt", "picture number 1");
        await page.Keyboard.PressAsync("c");
        await page.Locator("dialog.compare img").Expect().ToHaveCountAsync(2);
        await page.Keyboard.PressAsync("m");
        await page.Locator("dialog.compare.beside").Expect().ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("?");
        await page.GetByRole(AriaRole.Dialog, new PageGetByRoleOptions { Name = "Keys" }).Expect().ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("Escape");
        await viewer.Expect().ToBeHiddenAsync();
        await page.Locator(".tile-link:focus").Expect().ToHaveTextAsync("picture number 1");
        visit.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task On_a_phone_swipes_away_from_the_edges_turn_the_page_of_a_picture()
    {
        await using var studio = await Studio.OpenAsync();
        await studio.FillAsync(3);
        await using var visit = await browser.VisitAsync(studio, Screen.Phone);
        var page = await visit.OpenAsync("/library");
        await page.Locator(".tile-link").First.ClickAsync();
        await page.ArrivesAtAsync("/g/");
        await page.Locator("[data-zoom]").ClickAsync();
        var picture = page.Locator(".viewer-stage img");
        await picture.Expect().ToHaveAttributeAsync("alt", "picture number 3");
        await SwipeAsync(page, from: 385, to: 200);
        await SwipeAsync(page, from: 300, to: 100);
        await picture.Expect().ToHaveAttributeAsync("alt", "picture number 2");
        await SwipeAsync(page, from: 300, to: 100);
        await picture.Expect().ToHaveAttributeAsync("alt", "picture number 1");
        await SwipeAsync(page, from: 100, to: 300);
        await picture.Expect().ToHaveAttributeAsync("alt", "picture number 2");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Close (Esc)" }).ClickAsync();
        await page.Locator(".facts-words").Expect().ToHaveTextAsync("picture number 2");
        visit.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_picture_names_its_relatives_and_only_a_public_one_shows_itself_to_other_sites()
    {
        await using var studio = await Studio.OpenAsync();
        await studio.FillAsync(1);
        studio.Painter.PaintsAtOnce = true;
        await using var visit = await browser.VisitAsync(studio, Screen.Desktop with { HasScript = false });
        var page = await visit.OpenAsync("/library");
        await page.Locator(".tile-link").ClickAsync();
        var first = page.Url.Split('?')[0];
        await page.Locator("meta[property='og:image']").Expect().ToHaveCountAsync(0);
        await page.Locator("meta[name=robots]").Expect().ToHaveAttributeAsync("content", "noindex");
        await page.GetByRole(AriaRole.Switch, new PageGetByRoleOptions { Name = "Public" }).ClickAsync();
        (await page.Locator("meta[property='og:image']").GetAttributeAsync("content"))!.ShouldStartWith($"{studio.Address}api/v1/images/");
        (await page.Locator("link[rel=canonical]").GetAttributeAsync("href")).ShouldBe(first);

        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Remix" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Create" }).ClickAsync();
        await studio.CompletedAsync(2);
        await page.GotoAsync(first);
        await page.Locator(".relatives h2").Expect().ToHaveTextAsync("Made from it");
        await page.Locator(".relative").ClickAsync();
        await page.Locator(".relatives h2").Expect().ToHaveTextAsync("Remix of");

        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Variations" }).ClickAsync();
        await studio.ToldAsync(3);
        await page.GotoAsync("/notifications");
        await page.Locator(".told").First.Expect().ToContainTextAsync("4 pictures are ready");
        await page.Locator("#bell").Expect().ToHaveAttributeAsync("aria-label", "Notifications: 3 unread");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Mark all read" }).ClickAsync();
        await page.Locator("#bell").Expect().ToHaveAttributeAsync("aria-label", "Notifications");
    }

    // Straight through the browser's own input, as a finger does it.
    private static async Task SwipeAsync(IPage page, int from, int to)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await TouchAsync(session, "touchStart", from);
        foreach (var part in new[] { 0.5, 1 })
            await TouchAsync(session, "touchMove", (int)(from + ((to - from) * part)));
        await TouchAsync(session, "touchEnd", x: null);
        await session.DetachAsync();
    }

    private static Task<JsonElement?> TouchAsync(ICDPSession session, string type, int? x) => session.SendAsync("Input.dispatchTouchEvent",
        new Dictionary<string, object> { ["type"] = type, ["touchPoints"] = x is null ? [] : new[] { new { x, y = 400 } } });
}
