// Where pictures go is settled before they are painted, and nothing of the user's is overwritten.

using System.Text;
using Atelier.Cli.Commands;
using Atelier.Vips;

namespace Atelier.EndToEnd.Cli;

public sealed class OutputPlanTests : IDisposable
{
    private const string Id = "0199a1b2c3d4e5f60718293a4b5c6d7e";

    private readonly string folder = Directory.CreateTempSubdirectory("atelier-output-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("a red bicycle, in 1920s Paris!", "a-red-bicycle-in-1920s-paris")]
    [InlineData("Ein schöner Süßwasserfisch", "ein-schöner-süßwasserfisch")]
    [InlineData("../../etc/passwd", "etc-passwd")]
    [InlineData("猫と月", "猫と月")]
    [InlineData("🚲!?", "picture")]
    [InlineData("", "picture")]
    public void A_prompt_becomes_a_harmless_name(string prompt, string slug) => OutputPlan.Slug(prompt).ShouldBe(slug);

    [Fact]
    public void A_long_prompt_becomes_a_short_name() => OutputPlan.Slug(string.Join(' ', Enumerable.Repeat("bicycle", 500))).Length.ShouldBeLessThanOrEqualTo(48);

    [Fact]
    public void Without_an_output_the_file_is_named_after_prompt_and_id() =>
        Plan(null).PathOf(0, Id, ImageFormat.Webp).ShouldBe(Path.Combine(folder, "a-cat-4b5c6d7e.webp"));

    [Fact]
    public void A_folder_gets_such_names_too() =>
        Plan("cats/").PathOf(0, Id, ImageFormat.Jpeg).ShouldBe(Path.Combine(folder, "cats", "a-cat-4b5c6d7e.jpg"));

    [Fact]
    public void A_folder_that_exists_needs_no_slash()
    {
        Directory.CreateDirectory(Path.Combine(folder, "cats"));
        Plan("cats").PathOf(0, Id, ImageFormat.Png).ShouldBe(Path.Combine(folder, "cats", "a-cat-4b5c6d7e.png"));
    }

    [Fact]
    public void A_file_is_taken_as_it_is() => Plan("mine.png").PathOf(0, Id, ImageFormat.Png).ShouldBe(Path.Combine(folder, "mine.png"));

    [Fact]
    public void Several_files_are_numbered() =>
        Enumerable.Range(0, 2).Select(index => Plan("mine.png", count: 2).PathOf(index, Id, ImageFormat.Png))
            .ShouldBe([Path.Combine(folder, "mine-1.png"), Path.Combine(folder, "mine-2.png")]);

    [Fact]
    public void A_file_that_exists_stands_in_the_way_unless_forced()
    {
        File.WriteAllText(Path.Combine(folder, "mine-2.png"), "mine");

        Plan("mine.png", count: 2).Obstacle().ShouldBe($"{Path.Combine(folder, "mine-2.png")} exists already");
        Plan("mine.png", count: 2, force: true).Obstacle().ShouldBeNull();
        Plan("mine.png").Obstacle().ShouldBeNull();
    }

    [Fact]
    public async Task A_file_that_appeared_meanwhile_is_not_overwritten()
    {
        var path = Path.Combine(folder, "mine.png");
        File.WriteAllText(path, "mine");

        await Should.ThrowAsync<IOException>(() => Plan("mine.png").WriteAsync(path, Content("theirs"), CancellationToken.None));

        File.ReadAllText(path).ShouldBe("mine");
        Directory.GetFiles(folder).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_write_that_fails_leaves_nothing_behind()
    {
        var path = Path.Combine(folder, "new", "mine.png");
        await Should.ThrowAsync<OperationCanceledException>(() => Plan("new/mine.png").WriteAsync(path, Content("half"), new CancellationToken(canceled: true)));
        Directory.GetFiles(Path.Combine(folder, "new")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Forced_it_replaces_the_file()
    {
        var path = Path.Combine(folder, "mine.png");
        File.WriteAllText(path, "old");

        await Plan("mine.png", force: true).WriteAsync(path, Content("new"), CancellationToken.None);

        File.ReadAllText(path).ShouldBe("new");
    }

    private OutputPlan Plan(string? output, int count = 1, bool force = false) => new(output, "a cat", count, force, folder);

    private static ReadOnlyMemory<byte> Content(string text) => Encoding.UTF8.GetBytes(text);
}
