// Brings the schema up to date: all missing steps in one transaction, so that a crash leaves the old schema or the new one.
using System.Reflection;

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
    /// <summary>Applies what is missing, in the order of the sources and of their numbers, and answers how many files that were.</summary>
    /// <exception cref="MigrationException">The database is newer than this program, or an applied file has been changed since.</exception>
    public static Task<int> MigrateAsync(Database database, IReadOnlyList<MigrationSource> sources, CancellationToken ct = default) =>
        throw new NotSupportedException();

    /// <summary>The files that <see cref="MigrateAsync"/> would apply, as <c>owner/NNN</c>.</summary>
    /// <exception cref="MigrationException">The database is newer than this program, or an applied file has been changed since.</exception>
    public static Task<IReadOnlyList<string>> PendingAsync(
        Database database, IReadOnlyList<MigrationSource> sources, CancellationToken ct = default) =>
        throw new NotSupportedException();
}
