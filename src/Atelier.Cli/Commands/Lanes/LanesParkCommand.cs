// `atelier jobs lanes park`: nothing of a lane, or of one key in it, begins until a time.

using System.CommandLine;
using Atelier.Client;
using Atelier.Durable;

namespace Atelier.Cli.Commands.Lanes;

internal sealed class LanesParkCommand : OneLaneCommand
{
    private const int LongestReason = 200;

    private readonly Option<Due?> until = CommonOptions.Parsed(
        "--until", "TIME", "For this long, such as 90s, 10m or 2h, or until a time with its offset, such as 2030-01-31T08:00Z",
        "a time such as 10m, or 2030-01-31T08:00Z", ParseUntil);

    private readonly Option<string> key = new("--key") { HelpName = "KEY", Description = "Only this part of the lane, such as one API key" };
    private readonly Option<string> reason = new("--reason") { HelpName = "TEXT", Description = "Why, for whoever wonders" };

    public LanesParkCommand()
        : base("park", "Let nothing of a lane begin until a time; an earlier end does not replace a later one")
    {
        until.Required = true;
        foreach (var option in (Option[])[until, key, reason]) Add(option);
        Validators.Add(result =>
        {
            if (result.GetValue(reason) is { Length: > LongestReason }) result.AddError($"--reason has at most {LongestReason} characters");
        });
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier jobs lanes park replicate --until 10m --reason \"their outage\"", "for ten minutes"),
        new("atelier jobs lanes park replicate --until 2030-01-31T08:00Z --key second", "one key, until then"),
    ];

    protected override Task ChangeAsync(OpenQueue open, string lane, Invocation invocation, CancellationToken cancellationToken) => open.Queue.Lanes.ParkAsync(
        lane, invocation.Value(until)!.Value, invocation.Value(reason), invocation.Value(key), cancellationToken);

    private static Due? ParseUntil(string text) =>
        Duration.Parse(text) is { } delay ? Due.After(delay) : AtelierJson.ReadTime(text) is { } time ? Due.At(time) : null;
}
