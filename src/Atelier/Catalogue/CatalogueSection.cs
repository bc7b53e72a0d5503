// Reads one mapping of a catalogue file field by field; what is missing, wrong or unknown is noted with its line, and reading goes on.
using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Atelier.Catalogue;

internal sealed class CatalogueSection(string name, YamlMappingNode node, string file, List<CatalogueProblem> problems)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    public string File { get; } = file;

    public long Line => node.Start.Line;

    public bool Has(string field) => Find(field) is not null;

    public string Text(string field, string? fallback = null)
    {
        if (Find(field) is not { } value)
        {
            if (fallback is null)
                Note(node, $"{Name}: {field} is missing");
            return fallback ?? "";
        }
        if (value is YamlScalarNode { Value.Length: > 0 } scalar)
            return scalar.Value;
        Note(value, $"{Name}: {field} must be a text");
        return fallback ?? "";
    }

    public double Number(string field, double fallback, double min, double max)
    {
        if (Find(field) is not { } value)
            return fallback;
        if (value is YamlScalarNode scalar && double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
            return number;
        Note(value, string.Create(CultureInfo.InvariantCulture, $"{Name}: {field} must be a number from {min:0.####} to {max:0.####}"));
        return fallback;
    }

    public long Whole(string field, long fallback, long min, long max)
    {
        if (Find(field) is not { } value)
            return fallback;
        if (value is YamlScalarNode scalar && long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
            return number;
        Note(value, $"{Name}: {field} must be a whole number from {min} to {max}");
        return fallback;
    }

    public bool Switch(string field, bool fallback)
    {
        if (Find(field) is not { } value)
            return fallback;
        if (value is YamlScalarNode { Value: "true" or "false" } scalar)
            return scalar.Value == "true";
        Note(value, $"{Name}: {field} must be true or false");
        return fallback;
    }

    public T Choice<T>(string field, T fallback) where T : struct, Enum
    {
        if (Find(field) is not { } value)
            return fallback;
        if (value is YamlScalarNode scalar && Enum.GetNames<T>().FirstOrDefault(name => name.Equals(scalar.Value, StringComparison.OrdinalIgnoreCase)) is { } known)
            return Enum.Parse<T>(known);
        Note(value, $"{Name}: {field} must be one of {string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()))}");
        return fallback;
    }

    public IReadOnlyList<string> Texts(string field, bool required = false)
    {
        if (Find(field) is not { } value)
        {
            if (required)
                Note(node, $"{Name}: {field} is missing");
            return [];
        }
        if (value is YamlSequenceNode list && list.All(item => item is YamlScalarNode { Value.Length: > 0 }))
            return [.. list.Cast<YamlScalarNode>().Select(item => item.Value!)];
        Note(value, $"{Name}: {field} must be a list of texts");
        return [];
    }

    public CatalogueSection? Section(string field)
    {
        if (Find(field) is not { } value)
            return null;
        if (value is YamlMappingNode mapping)
            return new CatalogueSection($"{Name}: {field}", mapping, File, problems);
        Note(value, $"{Name}: {field} must hold fields of its own");
        return null;
    }

    /// <summary>The names and sections of a field's own fields.</summary>
    public IReadOnlyList<(string Key, string Value, YamlNode Node)> Pairs(string field)
    {
        if (Find(field) is not { } value)
            return [];
        if (value is YamlMappingNode mapping && mapping.All(pair => pair is { Key: YamlScalarNode, Value: YamlScalarNode }))
            return [.. mapping.Select(pair => (((YamlScalarNode)pair.Key).Value ?? "", ((YamlScalarNode)pair.Value).Value ?? "", pair.Value))];
        Note(value, $"{Name}: {field} must hold names and values");
        return [];
    }

    public JsonObject Json(string field) => Find(field) is not { } value ? [] : ToJson(value) as JsonObject ?? Refused(value);

    public void Note(string message) => Note(node, $"{Name}: {message}");

    public void Note(YamlNode at, string message) => problems.Add(new CatalogueProblem(File, at.Start.Line, message));

    /// <summary>Notes every field that nobody asked for.</summary>
    public void EndOfFields()
    {
        foreach (var key in node.Children.Keys.OfType<YamlScalarNode>().Where(key => !_known.Contains(key.Value ?? "")))
            Note(key, $"{Name}: {key.Value} is no field here; known are {string.Join(", ", _known.Order(StringComparer.Ordinal))}");
    }

    private JsonObject Refused(YamlNode value)
    {
        Note(value, $"{Name}: an input must hold fields of its own");
        return [];
    }

    private YamlNode? Find(string field)
    {
        _known.Add(field);
        return node.Children.TryGetValue(field, out var value) ? value : null;
    }

    // YAML's core schema: what is written plain and reads as a number, a truth or nothing is that; everything else is text.
    private static JsonNode? ToJson(YamlNode value) => value switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value ?? "", ToJson(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(ToJson)]),
        YamlScalarNode { Style: not ScalarStyle.Plain } quoted => quoted.Value,
        YamlScalarNode { Value: "true" } => true,
        YamlScalarNode { Value: "false" } => false,
        YamlScalarNode { Value: null or "" or "null" or "~" } => null,
        YamlScalarNode scalar when long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
        YamlScalarNode scalar when double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        YamlScalarNode scalar => scalar.Value,
        _ => null,
    };
}
