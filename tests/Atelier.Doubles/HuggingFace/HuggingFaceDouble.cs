// Imitates router.huggingface.co: its own engine, and behind it fal's queue, Replicate's predictions and the images endpoints of Together and Nscale.
using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Doubles.HuggingFace;

public sealed class HuggingFaceDouble(PictureShelf pictures) : ProviderDouble(pictures)
{
    private readonly ConcurrentDictionary<string, Prediction> _predictions = new();

    public override string Name => "huggingface";

    /// <summary>Who paid for the newest call, where it said so.</summary>
    public string? NewestBillTo { get; private set; }

    /// <summary>Whether Replicate paints while the call is held, or answers before it is done.</summary>
    public bool Holds { get; set; } = true;

    /// <summary>What every prediction at Replicate or fal ends with instead of a picture; null for a picture.</summary>
    public string? FailWith { get; set; }

    public override void Map(IEndpointRouteBuilder routes)
    {
        // Of the hub beside the router, without a key: which engines paint a model, and what they call it.
        routes.MapGet("/api/models/{**model}", (string model) => HuggingFaceSchemas.Hub.TryGetValue(model, out var engines)
            ? Results.Json(new { id = model, inferenceProviderMapping = engines })
            : Error(404, "Repository not found"));
        var api = routes.MapGroup("").AddEndpointFilter(CheckAccountAsync);
        api.MapGet("/api/whoami-v2", () => Results.Json(new { type = "user", id = "63f0a1", name = "ada", auth = new { type = "access_token" } }));
        api.MapPost("/hf-inference/models/{**model}", (string model, JsonElement body) => Infer(model, body));
        api.MapPost("/fal-ai/{**model}", (string model, HttpRequest request, JsonElement body) => Queue(model, request, body));
        api.MapGet("/fal-ai/{owner}/{app}/requests/{id}/status", (string id, HttpRequest request) => StatusOf(id, request));
        api.MapGet("/fal-ai/{owner}/{app}/requests/{id}", (string id, HttpRequest request) => ResultOf(id, request));
        api.MapPut("/fal-ai/{owner}/{app}/requests/{id}/cancel", (string id) => _predictions.TryRemove(id, out _) ? Results.Json(new { status = "CANCELLATION_REQUESTED" }, statusCode: 202) : Results.Json(new { status = "NOT_FOUND" }, statusCode: 404));
        api.MapPost("/replicate/v1/models/{owner}/{name}/predictions", (string owner, string name, HttpRequest request, JsonElement body) => PredictAsync($"{owner}/{name}", request, body));
        api.MapGet("/replicate/v1/predictions/{id}", (string id) => _predictions.TryGetValue(id, out var found) ? Results.Json(Describe(found)) : Results.Json(new { title = "Not found", detail = "The requested resource could not be found.", status = 404 }, statusCode: 404));
        api.MapPost("/replicate/v1/predictions/{id}/cancel", (string id) => _predictions.TryGetValue(id, out var found) ? Results.Json(Describe(found with { Canceled = true })) : Results.NotFound());
        api.MapPost("/together/v1/images/generations", (JsonElement body) => Images("together", body));
        api.MapPost("/nscale/v1/images/generations", (JsonElement body) => Images("nscale", body));
    }

    private async ValueTask<object?> CheckAccountAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var headers = context.HttpContext.Request.Headers;
        NewestBillTo = headers.TryGetValue("X-HF-Bill-To", out var payer) ? payer.ToString() : null;
        context.HttpContext.Response.Headers["x-request-id"] = Guid.NewGuid().ToString("D");
        // Its tokens begin with hf_, by which its own client tells them from those of the engines behind it.
        var key = headers.Authorization.ToString().Replace("Bearer hf_", "Bearer ", StringComparison.Ordinal);
        if (!key.StartsWith($"Bearer {GoodKey}", StringComparison.Ordinal))
            return Error(401, "Invalid username or password.");
        return key == $"Bearer {PoorKey}" && context.HttpContext.Request.Method == "POST"
            ? Error(402, "You have exceeded your monthly included credits for Inference Providers. Subscribe to PRO to get 20x more monthly included credits.")
            : await next(context);
    }

    private IResult Infer(string model, JsonElement body)
    {
        if (!HuggingFaceSchemas.Own.TryGetValue(model, out var schema))
            return Error(400, "Model not supported by provider hf-inference");
        if (new InputSchema().Text("inputs", required: true).Any("parameters").Check(body) is [var wrong, ..])
            return Error(400, wrong.Message);
        var parameters = body.TryGetProperty("parameters", out var given) ? given : JsonSerializer.SerializeToElement(new { });
        if (schema.Check(parameters) is [var error, ..])
            return Error(400, $"parameters: {error.Message}");
        var (width, height) = SizeOf(parameters.TryGetProperty("target_size", out var target) ? target : parameters);
        Bill();
        return Results.Bytes(Pictures.Paint(width, height, SeedOf(parameters)), "image/png");
    }

    private IResult Queue(string model, HttpRequest request, JsonElement body)
    {
        if (request.Query["_subdomain"] != "queue" || !HuggingFaceSchemas.Fal.TryGetValue(model, out var schema))
            return Results.Json(new { detail = $"Application '{model}' not found" }, statusCode: 404);
        if (schema.Check(body) is { Count: > 0 } errors)
            return Results.Json(new { detail = errors.Select(error => new { loc = new[] { "body", error.Field }, msg = error.Message, type = error.Type }) }, statusCode: 422);
        var prediction = Begin(body.TryGetProperty("image_size", out var size) ? size : body, SeedOf(body));
        // The path below the application plays no part once it is queued.
        var app = string.Join('/', model.Split('/').Take(2));
        var address = $"https://queue.fal.run/{app}/requests/{prediction.Id}";
        return Results.Json(new { request_id = prediction.Id, response_url = address, status_url = $"{address}/status", cancel_url = $"{address}/cancel", status = "IN_QUEUE", queue_position = 0 });
    }

    private IResult StatusOf(string id, HttpRequest request)
    {
        if (request.Query["_subdomain"] != "queue" || !_predictions.TryGetValue(id, out var prediction))
            return Results.Json(new { detail = "Request not found" }, statusCode: 404);
        return Results.Json(new { request_id = id, status = IsDone(prediction) ? "COMPLETED" : "IN_PROGRESS", logs = Array.Empty<string>() }, statusCode: IsDone(prediction) ? 200 : 202);
    }

    private IResult ResultOf(string id, HttpRequest request)
    {
        if (request.Query["_subdomain"] != "queue" || !_predictions.TryGetValue(id, out var prediction))
            return Results.Json(new { detail = "Request not found" }, statusCode: 404);
        if (FailWith is not null)
            return Results.Json(new { detail = new[] { new { loc = new[] { "body", "prompt" }, msg = FailWith, type = "content_policy_violation" } } }, statusCode: 422);
        return Results.Json(new
        {
            images = new[] { new { url = AddressOf(prediction), content_type = "image/png", width = prediction.Width, height = prediction.Height } },
            seed = prediction.Seed,
            has_nsfw_concepts = new[] { false },
        });
    }

    private async Task<IResult> PredictAsync(string model, HttpRequest request, JsonElement body)
    {
        if (!HuggingFaceSchemas.Replicate.TryGetValue(model, out var schema))
            return Results.Json(new { title = "Not found", detail = "The requested resource could not be found.", status = 404 }, statusCode: 404);
        if (!body.TryGetProperty("input", out var input) || schema.Check(input) is { Count: > 0 })
            return Results.Json(new { detail = $"- input: {(input.ValueKind == JsonValueKind.Undefined ? "is required" : schema.Check(input)[0].Message)}\n", status = 422, title = "Input validation failed" }, statusCode: 422);
        var prediction = Begin(input, SeedOf(input));
        if (Holds && request.Headers["Prefer"] == "wait")
            await Task.Delay(Pictures.Settings.PaintTime);
        return Results.Json(Describe(prediction), statusCode: Holds ? 201 : 202);
    }

    private IResult Images(string provider, JsonElement body)
    {
        var model = body.TryGetProperty("model", out var named) ? named.GetString() ?? "" : "";
        if (!HuggingFaceSchemas.Images.TryGetValue($"{provider}/{model}", out var schema))
            return Results.Json(new { error = new { message = $"The model {model} does not exist", type = "invalid_request_error", code = "model_not_found" } }, statusCode: 404);
        if (schema.Check(body) is [var error, ..])
            return Results.Json(new { error = new { message = error.Message, type = "invalid_request_error", param = error.Field } }, statusCode: 400);
        var (width, height) = body.TryGetProperty("size", out var size) && size.GetString()!.Split('x') is [var w, var h] ? (int.Parse(w), int.Parse(h)) : SizeOf(body);
        Bill();
        return Results.Json(new { data = new[] { new { b64_json = Convert.ToBase64String(Pictures.Paint(width, height, SeedOf(body))) } } });
    }

    private Prediction Begin(JsonElement size, long seed)
    {
        var (width, height) = SizeOf(size);
        var prediction = new Prediction(Guid.NewGuid().ToString("N"), width, height, seed, Environment.TickCount64);
        _predictions[prediction.Id] = prediction;
        if (FailWith is null)
            Bill();
        return prediction;
    }

    private JsonObject Describe(Prediction prediction)
    {
        var status = prediction.Canceled ? "canceled" : !IsDone(prediction) ? "processing" : FailWith is null ? "succeeded" : "failed";
        return new JsonObject
        {
            ["id"] = prediction.Id,
            ["status"] = status,
            ["output"] = status == "succeeded" ? AddressOf(prediction) : null,
            ["error"] = status == "failed" ? FailWith : null,
            ["urls"] = new JsonObject { ["get"] = $"https://api.replicate.com/v1/predictions/{prediction.Id}" },
        };
    }

    private string AddressOf(Prediction prediction) => Pictures.Put(Pictures.Paint(prediction.Width, prediction.Height, prediction.Seed));

    private bool IsDone(Prediction prediction) => Environment.TickCount64 - prediction.Started >= Pictures.Settings.PaintTime.TotalMilliseconds;

    private static (int Width, int Height) SizeOf(JsonElement size) =>
        size.TryGetProperty("width", out var width) && size.TryGetProperty("height", out var height) ? (width.GetInt32(), height.GetInt32()) : (1024, 1024);

    private static long SeedOf(JsonElement input) => input.TryGetProperty("seed", out var seed) ? seed.GetInt64() : 0;

    private static IResult Error(int status, string text) => Results.Json(new { error = text }, statusCode: status);

    private sealed record Prediction(string Id, int Width, int Height, long Seed, long Started)
    {
        public bool Canceled { get; init; }
    }
}
