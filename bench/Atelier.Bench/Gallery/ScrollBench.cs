// How large a browser's tab grows while somebody scrolls past five thousand pictures, in explore and in the library. Keeps nothing.
using Atelier.Durable;
using Atelier.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Playwright;

namespace Atelier.Bench.Gallery;

internal static class ScrollBench
{
    private const int Pictures = 5_000, PerPicture = 3, MostMiB = 48;
    private static readonly int[] Stops = [200, 1_000, 2_500, Pictures];
    private static readonly string[] Browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    /// <summary>Runs it; whether the tab stayed within its bounds.</summary>
    public static async Task<bool> RunAsync()
    {
        using var folder = new TempFolder();
        var connection = $"Data Source={Path.Combine(folder.Path, "atelier.db")}";
        // A fifth of them is private, and some are not safe for work.
        await GalleryFill.RunAsync(connection, Path.Combine(folder.Path, "images"), Pictures * 3 / 2, users: 1_000, prompts: null);
        await using (var database = Database.Open(connection, TimeProvider.System, NullLoggerFactory.Instance))
            await database.TransactAsync(transaction => transaction.ExecuteAsync("UPDATE generations SET owner = 'local'"));
        var url = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        await using var process = MeasuredProcess.Start("Atelier.Cli.dll", database: null, ["serve", "--urls", url, "--data", folder.Path, "--roles", "api,web"]);
        using var http = new HttpClient { BaseAddress = new Uri(url) };
        await GalleryBench.UntilReadyAsync(http);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Array.Find(Browsers, File.Exists), Args = ["--no-sandbox", "--disable-gpu"],
        });
        var isBounded = true;
        foreach (var (path, tile) in new[] { ("/explore", ".picture"), ("/library", ".tile") })
            isBounded &= await ScrollAsync(browser, new Uri(new Uri(url), path), tile);
        return isBounded;
    }

    private static async Task<bool> ScrollAsync(IBrowser browser, Uri address, string tile)
    {
        var page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1280, Height = 800 } });
        var devtools = await page.Context.NewCDPSessionAsync(page);
        await devtools.SendAsync("Performance.enable");
        await page.GotoAsync(address.ToString());
        var sizes = new List<(int Elements, double MiB)>();
        foreach (var stop in Stops)
        {
            await page.EvaluateAsync(
                """
                async ([tile, stop]) => {
                  const count = () => document.querySelectorAll(tile).length;
                  while (count() < stop) {
                    scrollTo(0, document.body.scrollHeight);
                    await new Promise(next => setTimeout(next, 20));
                  }
                  await new Promise(next => setTimeout(next, 1000));
                }
                """, new object[] { tile, stop });
            await devtools.SendAsync("HeapProfiler.collectGarbage");
            var metrics = (await devtools.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics").EnumerateArray()
                .ToDictionary(metric => metric.GetProperty("name").GetString()!, metric => metric.GetProperty("value").GetDouble(), StringComparer.Ordinal);
            var elements = await page.EvaluateAsync<int>("document.querySelectorAll('*').length");
            sizes.Add((elements, metrics["JSHeapUsedSize"] / 1024 / 1024));
            Console.WriteLine($"scroll {address.AbsolutePath,-9} {stop,5} pictures: {elements,6} elements, {metrics["Nodes"],6:0} nodes, {sizes[^1].MiB:0.0} MiB of script's heap");
        }
        // The way back up finds the first one whole, where it was.
        await page.EvaluateAsync("scrollTo(0, 0)");
        await page.Locator($"{tile} img").First.WaitForAsync();
        await page.CloseAsync();
        // What grows is the places: an element or two for each picture, and its text.
        var grown = (sizes[^1].Elements - sizes[0].Elements) / (double)(Stops[^1] - Stops[0]);
        return grown < PerPicture && sizes[^1].MiB < MostMiB;
    }
}
