// Reads the fields of a JSON object strictly and collects all that is wrong: unknown and doubled names, wrong types, numbers out of range.
using System.Globalization;
using System.Text.Json;
using Atelier.Submitting;
using Atelier.Web.Configuration;

namespace Atelier.Web.Endpoints;

internal sealed class JsonFields
{
    private const int MaxErrors = 30;

    private readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);
    private readonly List<FieldError> _errors;
    private readonly string _path;

    /// <summary>Takes an object in.</summary>
    /// <param name="body">The object.</param>
    /// <param name="known">The names it may have.</param>
    /// <param name="errors">Where to tell what is wrong.</param>
    /// <param name="path">Where the object stands, such as <c>input_images[0].</c>.</param>
    public JsonFields(JsonElement body, IReadOnlyCollection<string> known, List<FieldError> errors, string path = "")
    {
        (_errors, _path) = (errors, path);
        foreach (var property in body.EnumerateObject())
        {
            if (_errors.Count >= MaxErrors)
                return;
            Take(property, known);
        }
    }

    /// <summary>Whether the field is there, be it null.</summary>
    public bool Has(string name) => _fields.ContainsKey(name);

    public JsonElement? Object(string name)
    {
        if (Find(name) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.Object ? value : RefuseType<JsonElement?>(name, value, "an object");
    }

    public string? Text(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.String && TryGetText(value, out var text))
            return text;
        return RefuseType<string>(name, value, "a string");
    }

    public long? WholeNumber(string name, long min, long max)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Number)
            return RefuseType<long?>(name, value, "a whole number");
        // 1024.0 is a whole number too.
        if (value.TryGetInt64(out var number) || (value.TryGetDecimal(out var exact) && TryGetWhole(exact, out number)))
        {
            if (number >= min && number <= max)
                return number;
        }
        return Refuse<long?>(name, value, $"must be a whole number from {min} to {max}.");
    }

    public double? Number(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Number)
            return RefuseType<double?>(name, value, "a number");
        return value.TryGetDouble(out var number) && double.IsFinite(number) ? number : Refuse<double?>(name, value, "is too large a number.");
    }

    public bool? Flag(string name)
    {
        if (Find(name) is not { } value)
            return null;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : RefuseType<bool?>(name, value, "true or false");
    }

    /// <summary>The elements of an array, at most so many.</summary>
    public IReadOnlyList<JsonElement> Items(string name, int max)
    {
        if (Find(name) is not { } value)
            return [];
        if (value.ValueKind != JsonValueKind.Array)
            return RefuseType<IReadOnlyList<JsonElement>>(name, value, "an array") ?? [];
        return value.GetArrayLength() <= max
            ? [.. value.EnumerateArray()]
            : Refuse<IReadOnlyList<JsonElement>>(name, value, $"has {value.GetArrayLength()} entries; at most {max} are allowed.") ?? [];
    }

    /// <summary>An array of strings.</summary>
    public IReadOnlyList<string> Texts(string name, int max)
    {
        var texts = new List<string>();
        foreach (var (item, index) in Items(name, max).Select((item, index) => (item, index)))
        {
            if (item.ValueKind == JsonValueKind.String && TryGetText(item, out var text))
                texts.Add(text);
            else
                RefuseType<string>($"{name}[{index}]", item, "a string");
        }
        return texts;
    }

    /// <summary>An object of strings.</summary>
    public IReadOnlyDictionary<string, string> TextMap(string name, int max)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Find(name) is not { } value)
            return map;
        if (value.ValueKind != JsonValueKind.Object)
            return RefuseType<Dictionary<string, string>>(name, value, "an object of strings") ?? map;
        foreach (var property in value.EnumerateObject().Take(max + 1))
        {
            if (!TryGetName(property, out var key))
                Refuse<string>(name, value, "has a name of broken Unicode.");
            else if (property.Value.ValueKind != JsonValueKind.String || !TryGetText(property.Value, out var text))
                RefuseType<string>($"{name}.{Shown.Short(key)}", property.Value, "a string");
            else if (!map.TryAdd(key, text))
                Refuse<string>($"{name}.{Shown.Short(key)}", property.Value, "is given twice.");
        }
        return map;
    }

    private void Take(JsonProperty property, IReadOnlyCollection<string> known)
    {
        if (!TryGetName(property, out var name))
        {
            _errors.Add(new FieldError(_path.TrimEnd('.'), null, "A field's name is broken Unicode."));
        }
        else if (!known.Contains(name))
        {
            var shown = Shown.Short(name);
            var meant = NearestName.Of(shown, known) is { } near ? $" Did you mean '{near}'?" : "";
            _errors.Add(new FieldError($"{_path}{shown}", null, $"'{_path}{shown}' is not a field.{meant}", [.. known]));
        }
        else if (!_fields.TryAdd(name, property.Value))
        {
            Refuse<string>(name, property.Value, "is given twice.");
        }
    }

    private JsonElement? Find(string name) =>
        _fields.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private T? RefuseType<T>(string name, JsonElement value, string expected) =>
        Refuse<T>(name, value, value.ValueKind == JsonValueKind.String && expected == "a string"
            ? "is broken Unicode."
            : $"must be {expected}, not {NameOf(value.ValueKind)}.");

    private T? Refuse<T>(string name, JsonElement value, string message)
    {
        _errors.Add(new FieldError(_path + name, Shown.Short(Raw(value)), $"{_path}{name} {message}"));
        return default;
    }

    // The beginning of the value as it was written: a long one is never copied whole.
    private static string Raw(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "{…}",
        JsonValueKind.Array => "[…]",
        JsonValueKind.String => TryGetText(value, out var text) ? text : "…",
        _ => value.GetRawText(),
    };

    private static string NameOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        _ => kind.ToString().ToLower(CultureInfo.InvariantCulture),
    };

    private static bool TryGetWhole(decimal exact, out long number)
    {
        var whole = decimal.Truncate(exact) == exact && exact is >= long.MinValue and <= long.MaxValue;
        number = whole ? (long)exact : 0;
        return whole;
    }

    // Half a surrogate pair, written as \ud800, is JSON but not text.
    private static bool TryGetText(JsonElement value, out string text)
    {
        try
        {
            text = value.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }

    private static bool TryGetName(JsonProperty property, out string name)
    {
        try
        {
            name = property.Name;
            return true;
        }
        catch (InvalidOperationException)
        {
            name = "";
            return false;
        }
    }
}
