// Where things come to stand: counts, relations, sizes and lettering in the painted SVG.
using System.Globalization;
using System.Text.RegularExpressions;
using Atelier.Providers.Sketch;

namespace Atelier.Tests.Sketch;

public sealed partial class ArrangementTests
{
    private const int Things = 3;

    private sealed record Box(double X, double Foot, double Scale);

    private static async Task<Box[]> BoxesAsync(string prompt, long seed = 5, int width = 256, int height = 256)
    {
        var svg = await Studio.SvgAsync(Studio.Request(prompt, width, height, seed));
        return [.. Studio.Layer(svg, Things).Elements().Select(e => Placed().Match(e.Attribute("transform")?.Value ?? "")).Where(m =>
            m.Success)
            .Select(m => new Box(Number(m, "x"), Number(m, "y"), Math.Abs(Number(m, "s"))))];
    }

    private static double Number(Match match, string name) => double.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("a cat", 1)]
    [InlineData("three cats", 3)]
    [InlineData("seven cats", 7)]
    [InlineData("a dozen eggs", 12)]
    [InlineData("two red bicycles and a blue house", 3)]
    public async Task As_many_things_are_drawn_as_were_asked_for(string prompt, int count)
    {
        foreach (var (width, height) in ((int, int)[])[(256, 256), (512, 128), (128, 512)])
            (await BoxesAsync(prompt, 5, width, height)).Length.ShouldBe(count);
    }

    [Fact]
    public async Task Copies_do_not_stand_on_one_another()
    {
        var boxes = await BoxesAsync("nine cats");
        foreach (var one in boxes)
            boxes.Count(b => Math.Abs(b.X - one.X) < 20 && Math.Abs(b.Foot - one.Foot) < 20).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_on_a_thing_stands_above_its_foot()
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var boxes = await BoxesAsync("a cat on a table", seed);
            boxes.Length.ShouldBe(2);
            boxes[1].Foot.ShouldBeLessThan(boxes[0].Foot - 40);
            Math.Abs(boxes[1].X - boxes[0].X).ShouldBeLessThan(150);
        }
    }

    [Fact]
    public async Task What_is_in_front_stands_lower_and_is_painted_last()
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var boxes = await BoxesAsync("a bear in front of a cabin", seed);
            boxes[1].Foot.ShouldBeGreaterThan(boxes[0].Foot);
        }
    }

    [Fact]
    public async Task What_is_inside_is_painted_before_what_holds_it()
    {
        var inside = await BoxesAsync("a cat in a basket");
        inside.Length.ShouldBe(2);
        inside[0].Foot.ShouldBeLessThan(inside[1].Foot);
    }

    [Fact]
    public async Task A_thing_above_another_hangs_over_it()
    {
        var boxes = await BoxesAsync("a cloud above a house");
        boxes.Min(b => b.Foot).ShouldBeLessThan(boxes.Max(b => b.Foot) - 150);
    }

    [Fact]
    public async Task Left_and_right_are_obeyed_whatever_the_seed()
    {
        for (var seed = 1; seed <= 6; seed++)
        {
            var scene = Studio.Reader.Read("a house on the left, a tree on the right");
            scene.Subjects.Select(s => s.Place).ShouldBe([Place.Left, Place.Right]);
            var boxes = (await BoxesAsync("a house on the left, a tree on the right", seed)).OrderBy(b => b.X).ToArray();
            boxes.Length.ShouldBe(2);
        }
    }

    [Fact]
    public void An_ant_beside_an_elephant_is_small_but_not_lost()
    {
        var scene = Studio.Reader.Read("an ant beside an elephant");
        var sizes = scene.Subjects.Select(Cluster.Measure).ToArray();
        (sizes[1] / sizes[0]).ShouldBeInRange(4, 25);
    }

    [Fact]
    public async Task A_negated_thing_is_not_drawn()
    {
        var request = Studio.Request("a cat and a dog") with { NegativePrompt = "dog" };
        Studio.Layer(await Studio.SvgAsync(request), Things).Elements()
            .Count(e => Placed().IsMatch(e.Attribute("transform")?.Value ?? "")).ShouldBe(1);
    }

    [Fact]
    public async Task Things_stay_within_the_picture()
    {
        foreach (var prompt in (string[])["a train", "five elephants and a house", "twelve sheep", "a giraffe"])
        {
            foreach (var (width, height) in ((int, int)[])[(256, 256), (512, 128), (128, 512)])
            {
                var (w, h) = (Math.Sqrt(1_000_000.0 * width / height), Math.Sqrt(1_000_000.0 * height / width));
                (await BoxesAsync(prompt, 3, width, height)).ShouldAllBe(b => b.X > 0 && b.X < w && b.Foot > 0 && b.Foot < h + 1);
            }
        }
    }

    [Fact]
    public void Letters_wrap_and_unknown_ones_are_boxes()
    {
        var letters = new Lettering();
        letters.Wrap("the quick brown fox jumps over the lazy dog", 1.5).Count.ShouldBeGreaterThan(2);
        letters.Wrap("HI", 1.5).ShouldBe(["HI"]);
        foreach (var rune in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,!?'\"-:;()&".EnumerateRunes())
            letters.Knows(rune).ShouldBeTrue(rune.ToString());
        var sheet = new Sheet("x");
        letters.Draw(sheet, "A漢", 0, 0, 100, 20, Colour.Ink);
        sheet.Body.Split("<path").Length.ShouldBe(3);
        sheet.Body.ShouldContain("stroke-dasharray");
    }

    [GeneratedRegex("^translate\\((?<x>[-0-9.]+) (?<y>[-0-9.]+)\\).* scale\\((?<s>[-0-9.]+) [-0-9.]+\\) translate",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Placed();
}
