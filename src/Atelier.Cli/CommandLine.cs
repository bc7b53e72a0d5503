// Understands the command line, runs the command, and turns whatever goes wrong into a sentence on standard error and an exit code.

using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Atelier.Cli.Commands;
using Atelier.Cli.Help;

namespace Atelier.Cli;

internal sealed class CommandLine
{
    public const string Name = "atelier";

    private readonly Surroundings surroundings;
    private readonly RootCommand root = new("A prompt becomes a picture, on your own machine, and survives anything.");

    public CommandLine(Surroundings surroundings)
    {
        this.surroundings = surroundings;
        foreach (var command in CliCommand.All()) root.Add(command);
        foreach (var option in CommonOptions.All) root.Add(option);
        root.Options.OfType<HelpOption>().Single().Description = "Show help; after a command, the help of that command";
        root.Options.OfType<VersionOption>().Single().Description = "Show the version";
    }

    public async Task<ExitCode> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        var terminal = surroundings.Terminal;
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (args.Count == 0 || parsed.CommandResult.Children.Any(child => child is OptionResult { Option: HelpOption }))
        {
            terminal.Out.Write(HelpPage.Of(root, parsed.CommandResult.Command));
            return ExitCode.Ok;
        }

        if (parsed.GetResult(root.Options.OfType<VersionOption>().Single()) is { Implicit: false })
        {
            terminal.Out.WriteLine($"{Name} {Version}");
            return ExitCode.Ok;
        }

        var misunderstood = Misunderstanding.Find(parsed, args);
        if (misunderstood.Count > 0 || parsed.CommandResult.Command is not CliCommand command)
            return terminal.Fail(ExitCode.Usage, string.Join('\n', misunderstood), $"{CommandPath(parsed)} --help shows how it is used");

        return await RunAsync(command, new Invocation(parsed, surroundings), cancellationToken);
    }

    public static string Version { get; } = typeof(CommandLine).Assembly.GetName().Version!.ToString(3);

    // The last net: commands report what they expect; what arrives here is interrupted, not answering, or a bug.
    private static async Task<ExitCode> RunAsync(CliCommand command, Invocation invocation, CancellationToken cancellationToken)
    {
        var terminal = invocation.Terminal;
        try
        {
            return await command.RunAsync(invocation, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return terminal.Fail(ExitCode.Interrupted, "interrupted", null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return terminal.Fail(ExitCode.Failed, failure.Message, "check that the file or folder is there and may be written", invocation.Verbose ? failure : null);
        }
        catch (Exception failure)
        {
            var (code, message, fix) = Unexpected.Explain(failure);
            return terminal.Fail(code, message, invocation.Verbose ? fix : $"{fix}; --verbose shows the details", invocation.Verbose ? failure : null);
        }
    }

    private static string CommandPath(ParseResult parsed) =>
        parsed.CommandResult.Command is CliCommand command ? $"{Name} {command.FullName}" : Name;
}
