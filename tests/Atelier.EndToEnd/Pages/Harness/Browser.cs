// One Chromium for all tests of pages, and visits to a studio in it, each with cookies of its own, that note every error the pages make.
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Atelier.EndToEnd.Pages;

[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<Browser>
{
    public const string Name = "browser";
}

public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Programs =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout((float)Studio.Patience.TotalMilliseconds);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Programs.FirstOrDefault(File.Exists) ?? throw new FileNotFoundException("The tests of pages need Chromium; ./test installs it."),
            Args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    internal async Task<Visit> VisitAsync(Studio studio, Screen? screen = null)
    {
        var options = (screen ?? Screen.Desktop).Options();
        options.BaseURL = studio.Address.ToString();
        var context = await _browser!.NewContextAsync(options);
        context.SetDefaultTimeout((float)Studio.Patience.TotalMilliseconds);
        return new Visit(context);
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}

/// <summary>What a reader looks at the pages with.</summary>
internal sealed record Screen(int Width, int Height, bool IsPhone = false, bool HasScript = true)
{
    public static Screen Desktop { get; } = new(1280, 800);

    public static Screen Phone { get; } = new(390, 844, IsPhone: true);

    public BrowserNewContextOptions Options() => new()
    {
        ViewportSize = new ViewportSize { Width = Width, Height = Height },
        IsMobile = IsPhone,
        HasTouch = IsPhone,
        ColorScheme = ColorScheme.Light,
        JavaScriptEnabled = HasScript,
        ReducedMotion = ReducedMotion.Reduce,
    };
}

/// <summary>One reader's browser window with its tabs.</summary>
internal sealed class Visit(IBrowserContext context) : IAsyncDisposable
{
    private readonly List<string> _errors = [];

    /// <summary>
    /// What pages complained of. Failed connections while the server is away are not theirs, nor are transitions that the browser cuts short because a
    /// screenshot of a phone's page changes the size of its window.
    /// </summary>
    public IReadOnlyList<string> Errors => [.. _errors.Where(error => !error.Contains("ERR_CONNECTION_REFUSED", StringComparison.Ordinal)
        && !error.Contains("ERR_INCOMPLETE_CHUNKED_ENCODING", StringComparison.Ordinal)
        && !error.Contains("Viewport size changed", StringComparison.Ordinal))];

    public async Task<IPage> OpenAsync(string path)
    {
        var page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                _errors.Add($"{page.Url}: {message.Text}");
        };
        page.PageError += (_, error) => _errors.Add($"{page.Url}: {error}");
        await page.GotoAsync(path);
        return page;
    }

    public async ValueTask DisposeAsync() => await context.DisposeAsync();
}

internal static class PageReading
{
    /// <summary>Writes a prompt and sends the form.</summary>
    public static async Task CreateAsync(this IPage page, string prompt)
    {
        await page.GetByLabel("Prompt", new PageGetByLabelOptions { Exact = true }).FillAsync(prompt);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Create" }).ClickAsync();
    }

    /// <summary>The pictures on the page that have a status.</summary>
    public static ILocator Tiles(this IPage page, string status) => page.Locator($".tile[data-status={status}]");

    /// <summary>
    /// Waits until the page's address holds a part. Looks at the address itself: with view transitions the browser's own word that a
    /// page has loaded sometimes never reaches the driver.
    /// </summary>
    public static Task ArrivesAtAsync(this IPage page, string part) =>
        Assertions.Expect(page).ToHaveURLAsync(new Regex(Regex.Escape(part), RegexOptions.None, TimeSpan.FromSeconds(1)),
            new PageAssertionsToHaveURLOptions { Timeout = (float)Studio.Patience.TotalMilliseconds });

    /// <summary>
    /// Waits until an expression holds on the page. The driver calls a function again; a bare expression it evaluates anew each time,
    /// which the page's content security policy forbids from the second time on.
    /// </summary>
    public static Task UntilAsync(this IPage page, string expression) => page.WaitForFunctionAsync($"() => {expression}");

    public static ILocatorAssertions Expect(this ILocator locator) => Assertions.Expect(locator);

    /// <summary>How far the page can be scrolled sideways, in pixels. A phone's own window grows with a page that is too wide; its screen does not.</summary>
    public static Task<int> SidewaysAsync(this IPage page) =>
        page.EvaluateAsync<int>("document.documentElement.scrollWidth - Math.min(innerWidth, screen.width)");
}
