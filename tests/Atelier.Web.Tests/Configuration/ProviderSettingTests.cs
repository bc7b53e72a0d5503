// The settings of providers: a key is enough for most, several keys for those who have them, and never a key in a message.

using Atelier.Generating;
using Atelier.Web.Configuration;

namespace Atelier.Web.Tests.Configuration;

public sealed class ProviderSettingTests : IDisposable
{
    private readonly SettingsDriver driver = new();

    public void Dispose() => driver.Dispose();

    [Fact]
    public void A_variable_that_a_providers_own_tools_know_is_enough()
    {
        driver.Environment("REPLICATE_API_TOKEN", "r8_secret");

        var replicate = Named("replicate");

        replicate.Keys.ShouldHaveSingleItem().ShouldSatisfyAllConditions(key => key.Secret.ShouldBe("r8_secret"), key => key.Source.ShouldBe("REPLICATE_API_TOKEN"));
        replicate.Endpoint.BaseUrl.ToString().ShouldBe("https://api.replicate.com/v1");
        replicate.Named.ShouldBeFalse();
    }

    [Fact]
    public void Several_keys_come_with_weight_and_budget_from_file_variable_and_mounted_file()
    {
        driver.File("second.txt", "sk-two\n").Environment("ATELIER_PROVIDERS__OPENAI__KEYS__THIRD__KEY", "sk-three").Yaml("""
            providers:
              openai:
                unknown: ask
                keys:
                  first: sk-one
                  second:
                    key_file: second.txt
                    weight: 3
                    daily_budget: 2.50
            """);

        var openai = Named("openai");

        openai.Unknown.ShouldBe(UnknownPolicy.Ask);
        openai.Keys.Select(key => (key.Label, key.Secret, key.Weight, key.DailyBudget)).Order().ShouldBe(
            [("first", "sk-one", 1, null), ("second", "sk-two", 3, 2.5m), ("third", "sk-three", 1, null)]);
        driver.Load().Report.Settings.Select(setting => setting.Value).ShouldAllBe(value => !value.Contains("sk-", StringComparison.Ordinal));
    }

    [Fact]
    public void Several_providers_of_one_kind_have_names_of_their_own_and_do_not_share_a_key()
    {
        driver.Environment("OPENAI_API_KEY", "sk-one").Yaml("""
            providers:
              gpu1: { adapter: comfyui, url: "http://192.168.1.20:8188" }
              gpu2: { adapter: comfyui, url: "http://192.168.1.21:8188", workflows: /srv/workflows, paint_seconds: 900 }
              gateway: { adapter: openai, url: "https://gateway.example.org/v1" }
            """);

        Named("gpu1").Endpoint.BaseUrl.Host.ShouldBe("192.168.1.20");
        Named("gpu2").Endpoint.ShouldSatisfyAllConditions(
            endpoint => endpoint.Options["workflows"].ShouldBe("/srv/workflows"), endpoint => endpoint.PaintLimit.ShouldBe(TimeSpan.FromMinutes(15)));
        Named("gateway").Keys.ShouldBeEmpty();
        Named("openai").Keys.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("providers: { gpu1: { url: \"http://localhost:1\" } }", "providers.gpu1.adapter")]
    [InlineData("providers: { gpu1: { adapter: brush, url: \"http://localhost:1\" } }", "providers.gpu1.adapter")]
    [InlineData("providers: { home: { adapter: openai-compatible } }", "providers.home.url")]
    [InlineData("providers: { openai: { url: \"ftp://x\" } }", "providers.openai.url")]
    [InlineData("providers: { openai: { unknown: perhaps } }", "providers.openai.unknown")]
    [InlineData("providers: { openai: { keys: { a: { key: sk-a, weight: 0 } } } }", "providers.openai.keys.a.weight")]
    [InlineData("providers: { openai: { keys: { a: { key: sk-a, daily_budget: much } } } }", "providers.openai.keys.a.daily_budget")]
    [InlineData("providers: { openai: { colour: red } }", "providers.openai.colour")]
    public void What_cannot_work_is_refused_at_the_start(string yaml, string key) =>
        driver.Yaml(yaml).Load().Problems.Select(problem => problem.Key).ShouldContain(key);

    [Fact]
    public void A_broken_key_is_refused_without_being_shown()
    {
        var problem = driver.Yaml("providers: { openai: { key: \"sk two words\" } }").Problem();

        problem.Key.ShouldBe("providers.openai.key");
        problem.ToString().ShouldNotContain("two");
    }

    [Fact]
    public void A_sealing_key_must_be_one()
    {
        driver.Flag("--set", "secrets.key", "short").Problem().Key.ShouldBe("secrets.key");
        driver.Flag("--set", "secrets.key", Convert.ToBase64String(new byte[32])).Settings().Secrets.Key.ShouldNotBeNull();
    }

    private ProviderOptions Named(string name) => driver.Settings().Providers.All.Single(provider => provider.Endpoint.Name == name);
}
