// The database may be given as a URL, as Npgsql's keywords, or in a mounted file; its password never shows.

using Atelier.Web.Configuration;
using Npgsql;

namespace Atelier.Web.Tests.Configuration;

public sealed class DatabaseSettingTests : IDisposable
{
    private const string Secret = "correct horse";

    private readonly SettingsDriver given = new();

    public void Dispose() => given.Dispose();

    [Fact]
    public void A_url_names_host_port_user_password_database_and_parameters()
    {
        var address = Postgres("postgres://ada:p%40ss%23@db.example.org:6543/pictures?sslmode=verify-full&application_name=atelier&connect_timeout=7");

        address.Host.ShouldBe("db.example.org");
        address.Port.ShouldBe(6543);
        address.Username.ShouldBe("ada");
        address.Password.ShouldBe("p@ss#");
        address.Database.ShouldBe("pictures");
        address.SslMode.ShouldBe(SslMode.VerifyFull);
        address.ApplicationName.ShouldBe("atelier");
        address.Timeout.ShouldBe(7);
    }

    [Fact]
    public void A_url_may_name_a_socket_folder()
    {
        var address = Postgres("postgresql:///pictures?host=/var/run/postgresql&user=ada");

        address.Host.ShouldBe("/var/run/postgresql");
        address.Username.ShouldBe("ada");
        address.Database.ShouldBe("pictures");
    }

    [Fact]
    public void An_ipv6_host_loses_its_brackets() => Postgres("postgres://ada@[::1]:5433/pictures").Host.ShouldBe("::1");

    [Fact]
    public void Keywords_are_taken_as_npgsql_knows_them() => Postgres("Host=db;Username=ada;Database=pictures").Host.ShouldBe("db");

    [Theory]
    [InlineData("ATELIER_DATABASE")]
    [InlineData("ATELIER_DATABASE__CONNECTION")]
    public void The_variable_has_a_short_and_a_long_name(string variable) =>
        given.Environment(variable, "Host=db").Settings().Database.Kind.ShouldBe(DatabaseKind.Postgres);

    [Theory]
    [InlineData("database: postgres://ada@db/pictures\n")]
    [InlineData("database:\n  connection: postgres://ada@db/pictures\n")]
    public void So_has_the_key(string yaml) => given.Yaml(yaml).Settings().Database.Kind.ShouldBe(DatabaseKind.Postgres);

    [Theory]
    [InlineData("database_file: secret.txt\n")]
    [InlineData("database:\n  connection_file: secret.txt\n")]
    public void It_may_lie_in_a_file_beside_the_settings(string yaml) =>
        given.File("secret.txt", "postgres://ada@db/pictures\n").Yaml(yaml).Settings().Database.Connection.ShouldContain("Host=db");

    [Fact]
    public void It_may_lie_in_a_mounted_file_named_by_a_variable()
    {
        var path = Path.Combine(given.Folder, "mounted");
        var load = given.File("mounted", "Host=db;Password=x").Environment("ATELIER_DATABASE_FILE", path).Load();

        load.Settings!.Database.Kind.ShouldBe(DatabaseKind.Postgres);
        load.Report.Settings.Single(setting => setting.Key == "database.connection").Origin.Text.ShouldBe($"ATELIER_DATABASE_FILE → {path}");
    }

    [Fact]
    public void A_missing_mounted_file_is_a_problem_that_names_it()
    {
        var problem = given.Environment("ATELIER_DATABASE_FILE", "/run/secrets/nothing").Problem();

        problem.Value.ShouldBe("/run/secrets/nothing");
        problem.Allowed.ShouldBe("a file that this user may read");
    }

    [Fact]
    public void Giving_it_twice_in_one_place_is_a_problem() =>
        given.Environment("ATELIER_DATABASE", "Host=a").Environment("ATELIER_DATABASE_FILE", "/run/secrets/db").Load()
            .Problems[0].Fix.ShouldContain("ATELIER_DATABASE_FILE");

    [Theory]
    [InlineData($"postgres://ada:{Secret}#@db/pictures")]
    [InlineData($"postgres://ada:{Secret}@/pictures")]
    [InlineData($"mysql://ada:{Secret}@db/pictures")]
    [InlineData($"Host=db;Password={Secret};Colour=red")]
    [InlineData($"Host=db;Password={Secret};Port=many")]
    [InlineData($"postgres://ada:{Secret}@db/pictures?sslmode=sometimes")]
    [InlineData(Secret)]
    public void What_cannot_be_understood_is_refused_without_repeating_it(string connection)
    {
        var problem = given.Environment("ATELIER_DATABASE", connection).Problem();

        problem.Key.ShouldBe("database.connection");
        problem.ToString().ShouldNotContain(Secret);
        problem.ToString().ShouldNotContain("horse");
    }

    [Fact]
    public void The_report_masks_the_password_and_shows_the_rest()
    {
        var shown = given.Environment("ATELIER_DATABASE", $"postgres://ada:correct%20horse@db/pictures").Load()
            .Report.Settings.Single(setting => setting.Key == "database.connection").Value;

        shown.ShouldBe("PostgreSQL Host=db;Username=ada;Password=********;Database=pictures");
    }

    [Fact]
    public void The_record_itself_shows_no_password() =>
        given.Environment("ATELIER_DATABASE", $"Host=db;Password={Secret}").Settings().ToString().ShouldNotContain(Secret);

    private NpgsqlConnectionStringBuilder Postgres(string text)
    {
        var database = given.Environment("ATELIER_DATABASE", text).Settings().Database;
        database.Kind.ShouldBe(DatabaseKind.Postgres);
        return new NpgsqlConnectionStringBuilder(database.Connection);
    }
}
