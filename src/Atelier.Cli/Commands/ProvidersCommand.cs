// `atelier providers`: how the providers are, their keys, what waits, what was spent. Changes nothing.

using System.CommandLine;
using System.Globalization;
using Atelier.Cli.Commands.Jobs;
using Atelier.Cli.Commands.Keys;
using Atelier.Cli.Output;
using Atelier.Client;
using Atelier.Web;

namespace Atelier.Cli.Commands;

internal sealed class ProvidersCommand : WorkshopCommand
{
    private readonly Option<bool> json = CommonOptions.Json();

    public ProvidersCommand()
        : base("providers", "See how the providers are: health, keys, what is parked or left alone, what was spent today") => Add(json);

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier providers", "who can paint, and who cannot and why"),
        new("atelier providers --json", "one JSON object a provider, as GET /api/v1/providers answers"),
    ];

    protected override async Task<ExitCode> RunAsync(IServiceProvider services, Invocation invocation, CancellationToken cancellationToken)
    {
        var providers = await services.GetRequiredService<ProviderRecords>().AllAsync(cancellationToken);
        if (invocation.Value(json)) foreach (var provider in providers) invocation.Terminal.Out.WriteLine(JobOptions.Json(provider));
        else Print(invocation.Terminal, providers);
        return ExitCode.Ok;
    }

    private static void Print(Terminal terminal, IReadOnlyList<ProviderRecord> providers)
    {
        var sheet = new Sheet("PROVIDER", "ADDRESS", "MODELS", "KEYS", "SPENT TODAY", "NOW");
        foreach (var provider in providers)
            sheet.Add(provider.Name, provider.Host ?? "built in", $"{provider.Models}", provider.NeedsKey || provider.Keys.Count > 0 ? $"{provider.Keys.Count}" : "none needed", Money.Show(provider.SpentToday), Now(provider));
        sheet.Print(terminal, name: "provider");
        KeysListCommand.Print(terminal, providers.SelectMany(provider => provider.Keys), name: "key");

        var parked = new Sheet("PARKED", "MODEL", "KEY", "UNTIL", "WHY");
        foreach (var (provider, model) in providers.SelectMany(provider => provider.Parked.Select(model => (provider.Name, model))))
            parked.Add(provider, model.Model, model.Key ?? "", Times.Show(model.Until), model.Reason);
        parked.Print(terminal, name: "parked");

        var circuits = new Sheet("FAILED", "MODEL", "IN A ROW", "LEFT ALONE UNTIL", "LAST FAILURE");
        foreach (var (provider, circuit) in providers.SelectMany(provider => provider.Circuits.Select(circuit => (provider.Name, circuit))))
            circuits.Add(provider, circuit.Model, circuit.Failures.ToString(CultureInfo.InvariantCulture), Times.Show(circuit.OpenUntil), circuit.Reason);
        circuits.Print(terminal, name: "circuit");
    }

    private static string Now(ProviderRecord provider) => provider.Available
        ? "yes"
        : $"{(provider.AvailableAt is { } time ? $"from {Times.Show(time)}" : "no")}: {provider.UnavailableBecause}";
}
