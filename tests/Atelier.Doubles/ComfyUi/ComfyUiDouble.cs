// Imitates a ComfyUI server: uploads, the queue with its validation, the socket with progress and previews, history and pictures.
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Doubles.ComfyUi;

public sealed class ComfyUiDouble : ProviderDouble
{
    private readonly ConcurrentDictionary<string, ComfyRun> _runs = new();
    private readonly ConcurrentDictionary<string, ComfyClient> _clients = new();
    private readonly ConcurrentDictionary<string, byte[]> _uploads = new();
    private readonly ConcurrentDictionary<string, byte[]> _outputs = new();
    private readonly ComfyNodes _nodes;
    private int _number;

    public ComfyUiDouble(PictureShelf pictures) : base(pictures) => _nodes = new ComfyNodes(_uploads.ContainsKey);

    public override string Name => "comfyui";

    /// <summary>The exception's type and message with which every run ends; null for a picture.</summary>
    public (string Type, string Message)? FailWith { get; set; }

    /// <summary>1 or 4, the kind of frame that previews come in; null for none.</summary>
    public int? PreviewFormat { get; set; } = 4;

    /// <summary>Whether sockets break in the middle of a run.</summary>
    public bool BreakSockets { get; set; }

    /// <summary>Whether runs, once they have told of progress, go on only when they are interrupted.</summary>
    public bool WaitsForInterrupt { get; set; }

    /// <summary>Whether the last word of a run, that nothing executes any more, is left unsaid.</summary>
    public bool KeepsLastWord { get; set; }

    /// <summary>Whether runs stay in the queue.</summary>
    public bool Busy { get; set; }

    /// <summary>Completes when a run is queued.</summary>
    public TaskCompletionSource Queued { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The sizes that pictures were made larger to.</summary>
    public ConcurrentQueue<(int Width, int Height)> Upscaled { get; } = new();

    /// <summary>Every file that was uploaded, by its name.</summary>
    public IReadOnlyDictionary<string, byte[]> Uploads => _uploads;

    /// <summary>How a run stands: waiting, running, ended or removed; null for one that is not known.</summary>
    public string? StateOf(string id) => _runs.GetValueOrDefault(id)?.State;

    /// <summary>Forgets everything, as a restart does.</summary>
    public void Restart() => _runs.Clear();

    public override void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("").AddEndpointFilter(CheckOriginAsync);
        api.MapPost("/upload/image", UploadAsync);
        api.MapPost("/prompt", (JsonElement body) => Queue(body));
        api.MapGet("/queue", () => Results.Json(new JsonObject { ["queue_running"] = Listed("running"), ["queue_pending"] = Listed("waiting") }));
        api.MapPost("/queue", (JsonElement body) => Delete(body));
        api.MapPost("/interrupt", (JsonElement body) => Interrupt(body));
        api.MapGet("/history/{id}", (string id) => Results.Json(_runs.TryGetValue(id, out var run) && run.Entry is { } entry ? new JsonObject { [id] = entry.DeepClone() } : []));
        api.MapGet("/view", View);
        api.MapGet("/system_stats", () => Results.Json(new { system = new { os = "posix", comfyui_version = "0.3.75" }, devices = new[] { new { name = "cuda:0", type = "cuda" } } }));
        routes.MapGet("/ws", ListenAsync);
    }

    internal ComfyClient? Client(string name) => _clients.GetValueOrDefault(name);

    internal byte[] Preview(int step) => Pictures.Paint(32, 32, step);

    internal JsonObject OutputsOf(JsonObject graph)
    {
        var outputs = new JsonObject();
        foreach (var (node, fields) in graph)
        {
            if (ComfyNodes.TypeOf(fields) is not ("SaveImage" or "PreviewImage") || fields is null)
                continue;
            var name = $"{(string?)fields["inputs"]!["filename_prefix"] ?? "temp"}_{_outputs.Count + 1:00000}_.png";
            var type = ComfyNodes.TypeOf(fields) == "SaveImage" ? "output" : "temp";
            var (width, height, seed) = SizeOf(graph);
            // Pictures come from latents, an eighth of their size; what is only made larger does not.
            var grid = IsUpscale(graph) ? 1 : 8;
            _outputs[$"{type}/{name}"] = Pictures.Paint(width / grid * grid, height / grid * grid, seed);
            outputs[node] = new JsonObject { ["images"] = new JsonArray(new JsonObject { ["filename"] = name, ["subfolder"] = "", ["type"] = type }) };
        }
        return outputs;
    }

    // A browser's page of another origin may not queue anything.
    private static async ValueTask<object?> CheckOriginAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.Request.Headers.Origin.Count > 0 ? Results.StatusCode(403) : await next(context);

    private async Task<IResult> UploadAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        if (form.Files.GetFile("image") is not { FileName.Length: > 0 } file || file.FileName.Contains("..", StringComparison.Ordinal))
            return Results.StatusCode(400);
        using var content = new MemoryStream();
        await file.CopyToAsync(content);
        var (subfolder, name, bytes) = (form["subfolder"].ToString(), file.FileName, content.ToArray());
        var overwrite = form["overwrite"].ToString() is "true" or "1";
        for (var i = 1; !overwrite && _uploads.TryGetValue(PathOf(subfolder, name), out var there) && !there.AsSpan().SequenceEqual(bytes); i++)
            name = $"{Path.GetFileNameWithoutExtension(file.FileName)} ({i}){Path.GetExtension(file.FileName)}";
        _uploads[PathOf(subfolder, name)] = bytes;
        return Results.Json(new { name, subfolder, type = "input" });
    }

    private static string PathOf(string subfolder, string name) => subfolder.Length > 0 ? $"{subfolder}/{name}" : name;

    private IResult Queue(JsonElement body)
    {
        if (!body.TryGetProperty("prompt", out var prompt) || prompt.ValueKind != JsonValueKind.Object)
            return Results.Json(ComfyNodes.Whole("no_prompt", "No prompt provided", "No prompt provided", [], []), statusCode: 400);
        var id = body.TryGetProperty("prompt_id", out var named) ? named.GetString()! : Guid.NewGuid().ToString("D");
        if (!Guid.TryParseExact(id, "D", out var guid) || guid.ToString("D") != id)
            return Results.Json(ComfyNodes.Whole("invalid_prompt_id", "prompt_id must be a canonical lowercase UUID", id, [], []), statusCode: 400);
        var graph = JsonObject.Create(prompt)!;
        if (_nodes.Check(graph) is { } errors)
            return Results.Json(errors, statusCode: 400);
        var run = new ComfyRun(id, graph, body.TryGetProperty("client_id", out var who) ? who.GetString() ?? "" : "", this);
        _runs[id] = run;
        if (IsUpscale(graph))
            Upscaled.Enqueue(SizeOf(graph) is var (width, height, _) ? (width, height) : default);
        else
            Bill();
        Queued.TrySetResult();
        if (!Busy)
            _ = Task.Run(() => run.PaintAsync(Pictures.Settings.PaintTime));
        return Results.Json(new JsonObject { ["prompt_id"] = id, ["number"] = Interlocked.Increment(ref _number), ["node_errors"] = new JsonObject() });
    }

    private JsonArray Listed(string state) =>
        [.. _runs.Values.Where(run => run.State == state).Select(run => (JsonNode)new JsonArray(1, run.Id, run.Graph.DeepClone(), new JsonObject(), new JsonArray()))];

    private IResult Delete(JsonElement body)
    {
        foreach (var id in body.TryGetProperty("delete", out var ids) ? ids.EnumerateArray().Select(id => id.GetString()!) : [])
        {
            if (_runs.TryGetValue(id, out var run) && run.State == "waiting")
                run.Remove();
        }
        return Results.Ok();
    }

    private IResult Interrupt(JsonElement body)
    {
        var only = body.TryGetProperty("prompt_id", out var id) ? id.GetString() : null;
        foreach (var run in _runs.Values.Where(run => run.State == "running" && (only is null || run.Id == only)))
            run.Interrupt();
        return Results.Ok();
    }

    private IResult View(string filename, string? subfolder, string? type)
    {
        if (filename.StartsWith('/') || filename.Contains("..", StringComparison.Ordinal))
            return Results.StatusCode(400);
        return string.IsNullOrEmpty(subfolder) && _outputs.TryGetValue($"{type ?? "output"}/{filename}", out var bytes) ? Results.Bytes(bytes, "image/png") : Results.StatusCode(404);
    }

    private async Task ListenAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = 400;
            return;
        }
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var (name, client) = (context.Request.Query["clientId"].ToString(), new ComfyClient(socket));
        _clients[name] = client;
        try
        {
            await client.SayAsync(new JsonObject { ["type"] = "status", ["data"] = new JsonObject { ["status"] = new JsonObject { ["exec_info"] = new JsonObject { ["queue_remaining"] = 0 } }, ["sid"] = name } });
            var block = new byte[4_096];
            while (await socket.ReceiveAsync(block, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } part)
                client.WantsMetadata |= Encoding.UTF8.GetString(block, 0, part.Count).Contains("\"supports_preview_metadata\":true", StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or OperationCanceledException)
        {
            context.Abort();
        }
        finally
        {
            _clients.TryRemove(name, out _);
        }
    }

    private static bool IsUpscale(JsonObject graph) => graph.Any(node => ComfyNodes.TypeOf(node.Value) == "ImageUpscaleWithModel");

    private static (int Width, int Height, long Seed) SizeOf(JsonObject graph)
    {
        var inputs = graph.Select(node => node.Value?["inputs"] as JsonObject).OfType<JsonObject>().ToList();
        var sized = inputs.FirstOrDefault(fields => fields.ContainsKey("width"));
        var seed = inputs.FirstOrDefault(fields => fields.ContainsKey("seed"))?["seed"];
        return ((int?)sized?["width"] ?? 512, (int?)sized?["height"] ?? 512, seed is JsonValue value && value.TryGetValue<long>(out var number) ? number : 0);
    }
}
