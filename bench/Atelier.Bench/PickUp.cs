// How soon an idle worker begins: from the answer to a submission to the arrival of its "processing" event.
using System.Diagnostics;
using System.Text.Json;

namespace Atelier.Bench;

internal static class PickUp
{
    private const int WarmUp = 50, Rounds = 300;

    public static async Task RunAsync(Scene scene)
    {
        await using var server = await ServerProcess.StartAsync(scene);
        await using var events = server.EventsAsync().GetAsyncEnumerator();
        var latencies = new List<double>();
        for (var round = 0; round < WarmUp + Rounds; round++)
        {
            var next = NextAsync(events, "generation.processing");
            var id = await server.SubmitAsync("a cat", side: 64);
            var answered = Stopwatch.GetTimestamp();
            var (started, at) = await next;
            if (started != id)
                throw new InvalidOperationException("Another generation was running.");
            if (round >= WarmUp)
                latencies.Add(Math.Max(0, Stopwatch.GetElapsedTime(answered, at).TotalMilliseconds));
            await NextAsync(events, "generation.completed");
        }
        Figures.Print("pickup", scene.Name, latencies, boundP50: 5, boundP99: 20);
    }

    private static async Task<(string Id, long At)> NextAsync(
        IAsyncEnumerator<(string Type, string Data, long At)> events, string type)
    {
        while (await events.MoveNextAsync())
        {
            if (events.Current.Type != type)
                continue;
            using var data = JsonDocument.Parse(events.Current.Data);
            return (data.RootElement.GetProperty("id").GetString()!, events.Current.At);
        }
        throw new InvalidOperationException("The stream of events ended.");
    }
}
