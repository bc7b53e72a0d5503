// The doctor tells what is well and what is not, shows no secret, and changes nothing.

using System.Text.Json;
using Atelier.Cli;
using Atelier.Cli.Doctor;

namespace Atelier.EndToEnd.Cli;

public sealed class DoctorTests : IDisposable
{
    private readonly CommandLineDriver terminal = new();

    public void Dispose() => terminal.Dispose();

    [Fact]
    public async Task It_lists_every_setting_with_its_source()
    {
        var answer = await terminal.Environment("ATELIER_WORKER__CONCURRENCY", "7").Type("doctor", "--set", "logging.level=debug");

        answer.Out.ShouldMatch(@"worker\.concurrency +7 +\(ATELIER_WORKER__CONCURRENCY\)");
        answer.Out.ShouldMatch(@"logging\.level +debug +\(--set logging\.level\)");
        answer.Out.ShouldMatch(@"server\.urls +http://127\.0\.0\.1:5080 +\(default\)");
    }

    [Fact]
    public async Task It_creates_nothing()
    {
        await terminal.Type("doctor");
        Directory.EnumerateFileSystemEntries(terminal.Folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task It_shows_no_password()
    {
        var answer = await terminal.Type("doctor", "--json", "--database", "postgres://ada:horse@127.0.0.1:1/pictures?connect_timeout=1");

        answer.Out.ShouldNotContain("horse");
        answer.Out.ShouldContain("********");
    }

    [Fact]
    public async Task Its_json_is_one_object_with_checks_and_settings()
    {
        using var answer = JsonDocument.Parse((await terminal.Type("doctor", "--json")).Out);

        var checks = answer.RootElement.GetProperty("checks").EnumerateArray().ToDictionary(check => check.GetProperty("name").GetString()!);
        checks["settings"].GetProperty("health").GetString().ShouldBe("ok");
        checks["data folder"].GetProperty("health").GetString().ShouldBe("ok");
        answer.RootElement.GetProperty("settings").EnumerateArray().Select(setting => setting.GetProperty("key").GetString()).ShouldContain("worker.concurrency");
    }

    [Fact]
    public async Task Problems_of_the_settings_are_findings_and_their_exit_code()
    {
        var answer = await terminal.Environment("ATELIER_LOGGING__LEVEL", "loud").Type("doctor", "--json");

        answer.Code.ShouldBe(ExitCode.Configuration);
        using var json = JsonDocument.Parse(answer.Out);
        json.RootElement.GetProperty("healthy").GetBoolean().ShouldBeFalse();
        json.RootElement.GetProperty("problems")[0].GetProperty("key").GetString().ShouldBe("logging.level");
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_written_is_found()
    {
        var answer = await terminal.Type("doctor", "--data", Path.Combine("/proc", "atelier"));

        answer.Code.ShouldBe(ExitCode.Failed);
        answer.Out.ShouldContain("FAIL");
        answer.Out.ShouldContain("--data");
    }

    [Fact]
    public async Task A_check_that_breaks_does_not_keep_the_others_from_being_told()
    {
        var findings = await new Examination([
            new DoctorCheck("broken", _ => throw new InvalidOperationException("out of paint")),
            new DoctorCheck("well", _ => Task.FromResult(Finding.Ok("fine"))),
        ]).RunAsync(TimeProvider.System, CancellationToken.None);

        findings[0].Finding.Health.ShouldBe(Health.Fail);
        findings[0].Finding.Message.ShouldContain("out of paint");
        findings[1].Finding.ShouldBe(Finding.Ok("fine"));
    }
}
