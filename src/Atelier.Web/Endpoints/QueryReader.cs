// Reads the query parameters of a request and collects everything that is wrong with them.
using System.Globalization;
using Atelier.Submitting;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Endpoints;

internal sealed class QueryReader(IQueryCollection query)
{
    private const int MaxText = 200;

    private readonly List<FieldError> _errors = [];

    public IReadOnlyList<FieldError> Errors => _errors;

    public string? Text(string name)
    {
        if (query[name].ToString() is not { Length: > 0 } text)
            return null;
        if (text.Length <= MaxText && !text.Any(char.IsControl))
            return text;
        Refuse(name, text, $"must be plain text of at most {MaxText} characters.");
        return null;
    }

    public int WholeNumber(QueryParameter parameter)
    {
        if (Text(parameter.Name) is not { } text)
            return parameter.Default!.Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= parameter.Min && number <= parameter.Max)
            return number;
        Refuse(parameter.Name, text, $"must be a whole number from {parameter.Min} to {parameter.Max}.");
        return parameter.Default!.Value;
    }

    public bool Flag(string name)
    {
        var text = Text(name);
        if (text is not (null or "0" or "1" or "true" or "false"))
            Refuse(name, text, "must be 1 or 0.", ["1", "0"]);
        return text is "1" or "true";
    }

    /// <summary>Words separated by commas, each one of those allowed.</summary>
    public IReadOnlyList<string> Words(string name, IReadOnlyList<string> allowed)
    {
        const StringSplitOptions tidily = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        var words = Text(name)?.Split(',', tidily).Distinct().ToList() ?? [];
        foreach (var wrong in words.Where(word => !allowed.Contains(word)).Take(1))
            Refuse(name, wrong, $"must be one or several of {string.Join(", ", allowed)}, separated by commas.", allowed);
        return [.. words.Where(allowed.Contains)];
    }

    /// <summary>A text that something else can read.</summary>
    public T? Parsed<T>(string name, Func<string, T?> parse, string expectation)
    {
        if (Text(name) is not { } text)
            return default;
        var value = parse(text);
        if (value is null)
            Refuse(name, text, expectation);
        return value;
    }

    private void Refuse(string name, string value, string message, IReadOnlyList<string>? allowed = null) =>
        _errors.Add(new FieldError(name, Shown.Short(value), $"{name} {message}", allowed));
}
