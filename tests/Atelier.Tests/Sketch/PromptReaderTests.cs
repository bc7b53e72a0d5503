// What the painter understands of prompts.
using Atelier.Providers.Sketch;

namespace Atelier.Tests.Sketch;

public sealed class PromptReaderTests
{
    private static Scene Read(string prompt, string? negative = null, string? style = null) => Studio.Reader.Read(prompt, negative, style);

    private static Subject Subject(Scene scene, string symbol) => scene.Subjects.Single(s => s.Symbol.Nouns.Contains(symbol));

    [Theory]
    [InlineData("a cat", 1)]
    [InlineData("one cat", 1)]
    [InlineData("two cats", 2)]
    [InlineData("a pair of cats", 2)]
    [InlineData("three cats", 3)]
    [InlineData("cats", 3)]
    [InlineData("4 cats", 4)]
    [InlineData("five small black cats", 5)]
    [InlineData("half a dozen cats", 6)]
    [InlineData("seven cats", 7)]
    [InlineData("a dozen cats", 12)]
    [InlineData("fifty cats", 12)]
    public void Counts_are_read(string prompt, int count) => Subject(Read(prompt), "cat").Count.ShouldBe(count);

    [Fact]
    public void A_colour_belongs_to_the_noun_it_stands_before()
    {
        var scene = Read("two red bicycles and a blue house");
        Subject(scene, "bicycle").Count.ShouldBe(2);
        Subject(scene, "bicycle").Colours.ShouldBe([Colour.Parse("#d63b3b")]);
        Subject(scene, "house").Colours.ShouldBe([Colour.Parse("#3a76c4")]);
    }

    [Fact]
    public void An_orange_is_a_fruit_and_an_orange_cat_is_a_cat()
    {
        Read("an orange").Subjects.ShouldHaveSingleItem().Symbol.Shelf.ShouldBe("food");
        Read("an orange cat").Subjects.ShouldHaveSingleItem().Colours.ShouldBe([Colour.Parse("#ef8630")]);
    }

    [Fact]
    public void Two_kinds_of_the_same_thing_stay_two() =>
        Read("three black cats standing next to two orange cats").Subjects.Select(s => s.Count).ShouldBe([3, 2]);

    [Fact]
    public void Sizes_change_the_size()
    {
        Subject(Read("a giant cat"), "cat").Size.ShouldBeGreaterThan(1.5);
        Subject(Read("a tiny cat"), "cat").Size.ShouldBeLessThan(0.7);
    }

    [Theory]
    [InlineData("a cat on a sofa", nameof(Relation.On))]
    [InlineData("a cat sitting on top of a sofa", nameof(Relation.On))]
    [InlineData("a cat under a tree", nameof(Relation.Under))]
    [InlineData("a cat in front of a house", nameof(Relation.Front))]
    [InlineData("a cat behind a house", nameof(Relation.Behind))]
    [InlineData("a cat in a box", nameof(Relation.Inside))]
    [InlineData("a cat above a house", nameof(Relation.Above))]
    [InlineData("a cat riding a bicycle", nameof(Relation.Riding))]
    public void A_relation_binds_the_first_to_the_second(string prompt, string relation)
    {
        var scene = Read(prompt);
        scene.Subjects.Count.ShouldBe(2);
        scene.Subjects[0].Relation.ToString().ShouldBe(relation);
        scene.Subjects[0].Anchor.ShouldBe(1);
    }

    [Fact]
    public void What_is_worn_and_held_belongs_to_its_owner()
    {
        var scene = Read("a penguin wearing a crown and holding an umbrella");
        scene.Subjects.Select(s => s.Relation).ShouldBe([Relation.None, Relation.Wearing, Relation.Holding]);
        scene.Subjects.Skip(1).ShouldAllBe(s => s.Anchor == 0);
    }

    [Theory]
    [InlineData("a dog on the beach", "beach")]
    [InlineData("a dog in a forest", "forest")]
    [InlineData("an astronaut on the moon", "moon surface")]
    [InlineData("a fish under the sea", "underwater")]
    [InlineData("a man walking down the street", "street")]
    [InlineData("a cat in the living room", "room")]
    [InlineData("a city", "city")]
    [InlineData("a peaceful lakeside landscape", "lake")]
    public void Settings_are_read(string prompt, string setting) => Read(prompt).Setting.ShouldBe(setting);

    [Theory]
    [InlineData("a cat at sunset", "golden hour")]
    [InlineData("a cat at sunrise", "dawn")]
    [InlineData("a cat at night", "night")]
    [InlineData("a cat at dusk", "dusk")]
    [InlineData("a cat at noon", "day")]
    public void Times_of_day_are_read(string prompt, string time) => Read(prompt).Time.ShouldBe(time);

    [Theory]
    [InlineData("a cat in the rain", "rain")]
    [InlineData("a foggy morning with a cat", "fog")]
    [InlineData("a cat in a thunderstorm", "storm")]
    [InlineData("a cat under a rainbow", "rainbow weather")]
    public void Weather_is_read_and_is_no_subject(string prompt, string weather)
    {
        Read(prompt).Weather.ShouldBe([weather]);
        Read(prompt).Subjects.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("a cat, watercolor", "watercolour")]
    [InlineData("a watercolor painting of a cat", "watercolour")]
    [InlineData("a cat in pixel art style", "pixel art")]
    [InlineData("a cat, comic book", "comic")]
    [InlineData("a stained glass window of a cat", "stained glass")]
    [InlineData("an oil painting of a cat", "oil")]
    public void Styles_are_read(string prompt, string style) => Read(prompt).Style.ShouldBe(style);

    [Fact]
    public void A_preset_names_the_style_whatever_the_prompt_says() => Read("a cat, neon", style: "line-art").Style.ShouldBe("line art");

    [Fact]
    public void Mood_and_season_are_read()
    {
        Read("a cozy cabin in autumn").ShouldSatisfyAllConditions(s => s.Mood.ShouldBe("cozy"), s => s.Season.ShouldBe("autumn"));
    }

    [Theory]
    [InlineData("a sign that says \"Hello, World!\"", "Hello, World!")]
    [InlineData("a sign saying 'Let's PAINT!'", "Let's PAINT!")]
    [InlineData("the words “KEEP OFF THE GRASS”", "KEEP OFF THE GRASS")]
    [InlineData("A sign that says Deep Learning", "Deep Learning")]
    public void Quoted_words_are_lettering(string prompt, string words) => Read(prompt).Lettering.ShouldBe([words]);

    [Fact]
    public void The_words_of_a_quotation_are_not_drawn() => Read("\"a dog and a house\"").Subjects.ShouldBeEmpty();

    [Fact]
    public void The_negative_prompt_takes_things_out()
    {
        var scene = Read("a cat and a dog on a beach at night in the rain", "dog, rain, night");
        scene.Subjects.ShouldHaveSingleItem().Symbol.Nouns.ShouldContain("cat");
        scene.Weather.ShouldBeEmpty();
        scene.Time.ShouldBeNull();
        scene.Setting.ShouldBe("beach");
    }

    [Fact]
    public void The_negative_prompt_keeps_the_bonds_of_the_others()
    {
        var scene = Read("a dog, a cat on a sofa", "dogs");
        scene.Subjects.Count.ShouldBe(2);
        scene.Subjects[scene.Subjects[0].Anchor].Symbol.Nouns.ShouldContain("sofa");
    }

    [Fact]
    public void Without_in_the_prompt_itself_counts_too() => Read("a street without cars").Subjects.ShouldBeEmpty();

    [Fact]
    public void The_same_thing_mentioned_again_is_the_same_thing() =>
        Read("A robot stands on a wall. The robot is holding a guitar.").Subjects.Count(s => s.Symbol.Nouns.Contains("robot")).ShouldBe(1);

    [Theory]
    [InlineData("")]
    [InlineData("happiness")]
    [InlineData("the meaning of it all")]
    public void What_cannot_be_drawn_asks_for_an_abstract_picture(string prompt) => Read(prompt).NeedsAbstract.ShouldBeTrue();

    [Fact]
    public void No_prompt_breaks_the_reader() =>
        FsCheck.Check.QuickThrowOnFailure(FsCheck.Fluent.Prop.ForAll<string>(text => Read(text ?? "", text).Subjects.Count <= 8));
}
