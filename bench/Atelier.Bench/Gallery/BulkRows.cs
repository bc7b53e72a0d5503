// Writes many rows quickly, as each database likes it: COPY on PostgreSQL, one prepared statement on SQLite. The triggers of the tables do the rest.
using Atelier.Durable;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Atelier.Bench.Gallery;

internal static class BulkRows
{
    /// <summary>Writes rows; the CLR types of the values are those of the columns: string, int, long, bool.</summary>
    public static async Task WriteAsync(Transaction transaction, string table, string[] columns, IEnumerable<object?[]> rows)
    {
        if (transaction.Connection is NpgsqlConnection postgres)
        {
            await using var import = await postgres.BeginBinaryImportAsync($"COPY {table} ({string.Join(", ", columns)}) FROM STDIN (FORMAT BINARY)");
            foreach (var row in rows)
                await import.WriteRowAsync(CancellationToken.None, row);
            await import.CompleteAsync();
            return;
        }
        await using var command = (SqliteCommand)transaction.Connection.CreateCommand();
        command.Transaction = (SqliteTransaction)transaction.DbTransaction!;
        command.CommandText = $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select((_, i) => $"$p{i}"))})";
        var parameters = columns.Select((_, i) => command.Parameters.Add(new SqliteParameter { ParameterName = $"$p{i}" })).ToArray();
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
                parameters[i].Value = row[i] ?? DBNull.Value;
            await command.ExecuteNonQueryAsync();
        }
    }
}
