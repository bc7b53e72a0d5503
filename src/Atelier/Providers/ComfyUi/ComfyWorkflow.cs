// The workflow of a request: the graph in the catalogue, or a file that the operator saved from ComfyUI in its API format. Read anew for every start.
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Atelier.Providers.ComfyUi;

/// <summary>A workflow with its slots, or why there is none.</summary>
/// <param name="Template">The graph: an object for each node.</param>
/// <param name="Failure">Why there is none.</param>
internal sealed partial record ComfyWorkflow(JsonObject? Template, ProviderFailure? Failure)
{
    /// <summary>The setting that names the folder of workflow files.</summary>
    public const string Folder = "workflows";

    private const long LargestFile = 8 * 1024 * 1024;

    /// <summary>Finds the workflow that the catalogue gives or names.</summary>
    public static async Task<ComfyWorkflow> FindAsync(PaintRequest request, ProviderEndpoint endpoint, CancellationToken cancellationToken)
    {
        if (request.Input["workflow"] is not JsonValue named || !named.TryGetValue<string>(out var name))
            return request.Input.Count > 0 ? new ComfyWorkflow(request.Input, null) : Missing("the catalogue gives this model no workflow", null);
        if (!PlainName().IsMatch(name))
            return Missing("the name of its workflow is not a plain file name", name);
        if (endpoint.Options.GetValueOrDefault(Folder) is not { Length: > 0 } folder)
            return Missing("no folder of workflows is set for it", $"{endpoint.Name}: {Folder} is not set, the catalogue asks for {name}");
        var file = Path.Combine(folder, name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? name : name + ".json");
        try
        {
            if (!File.Exists(file) || new FileInfo(file).Length > LargestFile)
                return Missing($"its workflow {name} is missing or too large", file);
            var graph = JsonNode.Parse(await File.ReadAllTextAsync(file, cancellationToken)) as JsonObject;
            return graph is not null && graph.Count > 0 && graph.All(node => node.Value is JsonObject fields && fields.ContainsKey("class_type"))
                ? new ComfyWorkflow(graph, null)
                : Missing($"its workflow {name} is not in ComfyUI's API format", $"{file}: save it with Export (API)");
        }
        catch (Exception failure) when (failure is JsonException or IOException or UnauthorizedAccessException)
        {
            return Missing($"its workflow {name} cannot be read", failure.Message);
        }
    }

    /// <summary>The graph with every slot filled.</summary>
    public static JsonObject Fill(JsonObject template, PaintRequest request, ComfyUploads.Uploaded uploads) => InputTemplate.Fill(
        request with
        {
            Input = template,
            // A node's inputs must all be there: a blank says nothing, and a white mask leaves everything to be repainted.
            NegativePrompt = string.IsNullOrEmpty(request.NegativePrompt) ? " " : request.NegativePrompt,
            Mask = request.Mask ?? ComfyUploads.White,
        },
        uploads.NameOf);

    /// <summary>A graph that makes an uploaded picture larger with a model, and then exactly as large as it is wanted.</summary>
    public static JsonObject Upscale(string picture, string model, int width, int height)
    {
        return new JsonObject
        {
            ["1"] = Node("LoadImage", new() { ["image"] = picture }),
            ["2"] = Node("UpscaleModelLoader", new() { ["model_name"] = model }),
            ["3"] = Node("ImageUpscaleWithModel", new() { ["upscale_model"] = new JsonArray("2", 0), ["image"] = new JsonArray("1", 0) }),
            ["4"] = Node("ImageScale", new() { ["image"] = new JsonArray("3", 0), ["upscale_method"] = "lanczos", ["width"] = width, ["height"] = height, ["crop"] = "disabled" }),
            ["5"] = Node("SaveImage", new() { ["images"] = new JsonArray("4", 0), ["filename_prefix"] = "atelier-upscale" }),
        };

        static JsonObject Node(string type, JsonObject inputs) => new() { ["class_type"] = type, ["inputs"] = inputs };
    }

    /// <summary>How many nodes sample, which is where the time goes.</summary>
    public static int Samplers(JsonObject graph) => graph.Count(node =>
        node.Value is JsonObject fields && fields["class_type"] is JsonValue type && type.TryGetValue<string>(out var name) && name.Contains("Sampler", StringComparison.Ordinal));

    private static ComfyWorkflow Missing(string because, string? details) =>
        new(null, Failures.Of(FailureKind.Permanent, ComfyUiProvider.Title, details ?? because, because: because));

    [GeneratedRegex(@"^\w[\w .\-]{0,99}$", RegexOptions.None, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex PlainName();
}
