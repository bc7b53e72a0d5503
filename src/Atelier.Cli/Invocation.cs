// One understood command line with its surroundings: what a command needs to run.

using System.CommandLine;
using Atelier.Cli.Commands;
using Atelier.Cli.Output;
using Atelier.Web.Configuration;

namespace Atelier.Cli;

internal sealed class Invocation(ParseResult parsed, Surroundings surroundings)
{
    public Surroundings Surroundings => surroundings;

    public Terminal Terminal => surroundings.Terminal;

    public bool Verbose => Value(CommonOptions.Verbose);

    public T? Value<T>(Option<T> option) => parsed.GetValue(option);

    public T? Value<T>(Argument<T> argument) => parsed.GetValue(argument);

    public bool Given(Option option) => parsed.GetResult(option) is { Implicit: false };

    // The settings, with the flags of this command line over everything else.
    public SettingsLoad ReadSettings() => AtelierSettings.Load(surroundings.Settings with { Flags = [.. Flags()] });

    // Null when a setting needs attention, which has then been said.
    public AtelierSettings? SettingsOrComplaint()
    {
        var load = ReadSettings();
        if (load.Settings is null) Terminal.Fail(ExitCode.Configuration, SettingProblem.Describe(load.Problems), null);
        return load.Settings;
    }

    private IEnumerable<SettingFlag> Flags()
    {
        if (Verbose) yield return new SettingFlag(CommonOptions.Verbose.Name, "logging.level", "debug");
        foreach (var option in parsed.CommandResult.Command.Options.Concat(CommonOptions.All).OfType<SettingOption>().Where(Given))
            yield return new SettingFlag(option.Name, option.Key, parsed.GetValue(option) ?? "");
        foreach (var pair in (Value(CommonOptions.Set) ?? []).Select(text => text.Split('=', 2)))
            yield return new SettingFlag($"{CommonOptions.Set.Name} {pair[0]}", pair[0], pair[1]);
    }
}
