// `atelier jobs lanes set`: the limits of a lane, for all workers of all machines from then on.

using System.CommandLine;
using System.CommandLine.Parsing;
using Atelier.Durable;

namespace Atelier.Cli.Commands.Lanes;

internal sealed class LanesSetCommand : OneLaneCommand
{
    private const int MostRates = 8;

    private readonly Option<Places?> concurrency = LaneText.PlacesOption("--concurrency", "How many jobs may be in the works at once");
    private readonly Option<Places?> perUser = LaneText.PlacesOption("--per-user", "How many of them may be of one user");

    private readonly Option<string[]> rate = new("--rate")
    {
        HelpName = "N/TIME",
        Description = "How many may begin in a time: 10/1s, 100/1m, 5000/1d, 20cost/1m; repeatable, none for no rates",
        Validators = { RequireRates },
    };

    private readonly Option<Bounds?> adaptive = CommonOptions.Parsed(
        "--adaptive", "MIN-MAX", "Follow what the lane bears between these; 2-16/8s also shrinks when runs take over 8 s; none fixes it",
        "bounds such as 2-16 or 2-16/8s, or none", LaneText.ParseBounds);

    public LanesSetCommand()
        : base("set", "Set limits of a lane; what is not given stays")
    {
        foreach (var option in (Option[])[concurrency, perUser, rate, adaptive]) Add(option);
        Validators.Add(result =>
        {
            if (((Option[])[concurrency, perUser, rate, adaptive]).All(option => result.GetResult(option) is null or { Implicit: true }))
                result.AddError("what should be set? --concurrency, --per-user, --rate or --adaptive");
        });
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier jobs lanes set replicate --concurrency 20 --per-user 2", "twenty at once, two for each user"),
        new("atelier jobs lanes set replicate --rate 10/1s --rate 5000/1d", "both rates hold"),
        new("atelier jobs lanes set replicate --adaptive 2-16", "as much as the provider bears"),
        new("atelier jobs lanes set replicate --concurrency none --rate none", "no limits"),
    ];

    protected override bool MayBeNew => true;

    protected override async Task ChangeAsync(OpenQueue open, string lane, Invocation invocation, CancellationToken cancellationToken)
    {
        var known = (await open.Queue.Lanes.ListAsync(cancellationToken)).FirstOrDefault(status => status.Name == lane);
        var settings = known?.Settings ?? open.NewLanes;
        if (invocation.Value(concurrency) is { } places) settings = settings with { Concurrency = places.Most };
        if (invocation.Value(perUser) is { } each) settings = settings with { TenantConcurrency = each.Most };
        if (invocation.Given(rate)) settings = settings with { Rates = [.. invocation.Value(rate)!.Select(LaneText.ParseRate).OfType<RateLimit>()] };
        if (invocation.Value(adaptive) is { } bounds) settings = settings with { Adaptive = bounds.Adaptive };
        await open.Queue.Lanes.ConfigureAsync(lane, settings, cancellationToken);
    }

    private static void RequireRates(OptionResult result)
    {
        var texts = result.Tokens.Select(token => token.Value).ToList();
        if (texts is [LaneText.None]) return;
        foreach (var text in texts.Where(text => LaneText.ParseRate(text) is null))
            result.AddError($"--rate wants a number in a time such as 10/1s, 100/1m or 20cost/1m, or none alone, not '{text}'");
        if (texts.Count > MostRates) result.AddError($"a lane has at most {MostRates} rates");
    }
}
