// One queue on two devices: what one of them does, the other shows, and both say why something waits.
using Atelier.Durable;
using Atelier.Submitting;
using Microsoft.Playwright;

namespace Atelier.EndToEnd.Pages;

[Collection(BrowserCollection.Name)]
public sealed class QueueDrawerTests(Browser browser)
{
    [Fact]
    public async Task Two_devices_show_one_queue_with_places_reasons_and_what_was_done_to_it()
    {
        await using var studio = await Studio.OpenAsync();
        await studio.Part<JobQueue>().Tenants.ConfigureAsync(Submitter.Local.Owner, new TenantSettings(Concurrency: 1));
        await using var desk = await browser.VisitAsync(studio);
        await using var hand = await browser.VisitAsync(studio, Screen.Phone);
        var (here, there) = (await desk.OpenAsync("/library"), await hand.OpenAsync("/"));
        foreach (var page in new[] { here, there })
            await page.Locator("#queue-summary").ClickAsync();
        foreach (var (prompt, count) in new[] { ("the first", 1), ("the second", 1), ("a pair", 2), ("the last", 1) })
            (await studio.Part<Submission>().SubmitAsync(new GenerationRequest { Prompt = prompt, Count = count, Width = 64, Height = 64 }, Submitter.Local))
                .ShouldBeOfType<SubmissionResult.Accepted>();
        var first = await studio.Painter.NextAsync();

        await Section(here, "Waiting").Locator(".queue-item").First.Expect().ToContainTextAsync("After 1 of yours, 1 at a time");
        await Section(there, "Waiting").Locator(".queue-group-head").Expect().ToContainTextAsync("a pair");
        await here.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Move to the front: the last" }).ClickAsync();
        await Section(there, "Waiting").Locator(".queue-item").First.Expect().ToContainTextAsync("the last");
        await there.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Cancel the whole batch: a pair" }).ClickAsync();
        await Section(here, "Waiting").Locator(".queue-item").Expect().ToHaveCountAsync(2);

        await here.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Pause mine" }).ClickAsync();
        await Section(there, "Waiting").Locator(".queue-item").First.Expect().ToContainTextAsync("Waits until you resume.");
        first.Finish();
        await Section(there, "Done").GetByText("the first").Expect().ToBeVisibleAsync();
        await there.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Resume" }).ClickAsync();
        var second = await studio.Painter.NextAsync();
        second.Request.Prompt.ShouldBe("the last");

        await studio.Part<JobQueue>().Lanes.ParkAsync("sketch", Due.After(TimeSpan.FromHours(1)), "their limit");
        second.Fail("It would not.");
        await Section(here, "Parked").Locator(".queue-status").Expect().ToContainTextAsync("limit, resumes");
        await Section(here, "Failed").GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Edit and retry: the last" }).Expect().ToBeVisibleAsync();

        await here.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Clear finished" }).ClickAsync();
        await Section(there, "Done").Expect().ToHaveCountAsync(0);
        await there.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Undo" }).ClickAsync();
        await Section(here, "Done").GetByText("the first").Expect().ToBeVisibleAsync();
        desk.Errors.ShouldBeEmpty();
        hand.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Five_hundred_waiting_show_the_next_ones_and_the_rest_as_a_number()
    {
        await using var studio = await Studio.OpenAsync();
        for (var i = 0; i < 125; i++)
            await studio.Part<Submission>().SubmitAsync(new GenerationRequest { Prompt = $"number {i}", Count = 4, Width = 64, Height = 64 }, Submitter.Local);
        await studio.Painter.NextAsync();
        await using var visit = await browser.VisitAsync(studio);
        var page = await visit.OpenAsync("/library");
        await page.Locator("#queue-summary").ClickAsync();

        await Section(page, "Waiting").Locator("h3").Expect().ToHaveTextAsync("Waiting 499");
        await Section(page, "Waiting").Locator(".queue-group-head").First.Expect().ToContainTextAsync("number 0");
        (await Section(page, "Waiting").Locator(".queue-item").CountAsync()).ShouldBeInRange(5, 12);
        await Section(page, "Waiting").GetByText("more").Expect().ToBeVisibleAsync();
        visit.Errors.ShouldBeEmpty();
    }

    private static ILocator Section(IPage page, string name) => page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = name, Exact = true });
}
