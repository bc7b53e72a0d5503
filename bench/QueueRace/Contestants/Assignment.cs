// One measurement of one contestant, in a process of its own: reads its arguments, works, answers in lines of JSON.
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace QueueRace.Contestants;

/// <summary>What to measure.</summary>
/// <param name="Contestant">"atelier" or "raw".</param>
/// <param name="Task">What to do.</param>
/// <param name="ConnectionString">The database of this measurement.</param>
/// <param name="Jobs">How many jobs are timed.</param>
/// <param name="WarmUp">
/// How many jobs come before, over and over until this process is warm; or once, where they are part of what is measured.
/// </param>
/// <param name="Settings">The contestant's own.</param>
internal sealed record Assignment(string Contestant, string Task, string ConnectionString, int Jobs, int WarmUp, string[] Settings)
{
    public static Assignment Parse(string[] args) => new(
        args[0],
        args[1],
        args[2],
        int.Parse(args[3], CultureInfo.InvariantCulture),
        int.Parse(args[4], CultureInfo.InvariantCulture),
        args[5..]);

    public async Task RunAsync()
    {
        if (Contestant == "raw")
        {
            await RawLimit.RunAsync(this);
            return;
        }

        await using var atelier = await AtelierQueue.OpenAsync(this);
        await atelier.RunAsync();
    }

    /// <summary>
    /// Repeats until the compiler of the runtime has had time to do its best. Ten times for everybody who is not very slow, so that nobody is warmer
    /// than another: beside a million jobs tidying up is half of the time.
    /// </summary>
    public static async Task WarmAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        for (var times = 0; times < 10 && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(15); times++)
            await work();
    }

    /// <summary>About 110 bytes, the same for all contestants.</summary>
    public static string Payload(int i) =>
        $$"""{"i":{{i}},"prompt":"a lighthouse at dusk, watercolor, 35mm, soft light","w":1024,"h":1024,"user":"u{{i % 1000}}"}""";

    public static async Task AnswerAsync(object answer)
    {
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(answer, JsonSerializerOptions.Web));
        await Console.Out.FlushAsync();
    }
}
