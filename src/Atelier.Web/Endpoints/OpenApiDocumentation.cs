// The OpenAPI 3.1 document: made from the endpoints and contracts themselves, so that it cannot tell of what is not there.
using System.Globalization;
using System.Text.Json.Nodes;
using Atelier.Client;
using Atelier.Generating;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Atelier.Web.Endpoints;

internal static class OpenApiDocumentation
{
    public static IServiceCollection AddAtelierOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.ShouldInclude = description =>
            description.RelativePath is { } path
            && (path is "healthz" or "readyz" or "metrics" || path.Split('/')[0] is "api" or "problems");
        options.AddDocumentTransformer((document, _, _) =>
        {
            Introduce(document);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            DescribeParameters(operation, context.Description.ActionDescriptor.EndpointMetadata);
            DescribeFiles(operation, context.Description.ActionDescriptor.EndpointMetadata);
            DescribeAnswers(operation);
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            DescribeValues(schema, context);
            return Task.CompletedTask;
        });
    });

    private static void Introduce(OpenApiDocument document)
    {
        document.Info.Title = "Atelier";
        document.Info.Description =
            "Submit a wish for images, follow the work, fetch the pictures. "
            + "Names are snake_case, times ISO 8601 in UTC, refusals RFC 9457 problems.";
        document.Info.License = new OpenApiLicense { Name = "Apache-2.0", Identifier = "Apache-2.0" };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
        document.Components.SecuritySchemes["key"] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A personal API key, where accounts are on. Without accounts none is needed.",
        };
        // Relative to wherever the document is served from: it holds behind every proxy.
        document.Servers = [new OpenApiServer { Url = "/" }];
    }

    private static void DescribeParameters(OpenApiOperation operation, IList<object> metadata)
    {
        operation.Parameters ??= [];
        foreach (var parameter in metadata.OfType<QueryParameters>().LastOrDefault(QueryParameters.None).Items)
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = parameter.Name,
                In = ParameterLocation.Query,
                Description = parameter.Description,
                Schema = SchemaOf(parameter),
                Example = parameter.Example,
            });
        }
        foreach (var header in metadata.OfType<HeaderParameter>())
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = header.Name, In = ParameterLocation.Header, Description = header.Description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }
    }

    private static OpenApiSchema SchemaOf(QueryParameter parameter) => parameter.Default is null
        ? new OpenApiSchema { Type = JsonSchemaType.String }
        : new OpenApiSchema
        {
            Type = JsonSchemaType.Integer,
            Minimum = parameter.Min?.ToString(CultureInfo.InvariantCulture),
            Maximum = parameter.Max?.ToString(CultureInfo.InvariantCulture),
            Default = parameter.Default,
        };

    // The generator leaves out contents without a type of ours: files.
    private static void DescribeFiles(OpenApiOperation operation, IList<object> metadata)
    {
        foreach (var answer in metadata.OfType<IProducesResponseTypeMetadata>().Where(answer => answer.Type is null || answer.Type == typeof(void)))
        {
            var status = answer.StatusCode.ToString(CultureInfo.InvariantCulture);
            if (operation.Responses?[status] is not OpenApiResponse response)
                continue;
            response.Content ??= new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal);
            foreach (var type in answer.ContentTypes)
                response.Content[type] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } };
        }
    }

    private static void DescribeAnswers(OpenApiOperation operation)
    {
        foreach (var (status, answer) in operation.Responses ?? [])
        {
            if (answer is not OpenApiResponse response)
                continue;
            if (status == "202" && operation.OperationId == SubmissionEndpoint.OperationId)
            {
                response.Headers = HeadersOf(
                    ("Location", "Where to read what was submitted: the generation, or the list of its batch."),
                    (SubmissionEndpoint.IdempotencyReplayed, "true where this is the answer to an earlier request under the same key."));
            }
            else if (status is "429" or "503")
            {
                response.Headers = HeadersOf(("Retry-After", "Seconds to wait."));
            }
        }
    }

    private static Dictionary<string, IOpenApiHeader> HeadersOf(params (string Name, string Description)[] headers) => headers.ToDictionary(
        header => header.Name,
        header => (IOpenApiHeader)new OpenApiHeader
        {
            Description = header.Description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });

    private static void DescribeValues(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        if (context.JsonTypeInfo.Type == typeof(Client.GenerationRequest))
            schema.Examples = [ExampleOfRequest()];
        // Times have a converter of their own, which hides from the exporter that they are texts.
        if (context.JsonTypeInfo.Type == typeof(DateTimeOffset))
            schema.Type = JsonSchemaType.String;
        if (context.JsonTypeInfo.Type == typeof(DateTimeOffset?))
            schema.Type = JsonSchemaType.String | JsonSchemaType.Null;
        var (declaring, property) = (context.JsonPropertyInfo?.DeclaringType, context.JsonPropertyInfo?.Name);
        var isOutput = declaring == typeof(GenerationRecord) || declaring == typeof(Client.GenerationEvent)
            || declaring == typeof(SubmittedGeneration);
        if (isOutput && property == "status")
            schema.Enum = [.. StatusNames.Statuses.Select(status => (JsonNode)status)];
        if (declaring == typeof(GenerationRecord) && property == "visibility")
            schema.Enum = ["private", "public"];
        if (isOutput && property == "progress")
            (schema.Minimum, schema.Maximum) = ("0", "100");
    }

    private static JsonObject ExampleOfRequest() => new()
    {
        ["prompt"] = "a red bicycle under a tree at sunset, watercolour",
        ["aspect_ratio"] = "16:9",
        ["count"] = 2,
        ["seed"] = 42,
        ["tags"] = new JsonArray("demo"),
    };
}
