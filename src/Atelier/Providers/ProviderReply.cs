// What came back over the wire, and how surely the request arrived: the one thing that decides whether it may be sent again.
using System.Net;
using System.Text;
using System.Text.Json;

namespace Atelier.Providers;

/// <summary>What became of a call: a closed set.</summary>
public abstract record ProviderReply
{
    private ProviderReply() { }

    /// <summary>The provider answered, well or badly.</summary>
    /// <param name="Status">The HTTP status.</param>
    /// <param name="Headers">The headers of answer and content by name, case ignored; several values are joined by commas.</param>
    /// <param name="Body">The whole body.</param>
    public sealed record Answered(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body) : ProviderReply
    {
        private const int Shown = 2_000;

        private JsonElement? _json;

        /// <summary>Whether the status is one of success.</summary>
        public bool Ok => (int)Status is >= 200 and < 300;

        /// <summary>The claimed media type without parameters, lower case; empty where there is none.</summary>
        public string ContentType => Header("content-type")?.Split(';')[0].Trim().ToLowerInvariant() ?? "";

        /// <summary>The body as JSON; undefined where it is not JSON.</summary>
        public JsonElement Json => _json ??= JsonReading.Parse(Body);

        /// <summary>The body as text for the operator, at most 2,000 characters.</summary>
        public string Text => Encoding.UTF8.GetString(Body.Span[..Math.Min(Body.Length, Shown)]);

        /// <summary>A header's value, or null.</summary>
        public string? Header(string name) => Headers.GetValueOrDefault(name);
    }

    /// <summary>The request surely never reached the provider: nothing was done, nothing is owed.</summary>
    /// <param name="Why">For the operator.</param>
    public sealed record Unsent(string Why) : ProviderReply;

    /// <summary>Our own rules forbid the call; nothing was sent.</summary>
    /// <param name="Why">For the operator.</param>
    public sealed record Forbidden(string Why) : ProviderReply;

    /// <summary>The request may have arrived, but no whole answer came.</summary>
    /// <param name="Why">For the operator.</param>
    public sealed record Unanswered(string Why) : ProviderReply;

    /// <summary>The answer is more than the limit allows; the rest was not read.</summary>
    /// <param name="Limit">The limit in bytes.</param>
    public sealed record TooLarge(long Limit) : ProviderReply;
}

/// <summary>Reads JSON of strangers without exceptions.</summary>
public static class JsonReading
{
    private const int MaxDepth = 64;

    /// <summary>The bytes as JSON; undefined where they are not JSON.</summary>
    public static JsonElement Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }

    /// <summary>The property along a path of names, or an undefined element where anything on the way is missing.</summary>
    public static JsonElement At(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return default;
        }
        return element;
    }

    /// <summary>The text of a string, or null; null too where half a character is escaped, which no text can hold.</summary>
    public static string? Text(this JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The value of a number, or null.</summary>
    public static double? Number(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;

    /// <summary>The elements of an array; none where it is not one.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];
}
