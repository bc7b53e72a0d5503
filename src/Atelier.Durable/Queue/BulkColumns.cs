// The columns of many rows for one insert on PostgreSQL: values that all rows share are sent once, the others as arrays.
namespace Atelier.Durable;

/// <summary>What makes jobs that are enqueued together differ: as few shapes as serve, for each is another statement to prepare.</summary>
internal enum Varying
{
    /// <summary>The payload alone.</summary>
    Payload,

    /// <summary>Payload, tenant and place.</summary>
    Tenant,

    /// <summary>Anything.</summary>
    All,
}

/// <summary>Collects columns and spells them.</summary>
/// <param name="rows">How many values every column has.</param>
internal sealed class BulkColumns(int rows)
{
    private readonly List<(string Name, Varying From, bool Shared, string Type, Array Values)> _columns = [];

    /// <summary>What to select from: the arrays side by side, and the number <c>n</c> of the row.</summary>
    public string Source
    {
        get
        {
            var arrays = _columns.Where(IsArray).Select(column => column.Name).ToList();
            return $"unnest({string.Join(", ", arrays.Select(name => $"@{name}"))}) with ordinality as row ({string.Join(", ", arrays)}, n)";
        }
    }

    public Dictionary<string, object?> Arguments =>
        _columns.ToDictionary(column => column.Name, column => IsArray(column) ? column.Values : column.Values.GetValue(0));

    private Varying Shape => _columns.Where(column => !column.Shared).Select(column => column.From).DefaultIfEmpty(Varying.Payload).Max();

    /// <summary>How a column is spelled in the list of what is selected.</summary>
    public string this[string name]
    {
        get
        {
            var column = _columns.Find(column => column.Name == name);
            return IsArray(column) ? $"row.{name}" : $"cast(@{name} as {column.Type})";
        }
    }

    /// <summary>Adds a column.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="from">The first shape in which it is an array.</param>
    /// <param name="values">Its values.</param>
    public BulkColumns Add<T>(string name, Varying from, IEnumerable<T> values)
    {
        var all = new T[rows];
        var next = 0;
        foreach (var value in values)
            all[next++] = value;
        var shared = all.All(value => EqualityComparer<T>.Default.Equals(value, all[0]));
        _columns.Add((name, from, shared, TypeOf<T>(), all));
        return this;
    }

    private bool IsArray((string Name, Varying From, bool Shared, string Type, Array Values) column) => column.From <= Shape;

    private static string TypeOf<T>() => Type.GetTypeCode(Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T)) switch
    {
        TypeCode.Int32 => "integer",
        TypeCode.Int64 => "bigint",
        TypeCode.Double => "double precision",
        TypeCode.Boolean => "boolean",
        _ => "text",
    };
}
