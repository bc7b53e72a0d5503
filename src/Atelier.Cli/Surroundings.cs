// Everything the command line takes from its process, as values, so that tests can stand in for a process.

using Atelier.Cli.Output;
using Atelier.Web.Configuration;

namespace Atelier.Cli;

/// <param name="Terminal">Where results and messages go.</param>
/// <param name="Input">Standard input.</param>
/// <param name="Settings">Environment variables and home folder; the flags are added by the command line.</param>
/// <param name="Folder">The folder that relative paths of the command line are taken from.</param>
/// <param name="Clock">The time.</param>
internal sealed record Surroundings(Terminal Terminal, TextReader Input, SettingsInput Settings, string Folder, TimeProvider Clock)
{
    // Asks the person at the terminal without showing what he types; null where nobody sits there.
    public Func<string, string?>? AskHidden { get; init; }

    public static Surroundings OfProcess()
    {
        var settings = SettingsInput.OfProcess([]);
        return new Surroundings(Terminal.OfProcess(settings.Environment), Console.In, settings, Directory.GetCurrentDirectory(), TimeProvider.System)
        {
            AskHidden = Console.IsInputRedirected ? null : HiddenPrompt.Ask,
        };
    }
}
