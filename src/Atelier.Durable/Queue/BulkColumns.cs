// The columns of many rows for one insert on PostgreSQL: values that all rows share are sent once, the others as arrays.
namespace Atelier.Durable;

/// <summary>Collects columns and spells them.</summary>
/// <param name="rows">How many values every column has.</param>
internal sealed class BulkColumns(int rows)
{
    private readonly Dictionary<string, string> _spelled = new(StringComparer.Ordinal);
    private readonly List<string> _arrays = [];

    public Dictionary<string, object?> Arguments { get; } = new(StringComparer.Ordinal) { ["rows"] = rows };

    /// <summary>What to select from: the arrays side by side, and the number <c>n</c> of the row.</summary>
    public string Source => _arrays.Count == 0
        ? "generate_series(1, @rows) as row (n)"
        : $"unnest({string.Join(", ", _arrays.Select(name => $"@{name}"))}) with ordinality as row ({string.Join(", ", _arrays)}, n)";

    /// <summary>How a column is spelled in the list of what is selected.</summary>
    public string this[string column] => _spelled[column];

    public BulkColumns Add<T>(string column, IEnumerable<T> values)
    {
        var all = values.ToArray();
        var shared = all.All(value => EqualityComparer<T>.Default.Equals(value, all[0]));
        _spelled[column] = shared ? $"cast(@{column} as {TypeOf<T>()})" : $"row.{column}";
        Arguments[column] = shared ? all[0] : all;
        if (!shared)
            _arrays.Add(column);
        return this;
    }

    private static string TypeOf<T>() => Type.GetTypeCode(Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T)) switch
    {
        TypeCode.Int32 => "integer",
        TypeCode.Int64 => "bigint",
        TypeCode.Double => "double precision",
        TypeCode.Boolean => "boolean",
        _ => "text",
    };
}
