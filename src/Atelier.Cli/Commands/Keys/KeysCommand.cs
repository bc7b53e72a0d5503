// `atelier keys …`: the keys of providers' accounts. A secret goes in and is sealed; it never comes out again.

using System.CommandLine;
using Atelier.Cli.Output;
using Atelier.Generating;
using Atelier.Web.Configuration;

namespace Atelier.Cli.Commands.Keys;

internal sealed class KeysCommand : CommandGroup
{
    public KeysCommand()
        : base("keys", "Add, list, disable and test the keys of providers' accounts")
    {
        foreach (var command in (CliCommand[])[
            new KeysAddCommand(), new KeysListCommand(), new KeysDisableCommand(), new KeysEnableCommand(), new KeysRemoveCommand(), new KeysTestCommand()]) Add(command);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier keys add replicate", "asks for the key, and seals it in the database"),
        new("atelier keys list", "labels, shares, budgets, how they are; never the keys themselves"),
        new("atelier keys test replicate", "a call that costs nothing"),
    ];
}

// The arguments that several of these commands have.
internal static class KeyArguments
{
    public static Argument<string> Provider() => new("provider") { HelpName = "PROVIDER", Description = "The provider, as `atelier providers` shows it" };

    public static Argument<string> Label() => new("label") { HelpName = "LABEL", Description = "The key, as `atelier keys list` shows it" };

    // Null when there is no such provider, which has then been said.
    public static ProviderSetup? Find(ProviderRouter router, string name, Terminal terminal)
    {
        if (router.Find(name) is { } setup) return setup;
        var names = router.All.Select(provider => provider.Name).ToList();
        terminal.Fail(ExitCode.Failed, $"there is no provider '{name}'", NearestName.Of(name, names) is { } near ? $"did you mean {near}?" : $"there is {string.Join(", ", names)}");
        return null;
    }
}
