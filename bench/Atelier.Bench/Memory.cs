// Resident memory of an idle server, and whether 5,000 generations make it grow.
using System.Text.Json;

namespace Atelier.Bench;

internal static class Memory
{
    private const int Generations = 5_000, AtOnce = 50, Side = 128;

    public static async Task RunAsync(Scene scene)
    {
        await using var server = await ServerProcess.StartAsync(scene);
        await Task.Delay(TimeSpan.FromSeconds(3));
        Figures.Print("memory", scene.Name, "idle", server.ResidentMiB, "MiB", 150);
        for (var done = 0; done < Generations; done += AtOnce)
        {
            for (var i = 0; i < AtOnce; i++)
                await server.SubmitAsync($"a cat and {i} flowers", Side);
            await UntilIdleAsync(server);
            if ((done + AtOnce) % 1_000 == 0)
                Console.WriteLine($"memory     {scene.Name,-11} after {done + AtOnce} generations: {server.ResidentMiB:0.0} MiB");
        }
    }

    private static async Task UntilIdleAsync(ServerProcess server)
    {
        while (true)
        {
            using var list = JsonDocument.Parse(await server.Http.GetByteArrayAsync("/api/v1/generations?status=queued&limit=1"));
            using var running = JsonDocument.Parse(await server.Http.GetByteArrayAsync("/api/v1/generations?status=processing&limit=1"));
            if (list.RootElement.GetProperty("items").GetArrayLength() + running.RootElement.GetProperty("items").GetArrayLength() == 0)
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }
}
