// A table made of a statement's arguments: many rows in one round trip. Each database has its own way to spell it.
using System.Text.Json;

namespace Atelier.Durable;

/// <summary>Rows as a source that a statement can select from or join.</summary>
/// <param name="Sql">What stands behind <c>from</c> or <c>join</c>, with its alias.</param>
/// <param name="Arguments">What the statement's arguments have to include.</param>
internal sealed record RowSet(string Sql, Dictionary<string, object> Arguments)
{
    public static RowSet Of(Dialect dialect, string alias, params (string Column, Array Values)[] columns) =>
        dialect == Dialect.Postgres ? OfArrays(alias, columns) : OfJson(alias, columns);

    private static RowSet OfArrays(string alias, (string Column, Array Values)[] columns) => new(
        $"unnest({string.Join(", ", columns.Select(column => $"@{alias}_{column.Column}"))}) " +
        $"as {alias} ({string.Join(", ", columns.Select(column => column.Column))})",
        columns.ToDictionary(column => $"{alias}_{column.Column}", object (column) => column.Values));

    private static RowSet OfJson(string alias, (string Column, Array Values)[] columns)
    {
        var rows = Enumerable.Range(0, columns[0].Values.Length).Select(row => columns.Select(column => column.Values.GetValue(row)));
        return new(
            $"(select {string.Join(", ", columns.Select((column, index) => $"value ->> {index} as {column.Column}"))} " +
            $"from json_each(@{alias}_rows)) as {alias}",
            new() { [$"{alias}_rows"] = JsonSerializer.Serialize(rows) });
    }
}
