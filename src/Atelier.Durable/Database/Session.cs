// Queries on one connection; holds nothing that a crash could lose.
using System.Data.Common;
using Dapper;
using Npgsql;

namespace Atelier.Durable;

/// <summary>
/// A connection within a consistent read or a transaction. Not for use by two threads at once, nor after the work it was given to.
/// Columns map to properties by name, underscores ignored; arguments are an object's properties or a dictionary.
/// </summary>
public class Session
{
    static Session() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    internal Session(Database database, DbConnection connection, DbTransaction? transaction) =>
        (Database, Connection, DbTransaction) = (database, connection, transaction);

    /// <summary>Which SQL it speaks.</summary>
    public Dialect Dialect => Database.Dialect;

    /// <summary>The open connection, for what the methods below cannot do.</summary>
    public DbConnection Connection { get; }

    /// <summary>The transaction that commands on <see cref="Connection"/> must carry; null where the connection itself knows.</summary>
    public DbTransaction? DbTransaction { get; }

    internal Database Database { get; }

    /// <summary>All rows of a query.</summary>
    public virtual async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args = null, CancellationToken ct = default) =>
        Connection is NpgsqlConnection postgres
            ? await PostgresStatements.QueryAsync<T>(postgres, [new Statement(sql, args)], ct)
            : (await Connection.QueryAsync<T>(Command(sql, args, ct))).AsList();

    /// <summary>The only row of a query, or the default value if there is none.</summary>
    /// <exception cref="InvalidOperationException">There is more than one.</exception>
    public async Task<T?> QuerySingleOrDefaultAsync<T>(string sql, object? args = null, CancellationToken ct = default) =>
        (await QueryAsync<T>(sql, args, ct)).SingleOrDefault();

    /// <summary>The first column of the first row, or the default value if there is none.</summary>
    public virtual Task<T?> ScalarAsync<T>(string sql, object? args = null, CancellationToken ct = default) =>
        Connection is NpgsqlConnection postgres
            ? PostgresStatements.ScalarAsync<T>(postgres, [new Statement(sql, args)], ct)
            : Connection.ExecuteScalarAsync<T?>(Command(sql, args, ct));

    private protected CommandDefinition Command(string sql, object? args, CancellationToken ct) =>
        new(sql, args, DbTransaction, cancellationToken: ct);
}
