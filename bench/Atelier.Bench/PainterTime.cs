// How long the built-in painter takes for one 1024 x 1024 picture, encoding included.
using System.Diagnostics;
using Atelier.Providers;
using Atelier.Providers.Sketch;
using Atelier.Vips;

namespace Atelier.Bench;

internal static class PainterTime
{
    private static readonly string[] Prompts =
    [
        "a red bicycle in front of a blue house at golden hour",
        "three cats on a sofa, watercolour",
        "a lighthouse in a storm, stained glass",
        "pixel art castle on a hill at night",
        "gravity",
    ];

    public static async Task RunAsync()
    {
        var painter = new SketchProvider();
        var times = new List<double>();
        for (var round = 0; round < 9; round++)
        {
            foreach (var prompt in Prompts)
            {
                var started = Stopwatch.GetTimestamp();
                await PaintAsync(painter, prompt, round, 1024);
                if (round > 0)
                    times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }
        Figures.Print("painter", "1024x1024", times, boundP50: 1000, boundP99: 1000);
    }

    public static async Task<PaintedImage> PaintAsync(SketchProvider painter, string prompt, long seed, int side)
    {
        var request = new PaintRequest
        {
            Model = "sketch", Prompt = prompt, Width = side, Height = side, Seed = seed, Format = ImageFormat.Webp,
        };
        // As a worker calls it: somebody watches.
        var call = new PaintCall { Progress = new Progress<PaintProgress>(), PreviewInterval = TimeSpan.FromMilliseconds(500) };
        return ((ProviderAnswer.Painted)await painter.StartAsync(request, call, CancellationToken.None)).Images[0];
    }
}
