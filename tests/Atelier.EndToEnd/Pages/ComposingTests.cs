// The prompt bar as a person uses it: what it remembers, what it says while one types, what it does with a picture that is dropped on it.
using Atelier.Catalogue;
using Atelier.Generating;
using Atelier.Submitting;
using Atelier.Vips;
using Microsoft.Playwright;

namespace Atelier.EndToEnd.Pages;

[Collection(BrowserCollection.Name)]
public sealed class ComposingTests(Browser browser)
{
    // A second model that takes what the built-in one does not, and ignores what that takes.
    private const string Other = """
        models:
          - id: stencil
            name: Stencil
            description: For tests.
            provider: sketch
            provider_model: sketch
            kind: algorithmic
            formats: [webp]
            parameters: { max_prompt: 200, guidance: { min: 1, max: 10, default: 4 }, strength: { min: 0, max: 1, default: 0.5 }, max_input_images: 3, mask: white }
            sizes: { min: 64, max: 2048, max_pixels: 4194304, qualities: { standard: 1048576 } }
        """;

    [Fact]
    public async Task The_bar_remembers_counts_and_tells_before_the_click()
    {
        await using var studio = await Studio.OpenAsync();
        studio.Part<ModelCatalogue>().Overlay("test.yaml", Other);
        studio.Painter.PaintsAtOnce = true;
        await using var visit = await browser.VisitAsync(studio);
        var page = await visit.OpenAsync("/");
        await page.CreateAsync("an earlier prompt");
        await page.Tiles("completed").Expect().ToHaveCountAsync(1);

        await page.FillAsync("#prompt", "a {red|green} {2$$boat|hut|tree}");
        await page.Locator(".hint-count").Expect().ToHaveTextAsync("6 combinations");
        await page.Locator(".hint").First.Expect().ToHaveTextAsync("a red boat, hut");
        await page.Locator(".composer-more summary").ClickAsync();
        await page.FillAsync("#negative-prompt", "rain");
        await page.Locator(".model-button").ClickAsync();
        await page.FillAsync("#model-search", "sten");
        await page.Locator(".model-card:visible").Expect().ToHaveCountAsync(1);
        await page.Locator("input[name=model][value=stencil]").CheckAsync(new LocatorCheckOptions { Force = true });
        await page.Locator("#negative_prompt-note").Expect().ToHaveTextAsync("Stencil does not use a negative prompt.");
        await page.Locator("#mask").Expect().ToBeEnabledAsync();
        (await page.InputValueAsync("#negative-prompt")).ShouldBe("rain", "what was typed is not lost");
        await page.Keyboard.PressAsync("Escape");
        await page.Locator(".of-private").Expect().ToBeVisibleAsync();
        await page.GetByLabel("Who may see it").SelectOptionAsync("public");
        await page.Locator(".of-public").Expect().ToBeVisibleAsync();
        await page.Locator(".of-private").Expect().ToBeHiddenAsync();

        await page.ReloadAsync();
        await page.Locator("#prompt").Expect().ToHaveValueAsync("a {red|green} {2$$boat|hut|tree}");
        await page.Locator("#negative-prompt").Expect().ToHaveValueAsync("rain");
        await page.Locator("#model-name").Expect().ToHaveTextAsync("Stencil");
        await page.Locator("#prompt").FocusAsync();
        await page.Keyboard.PressAsync("Alt+ArrowUp");
        await page.Locator("#prompt").Expect().ToHaveValueAsync("an earlier prompt");
        await page.Keyboard.PressAsync("Alt+ArrowDown");
        await page.Locator("#prompt").Expect().ToHaveValueAsync("a {red|green} {2$$boat|hut|tree}");

        await page.FillAsync("#guidance", "99");
        await page.EvaluateAsync("document.querySelector('.composer').noValidate = true");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.Locator("#guidance-error").Expect().ToContainTextAsync("must be 1 to 10");
        await page.Locator("#guidance").Expect().ToBeFocusedAsync();
        (await page.InputValueAsync("#prompt")).ShouldBe("a {red|green} {2$$boat|hut|tree}");
        visit.Errors.ShouldNotContain(error => !error.Contains("422", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_dropped_picture_gives_its_settings_or_becomes_reference_and_mask()
    {
        await using var studio = await Studio.OpenAsync();
        studio.Part<ModelCatalogue>().Overlay("test.yaml", Other);
        studio.Painter.PaintsAtOnce = true;
        var made = (SubmissionResult.Accepted)await studio.Part<Submission>().SubmitAsync(
            new GenerationRequest { Prompt = "a well told lighthouse", NegativePrompt = "people", AspectRatio = "16:9", Seed = 4711, OutputFormat = "png" }, Submitter.Local);
        await studio.CompletedAsync(1);
        await using var visit = await browser.VisitAsync(studio);
        var page = await visit.OpenAsync("/");
        await DropAsync(page, $"/api/v1/images/{made.Generations[0].Id}/full?download=1");

        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Read its settings" }).ClickAsync();
        await page.Locator("#prompt").Expect().ToHaveValueAsync("a well told lighthouse");
        (await page.InputValueAsync("#negative-prompt")).ShouldBe("people");
        (await page.InputValueAsync("#seed")).ShouldBe("4711");
        await page.Locator("input[name=aspect_ratio][value='16:9']").Expect().ToBeCheckedAsync();
        (await page.EvaluateAsync<int>("document.querySelector('#image').files.length")).ShouldBe(0);

        await page.Locator(".model-button").ClickAsync();
        await page.Locator("input[name=model][value=stencil]").CheckAsync(new LocatorCheckOptions { Force = true });
        await page.Locator("#mask").Expect().ToBeEnabledAsync();
        await page.Keyboard.PressAsync("Escape");
        foreach (var answer in new[] { "Start from it", "Start from it", "Use it as the mask" })
        {
            await DropAsync(page, $"/api/v1/images/{made.Generations[0].Id}/thumbnail");
            await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = answer }).ClickAsync();
        }
        await page.Locator("[data-paint]").ClickAsync();
        var canvas = page.Locator("#brush canvas");
        await page.UntilAsync("document.querySelector('#brush img').naturalWidth === document.querySelector('#brush canvas').width");
        var box = (await canvas.BoundingBoxAsync())!;
        await DrawAsync(page, box.X + 10, box.Y + 10, box.X + (box.Width / 2), box.Y + 10);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Undo" }).ClickAsync();
        await DrawAsync(page, box.X + (box.Width / 4), box.Y + (box.Height / 2), box.X + (box.Width * 3 / 4), box.Y + (box.Height / 2));
        await AccessibilityTests.CheckAsync(page, "painting a mask");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Use as mask" }).ClickAsync();
        await canvas.Expect().ToBeHiddenAsync();
        (await page.EvaluateAsync<int[]>("""
            async () => {
              const mask = await createImageBitmap(document.querySelector('#mask').files[0]), picture = document.querySelector('#brush img');
              const context = Object.assign(document.createElement('canvas'), { width: mask.width, height: mask.height }).getContext('2d');
              context.drawImage(mask, 0, 0);
              const at = (x, y) => context.getImageData(mask.width * x, mask.height * y, 1, 1).data[0];
              return [mask.width - picture.naturalWidth, mask.height - picture.naturalHeight, at(0.5, 0.5), at(0.3, 0.5), at(0.25, 0.05), at(0.5, 0.9)];
            }
            """)).ShouldBe([0, 0, 255, 255, 0, 0]);
        studio.Painter.PaintsAtOnce = false;
        await page.Locator(".composer .primary[type=submit]").ClickAsync();
        var easel = await studio.Painter.NextAsync();
        easel.Request.InputImages.Count.ShouldBe(2);
        using var mask = VipsImage.FromEncoded(easel.Request.Mask!.Bytes.Span);
        var pixels = mask.ToPixels();
        (pixels[4 * ((mask.Height / 2 * mask.Width) + (mask.Width / 2))], pixels[0]).ShouldBe(((byte)255, (byte)0));
        easel.Finish();
        visit.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Styles_settings_and_the_queue_work_without_script()
    {
        await using var studio = await Studio.OpenAsync();
        await studio.FillAsync(1);
        var id = (await studio.Part<GenerationStore>().ListAsync(new GenerationFilter { Owner = Submitter.Local.Owner }))[0].Id;
        await using var visit = await browser.VisitAsync(studio, Screen.Desktop with { HasScript = false });
        var page = await visit.OpenAsync("/styles");
        await page.GetByLabel("Name").FillAsync("Foggy");
        await page.GetByLabel("Words to add").FillAsync("in thick fog");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Save" }).ClickAsync();
        await page.Locator(".style-name").Expect().ToHaveTextAsync("Foggy");

        await page.GotoAsync("/");
        await page.Locator(".composer-more summary").ClickAsync();
        using var http = new HttpClient { BaseAddress = studio.Address };
        await page.SetInputFilesAsync("#image", new FilePayload
        {
            Name = "found.webp", MimeType = "image/webp", Buffer = await http.GetByteArrayAsync($"/api/v1/images/{id}/full?download=1"),
        });
        await page.Locator(".read-settings").ClickAsync();
        (await page.InputValueAsync("#prompt")).ShouldBe("picture number 1");
        await page.SelectOptionAsync("select[name=style]", "my:Foggy");
        await page.Locator(".composer .primary[type=submit]").ClickAsync();
        var easel = await studio.Painter.NextAsync();
        easel.Request.Prompt.ShouldBe("picture number 1, in thick fog");

        await page.Locator("#queue-summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Pause mine" }).ClickAsync();
        await page.Locator("#queue-summary").ClickAsync();
        await page.GetByText("Paused: nothing of yours begins.").Expect().ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Resume" }).ClickAsync();
        (await studio.Part<OwnQueue>().IsPausedAsync(Submitter.Local.Owner)).ShouldBeFalse();
        easel.Finish();
    }

    private static async Task DrawAsync(IPage page, float fromX, float fromY, float toX, float toY)
    {
        await page.Mouse.MoveAsync(fromX, fromY);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(toX, toY, new MouseMoveOptions { Steps = 5 });
        await page.Mouse.UpAsync();
    }

    private static Task DropAsync(IPage page, string address) => page.EvaluateAsync("""
        async address => {
          const file = await (await fetch(address)).blob(), taken = new DataTransfer();
          taken.items.add(new File([file], 'dropped', { type: file.type }));
          document.querySelector('prompt-bar').dispatchEvent(new DragEvent('drop', { dataTransfer: taken, bubbles: true, cancelable: true }));
        }
        """, address);
}
