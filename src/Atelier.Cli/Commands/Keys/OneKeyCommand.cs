// What commands about one key have in common, and those that are a line each: out of use, back into use, gone.

using System.CommandLine;
using Atelier.Cli.Commands.Jobs;
using Atelier.Client;
using Atelier.Generating;
using Atelier.Keys;
using Atelier.Web;

namespace Atelier.Cli.Commands.Keys;

internal abstract class OneKeyCommand : WorkshopCommand
{
    private readonly Argument<string> provider = KeyArguments.Provider();
    private readonly Argument<string> label = KeyArguments.Label();
    private readonly Option<bool> json = CommonOptions.Json();

    protected OneKeyCommand(string name, string description)
        : base(name, description)
    {
        Add(provider);
        Add(label);
        Add(json);
    }

    protected sealed override async Task<ExitCode> RunAsync(IServiceProvider services, Invocation invocation, CancellationToken cancellationToken)
    {
        var (terminal, records) = (invocation.Terminal, services.GetRequiredService<ProviderRecords>());
        if (await FindAsync() is not { } key)
            return terminal.Fail(ExitCode.Failed, $"there is no key '{invocation.Value(label)}' of '{invocation.Value(provider)}'", "atelier keys list shows them");
        if (await ChangeAsync(services, key, cancellationToken) is { } refusal)
            return terminal.Fail(ExitCode.Failed, $"{key.Provider}/{key.Label} comes from {key.Source}", refusal);
        var now = await FindAsync();
        if (invocation.Value(json)) terminal.Out.WriteLine(JobOptions.Json(now ?? key with { State = "removed" }));
        else if (now is null) terminal.Out.WriteLine($"{key.Provider}\t{key.Label}\tremoved");
        else KeysListCommand.Print(terminal, [now]);
        return ExitCode.Ok;

        async Task<KeyRecord?> FindAsync() => (await records.KeysAsync(cancellationToken)).FirstOrDefault(known => known.Provider == invocation.Value(provider) && known.Label == invocation.Value(label));
    }

    // Does it, or says what to do instead.
    protected abstract Task<string?> ChangeAsync(IServiceProvider services, KeyRecord key, CancellationToken cancellationToken);
}

internal sealed class KeysDisableCommand() : OneKeyCommand("disable", "Take a key out of use; what was begun with it is still looked after")
{
    public override IReadOnlyList<Example> Examples { get; } = [new("atelier keys disable replicate second", "holds for all processes within seconds")];

    protected override async Task<string?> ChangeAsync(IServiceProvider services, KeyRecord key, CancellationToken cancellationToken) =>
        await services.GetRequiredService<StoredKeys>().DisableAsync(key.Provider, key.Label, disabled: true, cancellationToken) ? null : "take it out there";
}

internal sealed class KeysEnableCommand() : OneKeyCommand("enable", "Take a key into use again, and lift what holds it back")
{
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier keys enable replicate second", "after it was disabled, or its account was filled up"),
    ];

    protected override async Task<string?> ChangeAsync(IServiceProvider services, KeyRecord key, CancellationToken cancellationToken)
    {
        await services.GetRequiredService<StoredKeys>().DisableAsync(key.Provider, key.Label, disabled: false, cancellationToken);
        await services.GetRequiredService<KeyCare>().CureAsync(key.Provider, key.Label, cancellationToken);
        return null;
    }
}

internal sealed class KeysRemoveCommand() : OneKeyCommand("remove", "Forget a key for good")
{
    public override IReadOnlyList<Example> Examples { get; } = [new("atelier keys remove replicate second", "revoke it at the provider, too")];

    protected override async Task<string?> ChangeAsync(IServiceProvider services, KeyRecord key, CancellationToken cancellationToken)
    {
        if (!await services.GetRequiredService<StoredKeys>().RemoveAsync(key.Provider, key.Label, cancellationToken)) return "remove it there";
        await services.GetRequiredService<KeyCare>().CureAsync(key.Provider, key.Label, cancellationToken);
        return null;
    }
}
