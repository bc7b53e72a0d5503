// A run of the double of ComfyUI: what it tells over the socket while it lasts, and what its history says afterwards.
using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Atelier.Doubles.ComfyUi;

/// <summary>A client's socket.</summary>
/// <param name="Socket">The socket.</param>
public sealed record ComfyClient(WebSocket Socket)
{
    private readonly SemaphoreSlim _oneAtATime = new(1);

    /// <summary>Whether its first frame asked for previews with metadata.</summary>
    public bool WantsMetadata { get; set; }

    public Task SayAsync(JsonObject message) => SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text);

    public async Task SendAsync(byte[] frame, WebSocketMessageType type)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            if (Socket.State == WebSocketState.Open)
                await Socket.SendAsync(frame, type, endOfMessage: true, CancellationToken.None);
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or OperationCanceledException)
        {
            Console.Error.WriteLine($"comfyui: nobody hears: {gone.Message}");
        }
        finally
        {
            _oneAtATime.Release();
        }
    }
}

internal sealed class ComfyRun(string id, JsonObject graph, string listener, ComfyUiDouble owner)
{
    private const int Steps = 3;

    private readonly JsonArray _messages = [];
    private readonly TaskCompletionSource _interrupted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id => id;

    public JsonObject Graph => graph;

    /// <summary>waiting, running, ended or removed.</summary>
    public string State { get; private set; } = "waiting";

    public JsonObject? Entry { get; private set; }

    public void Remove() => State = "removed";

    public void Interrupt() => _interrupted.TrySetResult();

    public async Task PaintAsync(TimeSpan time)
    {
        if (State != "waiting")
            return;
        State = "running";
        await TellAsync("execution_start", []);
        foreach (var (node, fields) in graph)
        {
            await TellAsync("executing", new JsonObject { ["node"] = node, ["display_node"] = node });
            if (ComfyNodes.TypeOf(fields) == "KSampler" && !await SampleAsync(node, time))
                return;
            if (ComfyNodes.TypeOf(fields) == "ImageUpscaleWithModel" && await FailsAsync(node, "ImageUpscaleWithModel"))
                return;
        }
        await EndAsync("execution_success", []);
    }

    private async Task<bool> SampleAsync(string node, TimeSpan time)
    {
        for (var step = 1; step <= Steps; step++)
        {
            await Task.Delay(time / Steps);
            await TellAsync("progress", new JsonObject { ["value"] = step, ["max"] = Steps, ["node"] = node });
            await PreviewAsync(node, step);
            if (owner.BreakSockets)
                owner.Client(listener)?.Socket.Abort();
            if (owner.WaitsForInterrupt)
                await _interrupted.Task;
            if (_interrupted.Task.IsCompleted)
            {
                await EndAsync("execution_interrupted", new JsonObject { ["node_id"] = node, ["node_type"] = "KSampler", ["executed"] = new JsonArray() });
                return false;
            }
            if (await FailsAsync(node, "KSampler"))
                return false;
        }
        return true;
    }

    private async Task<bool> FailsAsync(string node, string kind)
    {
        if (owner.FailWith is not var (type, message))
            return false;
        await EndAsync("execution_error", new JsonObject { ["node_id"] = node, ["node_type"] = kind, ["executed"] = new JsonArray(), ["exception_message"] = message, ["exception_type"] = type, ["traceback"] = new JsonArray() });
        return true;
    }

    private async Task PreviewAsync(string node, int step)
    {
        if (owner.Client(listener) is not { } client || owner.PreviewFormat is not { } format)
            return;
        var picture = owner.Preview(step);
        var metadata = Encoding.UTF8.GetBytes(new JsonObject { ["image_type"] = "image/png", ["node_id"] = node, ["prompt_id"] = id }.ToJsonString());
        byte[] frame = client.WantsMetadata && format == 4 ? [.. Number(4), .. Number((uint)metadata.Length), .. metadata, .. picture] : [.. Number(1), .. Number(2), .. picture];
        await client.SendAsync(frame, WebSocketMessageType.Binary);
    }

    private async Task EndAsync(string kind, JsonObject data)
    {
        await TellAsync(kind, data);
        var ok = kind == "execution_success";
        Entry = new JsonObject
        {
            ["prompt"] = new JsonArray(1, id, graph.DeepClone(), new JsonObject(), new JsonArray()),
            ["outputs"] = ok ? owner.OutputsOf(graph) : [],
            ["status"] = new JsonObject { ["status_str"] = ok ? "success" : "error", ["completed"] = ok, ["messages"] = _messages.DeepClone() },
            ["meta"] = new JsonObject(),
        };
        State = "ended";
        if (!owner.KeepsLastWord)
            await SayAsync("executing", new JsonObject { ["node"] = null, ["prompt_id"] = id });
    }

    private async Task TellAsync(string type, JsonObject data)
    {
        data["prompt_id"] = id;
        if (type.StartsWith("execution", StringComparison.Ordinal))
            _messages.Add(new JsonArray(type, data.DeepClone()));
        await SayAsync(type, data);
    }

    private async Task SayAsync(string type, JsonObject data)
    {
        if (owner.Client(listener) is { } client)
            await client.SayAsync(new JsonObject { ["type"] = type, ["data"] = data.DeepClone() });
    }

    private static byte[] Number(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes;
    }
}
