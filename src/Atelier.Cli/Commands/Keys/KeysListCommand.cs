// `atelier keys list`: every key, from wherever it comes, and how it is. Nothing of the secrets. Changes nothing.

using System.CommandLine;
using System.Globalization;
using Atelier.Cli.Commands.Jobs;
using Atelier.Cli.Output;
using Atelier.Client;
using Atelier.Web;

namespace Atelier.Cli.Commands.Keys;

internal sealed class KeysListCommand : WorkshopCommand
{
    private readonly Option<bool> json = CommonOptions.Json();

    public KeysListCommand()
        : base("list", "List the keys: where each comes from, its share, its budget, how it is") => Add(json);

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier keys list", "those of the settings, of variables, of mounted files and of the store"),
        new("atelier keys list --json", "one JSON object a key"),
    ];

    protected override async Task<ExitCode> RunAsync(IServiceProvider services, Invocation invocation, CancellationToken cancellationToken)
    {
        var keys = await services.GetRequiredService<ProviderRecords>().KeysAsync(cancellationToken);
        if (invocation.Value(json)) foreach (var key in keys) invocation.Terminal.Out.WriteLine(JobOptions.Json(key));
        else Print(invocation.Terminal, keys, whenEmpty: "no keys yet; `atelier keys add PROVIDER` adds one, `atelier providers` lists who takes one");
        return ExitCode.Ok;
    }

    public static void Print(Terminal terminal, IEnumerable<KeyRecord> keys, string? whenEmpty = null, string? name = null)
    {
        var sheet = new Sheet("PROVIDER", "KEY", "FROM", "WEIGHT", "A DAY", "SPENT TODAY", "STATE", "UNTIL", "WHY");
        foreach (var key in keys)
            sheet.Add(
                key.Provider, key.Label, key.Source, key.Weight.ToString(CultureInfo.InvariantCulture), key.DailyBudget is { } budget ? Money.Show(budget) : "no limit",
                Money.Show(key.SpentToday), key.State, Times.Show(key.BlockedUntil), key.Reason ?? "");
        sheet.Print(terminal, whenEmpty, name);
    }
}
