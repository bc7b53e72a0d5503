// Imitates queue.fal.run: a queue that takes everything and tells what is wrong only in place of the result, with fal's bodies for errors.
using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Doubles.Fal;

public sealed class FalDouble(PictureShelf pictures) : ProviderDouble(pictures)
{
    private static readonly HttpClient Post = new();

    private readonly ConcurrentDictionary<string, FalRequest> _requests = new();

    public override string Name => "fal";

    /// <summary>What every request ends with instead of a picture; null for a picture.</summary>
    public FalEnd? EndWith { get; set; }

    /// <summary>Whether everything stays in the queue.</summary>
    public bool Holds { get; set; }

    /// <summary>Whether the safety checker marks what is painted.</summary>
    public bool MarksNsfw { get; set; }

    /// <summary>Where the addresses that it names seem to be; null for its own.</summary>
    public string? NamesItself { get; set; }

    public override void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("").AddEndpointFilter(CheckKeyAsync);
        api.MapPost("/{**endpoint}", (string endpoint, HttpRequest request, JsonElement body) => Submit(endpoint, request, body));
        // Of the accounts beside the queue: a bare number, US dollars.
        api.MapGet("/billing/user_balance", () => Results.Json(9.9416));
        api.MapGet("/{owner}/{alias}/requests/{id}/status", (string owner, string alias, string id, HttpRequest request) => Status($"{owner}/{alias}", id, request.Query["logs"] == "1"));
        api.MapGet("/{owner}/{alias}/requests/{id}", (string owner, string alias, string id, HttpResponse response) => Result($"{owner}/{alias}", id, response));
        api.MapPut("/{owner}/{alias}/requests/{id}/cancel", (string owner, string alias, string id) => Cancel($"{owner}/{alias}", id));
    }

    private static async ValueTask<object?> CheckKeyAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var key = context.HttpContext.Request.Headers.Authorization.ToString();
        if (!key.StartsWith($"Key {GoodKey}", StringComparison.Ordinal))
            return Problem(401, "No user found for Key ID and Secret");
        if (key == $"Key {PoorKey}" && context.HttpContext.Request.Method == "POST")
            return Problem(403, "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.");
        return await next(context);
    }

    private IResult Submit(string endpoint, HttpRequest request, JsonElement body)
    {
        if (!FalSchemas.Models.TryGetValue(endpoint, out var model))
            return Problem(404, $"Application \"{endpoint.Split('/').Last()}\" not found");
        var painting = new FalRequest(Guid.NewGuid().ToString("D"), string.Join('/', endpoint.Split('/').Take(2)), model, body.Clone(), model.Input.Check(body), EndWith, Environment.TickCount64);
        _requests[painting.Id] = painting;
        if (painting.Ends is null)
            Bill(painting.Count);
        if (request.Query["fal_webhook"] is [{ } webhook])
            _ = AnnounceAsync(painting, webhook);
        var answer = Describe(painting, "IN_QUEUE");
        answer["queue_position"] = 0;
        return Results.Json(answer);
    }

    private IResult Status(string application, string id, bool logs)
    {
        if (Find(application, id) is not { } request)
            return Problem(404, "Request not found");
        var elapsed = Holds ? 0 : (Environment.TickCount64 - request.Started) / Math.Max(1, Pictures.Settings.PaintTime.TotalMilliseconds);
        var status = request.Canceled || elapsed >= 1 ? "COMPLETED" : elapsed < 0.3 ? "IN_QUEUE" : "IN_PROGRESS";
        var answer = Describe(request, status);
        if (status == "IN_QUEUE")
            answer["queue_position"] = 0;
        else
            answer["logs"] = logs ? new JsonArray(new JsonObject { ["message"] = " 50%|█████     | 2/4 [00:00<00:00]", ["level"] = "INFO", ["source"] = "USER", ["timestamp"] = "2026-11-22T08:00:00Z" }) : null;
        return Results.Json(answer, statusCode: status == "COMPLETED" ? 200 : 202);
    }

    private IResult Result(string application, string id, HttpResponse response)
    {
        if (Find(application, id) is not { } request)
            return Problem(404, "Request not found");
        response.Headers["x-fal-request-id"] = id;
        if (!request.Canceled && !IsDone(request))
            return Problem(400, "Request is still in progress");
        if ((request.Canceled ? FalEnd.Cancelled : request.Ends) is not { } end)
            return Results.Json(request.Paint(Pictures, MarksNsfw));
        if (end.Retryable is { } again)
            response.Headers["X-Fal-Retryable"] = again ? "true" : "false";
        if (end.ErrorType is not null)
            response.Headers["X-Fal-Error-Type"] = end.ErrorType;
        return Results.Text(end.Body, "application/json", statusCode: end.Status);
    }

    private IResult Cancel(string application, string id)
    {
        if (Find(application, id) is not { } request)
            return Results.Json(new { status = "NOT_FOUND" }, statusCode: 404);
        if (request.Canceled || IsDone(request))
            return Results.Json(new { status = "ALREADY_COMPLETED" }, statusCode: 400);
        request.Canceled = true;
        return Results.Json(new { status = "CANCELLATION_REQUESTED" }, statusCode: 202);
    }

    private bool IsDone(FalRequest request) => !Holds && request.IsDone(Pictures.Settings);

    // Only owner and application stand in the path of a request, never what follows them.
    private FalRequest? Find(string application, string id) => _requests.TryGetValue(id, out var request) && request.Application == application ? request : null;

    private JsonObject Describe(FalRequest request, string status)
    {
        var address = $"{NamesItself ?? $"{Pictures.Root}/fal"}/{request.Application}/requests/{request.Id}";
        return new JsonObject
        {
            ["status"] = status,
            ["request_id"] = request.Id,
            ["gateway_request_id"] = request.Id,
            ["response_url"] = address,
            ["status_url"] = $"{address}/status",
            ["cancel_url"] = $"{address}/cancel",
        };
    }

    // Without a signature: fal's is Ed25519, which .NET's own library cannot make.
    private async Task AnnounceAsync(FalRequest request, string webhook)
    {
        await Task.Delay(Pictures.Settings.PaintTime);
        var end = request.Canceled ? FalEnd.Cancelled : request.Ends;
        var body = new JsonObject
        {
            ["request_id"] = request.Id,
            ["gateway_request_id"] = request.Id,
            ["status"] = end is null ? "OK" : "ERROR",
            ["payload"] = end is null ? request.Paint(Pictures, MarksNsfw) : JsonNode.Parse(end.Body),
            ["error"] = end is null ? null : $"Unexpected status code: {end.Status}",
        };
        try
        {
            using var response = await Post.PostAsJsonAsync(webhook, body);
        }
        catch (HttpRequestException failure)
        {
            Console.Error.WriteLine($"fal: the webhook {webhook} was not told: {failure.Message}");
        }
    }

    private static IResult Problem(int status, string detail) => Results.Json(new { detail }, statusCode: status);
}

/// <summary>What a request ends with in place of a picture.</summary>
/// <param name="Status">The HTTP status of its result.</param>
/// <param name="Body">The body.</param>
/// <param name="Retryable">What <c>X-Fal-Retryable</c> says; null where it is missing.</param>
/// <param name="ErrorType">What <c>X-Fal-Error-Type</c> says; null where it is missing.</param>
public sealed record FalEnd(int Status, string Body, bool? Retryable = null, string? ErrorType = null)
{
    /// <summary>How a cancelled request ends.</summary>
    public static FalEnd Cancelled { get; } = new(499, """{"detail":"Request was cancelled by the client","error_type":"client_cancelled"}""", null, "client_cancelled");

    /// <summary>A model's own error, typed as fal types them.</summary>
    public static FalEnd Typed(int status, string type, string message, bool? retryable = false, params string[] field) => new(status, new JsonObject
    {
        ["detail"] = new JsonArray(new JsonObject
        {
            ["loc"] = new JsonArray(["body", .. field.Select(part => JsonValue.Create(part))]),
            ["msg"] = message,
            ["type"] = type,
            ["url"] = $"https://docs.fal.ai/errors/#{type}",
        }),
    }.ToJsonString(), retryable);
}
