// `atelier queue stats`: the queue at a glance, once or again and again. Changes nothing.

using System.CommandLine;
using System.Globalization;
using Atelier.Cli.Commands.Jobs;
using Atelier.Cli.Commands.Lanes;
using Atelier.Cli.Output;
using Atelier.Client;
using Atelier.Web;

namespace Atelier.Cli.Commands;

internal sealed class QueueGroup : CommandGroup
{
    public QueueGroup()
        : base("queue", "See how the queue is doing") => Add(new QueueStatsCommand());

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier queue stats", "depths, ages, times, errors of the last hour"),
    ];
}

internal sealed class QueueStatsCommand : QueueCommand
{
    private const int DefaultMinutes = 60;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Option<int?> minutes = CommonOptions.WholeNumber("--minutes", "N", $"What was done in so many minutes (default: {DefaultMinutes})", 1, 1_440);
    private readonly Option<bool> watch = new("--watch") { Description = "Again every two seconds until Ctrl+C" };
    private readonly Option<bool> json = CommonOptions.Json();

    public QueueStatsCommand()
        : base("stats", "Show depths, ages, mean times, throughput, errors, lanes, dead letters and workers")
    {
        foreach (var option in (Option[])[minutes, watch, json]) Add(option);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier queue stats", "now, and the last hour"),
        new("atelier queue stats --minutes 5 --watch", "how it develops"),
        new("atelier queue stats --json", "one JSON object, as GET /api/v1/queue answers"),
    ];

    protected override async Task<ExitCode> RunAsync(OpenQueue open, Invocation invocation, CancellationToken cancellationToken)
    {
        var terminal = invocation.Terminal;
        while (true)
        {
            var record = await QueueRecords.ReadAsync(open.Queue, invocation.Value(minutes) ?? DefaultMinutes, cancellationToken);
            if (invocation.Value(watch) && terminal.DrawsTables) terminal.Out.Write("\u001b[H\u001b[2J");
            if (invocation.Value(json)) terminal.Out.WriteLine(JobOptions.Json(record));
            else Print(terminal, record);
            await terminal.Out.FlushAsync(cancellationToken);
            if (!invocation.Value(watch)) return ExitCode.Ok;
            await Task.Delay(Pause, invocation.Surroundings.Clock, cancellationToken);
        }
    }

    private static void Print(Terminal terminal, QueueRecord queue)
    {
        terminal.Out.WriteLine($"workers\t{queue.Workers}");
        terminal.Out.WriteLine($"dead letters\t{queue.DeadLetters}");
        terminal.Out.WriteLine($"activity of\t{queue.Minutes} min");
        var depths = new Sheet("LANE", "STATE", "JOBS", "OLDEST");
        foreach (var depth in queue.Depths) depths.Add(depth.Lane, depth.State, $"{depth.Count}", Times.ShowSeconds(depth.OldestSeconds));
        depths.Print(terminal, name: "depth");

        var activity = new Sheet("LANE", "DONE/MIN", "CLAIMED", "WAIT", "RUN", "SETTLE", "RESCUED", "ENDED", "ERRORS");
        foreach (var lane in queue.Activity)
            activity.Add(
                lane.Lane, string.Create(CultureInfo.InvariantCulture, $"{lane.PerMinute}"), $"{lane.Claimed}", Times.ShowSeconds(lane.WaitSeconds),
                Times.ShowSeconds(lane.RunSeconds), Times.ShowSeconds(lane.SettleSeconds), $"{lane.Rescued}", Pairs(lane.Ended), Pairs(lane.Errors));
        activity.Print(terminal, name: "activity");
        if (queue.Lanes.Count > 0) LanesCommand.Print(terminal, queue.Lanes, name: "lane");
    }

    private static string Pairs(IReadOnlyDictionary<string, long> counts) =>
        string.Join(", ", counts.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Key} {pair.Value}"));
}
