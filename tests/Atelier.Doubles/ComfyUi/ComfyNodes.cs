// The nodes that the double of ComfyUI knows, and their validation with the original's errors.
using System.Globalization;
using System.Text.Json.Nodes;

namespace Atelier.Doubles.ComfyUi;

/// <summary>An input of a node: a type such as INT, a link's type such as MODEL, or COMBO with its choices.</summary>
internal sealed record ComfyInput(string Type, double? Min = null, double? Max = null, Func<ComfyNodes, IEnumerable<string>>? Choices = null);

internal sealed record ComfyNode(Dictionary<string, ComfyInput> Inputs, string[] Outputs, bool IsOutput = false);

internal sealed class ComfyNodes(Func<string, bool> isUploaded)
{
    private static readonly ComfyInput Side = new("INT", 16, 16_384);
    private static readonly ComfyInput Text = new("STRING");

    private static readonly Dictionary<string, ComfyNode> Known = new(StringComparer.Ordinal)
    {
        ["CheckpointLoaderSimple"] = new(new() { ["ckpt_name"] = Combo(nodes => nodes.Checkpoints) }, ["MODEL", "CLIP", "VAE"]),
        ["CLIPTextEncode"] = new(new() { ["text"] = Text, ["clip"] = new("CLIP") }, ["CONDITIONING"]),
        ["FluxGuidance"] = new(new() { ["conditioning"] = new("CONDITIONING"), ["guidance"] = new("FLOAT", 0, 100) }, ["CONDITIONING"]),
        ["ConditioningZeroOut"] = new(new() { ["conditioning"] = new("CONDITIONING") }, ["CONDITIONING"]),
        ["EmptyLatentImage"] = new(new() { ["width"] = Side, ["height"] = Side, ["batch_size"] = new("INT", 1, 4_096) }, ["LATENT"]),
        ["EmptySD3LatentImage"] = new(new() { ["width"] = Side, ["height"] = Side, ["batch_size"] = new("INT", 1, 4_096) }, ["LATENT"]),
        ["KSampler"] = new(new()
        {
            ["model"] = new("MODEL"), ["seed"] = new("INT", 0, ulong.MaxValue), ["steps"] = new("INT", 1, 10_000), ["cfg"] = new("FLOAT", 0, 100),
            ["sampler_name"] = Combo(_ => ["euler", "euler_ancestral", "heun", "dpmpp_2m", "dpmpp_2m_sde", "dpmpp_3m_sde", "lcm", "ddim", "uni_pc"]),
            ["scheduler"] = Combo(_ => ["simple", "sgm_uniform", "karras", "exponential", "ddim_uniform", "beta", "normal"]),
            ["positive"] = new("CONDITIONING"), ["negative"] = new("CONDITIONING"), ["latent_image"] = new("LATENT"), ["denoise"] = new("FLOAT", 0, 1),
        }, ["LATENT"]),
        ["VAEDecode"] = new(new() { ["samples"] = new("LATENT"), ["vae"] = new("VAE") }, ["IMAGE"]),
        ["VAEEncode"] = new(new() { ["pixels"] = new("IMAGE"), ["vae"] = new("VAE") }, ["LATENT"]),
        ["LoadImage"] = new(new() { ["image"] = new("FILE") }, ["IMAGE", "MASK"]),
        ["ImageScale"] = new(new()
        {
            ["image"] = new("IMAGE"), ["upscale_method"] = Combo(_ => ["nearest-exact", "bilinear", "area", "bicubic", "lanczos"]),
            ["width"] = new("INT", 0, 16_384), ["height"] = new("INT", 0, 16_384), ["crop"] = Combo(_ => ["disabled", "center"]),
        }, ["IMAGE"]),
        ["UpscaleModelLoader"] = new(new() { ["model_name"] = Combo(nodes => nodes.Upscalers) }, ["UPSCALE_MODEL"]),
        ["ImageUpscaleWithModel"] = new(new() { ["upscale_model"] = new("UPSCALE_MODEL"), ["image"] = new("IMAGE") }, ["IMAGE"]),
        ["ImageToMask"] = new(new() { ["image"] = new("IMAGE"), ["channel"] = Combo(_ => ["red", "green", "blue", "alpha"]) }, ["MASK"]),
        ["SetLatentNoiseMask"] = new(new() { ["samples"] = new("LATENT"), ["mask"] = new("MASK") }, ["LATENT"]),
        ["SaveImage"] = new(new() { ["images"] = new("IMAGE"), ["filename_prefix"] = Text }, [], IsOutput: true),
        ["PreviewImage"] = new(new() { ["images"] = new("IMAGE") }, [], IsOutput: true),
    };

    public List<string> Upscalers { get; } = ["RealESRGAN_x4plus.pth", "4x-UltraSharp.pth"];

    public List<string> Checkpoints { get; } =
        ["sd_xl_base_1.0.safetensors", "v1-5-pruned-emaonly-fp16.safetensors", "flux1-schnell-fp8.safetensors", "flux1-dev-fp8.safetensors"];

    /// <summary>The original's answer to a graph that it does not take, or null.</summary>
    public JsonObject? Check(JsonObject graph)
    {
        foreach (var (id, node) in graph)
        {
            if ((string?)node?["class_type"] is not { } type || !Known.ContainsKey(type))
                return Whole("missing_node_type", $"Node '{node?["class_type"]}' not found. The custom node may not be installed.", $"Node ID '#{id}'",
                    new JsonObject { ["node_id"] = id, ["class_type"] = node?["class_type"]?.DeepClone(), ["node_title"] = node?["class_type"]?.DeepClone() }, []);
        }
        if (!graph.Any(pair => Known[TypeOf(pair.Value)].IsOutput))
            return Whole("prompt_no_outputs", "Prompt has no outputs", "", [], []);
        var errors = new JsonObject();
        foreach (var (id, node) in graph)
        {
            if (CheckNode(graph, node!.AsObject()) is { Count: > 0 } found)
                errors[id] = new JsonObject { ["errors"] = found, ["dependent_outputs"] = new JsonArray(), ["class_type"] = TypeOf(node) };
        }
        return errors.Count == 0 ? null : Whole("prompt_outputs_failed_validation", "Prompt outputs failed validation", "", [], errors);
    }

    public static string TypeOf(JsonNode? node) => (string?)node?["class_type"] ?? "";

    private JsonArray CheckNode(JsonObject graph, JsonObject node)
    {
        if (node["inputs"] is not JsonObject inputs)
            return [Error("exception_during_validation", "Exception when validating node", "'inputs'", "inputs", null)];
        var errors = new JsonArray();
        foreach (var (name, input) in Known[TypeOf(node)].Inputs)
        {
            var error = inputs[name] is not { } value ? Error("required_input_missing", "Required input is missing", name, name, null)
                : value is JsonArray link ? CheckLink(graph, name, input, link)
                : CheckValue(name, input, value);
            if (error is not null)
                errors.Add(error);
        }
        return errors;
    }

    private static JsonObject? CheckLink(JsonObject graph, string name, ComfyInput input, JsonArray link)
    {
        if (link.Count != 2 || graph[(string)link[0]!] is not { } source)
            return Error("bad_linked_input", "Bad linked input, must be a length-2 list of [node_id, slot_index]", name, name, link);
        var received = Known[TypeOf(source)].Outputs.ElementAtOrDefault((int)link[1]!);
        return received == input.Type ? null : Error("return_type_mismatch", "Return type mismatch between linked nodes", $"{name}, received_type({received}) mismatch input_type({input.Type})", name, link);
    }

    private JsonObject? CheckValue(string name, ComfyInput input, JsonNode value)
    {
        var text = value.ToString();
        switch (input.Type)
        {
            case "COMBO":
                var choices = input.Choices!(this).ToList();
                return choices.Contains(text) ? null : Error("value_not_in_list", "Value not in list", $"{name}: '{text}' not in {(choices.Count > 20 ? $"(list of length {choices.Count})" : $"['{string.Join("', '", choices)}']")}", name, value);
            case "FILE":
                return isUploaded(text) ? null : Error("custom_validation_failed", "Custom validation failed for node", $"{name} - Invalid image file: {text}", name, value);
            case "INT" or "FLOAT":
                if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
                    return Error("invalid_input_type", $"Failed to convert an input value to a {input.Type} value", $"{name}, {text}, could not convert string", name, value);
                return number < input.Min ? Error("value_smaller_than_min", $"Value {text} smaller than min of {input.Min}", name, name, value)
                    : number > input.Max ? Error("value_bigger_than_max", $"Value {text} bigger than max of {input.Max}", name, name, value) : null;
            case "STRING":
                return null;
            default:
                return Error("bad_linked_input", "Bad linked input, must be a length-2 list of [node_id, slot_index]", name, name, value);
        }
    }

    private static ComfyInput Combo(Func<ComfyNodes, IEnumerable<string>> choices) => new("COMBO", Choices: choices);

    private static JsonObject Error(string type, string message, string details, string input, JsonNode? received) => new()
    {
        ["type"] = type, ["message"] = message, ["details"] = details,
        ["extra_info"] = new JsonObject { ["input_name"] = input, ["received_value"] = received?.DeepClone() },
    };

    public static JsonObject Whole(string type, string message, string details, JsonObject extra, JsonObject nodes) => new()
    {
        ["error"] = new JsonObject { ["type"] = type, ["message"] = message, ["details"] = details, ["extra_info"] = extra },
        ["node_errors"] = nodes,
    };
}
