// Finds what is wrong with a command line and words it for people, with the name that was probably meant.

using System.CommandLine;
using System.CommandLine.Parsing;
using Atelier.Cli.Commands;
using Atelier.Web.Configuration;

namespace Atelier.Cli;

internal static class Misunderstanding
{
    public static IReadOnlyList<string> Find(ParseResult parsed, IReadOnlyList<string> args)
    {
        var command = parsed.CommandResult.Command;
        var strangers = parsed.UnmatchedTokens.Concat(SwallowedOptions(parsed, args)).Distinct(StringComparer.Ordinal).ToArray();
        if (command is RootCommand) return strangers.Length > 0 ? [Stranger(command, strangers[0])] : ["which command?"];
        if (strangers.Length > 0) return [.. strangers.Select(stranger => Stranger(command, stranger))];
        return [.. parsed.Errors.Select(InWords).Distinct(StringComparer.Ordinal)];
    }

    private static string InWords(ParseError error) =>
        error.SymbolResult is ArgumentResult { Tokens.Count: 0, Argument: { HelpName: { } name } } ? $"{name} is missing" : error.Message;

    // A misspelt option would otherwise become a word of the prompt. What follows "--" is meant as it is.
    private static IEnumerable<string> SwallowedOptions(ParseResult parsed, IReadOnlyList<string> args)
    {
        var options = args.TakeWhile(arg => arg != "--").Where(arg => arg.Length > 1 && arg[0] == '-').ToHashSet(StringComparer.Ordinal);
        return parsed.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens)
            .Select(token => token.Value)
            .Where(options.Contains);
    }

    private static string Stranger(Command command, string written)
    {
        if (written.StartsWith('-'))
        {
            var options = command.Options.Concat(CommonOptions.All).Where(option => !option.Hidden).ToDictionary(option => Plain(option.Name), option => option.Name, StringComparer.Ordinal);
            var option = NearestName.Of(Plain(written.Split('=')[0]), options.Keys);
            return $"there is no option {written}{(option is null ? "" : $"; did you mean {options[option]}?")}";
        }

        if (command.Subcommands.Count == 0) return $"'{written}' is one word too many";
        var name = NearestName.Of(written, command.Subcommands.Select(subcommand => subcommand.Name));
        return $"there is no command '{(command is CliCommand group ? $"{group.FullName} " : "")}{written}'{(name is null ? "" : $"; did you mean {name}?")}";
    }

    private static string Plain(string option) => option.TrimStart('-').Replace('-', '_');
}
