// A prediction of the double: what it tells at every look, and its pictures.
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Doubles.Replicate;

internal sealed record ReplicatePrediction(string Id, string Model, JsonElement Input, string? Webhook, ReplicateModel Known, long Started, DateTimeOffset CreatedAt)
{
    private JsonNode? _output;

    private static ReadOnlySpan<byte> Svg => "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\"><rect width=\"64\" height=\"64\" fill=\"#357\"/><circle cx=\"32\" cy=\"32\" r=\"20\" fill=\"#fc3\"/></svg>"u8;

    public bool Canceled { get; set; }

    /// <summary>How many pictures it paints.</summary>
    public int Count => Known.List && Input.TryGetProperty("num_outputs", out var count) && count.TryGetInt32(out var number) ? number : 1;

    public bool IsDone(PictureShelf pictures) => Environment.TickCount64 - Started >= pictures.Settings.PaintTime.TotalMilliseconds;

    /// <summary>The prediction as a look finds it.</summary>
    /// <param name="pictures">Where its pictures are put.</param>
    /// <param name="failWith">What it ends with instead of a picture.</param>
    /// <param name="forgets">Whether input and output are forgotten.</param>
    /// <param name="created">Whether it is the answer of its start, which never says more than that it is starting before it is done.</param>
    public JsonObject Describe(PictureShelf pictures, string? failWith, bool forgets, bool created = false)
    {
        var done = !Canceled && IsDone(pictures);
        var status = Canceled ? "canceled" : !done ? created ? "starting" : "processing" : failWith is null ? "succeeded" : "failed";
        return new JsonObject
        {
            ["id"] = Id,
            ["model"] = Model,
            ["version"] = Known.Version ?? "hidden",
            ["input"] = forgets ? [] : JsonObject.Create(Input),
            ["output"] = status == "succeeded" && !forgets ? Output(pictures) : null,
            ["data_removed"] = forgets,
            ["error"] = status == "failed" ? failWith : null,
            ["logs"] = done ? "100%|██████████| 4/4" : created ? "" : " 50%|█████     | 2/4",
            ["status"] = status,
            ["created_at"] = CreatedAt.ToUniversalTime().ToString("O"),
            ["webhook"] = Webhook,
            ["source"] = "api",
            ["urls"] = new JsonObject
            {
                ["get"] = $"{pictures.Root}/replicate/v1/predictions/{Id}",
                ["cancel"] = $"{pictures.Root}/replicate/v1/predictions/{Id}/cancel",
            },
        };
    }

    private JsonNode Output(PictureShelf pictures)
    {
        lock (this)
        {
            if (_output is null)
            {
                var addresses = Enumerable.Range(0, Count).Select(index => Known.Svg ? pictures.Put(Svg.ToArray(), "image/svg+xml") : Paint(pictures, index)).ToList();
                _output = Known.List ? new JsonArray([.. addresses.Select(address => JsonValue.Create(address))]) : JsonValue.Create(addresses[0]);
            }
            return _output.DeepClone();
        }
    }

    private string Paint(PictureShelf pictures, int index)
    {
        var (width, height) = SizeOf(Input);
        var seed = Input.TryGetProperty("seed", out var given) && given.TryGetInt64(out var number) ? number : 0;
        return pictures.Put(pictures.Paint(width, height, seed + index));
    }

    // In the order in which the models themselves heed them: free sides, a size in pixels, a shape in a class of size.
    private static (int Width, int Height) SizeOf(JsonElement input)
    {
        if (input.TryGetProperty("width", out var width) && input.TryGetProperty("height", out var height))
            return (width.GetInt32(), height.GetInt32());
        var size = input.TryGetProperty("size", out var named) ? named.GetString() ?? "" : "";
        if (size.Split('x') is [var first, var second] && int.TryParse(first, out var across) && int.TryParse(second, out var down))
            return (across, down);
        var shape = (input.TryGetProperty("aspect_ratio", out var ratio) ? ratio.GetString() : null)?.Split(':');
        var (w, h) = shape is [var left, var right] && int.TryParse(left, out var x) && int.TryParse(right, out var y) ? (x, y) : (1, 1);
        var scale = Math.Sqrt(size switch { "2K" => 4_194_304.0, "4K" => 16_777_216.0, _ => 1_048_576.0 } / (w * h));
        return ((int)(w * scale) / 16 * 16, (int)(h * scale) / 16 * 16);
    }
}
