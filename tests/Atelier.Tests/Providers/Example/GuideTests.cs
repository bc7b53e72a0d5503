// docs/adding-a-provider.md shows the example's files as they stand here, whole and in order.
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Atelier.Tests.Providers.Example;

public sealed partial class GuideTests
{
    [Theory]
    [InlineData("easel.yaml")]
    [InlineData("EaselProvider.cs")]
    [InlineData("EaselDouble.cs")]
    [InlineData("EaselTests.cs")]
    public void The_guide_shows_that_very_file(string file)
    {
        var shown = Block().Matches(File.ReadAllText(Guide)).Where(block => block.Groups["file"].Value == file).SelectMany(block => Lines(block.Groups["code"].Value));

        string.Join('\n', shown).ShouldBe(string.Join('\n', Lines(File.ReadAllText(Path.Combine(ThisFolder(), file)))));
    }

    [Fact]
    public void The_guide_shows_no_other_code() =>
        Block().Matches(File.ReadAllText(Guide)).Select(block => block.Groups["file"].Value).Distinct().ShouldBe(["easel.yaml", "EaselProvider.cs", "EaselDouble.cs", "EaselTests.cs", ""], ignoreOrder: true);

    [Fact]
    public void The_guide_names_what_there_is()
    {
        var root = Path.Combine(ThisFolder(), "../../../..");
        var links = Link().Matches(File.ReadAllText(Guide)).Select(link => link.Groups["path"].Value).ToList();
        links.ShouldNotBeEmpty();
        foreach (var link in links)
            Path.Exists(Path.Combine(root, "docs", link)).ShouldBeTrue(link);
    }

    private static string Guide { get; } = Path.Combine(ThisFolder(), "../../../../docs/adding-a-provider.md");

    // Blank lines aside: between two blocks there is one.
    private static IEnumerable<string> Lines(string text) => text.Split('\n').Where(line => line.Trim().Length > 0);

    private static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex(@"^```(?<language>\w+) ?(?<file>[\w.]*)\n(?<code>.*?)^```$", RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.Singleline, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Block();

    [GeneratedRegex(@"\]\((?<path>[^)#:]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Link();
}
