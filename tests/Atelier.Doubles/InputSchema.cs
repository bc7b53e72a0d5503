// A provider's published input schema, held to check what arrives as strictly as the original does.
using System.Text.Json;

namespace Atelier.Doubles;

/// <summary>What is wrong with a field.</summary>
/// <param name="Field">The field; empty for the input itself.</param>
/// <param name="Type">required, enum, type, number_lte, number_gte, multiple_of, or additional_property_not_allowed.</param>
/// <param name="Message">A sentence.</param>
public sealed record InputError(string Field, string Type, string Message);

/// <summary>The fields that an input may hold.</summary>
public sealed class InputSchema
{
    private readonly Dictionary<string, Func<JsonElement, InputError?>> _fields = new(StringComparer.Ordinal);
    private readonly List<string> _required = [];
    private readonly List<Func<JsonElement, InputError?>> _rules = [];

    public InputSchema Text(string name, bool required = false, int max = 100_000) => Field(name, required, value =>
        value.ValueKind != JsonValueKind.String ? Wrong(name, "type", "must be a string")
        : value.GetString()!.Length > max ? Wrong(name, "max_length", $"must have at most {max} characters") : null);

    public InputSchema Choice(string name, params string[] allowed) => Field(name, false, value =>
        value.ValueKind == JsonValueKind.String && allowed.Contains(value.GetString())
            ? null
            : Wrong(name, "enum", $"must be one of the following: {string.Join(", ", allowed.Select(each => $"\"{each}\""))}"));

    public InputSchema Whole(string name, long min = long.MinValue, long max = long.MaxValue, int multipleOf = 1, bool required = false) => Field(name, required, value =>
        value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var number) ? Wrong(name, "type", "must be an integer")
        : number < min ? Wrong(name, "number_gte", $"must be greater than or equal to {min}")
        : number > max ? Wrong(name, "number_lte", $"must be less than or equal to {max}")
        : number % multipleOf != 0 ? Wrong(name, "multiple_of", $"must be a multiple of {multipleOf}") : null);

    public InputSchema Number(string name, double min, double max) => Field(name, false, value =>
        value.ValueKind != JsonValueKind.Number ? Wrong(name, "type", "must be a number")
        : value.GetDouble() < min ? Wrong(name, "number_gte", $"must be greater than or equal to {min}")
        : value.GetDouble() > max ? Wrong(name, "number_lte", $"must be less than or equal to {max}") : null);

    public InputSchema Flag(string name) => Field(name, false, value =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : Wrong(name, "type", "must be a boolean"));

    /// <summary>An image: an http(s) or data URL.</summary>
    public InputSchema Image(string name, bool required = false) => Field(name, required, value => IsImage(value) ? null : Wrong(name, "type", "must be a URI"));

    public InputSchema Images(string name, int max, bool required = false) => Field(name, required, value =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= max && value.EnumerateArray().All(IsImage) ? null : Wrong(name, "type", $"must be a list of at most {max} URIs"));

    public InputSchema Any(string name) => Field(name, false, _ => null);

    /// <summary>A field checked by its own rule.</summary>
    public InputSchema Field(string name, bool required, Func<JsonElement, InputError?> check)
    {
        _fields[name] = check;
        if (required)
            _required.Add(name);
        return this;
    }

    /// <summary>A rule over the whole input.</summary>
    public InputSchema Rule(Func<JsonElement, InputError?> rule)
    {
        _rules.Add(rule);
        return this;
    }

    /// <summary>Everything that is wrong.</summary>
    public IReadOnlyList<InputError> Check(JsonElement input)
    {
        if (input.ValueKind != JsonValueKind.Object)
            return [new InputError("", "type", "must be an object")];
        var errors = _required.Where(name => !input.TryGetProperty(name, out _)).Select(name => Wrong(name, "required", "is required")).ToList();
        foreach (var property in input.EnumerateObject())
        {
            if (!_fields.TryGetValue(property.Name, out var check))
                errors.Add(Wrong(property.Name, "additional_property_not_allowed", "is not allowed"));
            else if (check(property.Value) is { } error)
                errors.Add(error);
        }
        return errors.Count > 0 ? errors : [.. _rules.Select(rule => rule(input)).OfType<InputError>()];
    }

    public static InputError Wrong(string field, string type, string message) => new(field, type, $"{field} {message}");

    private static bool IsImage(JsonElement value) => value.ValueKind == JsonValueKind.String
        && (value.GetString()!.StartsWith("data:image/", StringComparison.Ordinal) || value.GetString()!.StartsWith("http", StringComparison.Ordinal));
}
