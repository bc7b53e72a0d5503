// CPU time that a picture costs in the whole process, less what the engine and the codecs alone take for the same pictures.
using System.Diagnostics;
using Atelier.Imaging;
using Atelier.Providers.Sketch;

namespace Atelier.Bench;

internal static class Overhead
{
    private const int WarmUp = 200, Pictures = 200, Side = 512;
    private const string Prompt = "a lighthouse on a cliff at dusk";

    public static async Task RunAsync(Scene scene)
    {
        await using var server = await ServerProcess.StartAsync(scene);
        await PaintOnServerAsync(server, WarmUp);
        var before = server.CpuSeconds;
        await PaintOnServerAsync(server, Pictures);
        var whole = (server.CpuSeconds - before) * 1000 / Pictures;
        await PaintHereAsync(WarmUp);
        var engine = await PaintHereAsync(Pictures);
        Console.WriteLine($"overhead   {scene.Name,-11} whole {whole:0.0} ms CPU a picture, engine and codecs {engine:0.0} ms");
        Figures.Print("overhead", scene.Name, "orchestration", whole - engine, "ms CPU a picture", 25);
    }

    private static async Task PaintOnServerAsync(ServerProcess server, int pictures)
    {
        await using var events = server.EventsAsync().GetAsyncEnumerator();
        var next = events.MoveNextAsync();
        for (var i = 0; i < pictures; i++)
            await server.SubmitAsync($"{Prompt} {i}", Side);
        for (var completed = 0; completed < pictures;)
        {
            await next;
            if (events.Current.Type is "generation.completed")
                completed++;
            else if (events.Current.Type is "generation.failed")
                throw new InvalidOperationException($"A generation failed: {events.Current.Data}");
            if (completed < pictures)
                next = events.MoveNextAsync();
        }
    }

    private static async Task<double> PaintHereAsync(int pictures)
    {
        var painter = new SketchProvider();
        using var self = Process.GetCurrentProcess();
        var before = self.TotalProcessorTime;
        for (var i = 0; i < pictures; i++)
        {
            var image = await PainterTime.PaintAsync(painter, $"{Prompt} {i}", i, Side);
            using var decoded = (Inspection.Accepted)ImageInspector.Inspect(image.Bytes.Span, new ImageLimits());
            Renditions.Make(decoded.Decoded, new RenditionOptions());
        }
        self.Refresh();
        return (self.TotalProcessorTime - before).TotalMilliseconds / pictures;
    }
}
