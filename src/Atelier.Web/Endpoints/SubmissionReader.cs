// Turns the body of POST /api/v1/generations into a wish, or into all that is wrong with its form. What the model allows is checked later.
using System.Text.Json;
using Atelier.Submitting;

namespace Atelier.Web.Endpoints;

internal static class SubmissionReader
{
    public const string InputImages = "input_images", Mask = "mask";
    private const int MaxInputImages = 16, MaxTags = 64, MaxMetadata = 64, MaxBase64Shown = 12;

    /// <summary>The fields that hold numbers.</summary>
    public static IReadOnlySet<string> Numbers { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "width", "height", "count", "seed", "steps", "guidance", "strength", "priority",
    };

    private static readonly string[] Fields =
    [
        "prompt", "negative_prompt", "model", "aspect_ratio", "width", "height", "quality", "count", "seed", "steps", "guidance", "strength",
        InputImages, Mask, "style", "output_format", "visibility", "nsfw", "priority", "metadata", "tags", "parent",
    ];

    private static readonly string[] ImageFields = ["data", "generation_id"];

    /// <summary>Reads the wish. Where there are errors, it holds what could be read.</summary>
    public static (GenerationRequest Request, List<FieldError> Errors) Read(JsonElement body, IReadOnlyList<FormImage> files)
    {
        var errors = new List<FieldError>();
        var fields = new JsonFields(body, Fields, errors);
        var request = new GenerationRequest
        {
            Prompt = fields.Text("prompt"),
            NegativePrompt = fields.Text("negative_prompt"),
            Model = fields.Text("model"),
            AspectRatio = fields.Text("aspect_ratio"),
            Width = Int(fields, "width"),
            Height = Int(fields, "height"),
            Quality = fields.Text("quality"),
            Count = Int(fields, "count"),
            Seed = fields.WholeNumber("seed", 0, uint.MaxValue),
            Steps = Int(fields, "steps"),
            Guidance = fields.Number("guidance"),
            Strength = fields.Number("strength"),
            InputImages = [.. ReadImages(fields.Items(InputImages, MaxInputImages), errors), .. ReadFiles(files, errors)],
            Mask = ReadMask(fields.Object(Mask), files, errors),
            Style = fields.Text("style"),
            OutputFormat = fields.Text("output_format"),
            Visibility = fields.Text("visibility"),
            Nsfw = fields.Flag("nsfw") ?? false,
            Priority = Int(fields, "priority"),
            Metadata = fields.TextMap("metadata", MaxMetadata),
            Tags = fields.Texts("tags", MaxTags),
            Parent = ReadParent(fields.Object("parent"), errors),
        };
        return (request, errors);
    }

    private static Parent? ReadParent(JsonElement? item, List<FieldError> errors)
    {
        if (item is null)
            return null;
        var fields = new JsonFields(item.Value, ["id", "kind"], errors, "parent.");
        var before = errors.Count;
        var (id, kind) = (fields.Text("id"), fields.Text("kind"));
        if (errors.Count > before)
            return null;
        if (id is null || !GenerationIds.IsLegal(id))
            Refuse(errors, "parent.id", Shown.Short(id ?? ""), "must be the id of a generation: 32 hex digits.");
        else
            return new Parent(id, kind ?? Parent.Remix);
        return null;
    }

    private static int? Int(JsonFields fields, string name) => (int?)fields.WholeNumber(name, int.MinValue, int.MaxValue);

    private static IEnumerable<InputSource> ReadImages(IReadOnlyList<JsonElement> items, List<FieldError> errors)
    {
        foreach (var (item, index) in items.Select((item, index) => (item, index)))
        {
            var name = $"{InputImages}[{index}]";
            if (ReadImage(name, item, errors) is { } source)
                yield return source;
        }
    }

    private static InputSource? ReadMask(JsonElement? item, IReadOnlyList<FormImage> files, List<FieldError> errors)
    {
        var file = files.FirstOrDefault(file => file.Field == Mask);
        if (file is { Bytes.Length: 0 })
            errors.Add(new FieldError(Mask, null, $"{Mask}: the file is empty."));
        return file is { Bytes.Length: > 0 } ? new InputSource.Upload(file.Bytes) : item is null ? null : ReadImage(Mask, item.Value, errors);
    }

    private static InputSource? ReadImage(string name, JsonElement item, List<FieldError> errors)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new FieldError(name, null, $"{name} must be an object with 'data' or 'generation_id'."));
            return null;
        }
        var fields = new JsonFields(item, ImageFields, errors, $"{name}.");
        var before = errors.Count;
        var (data, generationId) = (fields.Text("data"), fields.Text("generation_id"));
        if (errors.Count > before)
            return null;
        if (data is null == generationId is null)
            errors.Add(new FieldError(name, null, $"{name} must have either 'data' or 'generation_id'."));
        else if (generationId is not null && !GenerationIds.IsLegal(generationId))
            Refuse(errors, $"{name}.generation_id", Shown.Short(generationId), "must be the id of a generation: 32 hex digits.");
        else if (generationId is not null)
            return new InputSource.OfGeneration(generationId);
        else if (Decode(data!) is { Length: > 0 } bytes)
            return new InputSource.Upload(bytes);
        else
            Refuse(errors, $"{name}.data", data![..Math.Min(data!.Length, MaxBase64Shown)], "must be a file as base64, or as a data: URL in base64.");
        return null;
    }

    private static void Refuse(List<FieldError> errors, string field, string value, string message) =>
        errors.Add(new FieldError(field, value, $"{field} {message}"));

    private static byte[]? Decode(string data)
    {
        const string marker = ";base64,";
        ReadOnlySpan<char> text = data;
        if (data.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            // The type that the URL claims is not looked at: the bytes tell.
            var at = data.IndexOf(marker, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
                return null;
            text = data.AsSpan(at + marker.Length);
        }
        var bytes = new byte[text.Length / 4 * 3 + 3];
        return Convert.TryFromBase64Chars(text, bytes, out var length) ? bytes[..length] : null;
    }

    private static IEnumerable<InputSource> ReadFiles(IReadOnlyList<FormImage> files, List<FieldError> errors)
    {
        foreach (var file in files)
        {
            if (file.Field == InputImages && file.Bytes.Length > 0)
                yield return new InputSource.Upload(file.Bytes);
            else if (file.Field == InputImages)
                errors.Add(new FieldError(InputImages, null, $"{InputImages}: a file is empty."));
            else if (file.Field != Mask)
                errors.Add(new FieldError(Shown.Short(file.Field), null, $"Files belong into {InputImages} or {Mask}.", [InputImages, Mask]));
        }
    }
}
