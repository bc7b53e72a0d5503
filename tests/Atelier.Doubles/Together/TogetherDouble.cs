// Imitates api.together.ai/v1 at images/generations, with its bodies for errors.
using System.Text.Json;

namespace Atelier.Doubles.Together;

public sealed class TogetherDouble(PictureShelf pictures) : ProviderDouble(pictures)
{
    private const string Flux = "black-forest-labs/FLUX.1-";

    private static readonly Dictionary<string, InputSchema> Models = new(StringComparer.Ordinal)
    {
        [$"{Flux}schnell"] = Schema().Whole("steps", 1, 12),
        [$"{Flux}schnell-Free"] = Schema().Whole("steps", 1, 4),
        [$"{Flux}dev"] = Schema().Whole("steps", 1, 50).Number("guidance_scale", 0, 20),
        ["black-forest-labs/FLUX.1.1-pro"] = Schema(),
        [$"{Flux}kontext-pro"] = Schema().Image("image_url"),
        [$"{Flux}kontext-max"] = Schema().Image("image_url"),
        [$"{Flux}kontext-dev"] = Schema().Whole("steps", 1, 50).Number("guidance_scale", 0, 20).Image("image_url", required: true),
    };

    public override string Name => "together";

    public override string BasePath => "/v1";

    public override void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/images/generations", (HttpContext context, JsonElement body) => Generate(context, body));
        routes.MapGet("/v1/models", (HttpContext context) => WhyNot(context) ?? Results.Json(Models.Keys.Select(id => new { id, @object = "model", type = "image" })));
    }

    private static IResult? WhyNot(HttpContext context) => context.Request.Headers.Authorization.ToString().StartsWith($"Bearer {GoodKey}", StringComparison.Ordinal)
        ? null
        : Error(401, "Invalid API key provided. You can find your API key at https://api.together.ai/settings/api-keys.", "invalid_request_error", "invalid_api_key");

    private IResult Generate(HttpContext context, JsonElement body)
    {
        var key = context.Request.Headers.Authorization.ToString();
        if (WhyNot(context) is { } refusal)
            return refusal;
        if (key == $"Bearer {PoorKey}")
            return Error(402, "Credit limit exceeded, please navigate to https://api.together.ai/settings/billing to update your limit.", "credit_limit", null);
        var model = body.TryGetProperty("model", out var named) ? named.GetString() ?? "" : "";
        if (!Models.TryGetValue(model, out var schema))
            return Error(400, $"Unable to access non-serverless model {model}. Please visit https://api.together.ai/models/{model} to create and start a new dedicated endpoint for the model.", "invalid_request_error", "model_not_available");
        if (schema.Check(body) is [var error, ..])
            return Error(400, error.Message, "invalid_request_error", null, error.Field);
        var count = body.TryGetProperty("n", out var n) ? n.GetInt32() : 1;
        var (width, height) = (body.TryGetProperty("width", out var w) ? w.GetInt32() : 1024, body.TryGetProperty("height", out var h) ? h.GetInt32() : 1024);
        var seed = body.TryGetProperty("seed", out var given) ? given.GetInt64() : 0;
        var inline = body.TryGetProperty("response_format", out var form) && form.GetString() == "base64";
        Bill(count);
        return Results.Json(new
        {
            id = Guid.NewGuid().ToString("N"),
            model,
            @object = "list",
            data = Enumerable.Range(0, count).Select(index => inline
                ? (object)new { index, type = "b64_json", b64_json = Convert.ToBase64String(Pictures.Paint(width, height, seed + index)) }
                : new { index, type = "url", url = Pictures.Put(Pictures.Paint(width, height, seed + index)) }),
        });
    }

    private static InputSchema Schema() => new InputSchema().Text("model", required: true).Text("prompt", required: true).Whole("seed").Whole("n", 1, 4)
        .Whole("width", 64, 1_792, multipleOf: 16).Whole("height", 64, 1_792, multipleOf: 16).Text("negative_prompt").Images("reference_images", 8)
        .Choice("response_format", "base64", "url").Choice("output_format", "jpeg", "png").Flag("disable_safety_checker").Any("image_loras");

    private static IResult Error(int status, string message, string type, string? code, string? param = null) =>
        Results.Json(new { id = Guid.NewGuid().ToString("N"), error = new { message, type, param, code } }, statusCode: status);
}
