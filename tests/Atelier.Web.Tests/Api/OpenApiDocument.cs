// The OpenAPI document tells of everything that the server answers, and of nothing else. (Every other test's answers are held against it too.)
using System.Text.Json;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Tests.Api;

public sealed class OpenApiDocument
{
    [Fact]
    public async Task It_is_version_3_1_and_names_every_route_of_the_api()
    {
        await using var server = await AtelierServer.StartAsync();
        using var document = await DocumentAsync(server);
        document.RootElement.GetProperty("openapi").GetString().ShouldStartWith("3.1");

        // What providers call is not for callers of the API.
        var routes = server.Part<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is not { ExcludeFromDescription: true })
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
                .Select(method => $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}"))
            .Where(route => !route.Contains("/openapi/", StringComparison.Ordinal));

        new OpenApiContract(document.RootElement).Operations.ShouldBe(routes, ignoreOrder: true);
    }

    [Fact]
    public async Task Every_operation_has_a_name_of_its_own_a_summary_and_an_answer_with_a_schema()
    {
        await using var server = await AtelierServer.StartAsync();
        using var document = await DocumentAsync(server);

        var operations = document.RootElement.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).ToList();
        operations.Select(operation => operation.Value.GetProperty("operationId").GetString()).ShouldBeUnique();
        foreach (var operation in operations)
        {
            operation.Value.GetProperty("summary").GetString().ShouldNotBeNullOrEmpty();
            operation.Value.GetProperty("responses").EnumerateObject().ShouldContain(response => response.Name.StartsWith('2'));
        }
    }

    [Fact]
    public async Task The_request_is_described_field_by_field_and_its_example_works()
    {
        await using var server = await AtelierServer.StartAsync();
        using var document = await DocumentAsync(server);
        var schema = document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty("GenerationRequest");

        schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()).ShouldBe(["prompt"]);
        schema.GetProperty("additionalProperties").GetBoolean().ShouldBeFalse();
        foreach (var property in schema.GetProperty("properties").EnumerateObject())
            DescriptionOf(property.Value).ShouldNotBeNullOrEmpty(property.Name);

        var example = schema.GetProperty("examples")[0];
        new OpenApiContract(document.RootElement).Misfits("GenerationRequest", example).ShouldBeEmpty();
        using var content = new StringContent(example.GetRawText(), System.Text.Encoding.UTF8, "application/json");
        ((int)(await server.Http.PostAsync("/api/v1/generations", content)).StatusCode).ShouldBe(202);
    }

    [Fact]
    public async Task The_judge_itself_finds_what_is_wrong()
    {
        await using var server = await AtelierServer.StartAsync();
        using var document = await DocumentAsync(server);
        var contract = new OpenApiContract(document.RootElement);
        using var record = JsonDocument.Parse(await server.Http.GetStringAsync("/api/v1/models"));
        var models = record.RootElement.GetRawText();

        contract.Breaches("GET", "/api/v1/models", 200, "application/json", models).ShouldBeEmpty();
        contract.Breaches("GET", "/api/v1/models", 418, "application/json", models).ShouldHaveSingleItem();
        contract.Breaches("GET", "/api/v1/models", 200, "text/html", models).ShouldHaveSingleItem();
        contract.Breaches("GET", "/api/v1/models", 200, "application/json", "{}").ShouldHaveSingleItem();
        contract.Breaches("GET", "/api/v1/models", 200, "application/json", models.Replace("\"available\":true", "\"available\":\"yes\"", StringComparison.Ordinal)).ShouldNotBeEmpty();
        contract.Breaches("GET", "/api/v1/models", 200, "application/json", models.Replace("\"available\"", "\"avaliable\"", StringComparison.Ordinal)).Count.ShouldBeGreaterThanOrEqualTo(2);
    }

    // An object that may be absent is described inside of the choice.
    private static string? DescriptionOf(JsonElement schema) =>
        schema.TryGetProperty("description", out var description) ? description.GetString()
        : schema.TryGetProperty("oneOf", out var choices) ? choices.EnumerateArray().Select(DescriptionOf).FirstOrDefault(text => text is not null)
        : null;

    private static async Task<JsonDocument> DocumentAsync(AtelierServer server) =>
        JsonDocument.Parse(await server.Http.GetStringAsync("/openapi/v1.json"));
}
