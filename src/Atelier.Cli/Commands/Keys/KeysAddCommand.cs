// `atelier keys add`: seals a key in the database. The key is read from standard input, a hidden prompt or a file, never from the command line,
// which other programs of the machine can read.

using System.CommandLine;
using System.Globalization;
using Atelier.Cli.Commands.Jobs;
using Atelier.Generating;
using Atelier.Keys;
using Atelier.Web;

namespace Atelier.Cli.Commands.Keys;

internal sealed class KeysAddCommand : WorkshopCommand
{
    private const string FirstLabel = "main";
    private const int LongestSecret = 16_384;

    // A label longer than this that holds digits is most likely the key itself.
    private const int LongestPlainLabel = 19;

    private readonly Argument<string> provider = KeyArguments.Provider();

    private readonly Argument<string> label = new("label")
    {
        HelpName = "[LABEL]",
        Description = $"What to call it; not the key itself (default: {FirstLabel})",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<double?> weight = CommonOptions.Parsed(
        "--weight", "N", "Its share of the work beside the provider's other keys (default: 1)", "a number from 0.001 to 1000", text =>
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is >= 0.001 and <= 1_000 ? number : (double?)null);

    private readonly Option<decimal?> budget = CommonOptions.Parsed(
        "--daily-budget", "USD", "What it may spend in a day, UTC (default: no limit)", "US dollars from 0 to 1000000, such as 2.50", text =>
            decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number <= 1_000_000 ? number : (decimal?)null);

    private readonly Option<string> file = new("--from-file") { HelpName = "FILE", Description = "Read the key from this file instead of standard input" };
    private readonly Option<bool> json = CommonOptions.Json();

    public KeysAddCommand()
        : base("add", "Seal a key in the database; it is read from standard input or asked for")
    {
        Add(provider);
        Add(label);
        foreach (var option in (Option[])[weight, budget, file, json]) Add(option);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier keys add replicate", "asks for the key without showing it"),
        new("atelier keys add replicate second --weight 3 --daily-budget 5", "three times the share of the first, at most $5 a day"),
        new("atelier keys add gemini --from-file /run/secrets/gemini", "from a file; `… | atelier keys add gemini` works too"),
    ];

    protected override async Task<ExitCode> RunAsync(IServiceProvider services, Invocation invocation, CancellationToken cancellationToken)
    {
        var (terminal, name) = (invocation.Terminal, invocation.Value(label) ?? FirstLabel);
        if (KeyArguments.Find(services.GetRequiredService<ProviderRouter>(), invocation.Value(provider)!, terminal) is not { } setup) return ExitCode.Failed;
        if (setup.Address is null) return terminal.Fail(ExitCode.Usage, $"{setup.Adapter.Title} needs no key", null);
        // What may be a secret is not repeated.
        if (!IsLabel(name)) return terminal.Fail(ExitCode.Usage, "the label has 1 to 40 letters, digits, dots, hyphens and underscores, and is not the key itself", "leave it out, or call the key something like second; it is asked for afterwards");
        if (setup.Keys.FirstOrDefault(key => key.Label == name) is { } given)
            return terminal.Fail(ExitCode.Failed, $"{setup.Name} has a key '{name}' from {given.Source}", "give this one another label");

        var (secret, refusal) = await ReadAsync(invocation, setup.Adapter.Title, cancellationToken);
        if (secret is null) return terminal.Fail(ExitCode.Usage, refusal!, $"{CommandLine.Name} {FullName} --help shows the ways to give it");
        var key = new ApiKey { Provider = setup.Name, Label = name, Secret = secret, Weight = invocation.Value(weight) ?? 1, DailyBudget = invocation.Value(budget), Source = StoredKeys.Source };
        if (!await services.GetRequiredService<StoredKeys>().AddAsync(key, cancellationToken))
            return terminal.Fail(ExitCode.Failed, $"{setup.Name} has a key '{name}' already", $"give this one another label, or remove that one: {CommandLine.Name} keys remove {setup.Name} {name}");
        await services.GetRequiredService<KeyCare>().CureAsync(setup.Name, name, cancellationToken);

        var record = (await services.GetRequiredService<ProviderRecords>().KeysOfAsync(setup, cancellationToken)).Single(known => known.Label == name);
        if (invocation.Value(json)) terminal.Out.WriteLine(JobOptions.Json(record));
        else KeysListCommand.Print(terminal, [record]);
        return ExitCode.Ok;
    }

    private static bool IsLabel(string text) =>
        text.Length is >= 1 and <= ApiKey.MaxLabel && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_')
        && !(text.Length > LongestPlainLabel && text.Any(char.IsAsciiDigit));

    private async Task<(string? Secret, string? Refusal)> ReadAsync(Invocation invocation, string title, CancellationToken cancellationToken)
    {
        var surroundings = invocation.Surroundings;
        var text = invocation.Value(file) is { } path ? await ReadFileAsync(Path.GetFullPath(path, surroundings.Folder), cancellationToken)
            : surroundings.AskHidden is { } ask ? ask($"Key for {title} (not shown): ")
            : await surroundings.Input.ReadLineAsync(cancellationToken);
        var secret = text?.Trim() ?? "";
        return secret.Length switch
        {
            0 => (null, "no key was given"),
            > LongestSecret => (null, $"a key has at most {LongestSecret} characters"),
            _ when !secret.All(letter => letter is > ' ' and < '\u007f') => (null, "a key has letters, digits and signs without spaces, on one line"),
            _ => (secret, null),
        };
    }

    private static async Task<string> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(path);
        var block = new char[LongestSecret + 2];
        return new string(block, 0, await reader.ReadBlockAsync(block, cancellationToken));
    }
}
