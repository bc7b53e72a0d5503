// The OpenAPI document as a judge: which operation a request was, whether its answer's status is told there, and whether its body fits the schema.
using System.Globalization;
using System.Text.Json;

namespace Atelier.Web.Tests.Api;

internal sealed class OpenApiContract(JsonElement document)
{
    private readonly List<Operation> _operations =
    [
        .. document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()
            .Where(method => method.Name is "get" or "post" or "delete" or "put" or "head" or "patch")
            .Select(method => new Operation(method.Name.ToUpperInvariant(), path.Name, method.Value))),
    ];

    /// <summary>Every operation as <c>GET /path/{id}</c>.</summary>
    public IReadOnlyList<string> Operations => [.. _operations.Select(operation => operation.ToString())];

    /// <summary>The operation of a request, or null where it is none of the document's.</summary>
    public string? OperationOf(string method, string path) => Find(method, path)?.ToString();

    /// <summary>Everything in which an answer breaks its promise.</summary>
    public IReadOnlyList<string> Breaches(string method, string path, int status, string? mediaType, string body)
    {
        if (Find(method, path) is not { } operation)
            return [];
        var responses = operation.Body.GetProperty("responses");
        if (!responses.TryGetProperty(status.ToString(CultureInfo.InvariantCulture), out var response))
            return [$"{operation}: the status {status} is not documented"];
        if (method == "HEAD" || status is 204 or 304)
            return [];
        if (!response.TryGetProperty("content", out var content))
            return body.Length == 0 ? [] : [$"{operation} {status}: the body is not documented"];
        if (mediaType is null || !content.TryGetProperty(mediaType, out var media))
            return [$"{operation} {status}: the media type {mediaType} is not documented"];
        if (!mediaType.EndsWith("json", StringComparison.Ordinal))
            return [];
        var breaches = new List<string>();
        using var value = JsonDocument.Parse(body);
        Check(value.RootElement, media.GetProperty("schema"), $"{operation} {status}: $", breaches);
        return breaches;
    }

    /// <summary>In which a value does not fit a schema, given by its name in the document.</summary>
    public IReadOnlyList<string> Misfits(string schema, JsonElement value)
    {
        var breaches = new List<string>();
        Check(value, document.GetProperty("components").GetProperty("schemas").GetProperty(schema), "$", breaches);
        return breaches;
    }

    private Operation? Find(string method, string path) =>
        _operations.Where(operation => operation.Method == method && operation.Matches(path))
            .OrderBy(operation => operation.Path.Count(letter => letter == '{')).FirstOrDefault();

    private void Check(JsonElement value, JsonElement schema, string at, List<string> breaches)
    {
        if (schema.TryGetProperty("$ref", out var reference))
            schema = document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]);
        foreach (var choice in new[] { "oneOf", "anyOf" })
        {
            if (schema.TryGetProperty(choice, out var options) && !options.EnumerateArray().Any(option => Fits(value, option)))
                breaches.Add($"{at} fits none of {choice}");
        }
        if (schema.TryGetProperty("type", out var type) && !TypesOf(type).Any(name => IsOf(value, name)))
        {
            breaches.Add($"{at} is {value.ValueKind}, not {type}");
            return;
        }
        if (schema.TryGetProperty("enum", out var values) && !values.EnumerateArray().Any(allowed => JsonElement.DeepEquals(allowed, value)))
            breaches.Add($"{at} is {value}, none of {values}");
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                CheckObject(value, schema, at, breaches);
                break;
            case JsonValueKind.Array when schema.TryGetProperty("items", out var items):
                foreach (var item in value.EnumerateArray())
                    Check(item, items, $"{at}[]", breaches);
                break;
            case JsonValueKind.Number:
                if (schema.TryGetProperty("minimum", out var min) && value.GetDouble() < min.GetDouble())
                    breaches.Add($"{at} is below {min}");
                if (schema.TryGetProperty("maximum", out var max) && value.GetDouble() > max.GetDouble())
                    breaches.Add($"{at} is above {max}");
                break;
            case JsonValueKind.String when schema.TryGetProperty("format", out var format) && format.GetString() == "date-time":
                if (!value.TryGetDateTimeOffset(out _) || !value.GetString()!.EndsWith('Z'))
                    breaches.Add($"{at} is not a time in UTC: {value}");
                break;
            default:
                break;
        }
    }

    private void CheckObject(JsonElement value, JsonElement schema, string at, List<string> breaches)
    {
        var hasMore = schema.TryGetProperty("additionalProperties", out var more);
        if (!schema.TryGetProperty("properties", out var properties) && !hasMore)
            return; // Told by the reference that a choice leads to.
        var known = properties.ValueKind == JsonValueKind.Object
            ? properties.EnumerateObject().ToDictionary(property => property.Name, property => property.Value) : [];
        if (schema.TryGetProperty("required", out var required))
        {
            breaches.AddRange(required.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _))
                .Select(name => $"{at}.{name} is missing"));
        }
        foreach (var property in value.EnumerateObject())
        {
            if (known.TryGetValue(property.Name, out var its))
                Check(property.Value, its, $"{at}.{property.Name}", breaches);
            else if (hasMore && more.ValueKind == JsonValueKind.Object)
                Check(property.Value, more, $"{at}.{property.Name}", breaches);
            else if (!hasMore || more.ValueKind == JsonValueKind.False)
                breaches.Add($"{at}.{property.Name} is not documented");
        }
    }

    private bool Fits(JsonElement value, JsonElement schema)
    {
        var breaches = new List<string>();
        Check(value, schema, "", breaches);
        return breaches.Count == 0;
    }

    private static IEnumerable<string> TypesOf(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(name => name.GetString()!) : [type.GetString()!];

    private static bool IsOf(JsonElement value, string type) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => throw new InvalidOperationException($"The checker does not know the type {type}."),
    };

    private sealed record Operation(string Method, string Path, JsonElement Body)
    {
        public bool Matches(string path)
        {
            var (mine, its) = (Path.Split('/'), path.Split('/'));
            return mine.Length == its.Length && mine.Zip(its).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second);
        }

        public override string ToString() => $"{Method} {Path}";
    }
}

/// <summary>Judges every answer that passes.</summary>
internal sealed class ContractGuard() : DelegatingHandler(new SocketsHttpHandler())
{
    // Refusals of the layers before any operation.
    private static readonly int[] BeforeOperations = [405, 421];
    private static readonly SemaphoreSlim Loading = new(1);
    private static OpenApiContract? _contract;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        var (path, status) = (request.RequestUri!.AbsolutePath, (int)response.StatusCode);
        var type = response.Content.Headers.ContentType?.MediaType;
        if (BeforeOperations.Contains(status) || path.StartsWith("/openapi", StringComparison.Ordinal))
            return response;
        var contract = await ContractAsync(new Uri(request.RequestUri, "/openapi/v1.json"), cancellationToken);
        if (type == "text/event-stream")
        {
            contract.Breaches(request.Method.Method, path, status, type, "").ShouldBeEmpty();
            return response;
        }
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        contract.Breaches(request.Method.Method, path, status, type, await response.Content.ReadAsStringAsync(cancellationToken)).ShouldBeEmpty();
        return response;
    }

    // The document is the same for every server, so one of them tells it to all.
    private async Task<OpenApiContract> ContractAsync(Uri address, CancellationToken cancellationToken)
    {
        await Loading.WaitAsync(cancellationToken);
        try
        {
            if (_contract is not null)
                return _contract;
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using var response = await base.SendAsync(request, cancellationToken);
            response.EnsureSuccessStatusCode();
            return _contract = new OpenApiContract(JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken)).RootElement);
        }
        finally
        {
            Loading.Release();
        }
    }
}
