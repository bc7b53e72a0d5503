// What is sent to POST /api/v1/generations.
using System.Text.Json.Serialization;

namespace Atelier.Client;

/// <summary>A wish for one to four images. What is left out takes the model's defaults.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record GenerationRequest
{
    /// <summary>What to paint. Wildcards such as <c>{red|blue}</c> are expanded for each image with its seed.</summary>
    public required string Prompt { get; init; }

    /// <summary>What must not appear.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NegativePrompt { get; init; }

    /// <summary>A model's id or alias; see GET /api/v1/models. Default: the first of that list.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Model { get; init; }

    /// <summary>Shape as W:H, between 1:4 and 4:1; not together with width and height. Default: 1:1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AspectRatio { get; init; }

    /// <summary>Width in pixels; only together with height.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Width { get; init; }

    /// <summary>Height in pixels; only together with width.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Height { get; init; }

    /// <summary>standard, hd, hd+ or 4k, as far as the model has them. Default: standard.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Quality { get; init; }

    /// <summary>How many images, 1 to 4. Default: 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Count { get; init; }

    /// <summary>0 to 4294967295; each further image takes the next number. Default: random.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Seed { get; init; }

    /// <summary>Steps within the model's range. Default: the model's own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Steps { get; init; }

    /// <summary>Guidance within the model's range. Default: the model's own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Guidance { get; init; }

    /// <summary>How far to depart from the input image: 0 keeps it, 1 repaints it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Strength { get; init; }

    /// <summary>Images to start from, as many as the model takes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<InputImage>? InputImages { get; init; }

    /// <summary>Where the first input image is repainted: white is, black is not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public InputImage? Mask { get; init; }

    /// <summary>A style preset's id; see GET /api/v1/styles.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Style { get; init; }

    /// <summary>webp, png, jpeg, avif or svg, as far as the model has them. Default: the model's first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OutputFormat { get; init; }

    /// <summary>private or public. Default: private.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Visibility { get; init; }

    /// <summary>Whether the result is not safe for work. Default: false.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Nsfw { get; init; }

    /// <summary>-10 to 10, higher runs earlier; how high depends on the caller's role. Default: 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Priority { get; init; }

    /// <summary>The caller's own keys and values: at most 16, keys to 64 and values to 500 characters.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>The caller's own tags: at most 16 of 1 to 40 characters.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The generation that it is made from, which the caller must be able to see.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ParentReference? Parent { get; init; }
}

/// <summary>What a generation is made from.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ParentReference
{
    /// <summary>The other generation: 32 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>remix, variation, reference or upscale. Default: remix.</summary>
    public string Kind { get; init; } = "remix";
}

/// <summary>An image to start from: exactly one of the two fields.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record InputImage
{
    /// <summary>The file as base64, or as a <c>data:</c> URL in base64.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Data { get; init; }

    /// <summary>A completed generation whose picture is taken.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? GenerationId { get; init; }

    /// <summary>The image of these bytes.</summary>
    public static InputImage Of(ReadOnlySpan<byte> file) => new() { Data = Convert.ToBase64String(file) };

    /// <summary>The picture of a generation.</summary>
    public static InputImage OfGeneration(string generationId) => new() { GenerationId = generationId };
}
