// How soon an idle worker begins a job: from the moment its caller, another process, knows of the commit.
namespace QueueRace;

internal sealed class PickUpRow(Cluster cluster, RaceOptions options, ResultTable table)
{
    private const int WarmUp = 20;

    private readonly Dictionary<string, List<double>> _latencies = [];

    public async Task RunAsync(Contestant[] ours, Contestant graphile, Contestant boss)
    {
        var local = graphile with { Name = "graphile-worker, local queue" };
        (Contestant Who, string Listen, string Call)[] all =
        [
            .. ours.Select(who => (who, "listen", "call")), (graphile, "listen", "call"), (local, "listen-local-queue", "call"),
            (boss, "listen-notify", "call-notify"),
        ];
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var (who, listen, call) in all)
                await MeasureAsync(who, listen, call);
        }

        string[] rivals = [graphile.Name, local.Name, boss.Name];
        foreach (var (share, name) in new[] { (0.50, "p50"), (0.99, "p99") })
        {
            var best = rivals.MinBy(rival => At(rival, share))!;
            foreach (var (who, variant) in ours.Zip(["bare", "fair"]))
            {
                var medians = string.Join("; ", rivals.Prepend(who.Name).Select(any => $"{any} {At(any, share):0.0} ms"));
                var ratio = At(who.Name, share) / At(best, share);
                table.Add("pickup", variant, $"{name}, ours / {best}", ratio, new Bar(0.7, AtMost: true), medians);
            }
        }
    }

    private async Task MeasureAsync(Contestant who, string listen, string call)
    {
        var jobs = WarmUp + options.PickUps;
        await using var database = await cluster.CreateAsync();
        await using var worker = who.Start(listen, database, jobs, warmUp: 0);
        await worker.AnswerAsync();
        await using var caller = who.Start(call, database, jobs, warmUp: 0);
        var acknowledged = (await caller.AnswerAsync()).Times;
        var begun = (await worker.AnswerAsync()).Times;

        // A worker may begin before its caller has heard of the commit.
        var latencies = begun.Zip(acknowledged, (began, known) => Math.Max(0, began - known)).Skip(WarmUp).ToArray();
        if (!_latencies.TryGetValue(who.Name, out var known))
            _latencies[who.Name] = known = [];
        known.AddRange(latencies);
        Console.WriteLine($"pickup   {who.Name,-28} p50 {Samples.At(latencies, 0.50):0.00} ms, p99 {Samples.At(latencies, 0.99):0.00} ms");
    }

    private double At(string who, double share) => Samples.At(_latencies[who], share);
}
