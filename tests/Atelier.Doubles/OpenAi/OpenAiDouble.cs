// Imitates api.openai.com/v1: images/generations as JSON and images/edits as a form, plain or as a stream of events, and its bodies for errors.
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Doubles.OpenAi;

public sealed class OpenAiDouble(PictureShelf pictures) : ProviderDouble(pictures)
{
    /// <summary>A key of an organisation that is not verified.</summary>
    public const string UnverifiedKey = "test-unverified";

    /// <summary>A prompt with this word is refused.</summary>
    public const string ForbiddenWord = "gore";

    public override string Name => "openai";

    public override string BasePath => "/v1";

    /// <summary>The error that ends every stream instead of a picture; null for a picture.</summary>
    public JsonObject? EndStreamWith { get; set; }

    /// <summary>The form of the newest edit: the names of its parts in order.</summary>
    public IReadOnlyList<string> NewestForm { get; private set; } = [];

    /// <summary>The mask of the newest edit, or null.</summary>
    public byte[]? NewestMask { get; private set; }

    /// <summary>The headers of the newest call.</summary>
    public IReadOnlyDictionary<string, string> NewestHeaders { get; private set; } = new Dictionary<string, string>();

    public override void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/v1").AddEndpointFilter(CheckAccountAsync);
        api.MapPost("/images/generations", (HttpContext context, JsonElement body) => GenerateAsync(context, body));
        api.MapPost("/images/edits", (Delegate)EditAsync);
        api.MapGet("/models", () => Results.Json(new { @object = "list", data = new[] { new { id = "gpt-image-2", @object = "model", created = 1_776_000_000, owned_by = "openai" } } }));
    }

    private async ValueTask<object?> CheckAccountAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var headers = context.HttpContext.Request.Headers;
        NewestHeaders = headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        context.HttpContext.Response.Headers["x-request-id"] = $"req_{Guid.NewGuid():N}";
        var key = headers.Authorization.ToString();
        if (!key.StartsWith($"Bearer {GoodKey}", StringComparison.Ordinal))
            return Error(401, "Incorrect API key provided: ****. You can find your API key at https://platform.openai.com/account/api-keys.", "invalid_request_error", "invalid_api_key");
        return key switch
        {
            $"Bearer {PoorKey}" => Error(429, "You exceeded your current quota, please check your plan and billing details.", "insufficient_quota", "insufficient_quota"),
            $"Bearer {UnverifiedKey}" => Error(403, "Your organization must be verified to use the model `gpt-image-2`. Please go to the settings and click on Verify Organization.", "invalid_request_error", null),
            _ => await next(context),
        };
    }

    private async Task<IResult> GenerateAsync(HttpContext context, JsonElement body)
    {
        if (OpenAiRules.Check(body, edit: false) is { } problem)
            return problem;
        return await PaintAsync(context, body, "image_generation", images: 0);
    }

    private async Task<IResult> EditAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
            return Error(400, "Invalid Content-Type", "invalid_request_error", null);
        var form = await context.Request.ReadFormAsync();
        NewestForm = [.. form.Keys, .. form.Files.Select(file => file.Name)];
        var images = form.Files.Where(file => file.Name is "image" or "image[]").ToList();
        if (images.Count is 0 or > 16 || images.Exists(file => file.ContentType is not ("image/png" or "image/webp" or "image/jpeg")))
            return Error(400, "Invalid value: 'image'. Expected 1 to 16 images of type png, webp or jpeg.", "invalid_request_error", "invalid_value", "image");
        NewestMask = form.Files.GetFile("mask") is { } mask ? await BytesAsync(mask) : null;
        if (NewestMask is not null && WhyNoMask(NewestMask, await BytesAsync(images[0])) is { } why)
            return Error(400, why, "invalid_request_error", "invalid_mask_image_format", "mask");
        var fields = new JsonObject(form.Where(field => field.Key is not ("image" or "image[]" or "mask")).Select(field => KeyValuePair.Create(field.Key, Typed(field.Value.ToString()))));
        var body = JsonSerializer.SerializeToElement(fields);
        return OpenAiRules.Check(body, edit: true) ?? await PaintAsync(context, body, "image_edit", images.Count);
    }

    private async Task<IResult> PaintAsync(HttpContext context, JsonElement body, string kind, int images)
    {
        if (body.GetProperty("prompt").GetString()!.Contains(ForbiddenWord, StringComparison.Ordinal))
            return Refusal();
        var count = body.TryGetProperty("n", out var wanted) ? wanted.GetInt32() : 1;
        var (width, height) = OpenAiRules.SizeOf(body);
        var (format, quality) = (TextOf(body, "output_format", "png"), TextOf(body, "quality", "auto"));
        if (body.TryGetProperty("stream", out var stream) && stream.GetBoolean())
            return await StreamAsync(context, body, kind, (width, height), images);
        Bill(count);
        return Results.Json(new JsonObject
        {
            ["created"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
            ["background"] = "opaque",
            ["output_format"] = format,
            ["quality"] = quality,
            ["size"] = $"{width}x{height}",
            ["data"] = new JsonArray([.. Enumerable.Range(0, count).Select(seed => new JsonObject { ["b64_json"] = Convert.ToBase64String(Pictures.Paint(width, height, seed)) })]),
            ["usage"] = UsageOf(quality, images),
        });
    }

    private async Task<IResult> StreamAsync(HttpContext context, JsonElement body, string kind, (int Width, int Height) size, int images)
    {
        var partials = body.TryGetProperty("partial_images", out var wanted) ? wanted.GetInt32() : 0;
        context.Response.ContentType = "text/event-stream";
        for (var index = 0; index < partials; index++)
        {
            await SendAsync(context, Event($"{kind}.partial_image", body, size, index + 1, new JsonObject { ["partial_image_index"] = index }));
            await Task.Delay(Pictures.Settings.PaintTime / 4);
        }
        if (EndStreamWith is { } error)
        {
            await SendAsync(context, new JsonObject { ["type"] = "error", ["error"] = error.DeepClone(), ["sequence_number"] = 0 });
            return Results.Empty;
        }
        Bill();
        await SendAsync(context, Event($"{kind}.completed", body, size, 0, new JsonObject { ["usage"] = UsageOf(TextOf(body, "quality", "auto"), images) }));
        return Results.Empty;
    }

    private JsonObject Event(string type, JsonElement body, (int Width, int Height) size, int seed, JsonObject more)
    {
        var told = new JsonObject
        {
            ["type"] = type,
            ["b64_json"] = Convert.ToBase64String(Pictures.Paint(size.Width, size.Height, seed)),
            ["background"] = "opaque",
            ["created_at"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
            ["output_format"] = TextOf(body, "output_format", "png"),
            ["quality"] = TextOf(body, "quality", "auto"),
            ["size"] = $"{size.Width}x{size.Height}",
        };
        foreach (var (name, value) in more)
            told[name] = value?.DeepClone();
        return told;
    }

    private static async Task SendAsync(HttpContext context, JsonObject told)
    {
        await context.Response.WriteAsync($"event: {told["type"]}\ndata: {told.ToJsonString()}\n\n", Encoding.UTF8);
        await context.Response.Body.FlushAsync();
    }

    // What others counted for 1024 × 1024; a hundred tokens for an input image.
    private static JsonObject UsageOf(string quality, int images)
    {
        var painted = quality switch { "low" => 196, "high" => 1_756, "xhigh" => 3_122, "max" => 7_024, _ => 439 };
        return new JsonObject
        {
            ["input_tokens"] = 12 + 100 * images,
            ["input_tokens_details"] = new JsonObject { ["text_tokens"] = 12, ["image_tokens"] = 100 * images },
            ["output_tokens"] = painted,
            ["total_tokens"] = 12 + 100 * images + painted,
        };
    }

    private static string? WhyNoMask(byte[] mask, byte[] image)
    {
        const int Alpha = 6;
        if (mask.Length >= 4 * 1024 * 1024)
            return "The mask must be smaller than 4 MB.";
        if (mask is not [0x89, 0x50, 0x4E, 0x47, ..] || mask[25] != Alpha)
            return "Invalid mask image format - mask image must be a PNG with an alpha channel.";
        return image is [0x89, 0x50, 0x4E, 0x47, ..] && !mask.AsSpan(16, 8).SequenceEqual(image.AsSpan(16, 8))
            ? $"Invalid mask image format - mask size does not match image size ({BinaryPrimitives.ReadInt32BigEndian(image.AsSpan(16))})." : null;
    }

    private static async Task<byte[]> BytesAsync(IFormFile file)
    {
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static JsonNode? Typed(string text) =>
        text is "true" or "false" ? text == "true" : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : text;

    private static string TextOf(JsonElement body, string name, string fallback) => body.TryGetProperty(name, out var value) ? value.GetString()! : fallback;

    private static IResult Refusal() => Results.Json(new
    {
        error = new
        {
            message = "Your request was rejected by the safety system. If you believe this is an error, contact us at help.openai.com and include the request ID.",
            type = "image_generation_user_error",
            param = (string?)null,
            code = "moderation_blocked",
            moderation_details = new { moderation_stage = "input", categories = new[] { "violence/graphic" } },
        },
    }, statusCode: 400);

    internal static IResult Error(int status, string message, string type, string? code, string? param = null) =>
        Results.Json(new { error = new { message, type, param, code } }, statusCode: status);
}
