// Times are understood as people write them.

using Atelier.Cli;

namespace Atelier.EndToEnd.Cli;

public sealed class DurationTests
{
    [Theory]
    [InlineData("90", 90)]
    [InlineData("90s", 90)]
    [InlineData("5m", 300)]
    [InlineData("1h30m", 5400)]
    [InlineData("2d", 172_800)]
    public void A_number_and_a_unit(string text, int seconds) => Duration.Parse(text).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0s")]
    [InlineData("m")]
    [InlineData("5x")]
    [InlineData("-5m")]
    [InlineData("1h30")]
    [InlineData("99999999d")]
    [InlineData("9999999999999d")]
    public void Anything_else_is_not_a_time(string text) => Duration.Parse(text).ShouldBeNull();
}
