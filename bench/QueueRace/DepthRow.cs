// Whether a drain slows down beside a million jobs, ready or for tomorrow, and behind an old snapshot. We race against ourselves.
namespace QueueRace;

internal sealed class DepthRow(Cluster cluster, RaceOptions options, Samples samples, ResultTable table)
{
    private const string Empty = "empty queue";
    private const string Front = "ready in front";
    private const string Behind = "in front, four fifths of them waiting for places";
    private const string Tomorrow = "scheduled for tomorrow";
    private const string Snapshot = "passed behind an old snapshot";

    public async Task RunAsync(Contestant[] ours)
    {
        foreach (var (who, variant) in ours.Zip(["bare", "fair"]))
        {
            var fair = who.Settings.Length > 0;
            var roomy = fair ? who with { Settings = [.. who.Settings, "roomy"] } : who;
            await using var front = await FillAsync(roomy, "fill");
            await using var waiting = fair ? await FillAsync(who, "fill") : null;
            await using var tomorrow = await FillAsync(who, "fill-tomorrow");
            for (var round = 0; round < options.Rounds; round++)
            {
                await MeasureAsync(who, Empty, "drain", template: null, options.WarmUp);
                await MeasureAsync(roomy, Front, "drain-front", front, options.WarmUp);
                if (waiting is not null)
                    await MeasureAsync(who, Behind, "drain-front", waiting, options.WarmUp);
                await MeasureAsync(who, Tomorrow, "drain", tomorrow, options.WarmUp);
                await MeasureAsync(who, Snapshot, "drain-behind-snapshot", template: null, options.Deep / 2);
            }

            Compare(Front, options.Deep, new Bar(0.9));
            if (waiting is not null)
                Compare(Behind, options.Deep, bar: null);
            Compare(Tomorrow, options.Deep, new Bar(0.9));
            Compare(Snapshot, options.Deep / 2, new Bar(0.9));

            void Compare(string what, int jobs, Bar? bar)
            {
                var (rate, usual) = (samples.Rate(what, who.Name), samples.Rate(Empty, who.Name));
                table.Add("depth", variant, $"{jobs:#,0} {what} / {Empty}", rate / usual, bar, $"{rate:#,0}/s; {Empty} {usual:#,0}/s");
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
