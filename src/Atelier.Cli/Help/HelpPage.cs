// The help: what it is for, examples to copy, then every option. One page for the program, one for each command.

using System.CommandLine;
using System.Text;
using Atelier.Cli.Commands;

namespace Atelier.Cli.Help;

internal static class HelpPage
{
    private const int Indent = 2;

    public static string Of(RootCommand root, Command command)
    {
        var page = new StringBuilder();
        if (command is CliCommand one) WriteCommand(page, root, one);
        else WriteProgram(page, root);
        return page.ToString();
    }

    private static void WriteProgram(StringBuilder page, RootCommand root)
    {
        page.Append($"{root.Description}\n\nUsage: {CommandLine.Name} COMMAND [options]\n");
        Section(page, "Start here", root.Subcommands.OfType<CliCommand>().SelectMany(command => command.Examples.Take(1)).Take(4).Select(Row));
        Section(page, "Commands", root.Subcommands.Select(command => (command.Name, command.Description ?? "")));
        Section(page, "Options of every command", root.Options.Where(IsShown).Select(Row));
        Section(page, "Settings", [
            ("flags", "win over everything"),
            ("ATELIER_…", "variables, such as ATELIER_DATABASE or ATELIER_WORKER__CONCURRENCY; ATELIER_DATABASE_FILE for a mounted secret"),
            ("atelier.yaml", "in the data folder; `atelier doctor` lists every setting with its source"),
        ]);
        Section(page, "Exit codes", ExitCodes.Meanings.Select(code => ($"{(int)code.Code}", code.Meaning)));
        page.Append($"\n{CommandLine.Name} COMMAND --help tells more about a command.\n");
    }

    private static void WriteCommand(StringBuilder page, RootCommand root, CliCommand command)
    {
        var arguments = string.Concat(command.Arguments.Select(argument => $" {argument.HelpName ?? argument.Name.ToUpperInvariant()}"));
        page.Append($"{command.Description}\n\nUsage: {CommandLine.Name} {command.FullName}{(command is CommandGroup ? " COMMAND" : "")}{arguments} [options]\n");
        Section(page, "Examples", command.Examples.Select(Row));
        Section(page, "Commands", command.Subcommands.Select(subcommand => (subcommand.Name, subcommand.Description ?? "")));
        if (command.Arguments.Count > 0)
            Section(page, "Arguments", command.Arguments.Select(argument => (argument.HelpName ?? argument.Name.ToUpperInvariant(), argument.Description ?? "")));
        Section(page, "Options", command.Options.Where(IsShown).Select(Row));
        Section(page, "Options of every command", root.Options.Where(IsShown).Select(Row));
    }

    private static bool IsShown(Option option) => !option.Hidden;

    private static (string, string) Row(Example example) => (example.Line, example.Explains);

    private static (string, string) Row(Option option)
    {
        var names = option.Aliases.Where(alias => alias.StartsWith('-') && !alias.StartsWith("-?", StringComparison.Ordinal)).Append(option.Name).OrderBy(name => name.Length);
        return ($"{string.Join(", ", names)}{(option.HelpName is null ? "" : $" {option.HelpName}")}", option.Description ?? "");
    }

    private static void Section(StringBuilder page, string title, IEnumerable<(string Left, string Right)> rows)
    {
        var lines = rows.ToArray();
        if (lines.Length == 0) return;
        var column = lines.Max(line => line.Left.Length) + Indent;
        page.Append($"\n{title}\n");
        foreach (var (left, right) in lines) page.Append(' ', Indent).Append(left.PadRight(column)).Append(right).Append('\n');
    }
}
