// Imitates api.replicate.com/v1: predictions by model or version, listing, cancel, webhooks, and its bodies for errors.
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Atelier.Doubles.Replicate;

public sealed class ReplicateDouble(PictureShelf pictures) : ProviderDouble(pictures)
{
    private static readonly HttpClient Post = new();

    // What the documents allow a picture inside a request; larger ones are uploaded first.
    private const int LargestInline = 256 * 1_024;

    private readonly ConcurrentDictionary<string, ReplicatePrediction> _predictions = new();
    private readonly ConcurrentDictionary<string, byte[]> _files = new();

    public override string Name => "replicate";

    public override string BasePath => "/v1";

    /// <summary>The secret that signs webhooks.</summary>
    public string WebhookSecret { get; } = "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));

    /// <summary>What every prediction ends with instead of a picture; null for a picture.</summary>
    public string? FailWith { get; set; }

    /// <summary>Whether inputs and outputs are forgotten, as they are after an hour.</summary>
    public bool Forgets { get; set; }

    /// <summary>How many files were uploaded.</summary>
    public int Files => _files.Count;

    public override void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/v1").AddEndpointFilter(CheckKeyAsync);
        api.MapPost("/models/{owner}/{name}/predictions", (string owner, string name, HttpRequest request, JsonElement body) => CreateAsync($"{owner}/{name}", null, request, body));
        api.MapPost("/predictions", (HttpRequest request, JsonElement body) => CreateByVersionAsync(request, body));
        api.MapGet("/predictions/{id}", (string id) => _predictions.TryGetValue(id, out var found) ? Results.Json(found.Describe(Pictures, FailWith, Forgets)) : NotFound());
        api.MapPost("/predictions/{id}/cancel", (string id) => Cancel(id));
        api.MapGet("/predictions", List);
        api.MapPost("/files", UploadAsync);
        api.MapGet("/account", () => Results.Json(new { type = "user", username = "ada", name = "Ada", github_url = "https://github.com/ada" }));
        api.MapGet("/webhooks/default/secret", () => Results.Json(new { key = WebhookSecret }));
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

    private async Task<IResult> CreateByVersionAsync(HttpRequest request, JsonElement body)
    {
        var version = body.TryGetProperty("version", out var named) ? named.GetString() : null;
        var (model, found) = ReplicateSchemas.Models.FirstOrDefault(pair => version is not null && pair.Value.Version == version);
        return found is null
            ? Problem(422, "Invalid version or not permitted", "The specified version does not exist (or perhaps you don't have permission to use it?)")
            : await CreateAsync(model, version, request, body);
    }

    private async Task<IResult> CreateAsync(string model, string? version, HttpRequest request, JsonElement body)
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
        if (CheckFiles(input) is { } broken)
            return Invalid([broken with { Field = $"input.{broken.Field}" }]);
        var webhook = body.TryGetProperty("webhook", out var address) ? address.GetString() : null;
        var prediction = new ReplicatePrediction(Guid.NewGuid().ToString("N"), model, input.Clone(), webhook, known, Environment.TickCount64, TimeProvider.System.GetUtcNow());
        _predictions[prediction.Id] = prediction;
        if (FailWith is null)
            Bill(prediction.Count);
        if (webhook is not null)
            _ = AnnounceAsync(prediction);
        await HoldAsync(prediction, request.Headers["Prefer"].ToString(), request.HttpContext.RequestAborted);
        return Results.Json(prediction.Describe(Pictures, FailWith, Forgets, created: true), statusCode: 201);
    }

    // "Prefer: wait" or "wait=N", up to a minute.
    private async Task HoldAsync(ReplicatePrediction prediction, string prefer, CancellationToken cancellationToken)
    {
        const int Longest = 60;
        if (!prefer.StartsWith("wait", StringComparison.Ordinal))
            return;
        var longest = TimeSpan.FromSeconds(prefer.Split('=') is [_, var text] && int.TryParse(text, out var seconds) ? Math.Clamp(seconds, 1, Longest) : Longest);
        var end = Environment.TickCount64 + longest.TotalMilliseconds;
        while (!prediction.Canceled && !prediction.IsDone(Pictures) && Environment.TickCount64 < end)
            await Task.Delay(5, cancellationToken);
    }

    private async Task<IResult> UploadAsync(HttpRequest request)
    {
        if (!request.HasFormContentType || (await request.ReadFormAsync()).Files.GetFile("content") is not { } file)
            return Problem(400, "Bad request", "The content of the file is missing");
        using var content = new MemoryStream();
        await file.CopyToAsync(content);
        var id = Guid.NewGuid().ToString("N");
        _files[id] = content.ToArray();
        var (created, address) = (TimeProvider.System.GetUtcNow(), $"{Pictures.Root}/replicate/v1/files/{id}");
        return Results.Json(new
        {
            id,
            content_type = file.ContentType,
            size = content.Length,
            checksums = new { sha256 = Convert.ToHexStringLower(SHA256.HashData(_files[id])) },
            metadata = new { },
            created_at = created,
            expires_at = created.AddHours(1),
            urls = new { get = address },
        }, statusCode: 201);
    }

    // Pictures inside the request, and addresses of files that are not there.
    private InputError? CheckFiles(JsonElement input)
    {
        foreach (var field in input.EnumerateObject())
        {
            var texts = field.Value.ValueKind == JsonValueKind.Array ? field.Value.EnumerateArray() : Enumerable.Repeat(field.Value, 1);
            foreach (var text in texts.Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!))
            {
                if (text.StartsWith("data:", StringComparison.Ordinal) && (text.Length - text.IndexOf(',', StringComparison.Ordinal)) * 3L / 4 > LargestInline)
                    return InputSchema.Wrong(field.Name, "max_length", "must be an HTTP URL for files of more than 256 kB");
                if (text.StartsWith($"{Pictures.Root}/replicate/v1/files/", StringComparison.Ordinal) && !_files.ContainsKey(text.Split('/')[^1]))
                    return InputSchema.Wrong(field.Name, "value", "cannot be fetched");
            }
        }
        return null;
    }

    private IResult Cancel(string id)
    {
        if (!_predictions.TryGetValue(id, out var prediction))
            return NotFound();
        prediction.Canceled = prediction.Canceled || !prediction.IsDone(Pictures);
        return Results.Json(prediction.Describe(Pictures, FailWith, Forgets));
    }

    private IResult List(HttpRequest request)
    {
        var after = DateTimeOffset.TryParse(request.Query["created_after"], out var parsed) ? parsed : DateTimeOffset.MinValue;
        var before = DateTimeOffset.TryParse(request.Query["created_before"], out var end) ? end : DateTimeOffset.MaxValue;
        var cursor = int.TryParse(request.Query["cursor"], out var start) ? start : 0;
        var all = _predictions.Values.Where(prediction => prediction.CreatedAt > after && prediction.CreatedAt < before).OrderByDescending(prediction => prediction.CreatedAt).ToList();
        var next = all.Count > cursor + 100 ? $"{Pictures.Root}/replicate/v1/predictions?created_after={Uri.EscapeDataString(after.ToString("O"))}&created_before={Uri.EscapeDataString(before.ToString("O"))}&cursor={cursor + 100}" : null;
        return Results.Json(new { previous = (string?)null, next, results = all.Skip(cursor).Take(100).Select(prediction => prediction.Describe(Pictures, FailWith, Forgets)) });
    }

    private async Task AnnounceAsync(ReplicatePrediction prediction)
    {
        await Task.Delay(Pictures.Settings.PaintTime);
        if (prediction.Canceled)
            return;
        var body = JsonSerializer.Serialize(prediction.Describe(Pictures, FailWith, Forgets));
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
}
