// What is typed after `generate` is what is asked for.

using System.CommandLine;
using Atelier.Cli;
using Atelier.Cli.Commands;

namespace Atelier.EndToEnd.Cli;

public sealed class GenerateArgumentsTests : IDisposable
{
    private readonly CommandLineDriver terminal = new();

    public void Dispose() => terminal.Dispose();

    [Fact]
    public void A_prompt_is_enough() => Read("a red bicycle").ShouldBe(new GenerateArguments { Prompt = "a red bicycle" });

    [Fact]
    public void A_prompt_needs_no_quotes() => Read("a", "red", "bicycle", "--seed", "7").Prompt.ShouldBe("a red bicycle");

    [Fact]
    public void A_prompt_may_come_from_standard_input()
    {
        terminal.Input = "a red bicycle\nunder a tree\n";
        Read("-").Prompt.ShouldBe("a red bicycle\nunder a tree");
    }

    [Fact]
    public void After_two_dashes_everything_is_prompt() => Read("--seed", "7", "--", "--seed", "of", "doubt").Prompt.ShouldBe("--seed of doubt");

    [Fact]
    public void Every_option_is_taken() =>
        Read("cat", "--model", "sketch", "--width", "640", "--height", "480", "--quality", "hd", "--seed", "4294967295", "--count", "3", "--steps", "8", "--negative", "dogs",
            "--style", "comic", "--image", "in.png", "--strength", "0.25", "--format", "avif", "-o", "out/", "--force", "--json").ShouldBe(new GenerateArguments
        {
            Prompt = "cat", Model = "sketch", Width = 640, Height = 480, Quality = "hd", Seed = 4294967295, Count = 3, Steps = 8, Negative = "dogs",
            Style = "comic", Image = "in.png", Strength = 0.25, Format = "avif", Output = "out/", Force = true, Json = true,
        });

    [Theory]
    [InlineData("cat.png", "png")]
    [InlineData("cat.JPG", "jpeg")]
    [InlineData("cat.jpeg", "jpeg")]
    [InlineData("cat.svg", "svg")]
    [InlineData("cats/", null)]
    [InlineData("cat", null)]
    public void The_name_of_the_file_says_its_format(string output, string? format) => Read("cat", "-o", output).Format.ShouldBe(format);

    private GenerateArguments Read(params string[] args)
    {
        var command = new GenerateCommand();
        var parsed = new RootCommand { command }.Parse(["generate", .. args]);
        parsed.Errors.ShouldBeEmpty();
        return command.Read(new Invocation(parsed, terminal.Surroundings(TextWriter.Null, TextWriter.Null)));
    }
}
