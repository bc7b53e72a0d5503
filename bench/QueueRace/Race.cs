// The race: in each round every contestant runs once, in turn, in a database and a process of its own; then the medians are compared.
namespace QueueRace;

/// <summary>Runs the rows that were asked for, one after the other.</summary>
internal sealed class Race(Cluster cluster, Peers peers, RaceOptions options)
{
    private static readonly Contestant Bare = Contestant.Atelier(fair: false), Fair = Contestant.Atelier(fair: true);
    private static readonly Contestant[] Ours = [Bare, Fair];
    private static readonly Contestant[] RawDrains =
        [.. from batch in new[] { 500, 1_000 } from loops in new[] { 1, 2, 4 } select Contestant.Raw(batch, loops)];

    private readonly Contestant _graphile = Contestant.Peer(peers, "graphile-worker");
    private readonly Contestant _boss = Contestant.Peer(peers, "pg-boss");
    private readonly Samples _samples = new();
    private readonly ResultTable _table = new();

    public async Task<ResultTable> RunAsync()
    {
        var rows = new Dictionary<string, Func<Task>>(StringComparer.Ordinal)
        {
            ["drain"] = DrainAsync,
            ["enqueue"] = EnqueueAsync,
            ["bulk"] = BulkAsync,
            ["pickup"] = () => new PickUpRow(cluster, options, _table).RunAsync(Ours, _graphile, _boss),
            ["depth"] = () => new DepthRow(cluster, options, _samples, _table).RunAsync(Ours),
            ["snooze"] = SnoozeAsync,
            ["sqlite"] = SqliteAsync,
        };
        foreach (var row in options.Rows)
            await rows[row]();
        return _table;
    }

    private async Task DrainAsync()
    {
        await RoundsAsync("drain", options.Jobs, [.. Ours, _graphile, _boss, .. RawDrains]);
        var raw = _samples.Best("drain", RawDrains.Select(raw => raw.Name));
        AddAgainstPeers("drain", new Bar(2.0), new Bar(1.5), [_graphile.Name, _boss.Name]);
        AddAgainstRaw("drain", new Bar(0.8), raw);
    }

    private async Task EnqueueAsync()
    {
        var raw = Contestant.Raw(1, 20) with { Name = "raw inserts" };
        var notifying = _boss with { Name = "pg-boss, notifying" };
        var polling = _boss with { Name = "pg-boss, polling" };
        Contestant[] all = [.. Ours, _graphile, notifying, polling, raw];
        await RoundsAsync("enqueue", options.Singles, all, who => who == notifying ? "enqueue-notify" : "enqueue");
        AddAgainstPeers("enqueue", new Bar(4.0), new Bar(4.0), [_graphile.Name, notifying.Name, polling.Name]);
        AddAgainstRaw("enqueue", bar: null, raw.Name);
    }

    private async Task BulkAsync()
    {
        var raw = Contestant.Raw(1_000, 1) with { Name = "raw inserts" };
        var batches = Fair with { Name = "Atelier, fair, one tenant a call", Settings = [.. Fair.Settings, "one-tenant-a-call"] };
        await RoundsAsync("bulk", options.Jobs, [.. Ours, batches, _graphile, _boss, raw]);
        AddAgainstPeers("bulk", new Bar(1.5), new Bar(1.5), [_graphile.Name, _boss.Name]);
        AddAgainstPeers("bulk", batches, "fair, one tenant a call", new Bar(1.5), [_graphile.Name, _boss.Name]);
        AddAgainstRaw("bulk", bar: null, raw.Name);
    }

    private async Task SnoozeAsync()
    {
        const int Sleeping = 5_000;
        await RoundsAsync("snooze", Sleeping, [Bare]);
        var (polls, cpu) = (_samples.Rate("snooze", Bare.Name), _samples.Median("snooze", Bare.Name, answer => answer.Cpu));
        _table.Add(
            "snooze", "bare", "cores of the worker process", polls * cpu / 1e6, new Bar(0.5, AtMost: true), $"{polls:#,0} polls/s, {cpu:0} µs CPU each");
    }

    private async Task SqliteAsync()
    {
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var ours in Ours)
            {
                using var folder = new Atelier.Testing.TempFolder("atelier-race-");
                await using var process = ours.Start("drain", $"Data Source={folder["race.db"]}", options.Jobs, options.WarmUp);
                Note("sqlite", ours.Name, await process.AnswerAsync());
            }
        }

        foreach (var (ours, variant) in new[] { (Bare, "bare"), (Fair, "fair") })
        {
            var rate = _samples.Rate("sqlite", ours.Name);
            _table.Add("sqlite", variant, "jobs/s claimed and settled", rate, new Bar(8_000), Cost("sqlite", ours.Name));
        }
    }

    private async Task RoundsAsync(string row, int jobs, IReadOnlyList<Contestant> contestants, Func<Contestant, string>? taskOf = null)
    {
        var warmUp = row == "enqueue" ? options.SinglesWarmUp : options.WarmUp;
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var who in contestants)
            {
                await using var database = await cluster.CreateAsync();
                await using var process = who.Start(taskOf?.Invoke(who) ?? row, database, jobs, warmUp);
                Note(row, who.Name, await process.AnswerAsync());
            }
        }
    }

    private void Note(string row, string who, Answer answer)
    {
        _samples.Add(row, who, answer);
        Console.WriteLine($"{row,-8} {who,-20} {answer.Rate,9:#,0} jobs/s");
    }

    private void AddAgainstPeers(string row, Bar bare, Bar fair, string[] rivals)
    {
        AddAgainstPeers(row, Bare, "bare", bare, rivals);
        AddAgainstPeers(row, Fair, "fair", fair, rivals);
    }

    private void AddAgainstPeers(string row, Contestant ours, string variant, Bar bar, string[] rivals)
    {
        var best = _samples.Best(row, rivals);
        var others = string.Join("; ", rivals.Select(name => $"{name} {_samples.Rate(row, name):#,0}/s"));
        _table.Add(row, variant, $"ours / {best}", _samples.Rate(row, ours.Name) / _samples.Rate(row, best), bar, $"{Cost(row, ours.Name)}; {others}");
    }

    private void AddAgainstRaw(string row, Bar? bar, string raw)
    {
        foreach (var (ours, variant) in new[] { (Bare, "bare"), (Fair, "fair") })
        {
            var (rate, limit) = (_samples.WholeRate(row, ours.Name), _samples.WholeRate(row, raw));
            var medians = $"ours {rate:#,0}/s from its start on; {raw} {limit:#,0}/s";
            _table.Add(row, variant, $"ours / {raw}", rate / limit, variant == "bare" ? bar : null, medians);
        }
    }

    private string Cost(string row, string who) =>
        $"ours {_samples.Rate(row, who):#,0}/s with {_samples.Median(row, who, answer => answer.Cpu):0} µs CPU "
        + $"and {_samples.Median(row, who, answer => answer.Allocated) / 1000:0.0} kB a job";
}
