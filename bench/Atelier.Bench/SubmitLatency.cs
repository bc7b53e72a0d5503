// How long a submission takes to be answered, at 50 a second, while the worker of the same process paints.
using System.Collections.Concurrent;
using System.Diagnostics;

namespace Atelier.Bench;

internal static class SubmitLatency
{
    private const int WarmUp = 1_000, Requests = 1_500;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(Scene scene)
    {
        await using var server = await ServerProcess.StartAsync(scene);
        await DriveAsync(server, WarmUp, null);
        var latencies = new ConcurrentBag<double>();
        await DriveAsync(server, Requests, latencies);
        Figures.Print("submit", scene.Name, latencies, boundP50: 10, boundP99: 10);
    }

    // Open loop: the next request leaves on time whether or not the one before was answered.
    private static async Task DriveAsync(ServerProcess server, int requests, ConcurrentBag<double>? latencies)
    {
        using var timer = new PeriodicTimer(Pause);
        var running = new List<Task>();
        for (var i = 0; i < requests && await timer.WaitForNextTickAsync(); i++)
        {
            running.Add(Task.Run(async () =>
            {
                var started = Stopwatch.GetTimestamp();
                await server.SubmitAsync("a red boat on a lake at dawn", side: 256);
                latencies?.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }));
        }
        await Task.WhenAll(running);
    }
}
