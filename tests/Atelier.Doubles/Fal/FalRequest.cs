// A request in the double's queue, and the answer of the engine behind it.
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Doubles.Fal;

internal sealed class FalRequest(string id, string application, FalModel model, JsonElement input, IReadOnlyList<InputError> errors, FalEnd? end, long started)
{
    private readonly Lock _lock = new();
    private JsonObject? _output;

    public string Id => id;

    public string Application => application;

    public long Started => started;

    public bool Canceled { get; set; }

    /// <summary>What it ends with in place of a picture: the queue takes an input unread, the engine rejects it.</summary>
    public FalEnd? Ends { get; } = errors is [var error, ..] ? FalEnd.Typed(422, TypeOf(error), error.Message, retryable: false, error.Field.Split('.')) : end;

    public int Count => input.ValueKind == JsonValueKind.Object && input.TryGetProperty("num_images", out var count) && count.TryGetInt32(out var number) ? number : 1;

    public bool IsDone(DoubleSettings settings) => Environment.TickCount64 - started >= settings.PaintTime.TotalMilliseconds;

    public JsonObject Paint(PictureShelf pictures, bool nsfw)
    {
        lock (_lock)
        {
            _output ??= NewOutput(pictures, nsfw);
            return (JsonObject)_output.DeepClone();
        }
    }

    private JsonObject NewOutput(PictureShelf pictures, bool nsfw)
    {
        var (width, height) = SizeOf();
        var seed = input.TryGetProperty("seed", out var given) && given.TryGetInt64(out var number) ? number : 4711;
        var images = Enumerable.Range(0, Count).Select(index => new JsonObject
        {
            ["url"] = pictures.Put(pictures.Paint(width, height, seed + index)),
            ["content_type"] = model.Type,
            ["width"] = width,
            ["height"] = height,
        });
        var output = new JsonObject { ["images"] = new JsonArray([.. images]), ["seed"] = seed, ["prompt"] = input.GetProperty("prompt").GetString(), ["timings"] = new JsonObject() };
        if (model.Checked)
            output["has_nsfw_concepts"] = new JsonArray([.. Enumerable.Repeat(nsfw, Count).Select(mark => JsonValue.Create(mark))]);
        return output;
    }

    private (int Width, int Height) SizeOf()
    {
        if (input.TryGetProperty("image_size", out var size) && size.ValueKind == JsonValueKind.Object)
            return (size.GetProperty("width").GetInt32(), size.GetProperty("height").GetInt32());
        var shape = (input.TryGetProperty("aspect_ratio", out var ratio) ? ratio.GetString() : null)?.Split(':');
        var (w, h) = shape is [var left, var right] && int.TryParse(left, out var x) && int.TryParse(right, out var y) ? (x, y) : (1, 1);
        var area = (input.TryGetProperty("resolution", out var named) ? named.GetString() : null) switch { "2K" => 4_194_304.0, "4K" => 16_777_216.0, _ => 1_048_576.0 };
        var scale = Math.Sqrt(area / (w * h));
        return ((int)(w * scale) / 16 * 16, (int)(h * scale) / 16 * 16);
    }

    private static string TypeOf(InputError error) => error.Type switch
    {
        "required" => "missing",
        "number_lte" => "less_than_equal",
        "number_gte" => "greater_than_equal",
        "additional_property_not_allowed" => "extra_forbidden",
        "enum" => "literal_error",
        _ => error.Type,
    };
}
