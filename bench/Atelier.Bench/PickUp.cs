// How soon an idle worker begins: from the arrival of the answer to a submission to the moment at which its first attempt starts.
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
            var completed = UntilCompletedAsync(events);
            var id = await server.SubmitAsync("a cat", side: 64);
            var answered = TimeProvider.System.GetUtcNow();
            await completed;
            using var record = JsonDocument.Parse(await server.Http.GetByteArrayAsync($"/api/v1/generations/{id}"));
            // Records tell whole milliseconds, rounded down: half of one is added back. A worker may begin before the answer has arrived.
            var started = record.RootElement.GetProperty("started_at").GetDateTimeOffset().AddMilliseconds(0.5);
            if (round >= WarmUp)
                latencies.Add(Math.Max(0, (started - answered).TotalMilliseconds));
        }
        Figures.Print("pickup", scene.Name, latencies, boundP50: 5, boundP99: 20);
    }

    private static async Task UntilCompletedAsync(IAsyncEnumerator<(string Type, string Data)> events)
    {
        while (await events.MoveNextAsync())
        {
            if (events.Current.Type == "generation.completed")
                return;
        }
        throw new InvalidOperationException("The stream of events ended.");
    }
}
