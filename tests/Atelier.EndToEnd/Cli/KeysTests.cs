// Keys by command: in, listed, out of use and back, tried, gone; and never shown.

using System.Text.Json;
using Atelier.Cli;
using Atelier.Doubles;
using Atelier.Doubles.Gemini;
using Atelier.Doubles.Replicate;
using Atelier.Doubles.Stability;

namespace Atelier.EndToEnd.Cli;

public sealed class KeysTests : IDisposable
{
    private const string Secret = "test-4be1c09d7f";

    private readonly CommandLineDriver terminal = new();

    public void Dispose() => terminal.Dispose();

    [Fact]
    public async Task A_key_is_read_from_standard_input_and_listed_without_its_secret()
    {
        terminal.Input = Secret + "\n";
        var added = await terminal.Type("keys", "add", "replicate");
        var listed = await terminal.Type("keys", "list");

        (added.Code, listed.Code).ShouldBe((ExitCode.Ok, ExitCode.Ok));
        listed.Out.ShouldBe("replicate\tmain\tstore\t1\tno limit\t$0\tok\t\t\n");
        (added.Out + added.Error + listed.Out).ShouldNotContain(Secret[5..]);
    }

    [Fact]
    public async Task A_key_is_asked_for_where_a_person_sits_there()
    {
        (terminal.Hidden, terminal.Input) = (Secret, "not this");

        (await terminal.Type("keys", "add", "replicate", "second", "--weight", "2.5", "--daily-budget", "1.50", "--json")).Code.ShouldBe(ExitCode.Ok);

        using var key = JsonDocument.Parse((await terminal.Type("keys", "list", "--json")).Out);
        key.RootElement.GetProperty("label").GetString().ShouldBe("second");
        key.RootElement.GetProperty("weight").GetDouble().ShouldBe(2.5);
        key.RootElement.GetProperty("daily_budget").GetDecimal().ShouldBe(1.5m);
    }

    [Fact]
    public async Task A_key_may_come_from_a_file()
    {
        await File.WriteAllTextAsync(Path.Combine(terminal.Folder, "key.txt"), $"  {Secret}\n");

        (await terminal.Type("keys", "add", "gemini", "--from-file", "key.txt")).Code.ShouldBe(ExitCode.Ok);

        (await terminal.Type("keys", "add", "gemini", "other", "--from-file", "missing.txt")).Code.ShouldBe(ExitCode.Failed);
    }

    [Theory]
    [InlineData("", (int)ExitCode.Usage, "no key was given", "replicate")]
    [InlineData("two words", (int)ExitCode.Usage, "without spaces", "replicate")]
    [InlineData(Secret, (int)ExitCode.Failed, "did you mean replicate", "replicat")]
    [InlineData(Secret, (int)ExitCode.Usage, "needs no key", "sketch")]
    [InlineData(Secret, (int)ExitCode.Usage, "not the key itself", "replicate", "r8_0123456789abcdef0123456789abcdef01234")]
    [InlineData(Secret, (int)ExitCode.Usage, "the label has", "replicate", "a/b")]
    [InlineData(Secret, (int)ExitCode.Usage, "--weight wants", "replicate", "--weight", "0")]
    [InlineData(Secret, (int)ExitCode.Usage, "--daily-budget wants", "replicate", "--daily-budget", "much")]
    public async Task What_is_wrong_is_said_and_nothing_is_stored(string input, int code, string says, params string[] args)
    {
        terminal.Input = input;

        var answer = await terminal.Type(["keys", "add", .. args]);

        ((int)answer.Code).ShouldBe(code, answer.Error);
        answer.Error.ShouldContain(says);
        answer.Error.ShouldNotContain("r8_0123");
        (await terminal.Type("keys", "list")).Out.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_label_is_used_once_whether_in_the_store_or_the_settings()
    {
        terminal.Environment("ATELIER_PROVIDERS__REPLICATE__KEY", Secret).Input = Secret;

        var taken = await terminal.Type("keys", "add", "replicate");
        taken.Code.ShouldBe(ExitCode.Failed);
        taken.Error.ShouldContain("providers.replicate.key");
        (await terminal.Type("keys", "add", "replicate", "second")).Code.ShouldBe(ExitCode.Ok);
        (await terminal.Type("keys", "add", "replicate", "second")).Error.ShouldContain("already");
    }

    [Fact]
    public async Task A_key_is_taken_out_of_use_brought_back_and_removed()
    {
        terminal.Input = Secret;
        await terminal.Type("keys", "add", "replicate");

        (await terminal.Type("keys", "disable", "replicate", "main")).Out.ShouldContain("\tdisabled\t");
        (await terminal.Type("providers")).Out.ShouldContain("provider\treplicate\tapi.replicate.com\t");
        (await terminal.Type("keys", "enable", "replicate", "main")).Out.ShouldContain("\tok\t");
        (await terminal.Type("keys", "remove", "replicate", "main")).Out.ShouldBe("replicate\tmain\tremoved\n");
        var gone = await terminal.Type("keys", "disable", "replicate", "main");
        (gone.Code, gone.Out).ShouldBe((ExitCode.Failed, ""));
    }

    [Fact]
    public async Task A_key_of_the_settings_is_changed_where_it_stands()
    {
        terminal.Environment("REPLICATE_API_TOKEN", Secret);

        var answer = await terminal.Type("keys", "disable", "replicate", "environment");

        answer.Code.ShouldBe(ExitCode.Failed);
        answer.Error.ShouldContain("comes from REPLICATE_API_TOKEN");
    }

    [Fact]
    public async Task A_variable_that_holds_no_key_is_a_problem_of_the_settings()
    {
        var answer = await terminal.Environment("GEMINI_API_KEY", "two words").Environment("BFL_API_KEY", " ").Type("keys", "list");

        answer.Code.ShouldBe(ExitCode.Configuration);
        answer.Error.ShouldContain("GEMINI_API_KEY");
        answer.Error.ShouldNotContain("BFL_API_KEY");
        answer.Error.ShouldNotContain("two words");
    }

    [Fact]
    public async Task Address_and_keys_are_tried_with_a_call_that_costs_nothing()
    {
        await using var doubles = await DoublesHost.StartAsync();
        terminal.Environment("ATELIER_PROVIDERS__REPLICATE__URL", doubles.AddressOf(doubles.Get<ReplicateDouble>()).ToString())
            .Environment("ATELIER_PROVIDERS__GEMINI__URL", doubles.AddressOf(doubles.Get<GeminiDouble>()).ToString())
            .Environment("REPLICATE_API_TOKEN", Secret).Environment("GEMINI_API_KEY", "wrong").Environment("STABILITY_API_KEY", Secret)
            .Environment("ATELIER_PROVIDERS__STABILITY__URL", doubles.AddressOf(doubles.Get<StabilityDouble>()).ToString());

        (await terminal.Type("keys", "test", "replicate")).ShouldSatisfyAllConditions(
            works => works.Code.ShouldBe(ExitCode.Ok), works => works.Out.ShouldBe("replicate\tenvironment\tworks\t\n"));
        (await terminal.Type("keys", "test", "gemini", "environment")).ShouldSatisfyAllConditions(
            fails => fails.Code.ShouldBe(ExitCode.Failed), fails => fails.Out.ShouldContain("fails\tGemini does not accept the key"));
        (await terminal.Type("keys", "test", "stability")).Out.ShouldContain("works");
        (await terminal.Type("keys", "test", "sketch")).ShouldSatisfyAllConditions(
            unknown => unknown.Code.ShouldBe(ExitCode.Ok), unknown => unknown.Out.ShouldContain("untestable"));
        (await terminal.Type("keys", "test", "bfl")).Error.ShouldContain("atelier keys add bfl");
        doubles.Get<ReplicateDouble>().Billed.ShouldBe(0);
    }

    [Fact]
    public async Task The_doctor_misses_what_a_provider_needs()
    {
        terminal.Environment("ATELIER_PROVIDERS__REPLICATE__UNKNOWN", "ask").Environment("ATELIER_PROVIDERS__BFL__URL", "http://gateway.example/v1").Environment("BFL_API_KEY", Secret);

        var answer = await terminal.Type("doctor");

        answer.Out.ShouldContain("replicate has no key");
        answer.Out.ShouldContain("keys of bfl go to gateway.example unencrypted");
        answer.Out.ShouldNotContain(Secret);
        Directory.EnumerateFileSystemEntries(terminal.Folder).ShouldBeEmpty();
    }
}
