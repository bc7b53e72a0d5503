// Wildcards: the seed picks, and what is no wildcard stays as it was typed.
using Atelier.Catalogue;

namespace Atelier.Tests.Catalogue;

public sealed class PromptExpansionTests
{
    [Fact]
    public void The_same_seed_picks_the_same_words() =>
        PromptExpansion.Expand("a {red|blue|green} {cat|dog}", 7).ShouldBe(PromptExpansion.Expand("a {red|blue|green} {cat|dog}", 7));

    [Fact]
    public void Different_seeds_reach_every_option() =>
        Enumerable.Range(0, 100).Select(seed => PromptExpansion.Expand("{a|b|c}", seed)).Distinct().Order().ShouldBe(["a", "b", "c"]);

    [Fact]
    public void Several_are_picked_without_repetition_in_the_order_written()
    {
        foreach (var seed in Enumerable.Range(0, 50))
        {
            var picked = PromptExpansion.Expand("{2$$a|b|c}", seed).Split(", ");
            picked.Length.ShouldBe(2);
            picked.ShouldBe(picked.Order().Distinct());
        }
    }

    [Fact]
    public void Options_may_hold_wildcards() =>
        Enumerable.Range(0, 100).Select(seed => PromptExpansion.Expand("{a {x|y}|b}", seed)).Distinct().Order()
            .ShouldBe(["a x", "a y", "b"]);

    [Theory]
    [InlineData("a {red|green} {cat|dog|fox}", 6)]
    [InlineData("{2$$a|b|c} {x|y}", 6)]
    [InlineData("{a {x|y}|b}", 3)]
    [InlineData("{2$$a {x|y}|b|c}", 5)]
    [InlineData("{cat} {9$$a|b} {{a|b}}", 2)]
    [InlineData("plain", 1)]
    public void The_combinations_are_counted_and_are_all_that_seeds_ever_pick(string prompt, long count)
    {
        PromptExpansion.Count(prompt).ShouldBe(count);
        var all = PromptExpansion.First(prompt, 1_000);
        all.Distinct().Count().ShouldBe((int)count);
        Enumerable.Range(0, 300).Select(seed => PromptExpansion.Expand(prompt, seed)).Distinct().Order().ShouldBe(all.Order());
    }

    [Fact]
    public void A_prompt_of_nothing_but_wildcards_is_counted_at_once()
    {
        var prompt = string.Concat(Enumerable.Repeat("{a|b}", 500));

        PromptExpansion.Count(prompt).ShouldBe(1_000_000_000_000);
        PromptExpansion.First(prompt, 3).ShouldBe([new string('a', 500), new string('a', 499) + "b", new string('a', 498) + "ba"]);
    }

    [Theory]
    [InlineData("a cat")]
    [InlineData("{cat}")]
    [InlineData("a {red|blue cat")]
    [InlineData("a } red | blue {")]
    [InlineData("")]
    public void What_is_no_wildcard_stays(string prompt) => PromptExpansion.Expand(prompt, 1).ShouldBe(prompt);

    [Fact]
    public void Picking_more_than_there_is_gives_all() => PromptExpansion.Expand("{9$$a|b}", 3).ShouldBe("a, b");

    [Fact]
    public void Braces_without_end_cost_no_time() =>
        PromptExpansion.Expand(new string('{', 4000), 1).Length.ShouldBe(4000);
}
