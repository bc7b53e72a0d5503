// Flags win over the environment, the environment over the file, the file over defaults; each value knows where it came from.

using Atelier.Web.Configuration;
using Microsoft.Extensions.Logging;

namespace Atelier.Web.Tests.Configuration;

public sealed class SettingsPrecedenceTests : IDisposable
{
    private readonly SettingsDriver given = new();

    public void Dispose() => given.Dispose();

    [Fact]
    public void Given_nothing_every_setting_has_its_default()
    {
        var settings = given.Settings();

        settings.Server.Urls.ShouldBe(["http://127.0.0.1:5080"]);
        settings.Server.PublicUrl.ShouldBeNull();
        settings.Server.Roles.ShouldBe(Roles.All);
        settings.Data.Folder.ShouldBe(given.Folder);
        settings.Database.ShouldBe(new DatabaseOptions(DatabaseKind.Sqlite, Path.Combine(given.Folder, "atelier.db")));
        settings.Storage.Folder.ShouldBe(Path.Combine(given.Folder, "images"));
        settings.Worker.ShouldBe(new WorkerOptions(Math.Clamp(Environment.ProcessorCount, 1, 64), TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1), 3));
        settings.Limits.ShouldBe(new LimitsOptions(4000, 4, 4096, 4096, 20 * 1024 * 1024, 64_000_000, PerUser: 0, ReadsPerMinute: 6_000, WritesPerMinute: 1_200, TimeSpan.FromMinutes(60)));
        settings.Logging.ShouldBe(new LoggingOptions(LogLevel.Information, Json: false));
    }

    [Fact]
    public void Reading_settings_creates_nothing()
    {
        var folder = Path.Combine(given.Folder, "not", "there");

        given.Environment("ATELIER_DATA", folder).Settings();

        Directory.Exists(folder).ShouldBeFalse();
    }

    [Fact]
    public void The_file_wins_over_the_default()
    {
        given.Yaml("worker:\n  concurrency: 7\n").Settings().Worker.Concurrency.ShouldBe(7);
        Effective("worker.concurrency").Origin.ShouldBe(new SettingOrigin(SettingOriginKind.File, "atelier.yaml:2"));
    }

    [Fact]
    public void The_environment_wins_over_the_file()
    {
        given.Yaml("worker:\n  concurrency: 7\n").Environment("ATELIER_WORKER__CONCURRENCY", "8").Settings().Worker.Concurrency.ShouldBe(8);
        Effective("worker.concurrency").Origin.ShouldBe(new SettingOrigin(SettingOriginKind.Environment, "ATELIER_WORKER__CONCURRENCY"));
    }

    [Fact]
    public void A_flag_wins_over_everything()
    {
        given.Yaml("worker:\n  concurrency: 7\n").Environment("ATELIER_WORKER__CONCURRENCY", "8").Flag("--concurrency", "worker.concurrency", "9")
            .Settings().Worker.Concurrency.ShouldBe(9);
        Effective("worker.concurrency").Origin.ShouldBe(new SettingOrigin(SettingOriginKind.Flag, "--concurrency"));
    }

    [Fact]
    public void A_wrong_value_that_is_overruled_does_no_harm()
    {
        given.Yaml("worker:\n  concurrency: lots\n").Environment("ATELIER_WORKER__CONCURRENCY", "8").Settings().Worker.Concurrency.ShouldBe(8);
    }

    [Fact]
    public void An_empty_variable_is_an_unset_one()
    {
        given.Environment("ATELIER_DATABASE", "").Environment("ATELIER_SERVER__URLS", "").Settings().Database.Kind.ShouldBe(DatabaseKind.Sqlite);
    }

    [Theory]
    [InlineData("worker:\n")]
    [InlineData("worker:\n  concurrency:\n")]
    [InlineData("worker:\n  concurrency: ~\n")]
    [InlineData("# only a comment\n")]
    [InlineData("")]
    [InlineData("---\n")]
    public void What_is_left_empty_in_the_file_keeps_its_default(string yaml) =>
        given.Yaml(yaml).Settings().Worker.MaxAttempts.ShouldBe(3);

    [Fact]
    public void The_data_folder_is_the_flag_then_the_variable()
    {
        var elsewhere = Path.Combine(given.Folder, "elsewhere");
        given.Flag("--data", "data", elsewhere).Settings().Data.Folder.ShouldBe(elsewhere);
    }

    [Fact]
    public void Without_either_the_data_folder_is_where_this_user_keeps_data() =>
        given.Without("ATELIER_DATA").Load("/home/ada/.local/share").Settings!.Data.Folder.ShouldBe("/home/ada/.local/share/atelier");

    [Fact]
    public void Xdg_data_home_is_honoured() =>
        given.Without("ATELIER_DATA").Environment("XDG_DATA_HOME", "/srv/share").Settings().Data.Folder.ShouldBe("/srv/share/atelier");

    [Fact]
    public void A_relative_xdg_data_home_is_ignored_as_its_standard_says() =>
        given.Without("ATELIER_DATA").Environment("XDG_DATA_HOME", "share").Settings().Data.Folder.ShouldBe("/home/ada/.local/share/atelier");

    [Fact]
    public void A_user_without_a_home_is_told_how_to_choose_a_folder()
    {
        var problem = given.Without("ATELIER_DATA").Load(homeDataFolder: "").Problems.ShouldHaveSingleItem();

        problem.Key.ShouldBe("data");
        problem.Fix.ShouldContain("--data");
        problem.Fix.ShouldContain("ATELIER_DATA");
    }

    [Fact]
    public void A_relative_storage_folder_lies_in_the_data_folder() =>
        given.Yaml("storage:\n  folder: pictures/full\n").Settings().Storage.Folder.ShouldBe(Path.Combine(given.Folder, "pictures", "full"));

    [Theory]
    [InlineData("http://0.0.0.0:80")]
    [InlineData("http://*:8080")]
    [InlineData("http://[::1]:5080")]
    [InlineData("http://localhost")]
    [InlineData("http://127.0.0.1:0")]
    public void Addresses_to_listen_on_are_taken_as_they_are(string url) =>
        given.Environment("ATELIER_SERVER__URLS", url).Settings().Server.Urls.ShouldBe([url]);

    [Fact]
    public void Several_addresses_may_be_a_list_in_the_file() =>
        given.Yaml("server:\n  urls:\n    - http://127.0.0.1:1\n    - http://127.0.0.1:2\n").Settings().Server.Urls.ShouldBe(["http://127.0.0.1:1", "http://127.0.0.1:2"]);

    [Theory]
    [InlineData("api", Roles.Api)]
    [InlineData("web,api", Roles.Api | Roles.Web)]
    [InlineData("Worker", Roles.Worker)]
    public void Roles_are_a_list_of_names(string text, Roles roles) =>
        given.Environment("ATELIER_SERVER__ROLES", text).Settings().Server.Roles.ShouldBe(roles);

    [Fact]
    public void A_public_address_loses_its_trailing_slash() =>
        given.Environment("ATELIER_SERVER__PUBLIC_URL", "https://pictures.example.org/").Settings().Server.PublicUrl.ShouldBe("https://pictures.example.org");

    [Theory]
    [InlineData("1048576", 1048576)]
    [InlineData("5MB", 5_000_000)]
    [InlineData("5 MiB", 5 * 1024 * 1024)]
    [InlineData("1.5mb", 1_500_000)]
    public void Sizes_may_have_a_unit(string text, long bytes) =>
        given.Environment("ATELIER_LIMITS__MAX_UPLOAD_BYTES", text).Settings().Limits.MaxUploadBytes.ShouldBe(bytes);

    [Theory]
    [InlineData("yes", true)]
    [InlineData("On", true)]
    [InlineData("0", false)]
    public void Switches_are_understood_in_the_usual_words(string text, bool on) =>
        given.Environment("ATELIER_LOGGING__JSON", text).Settings().Logging.Json.ShouldBe(on);

    [Fact]
    public void Every_setting_in_force_is_reported_once_with_its_source()
    {
        var report = given.Environment("ATELIER_LOGGING__LEVEL", "Debug").Load().Report.Settings;

        report.Select(setting => setting.Key).ShouldBeUnique();
        report.Count.ShouldBeGreaterThan(15);
        report.ShouldAllBe(setting => setting.About.Length > 0);
        Effective("logging.level").ShouldBe(new EffectiveSetting("logging.level", "debug", SettingOrigin.Variable("ATELIER_LOGGING__LEVEL"), "least severe entries that are written"));
        Effective("server.urls").Origin.ShouldBe(SettingOrigin.Default);
    }

    private EffectiveSetting Effective(string key) => given.Load().Report.Settings.Single(setting => setting.Key == key);
}
