// What 2,000 predictions in flight at once take of one worker process, against a double of Replicate in another process.
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Atelier.Durable;
using Microsoft.Extensions.Logging.Abstractions;

namespace Atelier.Bench;

internal static class InFlight
{
    private const int Predictions = 2_000, PerRequest = 4, Concurrency = 64, PaintSeconds = 900;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10), Measured = TimeSpan.FromSeconds(30), Pause = TimeSpan.FromMilliseconds(200);

    public static async Task RunAsync(Scene scene)
    {
        var port = ServerProcess.FreePort();
        await using var doubles = MeasuredProcess.Start("Atelier.Doubles.dll", null, [port.ToString(CultureInfo.InvariantCulture), PaintSeconds.ToString(CultureInfo.InvariantCulture)]);
        await using var server = await ServerProcess.StartAsync(scene, $"providers: {{ replicate: {{ url: 'http://127.0.0.1:{port}/replicate/v1', key: test-bench }} }}", "--roles", "api");
        for (var request = 0; request < Predictions / PerRequest; request++)
        {
            using var response = await server.Http.PostAsJsonAsync(
                "/api/v1/generations", new { prompt = $"a cat and {request} flowers", model = "replicate/flux-schnell", count = PerRequest, seed = request * 10 });
            response.EnsureSuccessStatusCode();
        }
        await using var database = Database.Open(server.Connection ?? $"Data Source={server.DatabaseFile}", TimeProvider.System, NullLoggerFactory.Instance);
        await using var worker = server.StartWorker(Concurrency);
        var begun = Stopwatch.StartNew();
        while (await database.ReadAsync(session => session.ScalarAsync<long>("SELECT COUNT(*) FROM generation_attempts WHERE external_id IS NOT NULL AND outcome = 'open'")) < Predictions)
            await Task.Delay(Pause);
        Console.WriteLine($"inflight   {scene.Name,-11} {Predictions} predictions are in flight {begun.Elapsed.TotalSeconds:0.0} s after the start of the worker, with {worker.CpuSeconds:0.0} s of CPU");
        await Task.Delay(Settling);
        var (before, clock) = (worker.CpuSeconds, Stopwatch.StartNew());
        await Task.Delay(Measured);
        var share = (worker.CpuSeconds - before) / clock.Elapsed.TotalSeconds;
        Figures.Print("inflight", scene.Name, "CPU", share * 100, "% of a core", 100);
        Figures.Print("inflight", scene.Name, "resident", worker.ResidentMiB, "MiB", 300);
        Figures.Print("inflight", scene.Name, "peak", worker.PeakResidentMiB, "MiB", 300);
    }
}
