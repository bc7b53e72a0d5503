// The time beyond an engine's own two seconds: noticed by looking, and noticed by a webhook.
using System.Diagnostics;
using System.Text.Json;
using Atelier.Doubles;
using Atelier.Doubles.Replicate;

namespace Atelier.Bench;

internal static class EngineTime
{
    private const int WarmUp = 5, Rounds = 40;
    private const double PaintMilliseconds = 2_000;
    private static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(170), Pause = TimeSpan.FromMilliseconds(2);

    public static async Task RunAsync(Scene scene)
    {
        await using var host = await DoublesHost.StartAsync(settings: new DoubleSettings { PaintTime = TimeSpan.FromMilliseconds(PaintMilliseconds), LongestSide = 512 });
        // Providers are told an address that they cannot reach here; the benchmark tells in their place.
        await using var server = await ServerProcess.StartAsync(scene, $$"""
            server: { public_url: 'https://atelier.invalid' }
            accounts: { enabled: off }
            providers: { replicate: { url: '{{host.AddressOf(host.Get<ReplicateDouble>())}}', key: test-bench } }
            """);
        var events = new Dictionary<string, TaskCompletionSource<long>>(StringComparer.Ordinal);
        // It ends with the server.
        _ = ListenAsync(server, events);
        // Usually 2 s, so that looks begin when it is done; and 10 s, so that no look comes before the webhook.
        await PaintAsync(server, host, events, "replicate/sdxl-lightning-4step", WarmUp, tell: false);
        var looked = await PaintAsync(server, host, events, "replicate/sdxl-lightning-4step", Rounds, tell: false);
        Figures.Print("overhead2s", scene.Name, [.. looked.Select(took => took - PaintMilliseconds)], boundP50: PaintMilliseconds * 0.05, boundP99: PaintMilliseconds * 0.05);
        var told = await PaintAsync(server, host, events, "replicate/flux-1.1-pro-ultra", Rounds, tell: true);
        Figures.Print("webhook", scene.Name, told, boundP50: 100, boundP99: 100);
    }

    // From the arrival of the start at the engine, or from the webhook, to the event that tells of the picture.
    private static async Task<List<double>> PaintAsync(
        ServerProcess server, DoublesHost host, Dictionary<string, TaskCompletionSource<long>> events, string model, int pictures, bool tell)
    {
        host.Calls.Clear();
        var done = new List<Task<double>>();
        for (var picture = 0; picture < pictures; picture++)
        {
            var prompt = $"{picture} boats {Guid.NewGuid():N}";
            var completed = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            var id = await server.SubmitAsync(prompt, model);
            lock (events)
                events[id] = completed;
            done.Add(TimeAsync(server, host, prompt, completed.Task, tell));
            await Task.Delay(Stagger);
        }
        return [.. await Task.WhenAll(done)];
    }

    private static async Task<double> TimeAsync(ServerProcess server, DoublesHost host, string prompt, Task<long> completed, bool tell)
    {
        DoubleCall? start;
        while ((start = host.Calls.FirstOrDefault(call => call.Method == "POST" && call.Body.Contains(prompt, StringComparison.Ordinal))) is null)
            await Task.Delay(Pause);
        var from = Stopwatch.GetTimestamp();
        if (tell)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(PaintMilliseconds + 20));
            using var body = JsonDocument.Parse(start.Body);
            var address = new Uri(body.RootElement.GetProperty("webhook").GetString()!);
            from = Stopwatch.GetTimestamp();
            using var content = new StringContent("{}");
            (await server.Http.PostAsync(address.AbsolutePath, content)).EnsureSuccessStatusCode();
        }
        return Stopwatch.GetElapsedTime(from, await completed).TotalMilliseconds;
    }

    private static async Task ListenAsync(ServerProcess server, Dictionary<string, TaskCompletionSource<long>> events)
    {
        await foreach (var (type, data) in server.EventsAsync())
        {
            var at = Stopwatch.GetTimestamp();
            if (type is not ("generation.completed" or "generation.failed"))
                continue;
            using var told = JsonDocument.Parse(data);
            lock (events)
            {
                if (told.RootElement.GetProperty("id").GetString() is { } id && events.TryGetValue(id, out var waiting))
                    waiting.TrySetResult(at);
            }
        }
    }
}
