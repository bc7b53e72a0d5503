// Measures how long a picture takes, encode included: the median of several, per style and size.
using Atelier.Vips;
using System.Diagnostics;
using Atelier.Providers;
using Atelier.Providers.Sketch;

namespace ContactSheet;

internal static class Timing
{
    private const int Runs = 5;
    private static readonly string?[] s_styles = [null, "watercolour", "oil", "line art", "pixel art", "low poly", "neon", "paper cut",
        "pencil", "stained glass", "comic"];

    public static void Report(int side)
    {
        var painter = new SketchProvider();
        foreach (var style in s_styles)
        {
            var times = Enumerable.Range(0, Runs).Select(run => Once(painter, side, style, run)).Order().ToArray();
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            _ = Once(painter, side, style, Runs);
            cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
            Console.WriteLine($"{side}² {style ?? "flat",-14} median {times[Runs / 2],7:0} ms   " +
                $"best {times[0],7:0} ms   CPU {cpu.TotalMilliseconds,7:0} ms");
        }
    }

    private static double Once(SketchProvider painter, int side, string? style, int seed)
    {
        var request = new PaintRequest { Model = "sketch", Prompt = "two red bicycles and a blue house in a park at sunset",
            Width = side, Height = side, Seed = seed, Style = style, Format = ImageFormat.Webp };
        var clock = Stopwatch.StartNew();
        _ = painter.StartAsync(request, new PaintCall(), CancellationToken.None).GetAwaiter().GetResult();
        return clock.Elapsed.TotalMilliseconds;
    }
}
