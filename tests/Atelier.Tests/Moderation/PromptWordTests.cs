// Which words a prompt holds, however they are written.
using Atelier.Moderation;

namespace Atelier.Tests.Moderation;

public sealed class PromptWordTests
{
    private static readonly PromptRules Rules = new([
        new PromptWord(PromptWords.Folded("Nüde"), WordRule.Nsfw, ""), new PromptWord(PromptWords.Folded("secret  project"), WordRule.Block, "It is secret."),
        new PromptWord(PromptWords.Folded("кот"), WordRule.Block, ""), new PromptWord(PromptWords.Folded("한글"), WordRule.Block, ""),
    ]);

    [Theory]
    [InlineData("a nude in oil")]
    [InlineData("A NUDE, in oil")]
    [InlineData("a ｎｕｄｅ in oil")]
    [InlineData("a 𝓷𝓾𝓭𝓮 in oil")]
    [InlineData("a n\u200Bu\u00ADd\u200De in oil")]
    [InlineData("a nu\u0308de in oil")]
    [InlineData("a ñûdé in oil")]
    [InlineData("(nude:1.3)")]
    public void A_word_is_found_whatever_its_case_accents_and_width(string prompt) =>
        Rules.FindIn(prompt).ShouldHaveSingleItem().Rule.ShouldBe(WordRule.Nsfw);

    [Theory]
    [InlineData("a denuded hill")]
    [InlineData("nudes")]
    [InlineData("a secret, and a project of mine: the secret garden project")]
    [InlineData("котик")]
    [InlineData("")]
    public void Parts_of_words_and_words_apart_are_not_found(string prompt) => Rules.FindIn(prompt).ShouldBeEmpty();

    [Fact]
    public void Several_words_in_a_row_are_one_entry_whatever_stands_between_them()
    {
        Rules.BlockedIn("the Secret-Project, at night")!.Word.ShouldBe("secret project");
        Rules.BlockedIn("КОТ на крыше")!.Word.ShouldBe("кот");
        Rules.BlockedIn("아름다운 한글 간판").ShouldNotBeNull();
        Rules.BlockedIn("a nude").ShouldBeNull();
        Rules.MarkedIn("a nude")!.Word.ShouldBe("nude");
    }

    [Fact]
    public void What_holds_no_letter_is_no_word() => PromptWords.Folded(" … !? ").ShouldBe("");
}
