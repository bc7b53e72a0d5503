// Imitates stable-diffusion.cpp's sd-server at its OpenAI-like endpoints: no keys, the model's name ignored, settings inside the prompt, errors as plain texts.
using System.Globalization;
using System.Text.Json;

namespace Atelier.Doubles.OpenAi;

public sealed class CompatibleDouble(PictureShelf pictures) : ProviderDouble(pictures)
{
    private const string Opening = "<sd_cpp_extra_args>";
    private const string Closing = "</sd_cpp_extra_args>";

    public override string Name => "openai-compatible";

    public override string BasePath => "/v1";

    /// <summary>Whether pictures are answered by their address, as some other servers do; the address is a path alone.</summary>
    public bool AnswersWithAddress { get; set; }

    /// <summary>The settings that came inside the newest prompt.</summary>
    public JsonElement NewestSettings { get; private set; }

    /// <summary>The prompt that remained of the newest.</summary>
    public string NewestPrompt { get; private set; } = "";

    /// <summary>The mask of the newest edit, or null.</summary>
    public byte[]? NewestMask { get; private set; }

    /// <summary>The key of the newest call; empty for none.</summary>
    public string NewestKey { get; private set; } = "";

    public override void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/images/generations", (HttpContext context, JsonElement body) => Generate(context, body));
        routes.MapPost("/v1/images/edits", (Delegate)EditAsync);
        routes.MapGet("/v1/models", () => Results.Json(new { data = new[] { new { id = "sd-cpp-local", @object = "model", owned_by = "local" } } }));
    }

    private IResult Generate(HttpContext context, JsonElement body)
    {
        NewestKey = context.Request.Headers.Authorization.ToString();
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("prompt", out var prompt) || string.IsNullOrEmpty(prompt.GetString()))
            return Error("prompt required");
        return Paint(prompt.GetString()!, Text(body, "size", "512x512"), body.TryGetProperty("n", out var n) ? n.GetInt32() : 1, Text(body, "output_format", "png"));
    }

    private async Task<IResult> EditAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
            return Error("Content-Type must be multipart/form-data");
        // Its library takes the boundary as it stands.
        if (context.Request.ContentType!.Contains('"', StringComparison.Ordinal))
            return Error("invalid multipart/form-data boundary");
        var form = await context.Request.ReadFormAsync();
        if (string.IsNullOrEmpty(form["prompt"]))
            return Error("prompt required");
        if (!form.Files.Any(file => file.Name is "image" or "image[]"))
            return Error("at least one image[] required");
        using var mask = new MemoryStream();
        if (form.Files.GetFile("mask") is { } given)
            await given.CopyToAsync(mask);
        NewestMask = mask.Length == 0 ? null : mask.ToArray();
        return Paint(form["prompt"]!, form["size"].ToString() is { Length: > 0 } size ? size : "512x512", int.TryParse(form["n"], out var count) ? count : 1, form["output_format"].ToString());
    }

    private IResult Paint(string prompt, string size, int count, string format)
    {
        var start = prompt.IndexOf(Opening, StringComparison.Ordinal);
        var end = prompt.IndexOf(Closing, StringComparison.Ordinal);
        if (start >= 0 && end > start)
        {
            try
            {
                NewestSettings = JsonDocument.Parse(prompt[(start + Opening.Length)..end]).RootElement;
            }
            catch (JsonException broken)
            {
                return Results.Json(new { error = "server_error", message = broken.Message }, statusCode: 500);
            }
            prompt = prompt[..start] + prompt[(end + Closing.Length)..];
        }
        NewestPrompt = prompt;
        if (format is not ("" or "png" or "jpeg" or "webp"))
            return Error("invalid output_format, must be one of [png, jpeg, webp]");
        if (size.Split('x') is not [var first, var second] || !int.TryParse(first, out var width) || !int.TryParse(second, out var height) || width is < 64 or > 4096 || height is < 64 or > 4096)
            return Error("width and height must be between 64 and 4096");
        var seed = NewestSettings.ValueKind == JsonValueKind.Object && NewestSettings.TryGetProperty("seed", out var given) ? given.GetInt64() : 42;
        Bill(count);
        var painted = Enumerable.Range(0, count).Select(index => Pictures.Paint(width, height, seed + index));
        return Results.Json(new
        {
            created = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
            output_format = format.Length == 0 ? "png" : format,
            data = painted.Select(bytes => AnswersWithAddress
                ? (object)new { url = new Uri(Pictures.Put(bytes)).AbsolutePath }
                : new { b64_json = Convert.ToBase64String(bytes) }),
        });
    }

    private static string Text(JsonElement body, string name, string fallback) =>
        body.TryGetProperty(name, out var value) && value.GetString() is { Length: > 0 } text ? text : string.Create(CultureInfo.InvariantCulture, $"{fallback}");

    private static IResult Error(string text) => Results.Json(new { error = text }, statusCode: 400);
}
