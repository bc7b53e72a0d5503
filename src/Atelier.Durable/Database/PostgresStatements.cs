// Statements as PostgreSQL takes them: arguments by position, several in one round trip. The mapper reads the rows.
using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace Atelier.Durable;

/// <summary>One statement and the object or dictionary whose properties are its arguments.</summary>
internal sealed record Statement(string Sql, object? Args);

/// <summary>
/// Sends statements in the connection's transaction: after a failure none of the rest has run. What stands where in a text is found once,
/// for that costs more than sending it.
/// </summary>
internal static partial class PostgresStatements
{
    private const int MostKnown = 4_000;

    private static readonly ConcurrentDictionary<string, List<Positional>> Known = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<(Type, string), PropertyInfo?> Properties = new();

    /// <summary>Answers how many rows the last statement changed.</summary>
    public static async Task<int> ExecuteAsync(NpgsqlConnection connection, IReadOnlyList<Statement> statements, CancellationToken ct)
    {
        await using var batch = Of(connection, statements);
        await batch.ExecuteNonQueryAsync(ct);
        return batch.BatchCommands[^1].RecordsAffected;
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
            rows.Add(As<T>(parse(reader))!);
        await reader.NextResultAsync(ct);
        return rows;
    }

    /// <summary>Answers the first column of the first row of the last statement; those before it have no rows.</summary>
    public static async Task<T?> ScalarAsync<T>(NpgsqlConnection connection, IReadOnlyList<Statement> statements, CancellationToken ct)
    {
        await using var batch = Of(connection, statements);
        return As<T>(await batch.ExecuteScalarAsync(ct));
    }

    private static NpgsqlBatch Of(NpgsqlConnection connection, IReadOnlyList<Statement> statements)
    {
        var batch = new NpgsqlBatch(connection);
        foreach (var (sql, args) in statements)
        {
            foreach (var (text, names) in Known.GetOrAdd(sql, Learn))
            {
                var command = new NpgsqlBatchCommand(text);
                foreach (var name in names)
                    command.Parameters.Add(Parameter(name, args));
                batch.BatchCommands.Add(command);
            }
        }

        return batch;
    }

    private static List<Positional> Learn(string sql)
    {
        if (Known.Count >= MostKnown)
            Known.Clear();
        return Positional.Of(sql);
    }

    private static NpgsqlParameter Parameter(string name, object? args)
    {
        var (value, declared) = Find(name, args);
        var parameter = new NpgsqlParameter { Value = value is Enum ? Convert.ToInt32(value, CultureInfo.InvariantCulture) : value ?? DBNull.Value };
        if (TypeOf(Nullable.GetUnderlyingType(declared) ?? declared) is { } type)
            parameter.NpgsqlDbType = type;
        return parameter;
    }

    private static (object? Value, Type Declared) Find(string name, object? args)
    {
        if (args is IReadOnlyDictionary<string, object> byName && byName.TryGetValue(name, out var value))
            return (value, value?.GetType() ?? typeof(object));
        var property = args is null ? null : Properties.GetOrAdd((args.GetType(), name), key => key.Item1.GetProperty(key.Item2, BindingFlags.Public | BindingFlags.Instance));
        return property is null
            ? throw new ArgumentException($"The statement wants an argument '{name}', which was not given.", nameof(args))
            : (property.GetValue(args), property.PropertyType);
    }

    // Named also for null, which has no type of its own, so that the same statement is prepared once. The driver tells the others.
    private static NpgsqlDbType? TypeOf(Type type) =>
        type == typeof(string) ? NpgsqlDbType.Text
        : type == typeof(long) ? NpgsqlDbType.Bigint
        : type == typeof(int) || type.IsEnum ? NpgsqlDbType.Integer
        : type == typeof(bool) ? NpgsqlDbType.Boolean
        : type == typeof(double) ? NpgsqlDbType.Double
        : type == typeof(byte[]) ? NpgsqlDbType.Bytea
        : null;

    private static T? As<T>(object? value) => value switch
    {
        null or DBNull => default,
        T same => same,
        _ => (T)Convert.ChangeType(value, Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T), CultureInfo.InvariantCulture),
    };

    /// <summary>A statement with <c>$1</c>, <c>$2</c> … where names stood, and the names in that order.</summary>
    private sealed partial record Positional(string Sql, IReadOnlyList<string> Names)
    {
        /// <summary>The statements of a text, which semicolons part.</summary>
        public static List<Positional> Of(string text)
        {
            var statements = new List<Positional>();
            var (sql, names, next) = (new StringBuilder(), new List<string>(), 0);
            foreach (Match found in Token().Matches(text))
            {
                sql.Append(text, next, found.Index - next);
                next = found.Index + found.Length;
                if (found.Value == ";")
                    End();
                else
                    sql.Append(found.Groups["name"] is { Success: true, Value: var name } ? $"${NumberOf(name)}" : found.Value);
            }

            sql.Append(text, next, text.Length - next);
            End();
            return statements;

            int NumberOf(string name)
            {
                if (!names.Contains(name, StringComparer.Ordinal))
                    names.Add(name);
                return names.IndexOf(name) + 1;
            }

            void End()
            {
                if (sql.ToString().Trim() is { Length: > 0 } statement)
                    statements.Add(new Positional(statement, names));
                (sql, names) = (new StringBuilder(), []);
            }
        }

        // Texts of either kind, quoted names, comments and the operator @@ are passed over whole.
        [GeneratedRegex(
            """'(?:[^']|'')*'|"[^"]*"|\$(?<tag>[A-Za-z_]*)\$[\s\S]*?\$\k<tag>\$|--[^\n]*|@@|@(?<name>[A-Za-z_][A-Za-z0-9_]*)|;""",
            RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
            matchTimeoutMilliseconds: 1_000)]
        private static partial Regex Token();
    }
}
