// Several statements in one round trip to PostgreSQL, in the connection's transaction: after a failure none of the rest has run.
using System.Reflection;
using System.Text.RegularExpressions;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace Atelier.Durable;

/// <summary>One statement and the object or dictionary whose properties are its arguments.</summary>
internal sealed record Statement(string Sql, object? Args);

/// <summary>Sends statements together.</summary>
internal static partial class PostgresBatch
{
    public static async Task ExecuteAsync(NpgsqlConnection connection, IReadOnlyList<Statement> statements, CancellationToken ct)
    {
        await using var batch = Of(connection, statements);
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Answers the rows of the last statement; those before it have none.</summary>
    public static async Task<IReadOnlyList<T>> QueryAsync<T>(
        NpgsqlConnection connection, IReadOnlyList<Statement> statements, CancellationToken ct)
    {
        await using var batch = Of(connection, statements);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var parse = reader.GetRowParser(typeof(T)); // the one with a type parameter does not know strings
        var rows = new List<T>();
        while (await reader.ReadAsync(ct))
            rows.Add((T)parse(reader));
        await reader.NextResultAsync(ct);
        return rows;
    }

    private static NpgsqlBatch Of(NpgsqlConnection connection, IReadOnlyList<Statement> statements)
    {
        var batch = new NpgsqlBatch(connection);
        foreach (var (sql, args) in statements)
        {
            var command = new NpgsqlBatchCommand(sql);
            foreach (var name in ArgumentName().EnumerateMatches(sql))
                Add(command.Parameters, sql.Substring(name.Index + 1, name.Length - 1), args);
            batch.BatchCommands.Add(command);
        }

        return batch;
    }

    private static void Add(NpgsqlParameterCollection parameters, string name, object? args)
    {
        if (parameters.Contains(name))
            return;
        var (value, declared) = Find(name, args);
        var parameter = new NpgsqlParameter(name, value ?? DBNull.Value);
        if (TypeOf(Nullable.GetUnderlyingType(declared) ?? declared) is { } type)
            parameter.NpgsqlDbType = type;
        parameters.Add(parameter);
    }

    private static (object? Value, Type Declared) Find(string name, object? args)
    {
        if (args is IReadOnlyDictionary<string, object> byName && byName.TryGetValue(name, out var value))
            return (value, value?.GetType() ?? typeof(object));
        var property = args?.GetType().GetProperty(name, BindingFlags.Public | BindingFlags.Instance)
            ?? throw new ArgumentException($"The statement wants an argument '{name}', which was not given.", nameof(args));
        return (property.GetValue(args), property.PropertyType);
    }

    // Named also for null, which has no type of its own, so that the same statement is prepared once. The driver tells the others.
    private static NpgsqlDbType? TypeOf(Type type) =>
        type == typeof(string) ? NpgsqlDbType.Text
        : type == typeof(long) ? NpgsqlDbType.Bigint
        : type == typeof(int) ? NpgsqlDbType.Integer
        : type == typeof(bool) ? NpgsqlDbType.Boolean
        : type == typeof(double) ? NpgsqlDbType.Double
        : type == typeof(byte[]) ? NpgsqlDbType.Bytea
        : null;

    [GeneratedRegex("@[A-Za-z_][A-Za-z0-9_]*", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ArgumentName();
}
