// How long the pages of a gallery of a million pictures take, asked over HTTP at 50 requests a second in an open loop.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Atelier.Durable;
using Atelier.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Atelier.Bench.Gallery;

internal static class GalleryBench
{
    private const int WarmUp = 300, Requests = 1_500;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs it. Arguments: how many pictures, of how many users, a file of prompts, a folder to keep the SQLite database in, a PostgreSQL database to keep.</summary>
    public static async Task RunAsync(IReadOnlyList<string> args)
    {
        var pictures = args.Count > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        var users = args.Count > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10_000;
        var prompts = args.Count > 2 && File.Exists(args[2]) ? args[2] : null;
        using var temporary = new TempFolder();
        var folder = args.Count > 3 ? args[3] : temporary.Path;
        await using var postgres = args.Count > 4 ? null : await PostgresServer.StartAsync(fsync: true);
        var connection = args.Count > 4 ? args[4] : await postgres!.CreateDatabaseAsync();
        Directory.CreateDirectory(folder);
        if (connection != "none")
            await MeasureAsync("PostgreSQL", connection, folder, pictures, users, prompts, bound: 50);
        await MeasureAsync("SQLite", null, folder, pictures, users, prompts, bound: 100);
    }

    private static async Task MeasureAsync(string name, string? connection, string folder, int pictures, int users, string? prompts, double bound)
    {
        await GalleryFill.RunAsync(connection ?? $"Data Source={Path.Combine(folder, "atelier.db")}", Path.Combine(folder, "images"), pictures, users, prompts);
        var url = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        await using var process = MeasuredProcess.Start("Atelier.Cli.dll", connection, ["serve", "--urls", url, "--data", folder, "--roles", "api,web"]);
        using var http = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(30) };
        await UntilReadyAsync(http);
        await using var database = Database.Open(connection ?? $"Data Source={Path.Combine(folder, "atelier.db")}", TimeProvider.System, NullLoggerFactory.Instance);
        var ids = await database.ReadAsync(session => session.QueryAsync<string>(
            $"SELECT id FROM gallery WHERE {(session.Dialect == Dialect.Postgres ? "shown" : "shown = 1")} AND number % 997 = 0"));
        var newest = await database.ReadAsync(session => session.ScalarAsync<long>("SELECT MAX(number) FROM gallery"));
        var pages = Pages(ids, newest, users).ToList();

        await DriveAsync(http, pages, WarmUp, times: null);
        var times = new ConcurrentDictionary<string, ConcurrentBag<double>>();
        await DriveAsync(http, pages, Requests, times);
        foreach (var (page, _) in pages)
            Print(name, page, times[page], bound);
        Print(name, "all", [.. times.Values.SelectMany(bag => bag)], bound);
        Console.WriteLine($"{name}: {process.ResidentMiB:0} MiB resident, {process.PeakResidentMiB:0} MiB at most");
    }

    // What a page is called, and an address of it: another one for each request.
    private static IEnumerable<(string Name, Func<Random, string> Address)> Pages(IReadOnlyList<string> ids, long newest, int users)
    {
        yield return ("explore new", _ => "/explore");
        yield return ("explore new, deep", chance => $"/explore?after={chance.NextInt64(newest)}");
        yield return ("explore top day", _ => "/explore?sort=day");
        yield return ("explore top week", _ => "/explore?sort=week");
        yield return ("explore top month", _ => "/explore?sort=month");
        yield return ("explore top all", _ => "/explore?sort=all");
        yield return ("explore top all, tag", chance => $"/explore?sort=all&tag=tag{chance.Next(GalleryFill.Tags)}");
        yield return ("explore month, model", _ => "/explore?sort=month&model=fal/flux-dev");
        yield return ("explore style, shape", _ => "/explore?style=comic&aspect=portrait");
        yield return ("explore tag", chance => $"/explore?tag=tag{chance.Next(GalleryFill.Tags)}");
        yield return ("explore four filters", chance => $"/explore?tag=tag{chance.Next(20)}&style=neon&model=fal/flux-schnell&aspect=square");
        yield return ("explore following", _ => "/explore?sort=following");
        yield return ("search common", chance => $"/search?q={(chance.Next(2) == 0 ? "cinematic" : "a")}");
        yield return ("search two common", _ => "/search?q=cinematic+8k");
        yield return ("search rare", chance => $"/search?q={chance.Next(1_000_000):x5}");
        yield return ("search phrase", _ => "/search?q=%22cinematic+lighting%22+snow");
        yield return ("search beginning", _ => "/search?q=ci");
        yield return ("search not", _ => "/search?q=photo+-8k+-cinematic");
        yield return ("search nothing", _ => "/search?q=%22lighting+cinematic%22");
        yield return ("library", _ => "/library");
        yield return ("library search", _ => "/library?q=cinematic");
        yield return ("profile", chance => $"/u/{GalleryFill.UserOf(chance.Next(users))}");
        yield return ("profile, most", _ => $"/u/{GalleryFill.UserOf(0)}");
        yield return ("image page", chance => $"/g/{ids[chance.Next(ids.Count)]}");
    }

    // Open loop: the next request leaves on time whether or not the one before was answered.
    private static async Task DriveAsync(
        HttpClient http, List<(string Name, Func<Random, string> Address)> pages, int requests, ConcurrentDictionary<string, ConcurrentBag<double>>? times)
    {
        var chance = new Random(7);
        using var timer = new PeriodicTimer(Pause);
        var running = new List<Task>();
        for (var i = 0; i < requests && await timer.WaitForNextTickAsync(); i++)
        {
            var (name, address) = pages[i % pages.Count];
            var path = address(chance);
            running.Add(Task.Run(async () =>
            {
                var started = Stopwatch.GetTimestamp();
                using var answer = await http.GetAsync(path);
                answer.EnsureSuccessStatusCode();
                await answer.Content.ReadAsByteArrayAsync();
                times?.GetOrAdd(name, _ => []).Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }));
        }
        await Task.WhenAll(running);
    }

    private static void Print(string scene, string page, IReadOnlyCollection<double> milliseconds, double bound)
    {
        var sorted = milliseconds.Order().ToArray();
        var (p50, p95) = (At(0.50), At(0.95));
        Console.WriteLine($"gallery {scene,-11} {page,-22} n={sorted.Length,5}  p50 {p50,7:0.0} ms  p95 {p95,7:0.0} ms ({p95 / bound:0.00} of its bound)  max {sorted[^1],7:0.0} ms");

        double At(double share) => sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(sorted.Length * share) - 1)];
    }

    public static async Task UntilReadyAsync(HttpClient http)
    {
        for (var tries = 0; tries < 300; tries++)
        {
            try
            {
                if ((await http.GetAsync("/readyz")).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (tries < 299)
            {
                // It is still starting.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
        throw new InvalidOperationException("The server did not become ready.");
    }
}
