// Imitates stable-diffusion.cpp's sd-server through its native jobs: queued, generating, completed; a queue that can be full; no way to stop a job that runs.
using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Doubles.SdServer;

public sealed class SdServerDouble(PictureShelf pictures) : ProviderDouble(pictures)
{
    private static readonly InputSchema Schema = new InputSchema().Text("prompt", required: true).Text("negative_prompt").Whole("clip_skip").Whole("width", 64, 4096, 64).Whole("height", 64, 4096, 64)
        .Number("strength", 0, 1).Whole("seed").Whole("batch_count", 1, 8).Field("init_image", false, IsBase64("init_image")).Field("mask_image", false, IsBase64("mask_image"))
        .Field("sample_params", false, CheckSampling).Choice("output_format", "png", "jpeg", "webp").Whole("output_compression", 0, 100).Flag("embed_image_metadata");

    private static readonly InputSchema Sampling = new InputSchema().Text("sample_method").Text("scheduler").Whole("sample_steps", 1, 1_000).Number("eta", 0, 1).Number("flow_shift", 0, 100)
        .Field("guidance", false, value => First(new InputSchema().Number("txt_cfg", 0, 100).Number("img_cfg", 0, 100).Number("distilled_guidance", 0, 100).Check(value)));

    private readonly ConcurrentDictionary<string, Job> _jobs = new();
    private readonly ConcurrentDictionary<string, bool> _expired = new();
    private int _next;

    public override string Name => "sd-server";

    /// <summary>Whether its queue is full.</summary>
    public bool Full { get; set; }

    /// <summary>The state in which jobs stay, queued or generating; null for none.</summary>
    public string? StaysAt { get; set; }

    /// <summary>The code and message with which every job fails; null for a picture.</summary>
    public (string Code, string Message)? FailWith { get; set; }

    /// <summary>Forgets every job, as a restart does.</summary>
    public void Restart() => _jobs.Clear();

    /// <summary>Lets every job expire, as ten minutes do.</summary>
    public void Expire()
    {
        foreach (var id in _jobs.Keys)
            _expired[id] = _jobs.TryRemove(id, out _);
    }

    public override void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sdcpp/v1/capabilities", () => Results.Json(new { output_formats = new[] { "png", "jpeg", "webp" } }));
        routes.MapPost("/sdcpp/v1/img_gen", (JsonElement body) => Create(body));
        routes.MapGet("/sdcpp/v1/jobs/{id}", (string id) => _jobs.TryGetValue(id, out var job) ? Results.Json(Describe(job)) : Missing(id));
        routes.MapPost("/sdcpp/v1/jobs/{id}/cancel", (string id) => Cancel(id));
    }

    private IResult Create(JsonElement body)
    {
        if (Schema.Check(body).Count > 0)
            return Results.Json(new { error = "invalid generation parameters" }, statusCode: 400);
        if (Full)
            return Results.Json(new { error = "job queue is full" }, statusCode: 429);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var job = new Job($"job_{now:x}_{Interlocked.Increment(ref _next):00000000}", body.Clone(), now, Environment.TickCount64);
        _jobs[job.Id] = job;
        if (FailWith is null)
            Bill();
        return Results.Json(new { id = job.Id, kind = "img_gen", status = "queued", created = now, poll_url = $"/sdcpp/v1/jobs/{job.Id}" }, statusCode: 202);
    }

    private IResult Cancel(string id)
    {
        if (!_jobs.TryGetValue(id, out var job))
            return Missing(id);
        if (StateOf(job) == "generating")
            return Results.Json(new { error = "job is currently generating and cannot be interrupted yet" }, statusCode: 409);
        job.Cancelled |= StateOf(job) == "queued";
        return Results.Json(Describe(job));
    }

    private IResult Missing(string id) => _expired.ContainsKey(id)
        ? Results.Json(new { error = "job expired" }, statusCode: 410)
        : Results.Json(new { error = "job not found" }, statusCode: 404);

    private string StateOf(Job job) => job.Cancelled ? "cancelled"
        : StaysAt ?? (Environment.TickCount64 - job.Began < Pictures.Settings.PaintTime.TotalMilliseconds ? "generating" : FailWith is null ? "completed" : "failed");

    private JsonObject Describe(Job job)
    {
        var state = StateOf(job);
        return new JsonObject
        {
            ["id"] = job.Id,
            ["kind"] = "img_gen",
            ["status"] = state,
            ["created"] = job.Created,
            ["started"] = state == "queued" ? null : job.Created,
            ["completed"] = state is "queued" or "generating" ? null : job.Created,
            ["queue_position"] = state == "queued" ? 1 : 0,
            ["result"] = state == "completed" ? ResultOf(job) : null,
            ["error"] = state == "cancelled" ? new JsonObject { ["code"] = "cancelled", ["message"] = "job cancelled by client" }
                : state == "failed" ? new JsonObject { ["code"] = FailWith!.Value.Code, ["message"] = FailWith.Value.Message } : null,
        };
    }

    private JsonObject ResultOf(Job job)
    {
        var count = Whole(job.Body, "batch_count") ?? 1;
        var images = Enumerable.Range(0, (int)count).Select(index => (JsonNode)new JsonObject
        {
            ["index"] = index,
            ["b64_json"] = Convert.ToBase64String(Pictures.Paint((int)(Whole(job.Body, "width") ?? 512), (int)(Whole(job.Body, "height") ?? 512), (Whole(job.Body, "seed") ?? 42) + index)),
        });
        return new JsonObject { ["output_format"] = job.Body.TryGetProperty("output_format", out var format) ? format.GetString() : "png", ["images"] = new JsonArray([.. images]) };
    }

    private static long? Whole(JsonElement body, string name) => body.TryGetProperty(name, out var value) ? value.GetInt64() : null;

    private static Func<JsonElement, InputError?> IsBase64(string name) => value =>
        value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out var bytes) && bytes.Length > 0 ? null : InputSchema.Wrong(name, "type", "must be base64");

    private static InputError? CheckSampling(JsonElement value) => First(Sampling.Check(value));

    private static InputError? First(IReadOnlyList<InputError> errors) => errors.Count > 0 ? errors[0] : null;

    private sealed record Job(string Id, JsonElement Body, long Created, long Began)
    {
        public bool Cancelled { get; set; }
    }
}
