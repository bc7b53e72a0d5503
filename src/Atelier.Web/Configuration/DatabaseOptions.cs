// Which database is used and how it is reached. Nothing is opened here.

using Npgsql;

namespace Atelier.Web.Configuration;

/// <summary>The databases that can be used.</summary>
public enum DatabaseKind
{
    /// <summary>A file in the data folder; one machine.</summary>
    Sqlite,

    /// <summary>A PostgreSQL server, 15 or later; any number of machines.</summary>
    Postgres,
}

/// <summary>Which database is used and how it is reached.</summary>
/// <param name="Kind">SQLite unless a connection is set.</param>
/// <param name="Connection">SQLite: the full path of the file. PostgreSQL: Npgsql's connection string, with its password.</param>
public sealed record DatabaseOptions(DatabaseKind Kind, string Connection)
{
    /// <summary>The name of the SQLite file in the data folder.</summary>
    public const string FileName = "atelier.db";

    internal static DatabaseOptions Read(SettingsReader settings, DataOptions data) =>
        settings.Secret(
            "database.connection",
            "PostgreSQL; a SQLite file in the data folder when empty",
            new DatabaseOptions(DatabaseKind.Sqlite, Path.Combine(data.Folder, FileName)),
            Understand,
            database => database.ToString(),
            shorthand: "database");

    /// <summary>The database in words, its password masked.</summary>
    public override string ToString()
    {
        if (Kind == DatabaseKind.Sqlite) return $"SQLite {Connection}";
        var address = new NpgsqlConnectionStringBuilder(Connection);
        if (address.Password is { Length: > 0 }) address.Password = SettingsReader.Masked;
        if (address.SslPassword is { Length: > 0 }) address.SslPassword = SettingsReader.Masked;
        if (address.Passfile is { Length: > 0 }) address.Passfile = SettingsReader.Masked;
        return $"PostgreSQL {address.ConnectionString}";
    }

    private static Understood<DatabaseOptions> Understand(string text)
    {
        var (connection, wrong) = PostgresAddress.Parse(text);
        return connection is null
            ? Understood<DatabaseOptions>.Not($"empty (SQLite), postgres://USER:PASSWORD@HOST:5432/DATABASE, or Host=…;Username=…;Password=…;Database=… ({wrong})")
            : new DatabaseOptions(DatabaseKind.Postgres, connection);
    }
}
