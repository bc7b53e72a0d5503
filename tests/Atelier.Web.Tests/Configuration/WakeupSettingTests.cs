// The settings of the wake-up call: off without a URL, its token never shown.

namespace Atelier.Web.Tests.Configuration;

public sealed class WakeupSettingTests : IDisposable
{
    private readonly SettingsDriver driver = new();

    public void Dispose() => driver.Dispose();

    [Fact]
    public void It_is_off_unless_a_url_is_set()
    {
        var wakeup = driver.Settings().Wakeup;

        (wakeup.Url, wakeup.Token, wakeup.Quiet, wakeup.Event).ShouldBe((null, null, TimeSpan.FromSeconds(60), "atelier"));
    }

    [Fact]
    public void The_token_may_lie_in_a_mounted_file_and_is_not_shown()
    {
        driver.File("token.txt", "ghp_secret\n").Yaml("wakeup:\n  url: https://api.github.com/repos/ann/pictures/dispatches\n  token_file: token.txt\n  quiet_seconds: 5\n");

        driver.Settings().Wakeup.Token.ShouldBe("ghp_secret");
        driver.Load().Report.Settings.Select(setting => setting.Value).ShouldAllBe(value => !value.Contains("ghp_secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("wakeup.url", "ftp://example.org")]
    [InlineData("wakeup.url", "https://ann:secret@example.org/")]
    [InlineData("wakeup.token", "two words")]
    [InlineData("wakeup.quiet_seconds", "0")]
    public void What_cannot_work_is_refused_at_the_start(string key, string value) =>
        driver.Flag($"--{key}", key, value).Problem().Key.ShouldBe(key);
}
