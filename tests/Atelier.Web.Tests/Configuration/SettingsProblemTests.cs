// What is wrong is told all together, each with its place and its cure; nothing wrong is silently ignored.

using Atelier.Web.Configuration;

namespace Atelier.Web.Tests.Configuration;

public sealed class SettingsProblemTests : IDisposable
{
    private readonly SettingsDriver given = new();

    public void Dispose() => given.Dispose();

    [Fact]
    public void All_problems_are_told_together()
    {
        var load = given.Yaml("worker:\n  concurrency: 900\n  lease_seconds: soon\nlogin: no\n")
            .Environment("ATELIER_LOGGING__LEVEL", "loud").Flag("--urls", "server.urls", "ftp://x").Load();

        load.Settings.ShouldBeNull();
        load.Problems.Select(problem => problem.Key).ShouldBe(["server.urls", "worker.concurrency", "worker.lease_seconds", "logging.level", "login"]);
    }

    [Fact]
    public void A_problem_names_key_value_place_allowed_and_fix()
    {
        given.Yaml("# mine\nworker:\n  concurrency: 900\n").Problem().ShouldBe(new SettingProblem(
            "worker.concurrency", "900", new SettingOrigin(SettingOriginKind.File, "atelier.yaml:3"), "a whole number from 1 to 64",
            $"correct atelier.yaml:3, or remove the line (then it is {Math.Clamp(Environment.ProcessorCount, 1, 64)})"));
    }

    [Fact]
    public void A_problem_of_a_variable_names_the_variable()
    {
        var problem = given.Environment("ATELIER_WORKER__MAX_ATTEMPTS", "0").Problem();

        problem.Origin.Text.ShouldBe("ATELIER_WORKER__MAX_ATTEMPTS");
        problem.Fix.ShouldBe("correct the variable ATELIER_WORKER__MAX_ATTEMPTS, or unset it (then it is 3)");
    }

    [Fact]
    public void A_problem_of_a_flag_names_the_flag() =>
        given.Flag("--urls", "server.urls", "5080").Problem().Fix.ShouldBe("correct --urls, or leave it out (then it is http://127.0.0.1:5080)");

    [Fact]
    public void The_description_reads_as_a_text()
    {
        var text = SettingProblem.Describe(given.Yaml("worker:\n  concurrency: 900\nlogging:\n  json: maybe\n").Load().Problems);

        text.ShouldStartWith("2 settings need attention:\n\n  worker.concurrency = 900   (from atelier.yaml:2)\n    allowed: a whole number from 1 to 64\n    fix:     correct atelier.yaml:2");
        text.ShouldContain("logging.json = maybe   (from atelier.yaml:4)");
    }

    [Theory]
    [InlineData("ATELIER_SERVER__URLS", "127.0.0.1:5080")]
    [InlineData("ATELIER_SERVER__URLS", "https://127.0.0.1:5080")]
    [InlineData("ATELIER_SERVER__URLS", "http://127.0.0.1:99999")]
    [InlineData("ATELIER_SERVER__URLS", "http://127.0.0.1:5080/app")]
    [InlineData("ATELIER_SERVER__URLS", ";")]
    [InlineData("ATELIER_SERVER__PUBLIC_URL", "pictures.example.org")]
    [InlineData("ATELIER_SERVER__PUBLIC_URL", "javascript:alert(1)")]
    [InlineData("ATELIER_SERVER__PUBLIC_URL", "https://user:secret@example.org")]
    [InlineData("ATELIER_SERVER__ROLES", "api,painter")]
    [InlineData("ATELIER_SERVER__ROLES", ",")]
    [InlineData("ATELIER_WORKER__CONCURRENCY", "0")]
    [InlineData("ATELIER_WORKER__CONCURRENCY", "65")]
    [InlineData("ATELIER_WORKER__CONCURRENCY", "2.5")]
    [InlineData("ATELIER_WORKER__CONCURRENCY", "NaN")]
    [InlineData("ATELIER_WORKER__CONCURRENCY", "99999999999999999999")]
    [InlineData("ATELIER_WORKER__LEASE_SECONDS", "-1")]
    [InlineData("ATELIER_WORKER__GRACE_SECONDS", "601")]
    [InlineData("ATELIER_WORKER__POLL_MILLISECONDS", "1")]
    [InlineData("ATELIER_LIMITS__MAX_PROMPT_LENGTH", "32001")]
    [InlineData("ATELIER_LIMITS__MAX_COUNT", "17")]
    [InlineData("ATELIER_LIMITS__MAX_WIDTH", "63")]
    [InlineData("ATELIER_LIMITS__MAX_HEIGHT", "16385")]
    [InlineData("ATELIER_LIMITS__MAX_UPLOAD_BYTES", "2GiB")]
    [InlineData("ATELIER_LIMITS__MAX_UPLOAD_BYTES", "-5MB")]
    [InlineData("ATELIER_LIMITS__MAX_UPLOAD_BYTES", "much")]
    [InlineData("ATELIER_LIMITS__MAX_UPLOAD_BYTES", "99999999999999999999999999GB")]
    [InlineData("ATELIER_LIMITS__MAX_PIXELS", "10")]
    [InlineData("ATELIER_LOGGING__LEVEL", "2")]
    [InlineData("ATELIER_LOGGING__JSON", "perhaps")]
    public void A_value_out_of_range_is_refused_under_its_own_key(string variable, string value)
    {
        var problem = given.Environment(variable, value).Problem();

        problem.Origin.Text.ShouldBe(variable);
        problem.Value.ShouldBe(value);
        problem.Key.ShouldBe(variable["ATELIER_".Length..].Replace("__", ".", StringComparison.Ordinal).ToLowerInvariant());
        problem.Allowed.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("worker:\n  concurency: 3\n", "worker.concurency", "did you mean worker.concurrency?")]
    [InlineData("worker:\n  lease-seconds: 3\n", "worker.lease-seconds", "did you mean worker.lease_seconds?")]
    [InlineData("Server:\n  Urls: http://127.0.0.1:1\n", "Server.Urls", "did you mean server.urls?")]
    [InlineData("databse: postgres://h/d\n", "databse", "did you mean database?")]
    [InlineData("colour_of_the_bicycle_shed: red\n", "colour_of_the_bicycle_shed", "remove it; `atelier doctor` lists every setting")]
    public void An_unknown_key_of_the_file_is_refused_with_the_nearest_name(string yaml, string key, string fix)
    {
        var problem = given.Yaml(yaml).Problem();

        problem.Key.ShouldBe(key);
        problem.Fix.ShouldBe(fix);
    }

    [Fact]
    public void An_unknown_variable_is_refused_with_the_nearest_variable()
    {
        var problem = given.Environment("ATELIER_WORKER_CONCURRENCY", "3").Problem();

        problem.Key.ShouldBe("ATELIER_WORKER_CONCURRENCY");
        problem.Fix.ShouldBe("did you mean ATELIER_WORKER__CONCURRENCY?");
    }

    [Theory]
    [InlineData("ATELIER_SERVICE_HOST", "10.0.0.7")]
    [InlineData("ATELIER_SERVICE_PORT_HTTP", "80")]
    [InlineData("ATELIER_PORT", "tcp://10.0.0.7:80")]
    [InlineData("ATELIER_WEB_PORT_80_TCP_ADDR", "10.0.0.7")]
    public void What_kubernetes_says_about_a_service_of_our_name_is_no_setting(string variable, string value) =>
        given.Environment(variable, value).Settings().ShouldNotBeNull();

    [Fact]
    public void The_file_may_not_name_the_folder_it_lies_in()
    {
        var problem = given.Yaml("data: /elsewhere\n").Problem();

        problem.Key.ShouldBe("data");
        problem.Fix.ShouldContain("ATELIER_DATA");
    }

    [Theory]
    [InlineData("worker:\n  concurrency: [1\n", 3)]
    [InlineData("a: 1\na: 2\n", 2)]
    [InlineData("worker: }\n", 1)]
    public void A_broken_file_is_one_problem_with_its_line(string yaml, int line)
    {
        var problem = given.Yaml(yaml).Problem();

        problem.Key.ShouldBe("atelier.yaml");
        problem.Allowed.ShouldBe("well-formed YAML");
        problem.Origin.Text.ShouldBe($"atelier.yaml:{line}");
    }

    [Theory]
    [InlineData("- worker\n- server\n")]
    [InlineData("just words\n")]
    [InlineData("worker:\n  concurrency: [{a: 1}]\n")]
    public void A_file_of_another_shape_is_refused(string yaml) =>
        given.Yaml(yaml).Problem().Allowed.ShouldBe("a value, a list of values, or a section of settings");

    [Fact]
    public void A_section_in_place_of_a_value_is_an_unknown_key() =>
        given.Yaml("logging:\n  level:\n    web: debug\n").Problem().Key.ShouldBe("logging.level.web");

    [Fact]
    public void An_endless_file_is_not_read() =>
        given.Yaml(new string('#', 2 * 1024 * 1024)).Problem().Allowed.ShouldContain("at most");
}
