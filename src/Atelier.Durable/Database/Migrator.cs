// Brings the schema up to date: all missing steps in one transaction, so that a crash leaves the old schema or the new one.
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Atelier.Durable;

/// <summary>Numbered SQL files of one owner, embedded as <c>{Prefix}.{Postgres|Sqlite}.NNN.sql</c>.</summary>
/// <param name="Name">The owner, under which applied numbers are recorded.</param>
/// <param name="Assembly">Where the files are embedded.</param>
/// <param name="Prefix">The resource name up to the dialect's folder.</param>
public sealed record MigrationSource(string Name, Assembly Assembly, string Prefix);

/// <summary>The schema of the queue and the event log.</summary>
public static class DurableMigrations
{
    /// <summary>To be given to the migrator before any other source.</summary>
    public static MigrationSource Source { get; } =
        new("durable", typeof(DurableMigrations).Assembly, "Atelier.Durable.Database.Migrations");
}

/// <summary>The database does not fit this program, and going on would harm it.</summary>
public sealed class MigrationException(string message) : Exception(message);

/// <summary>Applies migrations. Any number of processes may try at once; one does the work, the others find it done.</summary>
public static class Migrator
{
    // Any number will do, as long as every version of this program uses the same.
    private const long PostgresLock = 0x6174656c_69657201;

    /// <summary>Applies what is missing, in the order of the sources and of their numbers, and answers how many files that were.</summary>
    /// <exception cref="MigrationException">The database is newer than this program, or an applied file has been changed since.</exception>
    public static Task<int> MigrateAsync(Database database, IReadOnlyList<MigrationSource> sources, CancellationToken ct = default) =>
        database.TransactAsync(
            async tx =>
            {
                if (tx.Dialect == Dialect.Postgres)
                    await ExecuteAsync(tx, $"select pg_advisory_xact_lock({PostgresLock})", ct);
                await tx.ExecuteAsync(
                    """
                    create table if not exists schema_migrations (
                        source text not null, number integer not null, checksum text not null, applied_at bigint not null,
                        primary key (source, number))
                    """,
                    ct: ct);
                var pending = await PendingAsync(tx, sources, ct);
                foreach (var file in pending)
                {
                    await ExecuteAsync(tx, file.Sql, ct);
                    await tx.ExecuteAsync(
                        "insert into schema_migrations (source, number, checksum, applied_at) values (@Source, @Number, @Checksum, @Now)",
                        new { file.Source, file.Number, file.Checksum, Now = database.Time.GetUtcNow().ToUnixTimeMilliseconds() },
                        ct);
                }

                return pending.Count;
            },
            ct);

    // However long it takes: a large table is not rewritten within the patience that a driver has with a statement.
    private static async Task ExecuteAsync(Transaction tx, string sql, CancellationToken ct)
    {
        await using var command = tx.Connection.CreateCommand();
        (command.CommandText, command.CommandTimeout, command.Transaction) = (sql, 0, tx.DbTransaction);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The files that <see cref="MigrateAsync"/> would apply, as <c>owner/NNN</c>.</summary>
    /// <exception cref="MigrationException">The database is newer than this program, or an applied file has been changed since.</exception>
    public static Task<IReadOnlyList<string>> PendingAsync(
        Database database, IReadOnlyList<MigrationSource> sources, CancellationToken ct = default) =>
        database.ReadAsync<IReadOnlyList<string>>(
            async session => [.. (await PendingAsync(session, sources, ct)).Select(file => $"{file.Source}/{file.Number:000}")],
            ct);

    private static async Task<IReadOnlyList<MigrationFile>> PendingAsync(
        Session session, IReadOnlyList<MigrationSource> sources, CancellationToken ct)
    {
        var known = await session.ScalarAsync<long>(
            session.Dialect == Dialect.Postgres
                ? "select count(*) from pg_tables where schemaname = current_schema() and tablename = 'schema_migrations'"
                : "select count(*) from sqlite_master where type = 'table' and name = 'schema_migrations'",
            ct: ct);
        var applied = known == 0
            ? []
            : await session.QueryAsync<AppliedRow>("select source, number, checksum from schema_migrations", ct: ct);
        return [.. sources.SelectMany(source => Pending(source, Files(source, session.Dialect), applied))];
    }

    private static IEnumerable<MigrationFile> Pending(
        MigrationSource source, IReadOnlyList<MigrationFile> files, IReadOnlyList<AppliedRow> applied)
    {
        var checksums = applied.Where(row => row.Source == source.Name).ToDictionary(row => row.Number, row => row.Checksum);
        var newest = files.Count == 0 ? 0 : files[^1].Number;
        if (checksums.Keys.Any(number => number > newest))
        {
            throw new MigrationException(
                $"The database has {source.Name}/{checksums.Keys.Max():000}, this program knows up to {newest:000}: " +
                "it was migrated by a newer version. Start that version, or restore a backup.");
        }

        foreach (var file in files)
        {
            if (!checksums.TryGetValue(file.Number, out var checksum))
                yield return file;
            else if (checksum != file.Checksum)
                throw new MigrationException($"{source.Name}/{file.Number:000} was changed after it had been applied to this database.");
        }
    }

    private static List<MigrationFile> Files(MigrationSource source, Dialect dialect)
    {
        var folder = $"{source.Prefix}.{dialect}.";
        return
        [
            .. source.Assembly.GetManifestResourceNames()
                .Where(name => name.StartsWith(folder, StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal))
                .Select(name => Load(source, name, int.Parse(name.AsSpan(folder.Length, 3), CultureInfo.InvariantCulture)))
                .OrderBy(file => file.Number),
        ];
    }

    private static MigrationFile Load(MigrationSource source, string resource, int number)
    {
        using var reader = new StreamReader(source.Assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
        var sql = reader.ReadToEnd().ReplaceLineEndings("\n");
        return new MigrationFile(source.Name, number, sql, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))));
    }

    private sealed record MigrationFile(string Source, int Number, string Sql, string Checksum);

    private sealed class AppliedRow
    {
        public string Source { get; init; } = "";

        public int Number { get; init; }

        public string Checksum { get; init; } = "";
    }
}
