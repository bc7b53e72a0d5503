// Imitates api.replicate.com/v1: predictions by model or version, listing, cancel, webhooks, and its bodies for errors.
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Doubles.Replicate;

public sealed class ReplicateDouble(PictureShelf pictures) : ProviderDouble(pictures)
{
    private static readonly HttpClient Post = new();

    private readonly ConcurrentDictionary<string, Prediction> _predictions = new();

    public override string Name => "replicate";

    public override string BasePath => "/v1";

    /// <summary>The secret that signs webhooks.</summary>
    public string WebhookSecret { get; } = "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));

    /// <summary>What every prediction ends with instead of a picture; null for a picture.</summary>
    public string? FailWith { get; set; }

    public override void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/v1").AddEndpointFilter(CheckKeyAsync);
        api.MapPost("/models/{owner}/{name}/predictions", (string owner, string name, JsonElement body) => Create($"{owner}/{name}", null, body));
        api.MapPost("/predictions", (JsonElement body) => CreateByVersion(body));
        api.MapGet("/predictions/{id}", (string id) => _predictions.TryGetValue(id, out var found) ? Results.Json(found.Describe(this)) : NotFound());
        api.MapPost("/predictions/{id}/cancel", (string id) => Cancel(id));
        api.MapGet("/predictions", List);
        api.MapGet("/account", () => Results.Json(new { type = "user", username = "ada", name = "Ada", github_url = "https://github.com/ada" }));
    }

    private static async ValueTask<object?> CheckKeyAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var key = context.HttpContext.Request.Headers.Authorization.ToString();
        if (!key.StartsWith($"Bearer {GoodKey}", StringComparison.Ordinal))
            return Problem(401, "Unauthenticated", "You did not pass a valid authentication token");
        if (key == $"Bearer {PoorKey}" && context.HttpContext.Request.Method == "POST")
            return Problem(402, "Insufficient credit", "You have insufficient credit to run this model. Go to https://replicate.com/account/billing to purchase credit.");
        return await next(context);
    }

    private IResult CreateByVersion(JsonElement body)
    {
        var version = body.TryGetProperty("version", out var named) ? named.GetString() : null;
        var (model, found) = ReplicateSchemas.Models.FirstOrDefault(pair => pair.Value.Version == version);
        return found is null
            ? Problem(422, "Invalid version or not permitted", "The specified version does not exist (or perhaps you don't have permission to use it?)")
            : Create(model, version, body);
    }

    private IResult Create(string model, string? version, JsonElement body)
    {
        if (!ReplicateSchemas.Models.TryGetValue(model, out var known) || known.Version != version)
            return NotFound();
        string[] allowed = ["input", "webhook", "webhook_events_filter", "stream", .. version is null ? Array.Empty<string>() : ["version"]];
        foreach (var property in body.EnumerateObject().Where(property => !allowed.Contains(property.Name)))
            return Invalid([new InputError(property.Name, "additional_property_not_allowed", $"Additional property {property.Name} is not allowed")]);
        if (!body.TryGetProperty("input", out var input))
            return Invalid([new InputError("input", "required", "input is required")]);
        if (known.Input.Check(input) is { Count: > 0 } errors)
            return Invalid([.. errors.Select(error => error with { Field = $"input.{error.Field}" })]);
        var webhook = body.TryGetProperty("webhook", out var address) ? address.GetString() : null;
        var prediction = new Prediction(Guid.NewGuid().ToString("N"), model, input.Clone(), webhook, known, Environment.TickCount64, TimeProvider.System.GetUtcNow());
        _predictions[prediction.Id] = prediction;
        if (FailWith is null)
            Bill();
        if (webhook is not null)
            _ = AnnounceAsync(prediction);
        return Results.Json(prediction.Describe(this), statusCode: 201);
    }

    private IResult Cancel(string id)
    {
        if (!_predictions.TryGetValue(id, out var prediction))
            return NotFound();
        prediction.Canceled = prediction.Canceled || !prediction.IsDone(this);
        return Results.Json(prediction.Describe(this));
    }

    private IResult List(HttpRequest request)
    {
        var after = DateTimeOffset.TryParse(request.Query["created_after"], out var parsed) ? parsed : DateTimeOffset.MinValue;
        var cursor = int.TryParse(request.Query["cursor"], out var start) ? start : 0;
        var all = _predictions.Values.Where(prediction => prediction.CreatedAt > after).OrderByDescending(prediction => prediction.CreatedAt).ToList();
        var next = all.Count > cursor + 100 ? $"{Pictures.Root}/replicate/v1/predictions?created_after={Uri.EscapeDataString(after.ToString("O"))}&cursor={cursor + 100}" : null;
        return Results.Json(new { previous = (string?)null, next, results = all.Skip(cursor).Take(100).Select(prediction => prediction.Describe(this)) });
    }

    private async Task AnnounceAsync(Prediction prediction)
    {
        await Task.Delay(Pictures.Settings.PaintTime);
        if (prediction.Canceled)
            return;
        var body = JsonSerializer.Serialize(prediction.Describe(this));
        var (id, timestamp) = ($"msg_{Guid.NewGuid():N}", TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var key = Convert.FromBase64String(WebhookSecret["whsec_".Length..]);
        using var message = new HttpRequestMessage(HttpMethod.Post, prediction.Webhook) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        message.Headers.Add("webhook-id", id);
        message.Headers.Add("webhook-timestamp", $"{timestamp}");
        message.Headers.Add("webhook-signature", "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}"))));
        try
        {
            using var response = await Post.SendAsync(message);
        }
        catch (HttpRequestException failure)
        {
            Console.Error.WriteLine($"replicate: the webhook {prediction.Webhook} was not told: {failure.Message}");
        }
    }

    private static IResult Invalid(IReadOnlyList<InputError> errors) => Results.Json(new
    {
        detail = string.Concat(errors.Select(error => $"- {error.Field}: {error.Message}\n")),
        status = 422,
        title = "Input validation failed",
        invalid_fields = errors.Select(error => new { type = error.Type, field = error.Field, description = error.Message }),
    }, statusCode: 422);

    private static IResult NotFound() => Problem(404, "Not found", "The requested resource could not be found.");

    private static IResult Problem(int status, string title, string detail) => Results.Json(new { title, detail, status }, statusCode: status);

    private sealed record Prediction(string Id, string Model, JsonElement Input, string? Webhook, ReplicateModel Known, long Started, DateTimeOffset CreatedAt)
    {
        private JsonNode? _output;

        public bool Canceled { get; set; }

        public bool IsDone(ReplicateDouble owner) => Environment.TickCount64 - Started >= owner.Pictures.Settings.PaintTime.TotalMilliseconds;

        public JsonObject Describe(ReplicateDouble owner)
        {
            var done = !Canceled && IsDone(owner);
            var status = Canceled ? "canceled" : !done ? "processing" : owner.FailWith is null ? "succeeded" : "failed";
            return new JsonObject
            {
                ["id"] = Id,
                ["model"] = Model,
                ["version"] = Known.Version ?? "hidden",
                ["input"] = JsonObject.Create(Input),
                ["output"] = status == "succeeded" ? Output(owner) : null,
                ["data_removed"] = false,
                ["error"] = status == "failed" ? owner.FailWith : null,
                ["logs"] = done ? "100%|██████████| 4/4" : " 50%|█████     | 2/4",
                ["status"] = status,
                ["created_at"] = CreatedAt.ToUniversalTime().ToString("O"),
                ["webhook"] = Webhook,
                ["source"] = "api",
                ["urls"] = new JsonObject
                {
                    ["get"] = $"{owner.Pictures.Root}/replicate/v1/predictions/{Id}",
                    ["cancel"] = $"{owner.Pictures.Root}/replicate/v1/predictions/{Id}/cancel",
                },
            };
        }

        private JsonNode Output(ReplicateDouble owner)
        {
            lock (this)
            {
                if (_output is null)
                {
                    var (width, height) = SizeOf(Input);
                    var seed = Input.TryGetProperty("seed", out var given) && given.TryGetInt64(out var number) ? number : 0;
                    var address = Known.Svg
                        ? owner.Pictures.Put("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\"><rect width=\"64\" height=\"64\" fill=\"#357\"/><circle cx=\"32\" cy=\"32\" r=\"20\" fill=\"#fc3\"/></svg>"u8.ToArray(), "image/svg+xml")
                        : owner.Pictures.Put(owner.Pictures.Paint(width, height, seed));
                    _output = Known.List ? new JsonArray(address) : JsonValue.Create(address);
                }
                return _output.DeepClone();
            }
        }

        private static (int Width, int Height) SizeOf(JsonElement input)
        {
            if (input.TryGetProperty("width", out var width) && input.TryGetProperty("height", out var height))
                return (width.GetInt32(), height.GetInt32());
            var parts = (input.TryGetProperty("aspect_ratio", out var ratio) ? ratio.GetString() : null)?.Split(':');
            if (parts is not [var first, var second] || !int.TryParse(first, out var w) || !int.TryParse(second, out var h))
                return (1024, 1024);
            var scale = Math.Sqrt(1_048_576.0 / (w * h));
            return ((int)(w * scale) / 16 * 16, (int)(h * scale) / 16 * 16);
        }
    }
}
