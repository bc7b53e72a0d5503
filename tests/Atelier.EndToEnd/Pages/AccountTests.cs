// An account in a real browser: signing up, out, in, and back in after the password is forgotten, with script and without.
using Microsoft.Playwright;

namespace Atelier.EndToEnd.Pages;

[Collection(BrowserCollection.Name)]
public sealed class AccountTests(Browser browser)
{
    private const string Password = "four small red boats";

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task Somebody_signs_up_makes_a_picture_signs_out_and_in_and_gets_back_in(bool isPhone, bool hasScript)
    {
        await using var studio = await Studio.OpenAsync(hasAccounts: true);
        await using var visit = await browser.VisitAsync(studio, (isPhone ? Screen.Phone : Screen.Desktop) with { HasScript = hasScript });
        var page = await visit.OpenAsync("/library?show=failed");
        await page.ArrivesAtAsync("/sign-up?return=%2Flibrary%3Fshow%3Dfailed");
        await page.GetByLabel("Email").FillAsync("ada@example.org");
        await page.GetByLabel("Username").FillAsync("a d a");
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign up" }).ClickAsync();
        await page.GetByText("letters (a–z), digits or underscores").Expect().ToBeVisibleAsync();
        (await page.GetByLabel("Email").InputValueAsync()).ShouldBe("ada@example.org");
        await page.GetByLabel("Username").FillAsync("ada");
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign up" }).ClickAsync();
        await page.ArrivesAtAsync("/library?show=failed");

        await page.GotoAsync("/");
        await page.CreateAsync("a lighthouse");
        (await studio.Painter.NextAsync()).Finish();
        await studio.CompletedAsync(1);
        await OutAsync(page);
        await page.ArrivesAtAsync("/sign-in");
        await page.GotoAsync("/library");
        await page.ArrivesAtAsync("/sign-in?return=%2Flibrary");
        await SignInAsync(page, "a wrong password");
        await page.GetByText("do not fit together").Expect().ToBeVisibleAsync();
        await SignInAsync(page, Password);
        await page.ArrivesAtAsync("/library");
        await page.Tiles("completed").Expect().ToHaveCountAsync(1);

        await OutAsync(page);
        await page.ArrivesAtAsync("/sign-in");
        await page.GetByText("I have forgotten my password").ClickAsync();
        await page.ArrivesAtAsync("/forgot");
        await page.GetByLabel("Email or username").FillAsync("ada");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Send me a link" }).ClickAsync();
        await page.GetByText("a link is on its way").Expect().ToBeVisibleAsync();
        await page.GotoAsync(await studio.Post.LinkAsync("A new password for Atelier"));
        await page.GetByLabel("New password").FillAsync("five small green boats");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Set the password" }).ClickAsync();
        await page.GetByText("The new password is set").Expect().ToBeVisibleAsync();
        await SignInAsync(page, "five small green boats");
        await page.ArrivesAtAsync("/");
        await page.GotoAsync("/settings");
        await page.GetByLabel("Name of a new key").FillAsync("nightly batch");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Make a key" }).ClickAsync();
        await page.Locator("#new-key").Expect().ToContainTextAsync("atl_");
        await TurnPushOnAsync(page, hasScript);
        (await page.SidewaysAsync()).ShouldBeLessThanOrEqualTo(0);

        // Pages that were refused say so to the browser, which notes it; and it notes that windows of tests are private ones, in which it does not push.
        visit.Errors.Where(error => !error.Contains("status of 422", StringComparison.Ordinal) && !error.Contains("Push API in incognito", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    // No browser of a test reaches a push service; what the page says of that is what people would read.
    private static async Task TurnPushOnAsync(IPage page, bool hasScript)
    {
        if (!hasScript)
        {
            await page.GetByText("To turn it on in this browser, allow scripts.").Expect().ToBeVisibleAsync();
            return;
        }
        var turnOn = page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Turn on in this browser" });
        await turnOn.ClickAsync();
        await page.GetByText("This browser does not let Atelier notify you.").Expect().ToBeVisibleAsync();
        await page.Context.GrantPermissionsAsync(["notifications"]);
        await page.GotoAsync("/settings");
        await turnOn.ClickAsync();
        await page.GetByText("The browser could not reach its push service").Expect().ToBeVisibleAsync();
        await turnOn.Expect().ToBeVisibleAsync();
    }

    [Fact]
    public async Task Somebody_adds_a_passkey_comes_in_with_it_changes_the_address_and_removes_it()
    {
        await using var studio = await Studio.OpenAsync(hasAccounts: true);
        await using var visit = await browser.VisitAsync(studio);
        // Browsers know passkeys for names only.
        var place = $"http://localhost:{studio.Address.Port}";
        var page = await visit.OpenAsync($"{place}/sign-up");
        var device = await page.Context.NewCDPSessionAsync(page);
        await device.SendAsync("WebAuthn.enable");
        await device.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
        await page.GetByLabel("Email").FillAsync("ada@example.org");
        await page.GetByLabel("Username").FillAsync("ada");
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign up" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Account of ada" }).Expect().ToBeVisibleAsync();
        await page.GotoAsync($"{place}/settings");
        await page.GetByText("To add one, this page needs script").Expect().ToBeHiddenAsync();
        await page.GetByLabel("Name of a new passkey").FillAsync("Ada’s laptop");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Add a passkey" }).ClickAsync();
        await page.GetByText("The passkey is added").Expect().ToBeVisibleAsync();
        await page.GetByLabel("Name of a new passkey").FillAsync("once more");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Add a passkey" }).ClickAsync();
        await page.GetByText("Nothing came of it").Expect().ToBeVisibleAsync();

        await OutAsync(page);
        await page.ArrivesAtAsync("/sign-in");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in with a passkey" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Account of ada" }).Expect().ToBeVisibleAsync();
        await page.GotoAsync($"{place}/settings");
        await page.GetByText("used just now").Expect().ToBeVisibleAsync();

        await page.GetByText("Change the address").ClickAsync();
        await page.GetByLabel("New address").FillAsync("ada@new.example");
        await page.Locator("#address-present").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Mail me a link" }).ClickAsync();
        await page.GetByText("A link is on its way to the new address").Expect().ToBeVisibleAsync();
        await page.GotoAsync(await studio.Post.LinkAsync("Your new address at Atelier"));
        await page.GetByText("Your address is changed").Expect().ToBeVisibleAsync();
        await page.GetByText("ada@new.example").First.Expect().ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Remove Ada’s laptop" }).ClickAsync();
        await page.GetByText("The passkey is removed").Expect().ToBeVisibleAsync();
        await OutAsync(page);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in with a passkey" }).ClickAsync();
        await page.GetByText("This passkey opens no account here").Expect().ToBeVisibleAsync();
        visit.Errors.Where(error => !error.Contains("status of 422", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static async Task OutAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Account of ada" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign out" }).ClickAsync();
    }

    private static async Task SignInAsync(IPage page, string password)
    {
        await page.GetByLabel("Email or username").FillAsync("ada");
        await page.GetByLabel("Password", new PageGetByLabelOptions { Exact = true }).FillAsync(password);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in" }).ClickAsync();
    }
}
