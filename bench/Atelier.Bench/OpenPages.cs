// What 2,000 open pages of 2,000 people take of one process that only shows pages, while 20 pictures a second are finished; and how soon each page shows its own.
// On SQLite a second process notices changes once a second, so the figures are PostgreSQL's.
using System.Collections.Concurrent;
using System.Diagnostics;
using Atelier.Accounts;
using Atelier.Durable;
using Atelier.Generating;
using Microsoft.Extensions.Logging.Abstractions;

namespace Atelier.Bench;

internal static class OpenPages
{
    private const int People = 2_000, PerSecond = 20, Seconds = 30, WarmUp = 200, BoundMilliseconds = 150;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5), Lost = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(Scene scene)
    {
        await using var server = await ServerProcess.StartAsync(scene, "{ accounts: { enabled: on }, limits: { reads_per_minute: 0 } }", "--roles", "api,web");
        if (server.Connection is null)
            return;
        await using var database = Database.Open(server.Connection, TimeProvider.System, NullLoggerFactory.Instance);
        var tokens = await OpenAccountsAsync(database);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = int.MaxValue }) { BaseAddress = server.Http.BaseAddress, Timeout = Timeout.InfiniteTimeSpan };
        using var ending = new CancellationTokenSource();
        var (finished, shown) = (new ConcurrentDictionary<string, long>(), new ConcurrentQueue<double>());
        var (opened, readers) = (new SemaphoreSlim(0), new List<Task>());
        foreach (var token in tokens)
        {
            readers.Add(FollowAsync(http, token, finished, shown, opened, ending.Token));
            await opened.WaitAsync(Lost);
        }
        await Task.Delay(Settling);

        // What draws the first pictures is still being compiled.
        await FinishManyAsync(database, WarmUp, finished);
        await Task.Delay(Settling);
        shown.Clear();

        var (before, clock) = (server.CpuSeconds, Stopwatch.StartNew());
        await FinishManyAsync(database, PerSecond * Seconds, finished);
        var share = (server.CpuSeconds - before) / clock.Elapsed.TotalSeconds;
        while (shown.Count < PerSecond * Seconds && clock.Elapsed < TimeSpan.FromSeconds(Seconds) + Lost)
            await Task.Delay(TimeSpan.FromMilliseconds(100));

        Figures.Print("pages", scene.Name, $"CPU with {People} open pages and {PerSecond} pictures a second", share * 100, "% of a core", 50);
        Figures.Print("pages", scene.Name, "resident", server.ResidentMiB, "MiB", 500);
        Figures.Print("pages", scene.Name, shown, BoundMilliseconds, BoundMilliseconds);
        Console.WriteLine($"pages      {scene.Name,-11} {shown.Count} of {PerSecond * Seconds} pictures reached their pages");
        await ending.CancelAsync();
        await Task.WhenAll(readers);
    }

    private static async Task FinishManyAsync(Database database, int pictures, ConcurrentDictionary<string, long> finished)
    {
        var clock = Stopwatch.StartNew();
        for (var n = 0; n < pictures; n++)
        {
            var wait = TimeSpan.FromSeconds((double)n / PerSecond) - clock.Elapsed;
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait);
            await FinishAsync(database, $"person{n % People}", finished);
        }
    }

    private static async Task<List<string>> OpenAccountsAsync(Database database)
    {
        var tokens = new List<string>();
        foreach (var people in Enumerable.Range(0, People).Chunk(100))
        {
            await database.TransactAsync(async transaction =>
            {
                foreach (var n in people)
                {
                    var account = new Account { Id = $"person{n}", Username = $"person{n}", CreatedAt = TimeProvider.System.GetUtcNow() };
                    await AccountStore.InsertAsync(transaction, account);
                    tokens.Add(await SessionStore.BeginAsync(transaction, account.Id, new SignInPlace("bench", "127.0.0.1"), account.CreatedAt));
                }
            });
        }
        return tokens;
    }

    private static async Task FollowAsync(
        HttpClient http, string token, ConcurrentDictionary<string, long> finished, ConcurrentQueue<double> shown, SemaphoreSlim opened, CancellationToken ct)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/live");
            request.Headers.Add("Cookie", $"atelier_session={token}");
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            response.EnsureSuccessStatusCode();
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(ct));
            await reader.ReadLineAsync(ct);
            opened.Release();
            while (await reader.ReadLineAsync(ct) is { } line)
            {
                // The tile of a picture that is there names its file.
                var at = line.IndexOf("/api/v1/images/", StringComparison.Ordinal);
                if (at >= 0 && finished.TryRemove(line.Substring(at + "/api/v1/images/".Length, 32), out var since))
                    shown.Enqueue(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The measurement is over.
        }
    }

    // What a worker commits when a picture is done; the clock starts with that commit.
    private static async Task FinishAsync(Database database, string owner, ConcurrentDictionary<string, long> finished)
    {
        var now = TimeProvider.System.GetUtcNow();
        var (id, key) = (Guid.CreateVersion7(now).ToString("N"), new string('a', 64));
        var generation = new Generation
        {
            Id = id, BatchId = id, BatchIndex = 0, Owner = owner, Prompt = "a fox in the snow", Model = "sketch", Width = 1024, Height = 1024, Quality = "hd",
            Seed = 1, OutputFormat = "webp", Visibility = Visibility.Private, CreatedAt = now,
        };
        await database.TransactAsync(async transaction =>
        {
            GenerationStore.Insert(transaction, generation);
            await GenerationStore.CompleteAsync(transaction, new Picture
            {
                Id = id, GenerationId = id, OriginalKey = key, OriginalType = "image/png", FullKey = key, ContentType = "image/webp", Bytes = 10, Width = 1024,
                Height = 1024, PreviewKey = key, ThumbnailKey = key, BlurHash = "LEHV6nWB2yk8pyo0adR*.7kCMdnj", Color = "#888888", CreatedAt = now,
            }, "sketch");
            Durable.EventLog.Append(transaction, GenerationEvents.Of((await GenerationStore.FindAsync(transaction, id))!));
            finished[id] = Stopwatch.GetTimestamp();
        });
    }
}
