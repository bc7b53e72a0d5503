// Imitates api.bfl.ai/v1: a task per call, polled at the address that its answer names, with its statuses and its bodies for errors.
using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Doubles.Bfl;

public sealed class BflDouble(PictureShelf pictures) : ProviderDouble(pictures)
{
    private readonly ConcurrentDictionary<string, BflTask> _tasks = new();

    public override string Name => "bfl";

    public override string BasePath => "/v1";

    /// <summary>How many tasks of an account may run at once.</summary>
    public int MostActive { get; set; } = 24;

    /// <summary>How every task ends instead of with a picture; null for a picture.</summary>
    public string? EndWith { get; set; }

    /// <summary>The host that starts name for their polling; null for its own.</summary>
    public string? PollingRoot { get; set; }

    public override void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/v1").AddEndpointFilter(CheckKeyAsync);
        api.MapPost("/{endpoint}", (string endpoint, JsonElement body) => Create(endpoint, body));
        api.MapGet("/credits", () => Results.Json(new { credits = 1234.5 }));
        api.MapGet("/get_result", (string id) => _tasks.TryGetValue(id, out var task)
            ? Results.Json(Describe(task))
            : Results.Json(new { id, status = "Task not found", result = (string?)null, progress = (double?)null, details = (string?)null, preview = (string?)null }, statusCode: 404));
    }

    /// <summary>Forgets every task, as it does after a while.</summary>
    public void Forget() => _tasks.Clear();

    private static async ValueTask<object?> CheckKeyAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var key = context.HttpContext.Request.Headers["x-key"].ToString();
        if (!key.StartsWith(GoodKey, StringComparison.Ordinal))
            return Results.Json(new { detail = "Not authenticated - Invalid Authentication" }, statusCode: 403);
        if (key == PoorKey && context.HttpContext.Request.Method == "POST")
            return Results.Json(new { detail = "Insufficient credits. Please add credits at https://dashboard.bfl.ai" }, statusCode: 402);
        return await next(context);
    }

    private IResult Create(string endpoint, JsonElement body)
    {
        if (!BflSchemas.Endpoints.TryGetValue(endpoint, out var schema))
            return Results.Json(new { detail = "Not Found" }, statusCode: 404);
        if (schema.Check(body) is { Count: > 0 } errors)
            return Results.Json(new { detail = errors.Select(error => new { type = error.Type, loc = new[] { "body", error.Field }, msg = error.Message[error.Field.Length..].TrimStart() }) }, statusCode: 422);
        if (_tasks.Values.Count(task => !IsDone(task)) >= MostActive)
            return Results.Json(new { detail = $"You have reached the limit of {MostActive} active tasks." }, statusCode: 429);
        var task = new BflTask(Guid.NewGuid().ToString("D"), body.Clone(), Environment.TickCount64);
        _tasks[task.Id] = task;
        if (EndWith is null)
            Bill();
        return Results.Json(new { id = task.Id, polling_url = $"{PollingRoot ?? Pictures.Root}/bfl/v1/get_result?id={task.Id}", cost = 3.0, input_mp = 0.0, output_mp = 1.05 });
    }

    private bool IsDone(BflTask task) => Environment.TickCount64 - task.Started >= Pictures.Settings.PaintTime.TotalMilliseconds;

    private JsonObject Describe(BflTask task)
    {
        var (done, moderated) = (IsDone(task), EndWith?.EndsWith("Moderated", StringComparison.Ordinal) == true);
        return new JsonObject
        {
            ["id"] = task.Id,
            ["status"] = !done ? "Pending" : EndWith ?? "Ready",
            ["result"] = done && EndWith is null ? Result(task) : null,
            ["progress"] = done ? null : 0.5,
            ["details"] = done && moderated ? new JsonObject { ["Moderation Reasons"] = new JsonArray("Derivative Works Filter") } : null,
            ["preview"] = null,
        };
    }

    private JsonObject Result(BflTask task)
    {
        lock (task)
        {
            if (task.Sample is null)
            {
                var (width, height) = BflSchemas.SizeOf(task.Input);
                task.Sample = Pictures.Put(Pictures.Paint(width, height, SeedOf(task)));
            }
        }
        return new JsonObject
        {
            ["sample"] = task.Sample,
            ["prompt"] = task.Input.GetProperty("prompt").GetString(),
            ["seed"] = SeedOf(task),
            ["start_time"] = 1763800000.1,
            ["end_time"] = 1763800004.3,
            ["duration"] = 4.2,
        };
    }

    private static long SeedOf(BflTask task) => task.Input.TryGetProperty("seed", out var seed) ? seed.GetInt64() : 42;

    private sealed record BflTask(string Id, JsonElement Input, long Started)
    {
        public string? Sample { get; set; }
    }
}
