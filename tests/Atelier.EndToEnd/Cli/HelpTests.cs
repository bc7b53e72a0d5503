// The help teaches by example and lists every command and option there is.

using System.CommandLine;
using Atelier.Cli;
using Atelier.Cli.Commands;

namespace Atelier.EndToEnd.Cli;

public sealed class HelpTests : IDisposable
{
    private readonly CommandLineDriver terminal = new();

    public static TheoryData<string> Commands => [.. Everyone.Select(command => command.FullName)];

    private static IEnumerable<CliCommand> Everyone => CliCommand.All().SelectMany(command => command.WithSubcommands());

    public void Dispose() => terminal.Dispose();

    [Theory]
    [InlineData]
    [InlineData("--help")]
    [InlineData("-h")]
    public async Task The_program_introduces_itself(params string[] args)
    {
        var answer = await terminal.Type(args);

        answer.Code.ShouldBe(ExitCode.Ok);
        answer.Error.ShouldBeEmpty();
        answer.Out.ShouldContain("Usage: atelier COMMAND [options]");
        answer.Out.ShouldContain("atelier generate \"a red bicycle under a tree\"");
        foreach (var command in CliCommand.All()) answer.Out.ShouldContain(command.Description!);
        foreach (var (code, meaning) in ExitCodes.Meanings) answer.Out.ShouldContain($"{(int)code,-4} {meaning}");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_command_shows_its_examples_and_every_option(string name)
    {
        var command = Everyone.Single(command => command.FullName == name);

        var answer = await terminal.Type([.. name.Split(' '), "--help"]);

        answer.Code.ShouldBe(ExitCode.Ok);
        answer.Out.ShouldStartWith(command.Description!);
        command.Examples.ShouldNotBeEmpty();
        foreach (var example in command.Examples) answer.Out.ShouldContain(example.Line);
        foreach (var option in command.Options.Concat(CommonOptions.All))
        {
            option.Description.ShouldNotBeNullOrEmpty();
            answer.Out.ShouldContain($"{option.Name}");
            answer.Out.ShouldContain(option.Description!);
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_example_is_understood(string name)
    {
        var root = new RootCommand();
        foreach (var command in CliCommand.All()) root.Add(command);
        foreach (var option in CommonOptions.All) root.Add(option);

        foreach (var example in Everyone.Single(command => command.FullName == name).Examples)
            root.Parse(example.Line["atelier ".Length..]).Errors.ShouldBeEmpty(example.Line);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task No_line_of_help_is_too_wide_to_read(string name)
    {
        foreach (var line in (await terminal.Type([.. name.Split(' '), "--help"])).Out.Split('\n')) line.Length.ShouldBeLessThanOrEqualTo(140, line);
    }

    [Theory]
    [InlineData("queue.md", 20)]
    [InlineData("providers.md", 12)]
    public void Every_command_of_the_operators_pages_is_understood(string page, int atLeast)
    {
        var root = new RootCommand();
        foreach (var command in CliCommand.All()) root.Add(command);
        foreach (var option in CommonOptions.All) root.Add(option);
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Atelier.slnx"))) folder = Path.GetDirectoryName(folder)!;

        var lines = File.ReadLines(Path.Combine(folder, "docs", page)).Where(line => line.StartsWith("atelier ", StringComparison.Ordinal)).ToArray();

        lines.Length.ShouldBeGreaterThan(atLeast);
        foreach (var line in lines)
            root.Parse(line.Split(" #")[0]["atelier ".Length..].Replace("'", "\"", StringComparison.Ordinal)).Errors.ShouldBeEmpty(line);
    }

    [Fact]
    public async Task The_version_is_one_line()
    {
        var answer = await terminal.Type("--version");

        answer.Code.ShouldBe(ExitCode.Ok);
        answer.Out.ShouldMatch("^atelier [0-9]+\\.[0-9]+\\.[0-9]+\r?\n$");
    }
}
