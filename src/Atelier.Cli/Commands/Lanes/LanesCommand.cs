// `atelier jobs lanes`: every lane with its mode, what is in flight, its limits, and what is parked. Changes nothing.

using System.CommandLine;
using System.Globalization;
using Atelier.Cli.Commands.Jobs;
using Atelier.Cli.Output;
using Atelier.Client;
using Atelier.Web;

namespace Atelier.Cli.Commands.Lanes;

internal sealed class LanesCommand : QueueCommand
{
    private readonly Option<bool> json = CommonOptions.Json();

    public LanesCommand()
        : base("lanes", "List the lanes; set their limits, pause, drain and park them")
    {
        Add(json);
        foreach (var command in (CliCommand[])[
            new LanesSetCommand(),
            new LaneModeCommand("pause", "Let nothing of a lane begin; what runs is finished", (lanes, lane, ct) => lanes.PauseAsync(lane, ct)),
            new LaneModeCommand("drain", "Let what began go on to its end, and nothing else begin", (lanes, lane, ct) => lanes.DrainAsync(lane, ct)),
            new LaneModeCommand("resume", "Open a lane that was paused or drained", (lanes, lane, ct) => lanes.ResumeAsync(lane, ct)),
            new LanesParkCommand(), new LanesUnparkCommand()]) Add(command);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier jobs lanes", "how they stand"),
        new("atelier jobs lanes set replicate --concurrency 20 --rate 10/1s", "limits, for all workers together"),
        new("atelier jobs lanes pause replicate", "nothing begins until it is resumed"),
        new("atelier jobs lanes park replicate --until 10m --reason \"their outage\"", "nothing begins for ten minutes"),
    ];

    protected override async Task<ExitCode> RunAsync(OpenQueue open, Invocation invocation, CancellationToken cancellationToken)
    {
        var lanes = (await open.Queue.Lanes.ListAsync(cancellationToken)).Select(QueueRecords.Of).ToList();
        if (invocation.Value(json)) foreach (var lane in lanes) invocation.Terminal.Out.WriteLine(JobOptions.Json(lane));
        else Print(invocation.Terminal, lanes);
        return ExitCode.Ok;
    }

    public static void Print(Terminal terminal, IEnumerable<LaneRecord> lanes, string? name = null)
    {
        var sheet = new Sheet("LANE", "MODE", "IN FLIGHT", "PER USER", "RATES", "PARKED");
        foreach (var lane in lanes)
            sheet.Add(lane.Name, lane.Mode, $"{lane.InFlight}/{new Places(lane.Limit)}", $"{new Places(lane.PerUser)}", RatesOf(lane), string.Join("; ", lane.Parked.Select(Show)));
        sheet.Print(terminal, "no lanes yet; the first job makes its lane", name);
    }

    private static string RatesOf(LaneRecord lane)
    {
        var limits = lane.Rates.Select(LaneText.Show).ToList();
        if (lane.Adaptive is { } adaptive) limits.Add(LaneText.Show(adaptive));
        return limits.Count == 0 ? LaneText.None : string.Join(", ", limits);
    }

    private static string Show(ParkingRecord parked) =>
        string.Create(CultureInfo.InvariantCulture, $"{(parked.Key.Length == 0 ? "" : $"key {parked.Key} ")}until {Times.Show(parked.Until)}")
        + (parked.Reason is { } reason ? $" ({reason})" : "");
}
