// `atelier jobs tenants …`: the shares of users in the lanes. What is set holds for all workers from then on.

using System.CommandLine;
using System.Globalization;
using Atelier.Cli.Commands.Lanes;
using Atelier.Durable;

namespace Atelier.Cli.Commands.Jobs;

internal sealed class TenantsCommand : CommandGroup
{
    public TenantsCommand()
        : base("tenants", "Set the shares of users") => Add(new TenantsSetCommand());

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier jobs tenants set ann --weight 2", "twice the share of others while the lane is busy"),
    ];
}

internal sealed class TenantsSetCommand : QueueCommand
{
    private readonly Argument<string> tenant = new("tenant") { HelpName = "TENANT", Description = "The user, as `atelier jobs list` shows him" };

    private readonly Option<double?> weight = CommonOptions.Parsed(
        "--weight", "W", "His share in comparison with others (default: 1)", "a number above 0, such as 0.5 or 4", text =>
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 1_000_000 ? number : (double?)null);

    private readonly Option<Places?> concurrency = LaneText.PlacesOption("--concurrency", "How many of his jobs may be in the works in each lane; none: as many as the lane says");
    private readonly Option<bool> json = CommonOptions.Json();

    public TenantsSetCommand()
        : base("set", "Set a user's weight and places; what is not given stays")
    {
        Add(tenant);
        foreach (var option in (Option[])[weight, concurrency, json]) Add(option);
        Validators.Add(result =>
        {
            if (((Option[])[weight, concurrency]).All(option => result.GetResult(option) is null or { Implicit: true })) result.AddError("what should be set? --weight or --concurrency");
        });
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier jobs tenants set ann --weight 2 --concurrency 8", "a larger share, and eight at a time"),
        new("atelier jobs tenants set ann --concurrency none", "as many at a time as the lane allows everybody"),
    ];

    protected override async Task<ExitCode> RunAsync(OpenQueue open, Invocation invocation, CancellationToken cancellationToken)
    {
        var name = invocation.Value(tenant)!;
        if (name.Length is < 1 or > 200) return invocation.Terminal.Fail(ExitCode.Usage, "a user's name has 1 to 200 characters", null);
        var settings = await open.Queue.Tenants.FindAsync(name, cancellationToken) ?? new TenantSettings();
        if (invocation.Value(weight) is { } share) settings = settings with { Weight = share };
        if (invocation.Value(concurrency) is { } places) settings = settings with { Concurrency = places.Most };
        await open.Queue.Tenants.ConfigureAsync(name, settings, cancellationToken);
        invocation.Terminal.Out.WriteLine(invocation.Value(json)
            ? JobOptions.Json(new { tenant = name, settings.Weight, settings.Concurrency })
            : string.Create(CultureInfo.InvariantCulture, $"{name}\tweight {settings.Weight}\tconcurrency {new Places(settings.Concurrency)}"));
        return ExitCode.Ok;
    }
}
