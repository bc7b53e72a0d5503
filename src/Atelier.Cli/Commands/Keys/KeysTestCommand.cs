// `atelier keys test`: asks the provider something that costs nothing with each key. Changes nothing.

using System.CommandLine;
using Atelier.Cli.Commands.Jobs;
using Atelier.Cli.Output;
using Atelier.Generating;
using Atelier.Providers;

namespace Atelier.Cli.Commands.Keys;

internal sealed class KeysTestCommand : WorkshopCommand
{
    private readonly Argument<string> provider = KeyArguments.Provider();

    private readonly Argument<string> label = new("label")
    {
        HelpName = "[LABEL]",
        Description = "Only this key (default: every key of the provider)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> json = CommonOptions.Json();

    public KeysTestCommand()
        : base("test", "Try address and keys of a provider with a call that costs nothing")
    {
        Add(provider);
        Add(label);
        Add(json);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier keys test replicate", "does it answer, and does it take the keys?"),
        new("atelier keys test replicate second --json", "one of them, for scripts; the exit code is 1 where one does not work"),
    ];

    protected override async Task<ExitCode> RunAsync(IServiceProvider services, Invocation invocation, CancellationToken cancellationToken)
    {
        var (terminal, wanted) = (invocation.Terminal, invocation.Value(label));
        if (KeyArguments.Find(services.GetRequiredService<ProviderRouter>(), invocation.Value(provider)!, terminal) is not { } setup) return ExitCode.Failed;
        var keys = (await services.GetRequiredService<KeyRing>().KeysOfAsync(setup, cancellationToken)).Where(key => wanted is null || key.Label == wanted).ToList();
        if (keys.Count == 0 && (setup.Adapter.NeedsKey || wanted is not null))
            return terminal.Fail(ExitCode.Failed, wanted is null ? $"{setup.Name} has no key" : $"there is no key '{wanted}' of {setup.Name}", $"atelier keys add {setup.Name} adds one");

        var (sheet, sound) = (new Sheet("PROVIDER", "KEY", "RESULT", "WHY"), true);
        foreach (var key in keys.Select(key => (key.Label, key.Secret)).DefaultIfEmpty((Label: "", Secret: "")))
        {
            var (result, why) = await TestAsync(setup, key.Label, key.Secret, invocation.Surroundings.Clock, cancellationToken);
            sound &= result != "fails";
            if (invocation.Value(json)) terminal.Out.WriteLine(JobOptions.Json(new { provider = setup.Name, key.Label, result, why }));
            else sheet.Add(setup.Name, key.Label, result, why ?? "");
        }

        sheet.Print(terminal);
        return sound ? ExitCode.Ok : ExitCode.Failed;
    }

    private static async Task<(string Result, string? Why)> TestAsync(ProviderSetup setup, string label, string? secret, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (secret is null) return ("fails", "it was sealed by another installation, or with another secrets.key");
        var key = label.Length == 0 ? null : new ProviderKey(setup.Name, label, secret);
        var test = await setup.Provider.TestAsync(new PaintCall { Key = key, StartedAt = clock.GetUtcNow() }, cancellationToken);
        return test.Without(key) switch
        {
            KeyTest.Works => ("works", null),
            KeyTest.Untestable => ("untestable", $"{setup.Adapter.Title} offers no call that asks for the key and costs nothing"),
            KeyTest.Fails fails => ("fails", $"{fails.Failure.Message} {fails.Failure.Details}".Trim()),
            var unknown => throw new InvalidOperationException($"Unknown result {unknown.GetType().Name}."),
        };
    }
}
