// Whether a drain slows down beside a million jobs, ready or for tomorrow, and behind an old snapshot. We race against ourselves.
namespace QueueRace;

internal sealed class DepthRow(Cluster cluster, RaceOptions options, Samples samples, ResultTable table)
{
    private const string Empty = "empty queue";
    private const string Front = "ready in front";
    private const string Tomorrow = "scheduled for tomorrow";
    private const string Snapshot = "passed behind an old snapshot";

    public async Task RunAsync(Contestant[] ours)
    {
        foreach (var (who, variant) in ours.Zip(["bare", "fair"]))
        {
            await using var front = await FillAsync(who, "fill");
            await using var tomorrow = await FillAsync(who, "fill-tomorrow");
            for (var round = 0; round < options.Rounds; round++)
            {
                await MeasureAsync(who, Empty, "drain", template: null, options.WarmUp);
                await MeasureAsync(who, Front, "drain-front", front, options.WarmUp);
                await MeasureAsync(who, Tomorrow, "drain", tomorrow, options.WarmUp);
                await MeasureAsync(who, Snapshot, "drain-behind-snapshot", template: null, options.Deep / 2);
            }

            foreach (var (what, jobs) in new[] { (Front, options.Deep), (Tomorrow, options.Deep), (Snapshot, options.Deep / 2) })
            {
                var (rate, usual) = (samples.Rate(what, who.Name), samples.Rate(Empty, who.Name));
                var medians = $"{rate:#,0}/s; {Empty} {usual:#,0}/s";
                table.Add("depth", variant, $"{jobs:#,0} {what} / {Empty}", rate / usual, new Bar(0.9), medians);
            }
        }
    }

    private async Task<RaceDatabase> FillAsync(Contestant who, string task)
    {
        var database = await cluster.CreateAsync();
        await using var process = who.Start(task, database, options.Deep, warmUp: 0);
        await process.AnswerAsync();
        return database;
    }

    private async Task MeasureAsync(Contestant who, string what, string task, RaceDatabase? template, int warmUp)
    {
        await using var database = await cluster.CreateAsync(template);
        await using var process = who.Start(task, database, options.Jobs, warmUp);
        var answer = await process.AnswerAsync();
        samples.Add(what, who.Name, answer);
        Console.WriteLine($"depth    {who.Name,-20} {answer.Rate,9:#,0} jobs/s, {what}");
    }
}
